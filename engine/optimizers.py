"""How a step is made of a gradient: gradient descent, momentum, RMSprop, Adam.

Each optimizer turns an array and its gradient into the in-place calls of one step, bound once and
made at every iteration. Formulas and names are those of the course's "Improving deep neural
networks", week 2; V and S start at zero, t counts the steps from 1:

    gradient descent                                  θ -= α g
    momentum           V = β1 V + (1-β1) g            θ -= α V
    RMSprop            S = β2 S + (1-β2) g²           θ -= α g / (√S + ε)
    Adam               both, with V/(1-β1^t) and S/(1-β2^t) in the place of V and S

With L2, g has (λ/m) θ added to it for weights, not for biases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.solvers.pace import Pace

Array = Any  # of float64 or float32, as the run asks
Call = Callable[[], object]


@dataclass
class Trained:
    """An array θ that is trained, and the buffer its gradient comes in, of the same shape.

    decayed: the views of both that L2 pulls to zero. memory: V and S, as far as there are any.
    places: where along the last axis the parameters are, if some entries are `constants`.
    """

    value: Array
    gradient: Array
    decayed: list[tuple[Array, Array]] = field(default_factory=list)
    memory: dict[str, Array] = field(default_factory=dict)
    places: Array | None = None
    constants: Array | float = 0.0

    def state(self, name: str) -> dict[str, Array]:
        """Copies of θ, V and S, without constants, called `name`, `name.V`, …"""
        arrays = {name: self.value, **{f"{name}.{key}": m for key, m in self.memory.items()}}
        if self.places is None:
            return {key: array.copy() for key, array in arrays.items()}
        return {key: array.take(self.places, axis=-1) for key, array in arrays.items()}

    def load(self, name: str, state: Mapping[str, Array]) -> None:
        """The opposite of `state`; V and S that it lacks start at zero."""
        where = ... if self.places is None else (..., self.places)
        self.value[...] = self.constants
        self.value[where] = state[name]
        for key, array in self.memory.items():
            array[...] = 0.0
            array[where] = state.get(f"{name}.{key}", 0.0)

    def remembered(self, name: str) -> Array:
        return self.memory.setdefault(name, np.zeros_like(self.value))


Rule = Callable[[Trained, "Pace"], Iterator[Call]]


@dataclass(frozen=True)
class Optimizer:
    """linear: its steps are combinations of gradients, so they can be taken in Gram space.

    plain: the gradient arrives multiplied by α already, as nothing but α stands before it.
    uses: the hyperparameters that mean something to it.
    """

    rule: Rule
    linear: bool = False
    plain: bool = False
    uses: tuple[str, ...] = ()


def gradient_descent(trained: Trained, pace: Pace) -> Iterator[Call]:
    if pace.pulls:
        for value, _ in trained.decayed:
            yield partial(np.multiply, value, pace.shrink, value)
    yield partial(np.subtract, trained.value, trained.gradient, trained.value)


def pulled(trained: Trained, pace: Pace) -> Iterator[Call]:
    """g += (λ/m) θ."""
    if pace.pulls:
        for value, gradient in trained.decayed:
            room = np.empty_like(value)
            yield partial(np.multiply, value, pace.pull, room)
            yield partial(np.add, gradient, room, gradient)


def averaged(V: Array, g: Array, beta: float) -> Iterator[Call]:
    """V = β V + (1-β) g; g is used up."""
    yield partial(np.multiply, V, beta, V)
    yield partial(np.multiply, g, 1 - beta, g)
    yield partial(np.add, V, g, V)


def momentum(trained: Trained, pace: Pace) -> Iterator[Call]:
    g, V = trained.gradient, trained.remembered("V")
    yield from pulled(trained, pace)
    yield from averaged(V, g, pace.beta1)
    yield partial(np.multiply, V, pace.rate, g)
    yield partial(np.subtract, trained.value, g, trained.value)


def rmsprop(trained: Trained, pace: Pace) -> Iterator[Call]:
    g, S, room = trained.gradient, trained.remembered("S"), np.empty_like(trained.value)
    yield from pulled(trained, pace)
    yield partial(np.multiply, g, g, room)
    yield from averaged(S, room, pace.beta2)
    yield partial(np.sqrt, S, room)
    yield partial(np.add, room, pace.epsilon, room)
    yield partial(np.divide, g, room, g)
    yield partial(np.multiply, g, pace.rate, g)
    yield partial(np.subtract, trained.value, g, trained.value)


def adam(trained: Trained, pace: Pace) -> Iterator[Call]:
    g, V, S = trained.gradient, trained.remembered("V"), trained.remembered("S")
    room = np.empty_like(g)
    yield from pulled(trained, pace)
    yield partial(np.multiply, g, g, room)
    yield from averaged(S, room, pace.beta2)
    yield from averaged(V, g, pace.beta1)
    yield partial(np.divide, S, pace.correction2, room)
    yield partial(np.sqrt, room, room)
    yield partial(np.add, room, pace.epsilon, room)
    yield partial(np.divide, V, room, g)
    yield partial(np.multiply, g, pace.corrected_rate, g)
    yield partial(np.subtract, trained.value, g, trained.value)


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        "gradient descent": Optimizer(gradient_descent, linear=True, plain=True),
        "momentum": Optimizer(momentum, linear=True, uses=("beta1",)),
        "RMSprop": Optimizer(rmsprop, uses=("beta2", "epsilon")),
        "Adam": Optimizer(adam, uses=("beta1", "beta2", "epsilon")),
    }
)
