"""Plain NumPy code for a run's loop: forward, cost, backward, update, and when it is over."""

from __future__ import annotations

import textwrap

from engine.exports.plan import Plan, block, code

# What update_parameters is given besides, and what that starts as.
MEMORY = {
    "gradient descent": ("", ""),
    "momentum": (", v", "v = {}"),
    "RMSprop": (", s", "s = {}"),
    "Adam": (", v, s, iteration + 1", "v, s = {}, {}"),
}


def cost_code(plan: Plan) -> str:
    if plan.h.l2:
        return "cost = compute_cost_with_regularization(ZL, train_y, parameters)"
    return "cost = compute_cost(ZL, train_y)"


def report(plan: Plan) -> str:
    """The test cost and the accuracies, with the cost into `curve`; and whether the run is over."""
    stop = """
        # Early stopping
        if test_cost < best_cost:
            best_cost, best_iteration = test_cost, iteration
        over = over or iteration - best_iteration >= patience
        """
    return code(
        "test_ZL, _ = L_model_forward(test_x, parameters)",
        "test_cost = compute_cost(test_ZL, test_y)",
        "accuracies = [accuracy(ZL, train_y), accuracy(test_ZL, test_y)]",
        "curve.append([iteration, cost, test_cost, *accuracies])",
        "over = iteration == num_iterations or not math.isfinite(cost)",
        block(stop) if plan.h.patience else "",
        f"if over or iteration % {10 * plan.report_every} == 0:",
        '    print(f"Cost after iteration {iteration}: {cost}")',
        "if over:",
        "    break",
    )


def whole_set(plan: Plan) -> str:
    """An iteration that sees all: its forward pass tells the cost."""
    every, look = plan.report_every, report(plan)
    if every > 1:
        look = code(
            f"if iteration % {every} and iteration < num_iterations and math.isfinite(cost):",
            "    curve.append([iteration, cost, math.nan, math.nan, math.nan])",
            "else:",
            indented(look),
        )
    return code(
        "ZL, caches = L_model_forward(train_x, parameters)",
        cost_code(plan),
        look,
        "grads = L_model_backward(ZL, train_y, caches, parameters)",
    )


def part_of_the_set(plan: Plan) -> str:
    """An iteration that sees a mini-batch, or drops units: the cost takes a pass of its own."""
    h, every = plan.h, plan.report_every
    look = code("ZL, _ = L_model_forward(train_x, parameters)", cost_code(plan), report(plan))
    if every > 1:
        look = f"if iteration % {every} == 0 or iteration == num_iterations:\n" + indented(look)
    X, Y, D = "train_x", "train_y", ", D" if h.keep_probs else ""
    batch = ""
    if h.mini_batch:
        X, Y, batch = (
            "X",
            "Y",
            block(
                """
            batch = random_mini_batch(m, iteration)
            X, Y = train_x[:, batch], train_y[:, batch]
            """
            ),
        )
    return code(
        look,
        batch,
        f"D = dropout_masks(iteration, {X}.shape[1])" if D else "",
        f"ZL, caches = L_model_forward({X}, parameters{D})",
        f"grads = L_model_backward(ZL, {Y}, caches, parameters{D})",
    )


def loop(plan: Plan) -> str:
    """From train_x, train_y, test_x, test_y to `curve`, a row for each known cost."""
    h = plan.h
    given, start = MEMORY[h.optimizer]
    epoch = "iteration // math.ceil(m / mini_batch_size)" if h.mini_batch else "iteration"
    alpha = "alpha" if h.decay != "none" else "learning_rate"
    iteration = part_of_the_set(plan) if plan.stochastic else whole_set(plan)
    return code(
        "m = train_x.shape[1]" if h.mini_batch else "",
        "parameters = initialize_parameters_deep(layers_dims)",
        start,
        "best_cost, best_iteration = math.inf, 0" if h.patience else "",
        "curve = []",
        "for iteration in range(num_iterations + 1):",
        indented(iteration),
        f"    alpha = update_lr({epoch})" if h.decay != "none" else "",
        f"    parameters = update_parameters(parameters, grads, {alpha}{given})",
    )


def indented(text: str) -> str:
    return textwrap.indent(text, "    ")
