"""The run in a few sections, each some prose and its code, for a notebook or a script.

Both are made from these, so they cannot drift apart.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from engine.exports.plan import WIDTH, Plan, block, code, literal, span
from engine.hyperparameters import DECLARED, Hyperparameters

ALWAYS_TOLD = ("hidden_layers", "learning_rate", "num_iterations", "initialization", "seed")


@dataclass(frozen=True)
class Section:
    """key: stays the same for one kind of section, as a notebook's cells need names that stay."""

    key: str
    title: str
    prose: str
    code: str


def read_files_code(plan: Plan) -> str:
    return block(
        f'''
        def read_dataset(train_file, test_file):
            """The dataset in two HDF5 files like the course's."""
            arrays = []
            for file_name, part in ((train_file, "train"), (test_file, "test")):
                with h5py.File(file_name, "r") as file:
                    arrays.append(file[f"{{part}}_set_x"][:])
                    arrays.append(file[f"{{part}}_set_y"][:].reshape(1, -1))
                    classes = tuple(name.decode().strip() for name in file["list_classes"][:])
            return Dataset({literal(plan.name)}, *arrays, classes)
        '''
    )


def data_section(plan: Plan, files: str) -> Section:
    """files: the code for the two file names, where the data is not known by name."""
    what = " and ".join((", ".join(map(span, plan.classes[:-1])), span(plan.classes[-1])))
    count = len(plan.classes)
    labels = "0 or 1" if count == 2 else f"from 0 to {count - 1}"
    prose = (
        f"The dataset {span(plan.name)} holds points of the plane, {what}, with labels y {labels}, "
        "in this order. Each point becomes a column of its two coordinates."
        if plan.points
        else f"The dataset {span(plan.name)} holds pictures of {what}, with labels y {labels}, in "
        "this order. As in the exercise, each picture becomes a column of pixels divided by 255."
    )
    if plan.prepared:
        prose += " The hyperparameters say what else is done to the data."
    load = f"load_dataset({literal(plan.name)})" if plan.known else f"read_dataset({files})"
    check = block(
        f"""
        if dataset.digest != "{plan.digest}":
            raise ValueError("These are not the {plan.noun}s that the run was made with.")
        """
    )
    facts = block(
        f"""
        print(f"Number of training examples: {{dataset.m_train}}")
        print(f"Number of test examples: {{dataset.m_test}}")
        print(f"Each {plan.noun} is of shape: {{dataset.train_pictures.shape[1:]}}")
        """
    )
    return Section("data", "The data", prose, code(f"dataset = {load}", check, facts))


def settings_section(plan: Plan) -> Section:
    prose = (
        f"The network has layers_dims = {list(plan.layers_dims)}: "
        f"{plan.layers_dims[0]:,} inputs, the hidden layers, and the output layer. "
        "What is not named here has its usual value."
    )
    body = f"hyperparameters = {settings_code(plan.h)}"
    if plan.changes:
        prose += (
            " They change on the way: each of the stages goes on from its iteration with its own."
        )
        listed = ",\n".join(f"({begin}, {settings_code(h)})" for begin, h in plan.stages)
        body = f"stages = [\n{textwrap.indent(listed, '    ')},\n]"
    return Section("settings", "The hyperparameters", prose, body)


def settings_code(h: Hyperparameters) -> str:
    told = {
        name: getattr(h, name)
        for name, declared in DECLARED.items()
        if name in ALWAYS_TOLD or getattr(h, name) != declared.default
    }
    given = "\n".join(f"    {name}={literal(value)}," for name, value in told.items())
    return f"Hyperparameters(\n{given}\n)"


def training_section(plan: Plan) -> Section:
    known = (
        "The cost of the whole training set is computed at each report, as an iteration sees only "
        "a part of it or of the network."
        if plan.stochastic
        else "The training cost is known after every update; the test set is looked at "
        + ("now and then." if plan.changes else f"every {plan.report_every:,} iterations.")
    )
    prose = (
        "Each iteration is forward propagation, the cost, backward propagation, and an update of "
        f"the parameters. {known}"
    )
    steps = "train_in_stages(stages" if plan.changes else "train(hyperparameters"
    body = block(
        f"""
        iterations, costs = [], []
        reports, test_costs, train_accuracies, test_accuracies = [], [], [], []
        for step in {steps}, dataset):
            iterations += range(step.iteration - len(step.costs) + 1, step.iteration + 1)
            costs += step.costs.tolist()
            reports.append(step.iteration)
            test_costs.append(step.test_cost)
            train_accuracies.append(step.train_accuracy)
            test_accuracies.append(step.test_accuracy)
            if len(reports) % 10 == 1 or step.status != "running":
                print(f"Cost after iteration {{step.iteration}}: {{step.cost}}")
        """
    )
    return Section("training", "Training", prose, body)


def figure_section(plan: Plan, shown: str) -> Section:
    """shown: the code that shows or keeps the figure."""
    rates = ", then ".join(dict.fromkeys(repr(h.learning_rate) for _, h in plan.stages))
    body = block(
        f"""
        figure = go.Figure()
        figure.add_scatter(x=iterations, y=costs, name="training cost")
        figure.add_scatter(x=reports, y=test_costs, name="test cost", line_dash="dash")
        figure.update_layout(
            title="Learning rate = {rates}",
            xaxis_title="iterations",
            yaxis_title="cost",
        )
        """
    )
    prose = "The cost falls as the network learns; where the test cost rises again, it overfits."
    return Section("curve", "The learning curve", prose, code(body, shown))


def accuracy_section(plan: Plan) -> Section:
    body = block(
        f"""
        print(f"Training accuracy: {{step.train_accuracy}}")
        print(f"Test accuracy: {{step.test_accuracy}}")
        low, high = interval(step.test_accuracy, dataset.m_test)
        share = f"{{low:.0%}} to {{high:.0%}} (95 % interval)"
        print(f"As the test {plan.noun}s are {{dataset.m_test}}: {{share}}")
        if step.message:
            print(step.message)
        """
    )
    prose = f"The share of {plan.noun}s whose prediction is their label."
    return Section("accuracy", "Accuracy", prose, body)


def imported_names(plan: Plan) -> str:
    """The imports that the sections need."""
    names = ["Hyperparameters", "train_in_stages" if plan.changes else "train"]
    names += ["load_dataset"] if plan.known else ["Dataset"]
    if plan.course_can:
        names += ["L_model_backward", "L_model_forward", "compute_cost"]
        names += ["initialize_parameters_deep", "update_parameters"]
        names += [] if plan.prepared else ["standardize"]
    names.sort(key=import_order)
    imported = f"from engine import {', '.join(names)}"
    if len(imported) > WIDTH:
        imported = "from engine import (\n" + "".join(f"    {name},\n" for name in names) + ")"
    return code(
        "" if plan.known else "import h5py",
        "import plotly.graph_objects as go",
        f"\n{imported}",
        "from engine.evaluation import interval",
        "from engine.preparation import prepare" if plan.course_can and plan.prepared else "",
    )


def import_order(name: str) -> tuple[bool, str]:
    return not name[0].isupper(), name
