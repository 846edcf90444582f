"""Plain NumPy code for the activation functions that a run uses, each with its backward function."""

from __future__ import annotations

from engine.activations import LEAK
from engine.exports.plan import Plan, block, code

ACTIVATIONS = {
    "relu": block(
        """
        def relu(Z):
            return np.maximum(0, Z)


        def relu_backward(dA, Z):
            return np.where(Z > 0, dA, 0.0)
        """
    ),
    "leaky relu": block(
        f"""
        def leaky_relu(Z):
            return np.maximum({LEAK} * Z, Z)


        def leaky_relu_backward(dA, Z):
            return np.where(Z > 0, dA, {LEAK} * dA)
        """
    ),
    "tanh": block(
        """
        def tanh(Z):
            return np.tanh(Z)


        def tanh_backward(dA, Z):
            return dA * (1 - np.tanh(Z) ** 2)
        """
    ),
    "sigmoid": block(
        """
        def sigmoid_backward(dA, Z):
            s = sigmoid(Z)
            return dA * s * (1 - s)
        """
    ),
}
SIGMOID = block(
    '''
    def sigmoid(Z):
        """1 / (1 + e^-Z), written so that it cannot overflow."""
        return (1 + np.tanh(Z / 2)) / 2
    '''
)
SOFTMAX = block(
    '''
    def softmax(Z):
        """e^Z / sum(e^Z) over the classes, the largest Z taken out first against overflow."""
        T = np.exp(Z - Z.max(axis=0))
        return T / T.sum(axis=0)
    '''
)


def activations(plan: Plan) -> str:
    used = list(dict.fromkeys(plan.h.activation_of_each_layer))
    binary = plan.layers_dims[-1] == 1
    pieces = [SIGMOID] if binary or "sigmoid" in used else []
    pieces += [] if binary else [SOFTMAX]
    pieces += [ACTIVATIONS[name] for name in used]
    if len(used) > 1:
        names = [name.replace(" ", "_") for name in plan.h.activation_of_each_layer]
        each = enumerate(names, 1)
        backward = ", ".join(f"{i}: {name}_backward" for i, name in enumerate(names, 1))
        pieces.append(
            code(
                "# g^[l] of each hidden layer, and its backward function",
                f"activation = {{{', '.join(f'{i}: {name}' for i, name in each)}}}",
                f"activation_backward = {{{backward}}}",
            )
        )
    return "\n\n\n".join(pieces)


def named(plan: Plan, layer: str, suffix: str = "") -> str:
    """How the code calls the activation of a hidden layer."""
    used = set(plan.h.activation_of_each_layer)
    if len(used) > 1:
        return f"activation{suffix}[{layer}]"
    return used.pop().replace(" ", "_") + suffix
