"""Plain NumPy code for a run's network, under the course's names: start, forward, cost, backward."""

from __future__ import annotations

from engine.exports.numpy_activations import named
from engine.exports.plan import Plan, block, code

INITIALIZATIONS = {
    "0.01": "random.randn(n, n_prev) * 0.01",
    "1/sqrt(n)": "random.randn(n, n_prev) / np.sqrt(n_prev)",
    "He": "random.randn(n, n_prev) * np.sqrt(2.0 / n_prev)",
    "Xavier": "random.randn(n, n_prev) * np.sqrt(2.0 / (n_prev + n))",
    "zeros": "np.zeros((n, n_prev))",
}


def initialize_parameters_deep(plan: Plan) -> str:
    single = ".astype(np.float32)" if plan.h.precision == "float32" else ""
    start = INITIALIZATIONS[plan.h.initialization]
    W = f"({start}){single}" if single else start
    return code(
        "def initialize_parameters_deep(layers_dims):",
        "    random = np.random.RandomState(seed)" if "random" in start else "",
        "    parameters = {}",
        "    for layer in range(1, len(layers_dims)):",
        "        n_prev, n = layers_dims[layer - 1], layers_dims[layer]",
        f'        parameters[f"W{{layer}}"] = {W}',
        f'        parameters[f"b{{layer}}"] = np.zeros((n, 1)){single}',
        "    return parameters",
    )


def forward(plan: Plan) -> str:
    drops = bool(plan.h.keep_probs)
    said = "; D holds a mask for each layer with dropout" if drops else ""
    lines = [
        f"def L_model_forward(X, parameters{', D=()' if drops else ''}):",
        f'    """Z^[L] (n_y, m), and (A_prev, Z) of each layer{said}."""',
        "    A, caches = X, []",
    ]
    if plan.h.hidden_layers:
        lines += [
            "    for layer in range(1, L):",
            '        Z = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]  # linear_forward',
            "        caches.append((A, Z))",
            f"        A = {named(plan, 'layer')}(Z)",
        ]
    if drops:
        lines += [
            "        if layer in D:",
            "            A = A * D[layer] / keep_prob[layer]",
        ]
    lines += [
        '    ZL = parameters[f"W{L}"] @ A + parameters[f"b{L}"]',
        "    caches.append((A, ZL))",
        "    return ZL, caches",
    ]
    return code(*lines)


def compute_cost(plan: Plan) -> str:
    if plan.layers_dims[-1] == 1:
        cost = block(
            '''
            def compute_cost(ZL, Y):
                """-1/m sum(y log a + (1 - y) log(1 - a)) with a = sigmoid(z).

                That is max(z, 0) - y z + log(1 + e^-|z|): no logarithm of a probability that was
                rounded to 0 is taken.
                """
                losses = np.maximum(ZL, 0) - Y * ZL + np.log1p(np.exp(-np.abs(ZL)))
                return float(losses.mean(dtype=np.float64))
            '''
        )
    else:
        cost = block(
            '''
            def compute_cost(ZL, Y):
                """-1/m sum(y log a) with a = softmax(z), which is log(sum(e^z)) - z of the class."""
                largest = ZL.max(axis=0)
                logs = np.log(np.exp(ZL - largest).sum(axis=0)) + largest
                losses = logs - (Y * ZL).sum(axis=0)
                return float(losses.mean(dtype=np.float64))
            '''
        )
    if not plan.h.l2:
        return cost
    regularized = block(
        '''
        def compute_cost_with_regularization(ZL, Y, parameters):
            """The cost, and lambda/2m times the squared weights."""
            squares = [np.sum(np.square(parameters[f"W{layer}"])) for layer in range(1, L + 1)]
            return compute_cost(ZL, Y) + float(lambd / (2 * Y.shape[1]) * sum(squares))
        '''
    )
    return cost + "\n\n\n" + regularized


def backward(plan: Plan) -> str:
    h = plan.h
    inputs = "ZL, Y, caches, parameters" + (", D" if h.keep_probs else "")
    AL = "sigmoid(ZL)" if plan.layers_dims[-1] == 1 else "softmax(ZL)"
    pull = ' + lambd / m * parameters[f"W{layer}"]' if h.l2 else ""
    lines = [
        f"def L_model_backward({inputs}):",
        "    grads, m = {}, Y.shape[1]",
        f"    dZ = {AL} - Y  # dZ^[L] = A^[L] - Y",
        "    for layer in range(L, 0, -1):",
        "        A_prev, _ = caches[layer - 1]",
        "        # linear_backward",
        f'        grads[f"dW{{layer}}"] = dZ @ A_prev.T / m{pull}',
        '        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m',
    ]
    if h.hidden_layers:
        lines += [
            "        if layer > 1:",
            '            dA_prev = parameters[f"W{layer}"].T @ dZ',
        ]
        if h.keep_probs:
            lines += [
                "            if layer - 1 in D:",
                "                dA_prev = dA_prev * D[layer - 1] / keep_prob[layer - 1]",
            ]
        g = named(plan, "layer - 1", "_backward")
        lines.append(f"            dZ = {g}(dA_prev, caches[layer - 2][1])")
    return code(*lines, "    return grads")
