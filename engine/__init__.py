"""Hyperdial's engine: the course's L-layer network in NumPy, trained a hundred times faster.

from engine import Hyperparameters, load_dataset, train
for step in train(Hyperparameters(learning_rate=0.01), load_dataset("drawn")):
    print(step.iteration, step.cost, step.test_accuracy)
"""

from engine.course import (
    L_layer_model,
    L_model_backward,
    L_model_forward,
    compute_cost,
    initialize_parameters,
    initialize_parameters_deep,
    linear_activation_backward,
    linear_activation_forward,
    linear_backward,
    linear_forward,
    predict,
    print_mislabeled_images,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    two_layer_model,
    update_parameters,
)
from engine.dataset import Dataset, Examples, standardize
from engine.errors import EngineError
from engine.hyperparameters import DECLARED, PRESETS, Hyperparameters
from engine.inspection import Inspection, inspect, solver_sentence
from engine.models import Model, load_model, save_model
from engine.progress import Step
from engine.snapshots import Snapshot
from engine.solvers.stacked import stacked
from engine.sources import load_data, load_dataset
from engine.stages import train_in_stages
from engine.training import fork, train

__all__ = [
    "DECLARED",
    "PRESETS",
    "Dataset",
    "EngineError",
    "Examples",
    "Hyperparameters",
    "Inspection",
    "L_layer_model",
    "L_model_backward",
    "L_model_forward",
    "Model",
    "Snapshot",
    "Step",
    "compute_cost",
    "fork",
    "initialize_parameters",
    "initialize_parameters_deep",
    "inspect",
    "linear_activation_backward",
    "linear_activation_forward",
    "linear_backward",
    "linear_forward",
    "load_data",
    "load_dataset",
    "load_model",
    "predict",
    "print_mislabeled_images",
    "relu",
    "relu_backward",
    "save_model",
    "sigmoid",
    "sigmoid_backward",
    "solver_sentence",
    "stacked",
    "standardize",
    "train",
    "train_in_stages",
    "two_layer_model",
    "update_parameters",
]
