"""The exercise's own loop in its own functions, for the runs that those can make."""

from __future__ import annotations

from engine.exports.engine_code import Section
from engine.exports.plan import Plan, block, code, literal

COURSE_ITERATIONS = 100
"""They take the exercise's own time: seconds for so many on the course's photos."""


def course_section(plan: Plan) -> Section:
    """The exercise's own loop, where its functions can make this run."""
    h = plan.h
    most = min(h.num_iterations, COURSE_ITERATIONS)
    prose = (
        "The same run, function by function as in the exercise: it gives the same costs but for "
        f"rounding. As it takes longer, it goes to iteration {most:,}"
        + (f" of {h.num_iterations:,}." if most < h.num_iterations else ".")
    )
    read = (
        block(
            """
            # Pictures, labels and scaling as the hyperparameters say.
            examples = prepare(dataset, hyperparameters).examples
            train_x, train_y = examples.X, examples.Y
            """
        )
        if plan.prepared
        else block(
            """
            train_x = standardize(dataset.train_pictures)  # (n_x, m)
            train_y = dataset.train_labels  # (1, m)
            """
        )
    )
    start = f"seed={h.seed!r}, initialization={literal(h.initialization)}"
    loop = block(
        f"""
        layers_dims = {list(plan.layers_dims)}
        learning_rate = {h.learning_rate!r}
        parameters = initialize_parameters_deep(layers_dims, {start})
        course_costs = []
        for iteration in range({most + 1}):
            AL, caches = L_model_forward(train_x, parameters)
            course_costs.append(float(compute_cost(AL, train_y)))
            grads = L_model_backward(AL, train_y, caches)
            parameters = update_parameters(parameters, grads, learning_rate)

        differences = [abs(a - b) for a, b in zip(course_costs, costs)]
        print(f"Their cost after iteration {most}: {{course_costs[-1]}}")
        print(f"Largest difference to the costs above: {{max(differences):.1e}}")
        """
    )
    return Section("course", "The course's functions", prose, code(read, loop))
