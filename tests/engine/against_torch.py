"""The same training by PyTorch's own optimizers, and its numbers kept for where it is not installed.

    python -m tests.engine.against_torch

writes `stored/pytorch.json` again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import Hyperparameters
from engine.dataset import Examples
from engine.initialization import initial_parameters
from tests.engine.plain import made_up_examples

STORED = Path(__file__).parent / "stored" / "pytorch.json"
ITERATIONS = 60

TOLD: Mapping[str, dict[str, Any]] = {
    "gradient descent": {"optimizer": "gradient descent", "learning_rate": 0.1},
    "momentum": {"optimizer": "momentum", "beta1": 0.8, "learning_rate": 0.1},
    "RMSprop": {"optimizer": "RMSprop", "beta2": 0.95, "epsilon": 1e-6, "learning_rate": 0.002},
    "Adam": {"optimizer": "Adam", "beta1": 0.8, "beta2": 0.95, "learning_rate": 0.002},
}
# name -> the run, and of how many classes; tanh has no kink at which the last digit could decide
RUNS: Mapping[str, tuple[Hyperparameters, int]] = {
    f"{name}, λ = {l2:g}, {classes} classes": (
        Hyperparameters(
            hidden_layers=(5, 4), activation="tanh", num_iterations=ITERATIONS, l2=l2, **told
        ),
        classes,
    )
    for name, told in TOLD.items()
    for l2 in (0.0, 0.5)
    for classes in (2, 4)
}


def examples_of(classes: int) -> Examples:
    return made_up_examples(10, 14, classes=classes, seed=classes)


def by_torch(h: Hyperparameters, examples: Examples) -> dict[str, Any]:
    """Cost without its L2 term at iteration 0, 1, …, and Z^[L] on the test set at the end.

    PyTorch's `weight_decay` adds λ/m θ to a gradient. Its momentum is V = β V + g, with no (1-β):
    the course's step α V is that one with the learning rate α (1-β).
    """
    import torch

    torch.set_num_threads(1)
    X, Y, X_test = (torch.tensor(a) for a in (examples.X, examples.Y, examples.X_test))
    start = initial_parameters(
        h.layers_dims(examples.n_x, len(examples.Y)), h.initialization, h.seed
    )
    parameters = {name: torch.tensor(a, requires_grad=True) for name, a in start.items()}
    L = len(parameters) // 2

    def logits(A: torch.Tensor) -> torch.Tensor:
        for layer in range(1, L + 1):
            Z = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]
            A = torch.tanh(Z)
        return Z

    def cost() -> torch.Tensor:
        if len(examples.Y) == 1:
            return torch.nn.functional.binary_cross_entropy_with_logits(logits(X), Y)
        return torch.nn.functional.cross_entropy(logits(X).T, Y.T)

    groups = [
        {"params": [p for n, p in parameters.items() if n[0] == kind], "weight_decay": pull}
        for kind, pull in (("W", h.l2 / examples.m), ("b", 0.0))
    ]
    optimizer: torch.optim.Optimizer
    match h.optimizer:
        case "momentum":
            optimizer = torch.optim.SGD(
                groups, lr=h.learning_rate * (1 - h.beta1), momentum=h.beta1
            )
        case "RMSprop":
            optimizer = torch.optim.RMSprop(
                groups, lr=h.learning_rate, alpha=h.beta2, eps=h.epsilon
            )
        case "Adam":
            optimizer = torch.optim.Adam(
                groups, lr=h.learning_rate, betas=(h.beta1, h.beta2), eps=h.epsilon
            )
        case _:
            optimizer = torch.optim.SGD(groups, lr=h.learning_rate)
    costs = [cost().item()]
    for _ in range(h.num_iterations):
        optimizer.zero_grad()
        cost().backward()
        optimizer.step()
        costs.append(cost().item())
    return {"costs": costs, "test_logits": logits(X_test).detach().numpy().tolist()}


if __name__ == "__main__":
    found = {name: by_torch(h, examples_of(classes)) for name, (h, classes) in RUNS.items()}
    STORED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
