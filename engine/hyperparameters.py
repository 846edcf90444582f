"""The one declaration of the hyperparameters.

Each field says its label, symbol, short name, help and kind once. Widgets, command-line flags,
the address, the run's hash and every error message are made from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.activations import ACTIVATIONS
from engine.dataset import Dataset
from engine.decays import DECAYS
from engine.declaration import Declaration, Declared, declare, declared
from engine.errors import HyperparameterError
from engine.fields import Choice, LayerSizes, PerLayer, Real, Whole
from engine.initialization import INITIALIZATIONS
from engine.optimizers import OPTIMIZERS
from engine.scaling import SCALINGS

BASICS, OPTIMIZER, REGULARIZATION, DATA = "Basics", "Optimizer", "Regularization", "Data"
HIDDEN = 6


@dataclass(frozen=True)
class Hyperparameters(Declaration):
    """Everything that decides a run besides the data; the defaults are the course's 4-layer model.

    Raises `HyperparameterError` (field, value, allowed) for any value out of its range, and for one
    that would mean nothing beside the others.
    """

    hidden_layers: tuple[int, ...] = declare(
        (20, 7, 5),
        LayerSizes(HIDDEN, Whole(1, 512, scale="log")),
        "Hidden layers",
        symbol="n^[l]",
        short="layers",
        group=BASICS,
        help="Units of each hidden layer, from the pictures towards the output; none is logistic regression.",
    )
    learning_rate: float = declare(
        0.0075,
        Real(1e-5, 10.0, scale="log"),
        "Learning rate",
        symbol="α",
        group=BASICS,
        help="How far each step of gradient descent goes: too small learns slowly, too large overshoots.",
    )
    num_iterations: int = declare(
        2500,
        Whole(1, 20_000, scale="log"),
        "Iterations",
        symbol="num_iterations",
        short="iterations",
        group=BASICS,
        help="How many steps are taken; each sees all training pictures, or one mini-batch of them.",
    )
    activation: str = declare(
        "relu",
        Choice(tuple(ACTIVATIONS)),
        "Activation",
        symbol="g",
        group=BASICS,
        help="The function g in A = g(Z) of every hidden layer; the output layer has its own.",
        needs=lambda h: bool(h.hidden_layers) and not h.activations,
        only="only with hidden layers, and without activations layer by layer",
    )
    initialization: str = declare(
        "1/sqrt(n)",
        Choice(tuple(INITIALIZATIONS)),
        "Initialization",
        symbol="W(0)",
        group=BASICS,
        help="How large the random weights are before training starts; the biases b start at zero.",
    )
    seed: int = declare(
        1,
        Whole(0, 2**32 - 1),
        "Seed",
        symbol="seed",
        group=BASICS,
        help="Chooses everything random in a run: the same seed gives the same run.",
    )
    activations: tuple[str, ...] = declare(
        (),
        PerLayer(Choice(tuple(ACTIVATIONS)), "the same everywhere"),
        "Activation of each layer",
        symbol="g^[l]",
        group=BASICS,
        help="The function g of each hidden layer, where they differ.",
    )
    optimizer: str = declare(
        "gradient descent",
        Choice(tuple(OPTIMIZERS)),
        "Optimizer",
        symbol="optimizer",
        group=OPTIMIZER,
        help="How a step is made of the gradient: straight, with momentum, or scaled weight by weight.",
    )
    beta1: float = declare(
        0.9,
        Real(0.0, 0.999, marks=(0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)),
        "Momentum",
        symbol="β1",
        group=OPTIMIZER,
        help="How much of the last steps' direction is kept; 0.9 averages about the last ten.",
        needs=lambda h: "beta1" in OPTIMIZERS[h.optimizer].uses,
        only="only with momentum and Adam",
    )
    beta2: float = declare(
        0.999,
        Real(0.0, 0.9999, marks=(0.0, 0.5, 0.9, 0.99, 0.995, 0.999, 0.9995, 0.9999)),
        "Average of squares",
        symbol="β2",
        group=OPTIMIZER,
        help="How much of the last gradients' squares is kept; 0.999 averages about the last thousand.",
        needs=lambda h: "beta2" in OPTIMIZERS[h.optimizer].uses,
        only="only with RMSprop and Adam",
    )
    epsilon: float = declare(
        1e-8,
        Real(1e-12, 1.0, scale="log"),
        "Safeguard",
        symbol="ε",
        group=OPTIMIZER,
        help="Keeps RMSprop and Adam from dividing by zero.",
        needs=lambda h: "epsilon" in OPTIMIZERS[h.optimizer].uses,
        only="only with RMSprop and Adam",
    )
    decay: str = declare(
        "none",
        Choice(tuple(DECAYS)),
        "Learning-rate decay",
        symbol="decay",
        group=OPTIMIZER,
        help="Lets the learning rate shrink as the epochs go by, to settle where large steps would not.",
    )
    decay_rate: float = declare(
        0.001,
        Real(1e-6, 10.0, scale="log"),
        "Decay rate",
        symbol="decay_rate",
        group=OPTIMIZER,
        help="How fast: α/(1 + rate·epoch), α e^(-rate·epoch), or α halved every 1/rate epochs.",
        needs=lambda h: h.decay != "none",
        only="only with a learning-rate decay",
    )
    mini_batch: int = declare(
        0,
        Whole(1, 100_000, scale="log", zero="the whole set"),
        "Mini-batch size",
        symbol="batch",
        group=OPTIMIZER,
        help="Training pictures in each step; they are shuffled each epoch, and each is seen once an epoch.",
    )
    patience: int = declare(
        0,
        Whole(1, 20_000, scale="log", zero="off"),
        "Early stopping",
        symbol="patience",
        group=OPTIMIZER,
        help="Stops when the test cost has not been lower for so many iterations.",
    )
    precision: str = declare(
        "float64",
        Choice(("float64", "float32")),
        "Precision",
        symbol="precision",
        group=OPTIMIZER,
        help="float64 gives the course's numbers; float32 is faster, and drifts from them.",
    )
    l2: float = declare(
        0.0,
        Real(0.0, 100.0, scale="log"),
        "L2 regularization",
        symbol="λ",
        group=REGULARIZATION,
        help="Adds λ/2m times the squared weights to the cost, so that weights stay small.",
    )
    keep_probs: tuple[float, ...] = declare(
        (),
        PerLayer(Real(0.05, 1.0), "1, no dropout"),
        "Dropout",
        symbol="keep_prob",
        short="keep_prob",
        group=REGULARIZATION,
        help="The share of each hidden layer's units that stays in each step; 1 drops none.",
    )
    training_pictures: int = declare(
        0,
        Whole(2, 1_000_000, scale="log", zero="all"),
        "Training pictures",
        symbol="m",
        group=DATA,
        help="How many of the training pictures are used, chosen by the seed.",
    )
    picture_size: int = declare(
        0,
        Whole(8, 64, zero="as they are"),
        "Picture size",
        symbol="n_x",
        group=DATA,
        help="Height and width in pixels that the pictures are shrunk to; n_x is size · size · 3.",
    )
    label_noise: float = declare(
        0.0,
        Real(0.0, 0.5),
        "Label noise",
        symbol="noise",
        group=DATA,
        help="The share of training pictures that get a wrong label on purpose, chosen by the seed.",
    )
    scaling: str = declare(
        "divide by 255",
        Choice(tuple(SCALINGS)),
        "Input scaling",
        symbol="scaling",
        group=DATA,
        help="What is done to the pixels first: the course's way, or with mean 0, or with spread 1 too.",
    )

    def __post_init__(self) -> None:
        self.check_fields()
        layers = len(self.hidden_layers)
        for name in ("activations", "keep_probs"):
            values = getattr(self, name)
            if values and len(values) != layers:
                one_each = f", or {layers} values, one for each hidden layer"
                allowed = "empty" + (one_each if layers else " where there are no hidden layers")
                raise HyperparameterError(name, values, allowed)
        # One way to say each thing, so that equal runs have equal hashes.
        if len(set(self.activations)) == 1:
            object.__setattr__(self, "activation", self.activations[0])
            object.__setattr__(self, "activations", ())
        if all(keep == 1 for keep in self.keep_probs):
            object.__setattr__(self, "keep_probs", ())

    @property
    def activation_of_each_layer(self) -> tuple[str, ...]:
        return self.activations or (self.activation,) * len(self.hidden_layers)

    def layers_dims(self, n_x: int, n_y: int = 1) -> tuple[int, ...]:
        """The course's `layers_dims`: inputs, hidden units, outputs."""
        return (n_x, *self.hidden_layers, n_y)


DECLARED: Mapping[str, Declared] = declared(Hyperparameters)

PRESETS: Mapping[str, Hyperparameters] = MappingProxyType(
    {
        "4-layer model": Hyperparameters(),
        "2-layer model": Hyperparameters(hidden_layers=(7,), initialization="0.01"),
        "Logistic regression": Hyperparameters(
            hidden_layers=(), learning_rate=0.005, num_iterations=2000, initialization="zeros"
        ),
    }
)

PLANE_PRESETS: Mapping[str, Hyperparameters] = MappingProxyType(
    {
        "Points in the plane": Hyperparameters(
            hidden_layers=(16, 8), learning_rate=0.3, activation="tanh"
        ),
        "4 hidden units": Hyperparameters(
            hidden_layers=(4,),
            learning_rate=1.2,
            num_iterations=10_000,
            activation="tanh",
            initialization="0.01",
        ),
        "Logistic regression": PRESETS["Logistic regression"],
    }
)
"""The first tells all shapes of points apart; the others are the course's for its flower."""


def presets_of(dataset: Dataset) -> Mapping[str, Hyperparameters]:
    """The presets that suit a dataset, the usual one first."""
    return PLANE_PRESETS if dataset.planar else PRESETS
