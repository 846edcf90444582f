"""What a run computes, in the course's words and formulas: one line for each thing it does."""

from __future__ import annotations

from engine.exports.plan import Plan

ACTIVATION_FORMULAS = {
    "relu": "max(0, Z)",
    "leaky relu": "max(0.01 Z, Z)",
    "tanh": "tanh(Z)",
    "sigmoid": "1 / (1 + e^-Z)",
}
INITIALIZATION_FORMULAS = {
    "0.01": "randn · 0.01",
    "1/sqrt(n)": "randn / sqrt(n^[l-1])",
    "He": "randn · sqrt(2 / n^[l-1])",
    "Xavier": "randn · sqrt(2 / (n^[l-1] + n^[l]))",
    "zeros": "0",
}
UPDATE_FORMULAS = {
    "gradient descent": "W = W - α dW",
    "momentum": "v = β1 v + (1 - β1) dW; W = W - α v",
    "RMSprop": "s = β2 s + (1 - β2) dW²; W = W - α dW / (sqrt(s) + ε)",
    "Adam": "W = W - α v/(1 - β1^t) / (sqrt(s/(1 - β2^t)) + ε)",
}
DECAY_FORMULAS = {
    "1/t": "α / (1 + decay_rate · epoch)",
    "exponential": "α e^(-decay_rate · epoch)",
    "step": "α / 2^floor(decay_rate · epoch)",
}


def formulas(plan: Plan) -> list[tuple[str, str]]:
    """Words and a formula each, in the order of an iteration."""
    h, binary = plan.h, plan.layers_dims[-1] == 1
    lines = [("Start", f"W^[l] = {INITIALIZATION_FORMULAS[h.initialization]}, b^[l] = 0")]
    lines.append(("Forward propagation", "Z^[l] = W^[l] A^[l-1] + b^[l], with A^[0] = X"))
    for name in dict.fromkeys(h.activation_of_each_layer):
        where = [str(i) for i, g in enumerate(h.activation_of_each_layer, 1) if g == name]
        one = "layer" if len(where) == 1 else "layers"
        lines.append((f"Hidden {one} {', '.join(where)}", f"A = {ACTIVATION_FORMULAS[name]}"))
    if h.keep_probs:
        dropped = "D = rand < keep_prob; A = A · D / keep_prob"
        lines.append(("Dropout of hidden units, in training alone", dropped))
    if binary:
        lines.append(("Output layer", "A^[L] = 1 / (1 + e^-Z^[L])"))
        cost = "J = -1/m Σ (y log a + (1 - y) log(1 - a))"
    else:
        lines.append(("Output layer, a softmax", "A^[L] = e^Z / Σ e^Z"))
        cost = "J = -1/m Σ y log a"
    lines.append(("Cost", cost + (" + λ/2m Σ W²" if h.l2 else "")))
    pull = " + λ/m W^[l]" if h.l2 else ""
    lines.append(("Backward propagation", f"dZ^[L] = A^[L] - Y; dW^[l] = dZ A^[l-1]ᵀ / m{pull}"))
    if h.optimizer == "Adam":
        lines.append(("Averages", "v = β1 v + (1 - β1) dW; s = β2 s + (1 - β2) dW²"))
    lines.append(("Update, b as W", UPDATE_FORMULAS[h.optimizer]))
    if h.decay != "none":
        lines.append(("Learning rate, as the epochs go by", DECAY_FORMULAS[h.decay]))
    return lines
