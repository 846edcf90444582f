"""What is taken home: curves and settings read back equal, and programs that give a run again.

The programs are run, as files in a folder of their own, and their costs are those of `train`.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from engine import (
    DECLARED,
    Dataset,
    EngineError,
    Hyperparameters,
    load_dataset,
    train,
    train_in_stages,
)
from engine.activations import ACTIVATIONS
from engine.decays import DECAYS
from engine.errors import HyperparameterError
from engine.export import (
    configuration_json,
    curve_csv,
    curve_json,
    curves_of,
    dataset_files,
    notebook,
    numpy_script,
    read_configuration,
    script,
    stages_json,
)
from engine.initialization import INITIALIZATIONS
from engine.optimizers import OPTIMIZERS
from engine.scaling import SCALINGS
from engine.solvers.blas import one_thread
from engine.sources.course_files import read_course_files
from tests.engine.exported_programs import POINTS as OF_POINTS
from tests.engine.exported_programs import ROOT, RUNS, THREE_CLASSES, run_all, run_one
from tests.engine.plain import accepted, drawn_fields, made_up_dataset

ALL_RUNS = {**RUNS, **THREE_CLASSES, **{run: values for run, (_, values) in OF_POINTS.items()}}
KINDS = {"notebook": notebook, "script": script, "numpy": numpy_script}
COLUMNS = ["iteration", "train_cost", "test_cost", "train_accuracy", "test_accuracy"]
Table = dict[str, list[float | None]]


def file_name(run: str) -> str:
    return re.sub(r"\W+", "_", run)


def read_csv(text: str) -> Table:
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    columns = zip(*rows, strict=True)
    return {
        name: [float(field) if field else None for field in column]
        for name, column in zip(header, columns, strict=True)
    }


# Curves


@pytest.mark.parametrize("run", ["the course's", "mini-batches", "every third iteration"])
def test_csv_and_json_hold_the_run_to_the_digit(run: str) -> None:
    steps = list(train(Hyperparameters(**RUNS[run]), made_up_dataset(m=20, m_test=8)))
    text = curve_csv(steps)
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    assert "\n" not in text.replace("\r\n", "")
    table = read_csv(text)
    assert json.loads(curve_json(steps)) == table
    costs = np.concatenate([step.costs for step in steps])
    assert table["train_cost"] == costs.tolist()
    assert table["iteration"][-1] == steps[-1].iteration
    for name in COLUMNS[2:]:
        told = {step.iteration: getattr(step, name) for step in steps}
        assert table[name] == [told.get(int(i or 0)) for i in table["iteration"]]


def test_curves_as_the_page_keeps_them() -> None:
    curves = {
        "train": (np.array([0.0, 1.0, 2.0]), np.array([0.7, 0.1 + 0.2, math.nan])),
        "test": ([0, 2], [0.8, math.inf]),
        'a "name", of someone': ([2], [1]),
    }
    text = curve_csv(curves)
    assert json.loads(curve_json(curves)) == read_csv(text)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == [*COLUMNS, 'a "name", of someone']
    assert rows[1] == ["1", "0.30000000000000004", "", "", "", ""]
    assert rows[2] == ["2", "", "", "", "", "1.0"]
    assert curve_csv({}) == ",".join(COLUMNS) + "\r\n"


def test_curves_are_made_from_a_generator_of_steps() -> None:
    h, dataset = Hyperparameters(**RUNS["the course's"]), made_up_dataset()
    assert curve_csv(train(h, dataset)) == curve_csv(curves_of(train(h, dataset)))


# Configurations


@given(drawn_fields())
@settings(max_examples=60)
def test_a_configuration_reads_back_equal(values: dict[str, Any]) -> None:
    h = accepted(values)
    text = configuration_json(h, 'of "someone" \ud800 🐈', "0" * 64)
    assert read_configuration(text) == h
    assert json.loads(text)["dataset"] == {"name": 'of "someone" \ud800 🐈', "digest": "0" * 64}


def changed(**values: Any) -> str:
    told = json.loads(configuration_json(Hyperparameters(), "course", "0"))
    return json.dumps({**told, **values})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[" * 50_000,
        '{"a":' * 20_000,
        "9" * 50_000,
        " " * 200_000,
        "\ud800\0\u202e",
        "<html>\n\n</html>",
        changed(format="hyperdial-model-1"),
        changed(format=["hyperdial-configuration-1"]),
        changed(hyperparameters=[]),
        changed(hyperparameters={"__class__": 1}),
        changed(hyperparameters={"learning_rate": "0.1"}),
        changed(hyperparameters={"learning_rate": math.nan}),
        changed(hyperparameters={"learning_rate": True}),
        changed(hyperparameters={"hidden_layers": [[[]]] * 5}),
        changed(hyperparameters={"hidden_layers": {"0": 1}}),
        changed(hyperparameters={"seed": 10**4000}),
        changed(hyperparameters={"activations": ["relu"] * 9000}),
        '{"format": "hyperdial-configuration-1", "hyperparameters": {"seed": 1, "seed": 2}}',
    ],
    ids=lambda text: repr(text[:30]),
)
def test_a_hostile_configuration_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(EngineError) as caught:
        read_configuration(text)
    sentence = str(caught.value)
    assert len(sentence) < 700
    assert sentence.isprintable()


# Datasets as files


def test_a_dataset_as_files_is_read_back_equal(tmp_path: Path) -> None:
    dataset = made_up_dataset(side=9)
    for part, data in zip(("train", "test"), dataset_files(dataset), strict=True):
        (tmp_path / f"{part}_catvnoncat.h5").write_bytes(data)
    assert read_course_files(tmp_path).digest == dataset.digest


# Programs, run


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Dataset, Dataset]:
    """The folder with course files of a small dataset, that dataset, and one of three classes."""
    folder = tmp_path_factory.mktemp("catvnoncat")
    small = made_up_dataset(m=20, m_test=8, side=16)
    for part, data in zip(("train", "test"), dataset_files(small), strict=True):
        (folder / f"{part}_catvnoncat.h5").write_bytes(data)
    three = made_up_dataset(m=19, m_test=7, side=9, classes=3)
    return folder, read_course_files(folder), three


@pytest.fixture(scope="module", params=list(KINDS))
def exported(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    datasets: tuple[Path, Dataset, Dataset],
) -> tuple[str, Path]:
    """A kind of program, and the folder in which one of each run was written and run."""
    kind, folder = request.param, tmp_path_factory.mktemp(request.param)
    place, small, three = datasets
    for run, values in ALL_RUNS.items():
        name = file_name(run)
        dataset = small
        if run in OF_POINTS:  # the programs make the points again, or hold them
            dataset = load_dataset(OF_POINTS[run][0])
        elif run in THREE_CLASSES:
            # A notebook takes no arguments: it finds the files under the dataset's name.
            dataset = replace(three, name=name)
            names = f"train_{name}.h5", f"test_{name}.h5"
        else:
            names = f"{name}_train.h5", f"{name}_test.h5"
        if run in THREE_CLASSES or (kind == "numpy" and run not in OF_POINTS):
            for written, data in zip(names, dataset_files(dataset), strict=True):
                (folder / written).write_bytes(data)
        suffix = ".ipynb" if kind == "notebook" else ".py"
        text = KINDS[kind](Hyperparameters(**values), dataset)
        (folder / name).with_suffix(suffix).write_text(text, encoding="utf-8")
    if kind == "numpy":
        run_all(kind, folder)
    else:
        run_all(kind, folder, PYTHONPATH=str(ROOT), HYPERDIAL_DATA=str(place))
    return kind, folder


@pytest.fixture(scope="module")
def tables(datasets: tuple[Path, Dataset, Dataset]) -> dict[str, str]:
    """The curve of each run by `train` as CSV."""
    _, small, three = datasets
    data = {run: three if run in THREE_CLASSES else small for run in ALL_RUNS}
    data |= {run: load_dataset(name) for run, (name, _) in OF_POINTS.items()}
    with one_thread():
        return {
            run: curve_csv(train(Hyperparameters(**v), data[run])) for run, v in ALL_RUNS.items()
        }


@pytest.mark.parametrize("run", ALL_RUNS)
def test_an_exported_program_gives_the_run_again(
    run: str, exported: tuple[str, Path], tables: dict[str, str]
) -> None:
    kind, folder = exported
    path = folder / file_name(run)
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert "error" not in told, told["error"]
    table = read_csv(tables[run])
    printed = re.findall(r"^Cost after iteration (\d+): (\S+)$", told["printed"], re.MULTILINE)
    last = int(table["iteration"][-1] or 0)
    assert int(printed[0][0]) == 0
    if kind == "numpy":
        assert not told["engine"]
        with path.with_suffix(".csv").open(newline="") as file:
            check_close(run, read_csv(file.read()), table)
        assert int(printed[-1][0]) == last
        return
    if kind == "script":
        with path.with_suffix(".csv").open(newline="") as file:
            assert file.read() == tables[run]
    else:
        assert curve_csv(told["curves"]) == tables[run]
        assert told["traces"] == 2
    costs = dict(zip(table["iteration"], table["train_cost"], strict=True))
    for iteration, cost in printed:
        known = costs[int(iteration)]
        # An empty field stands for the cost that ended a run, which is no number.
        assert float(cost) == known if known is not None else not math.isfinite(float(cost))
    check_course_loop(run, told["printed"])


def check_close(run: str, found: Table, table: Table) -> None:
    """The NumPy script's numbers: the run's but for rounding."""
    assert found["iteration"] == table["iteration"]
    single = "float32" in run
    ends = slice(-1) if run == "diverging" else slice(None)
    for name, column in table.items():
        assert [v is None for v in found[name][ends]] == [v is None for v in column[ends]]
        pairs = [
            (a, b)
            for a, b in zip(found[name][ends], column[ends], strict=True)
            if a is not None and b is not None
        ]
        values, wanted = (np.array(side) for side in zip(*pairs, strict=True))
        np.testing.assert_allclose(values, wanted, rtol=1e-4 if single else 1e-9, err_msg=name)


# Of the runs here, those that the exercise's own functions can make.
COURSE_RUNS = {
    "the course's",
    "0.01",
    "He",
    "logistic regression",
    "fewer pictures",
    "smaller pictures",
    "pictures of their own size",
    "wrong labels",
    "zero-centred",
    "standardized",
    "every third iteration",
    "points",
}


def check_course_loop(run: str, printed: str) -> None:
    found = re.search(r"^Largest difference to the costs above: (\S+)$", printed, re.MULTILINE)
    assert (found is not None) == (run in COURSE_RUNS)
    if found is not None:
        assert float(found[1]) < 1e-9


def test_the_runs_cover_every_hyperparameter() -> None:
    runs = [Hyperparameters(**values) for values in ALL_RUNS.values()]
    for name, declared in DECLARED.items():
        assert any(getattr(h, name) != declared.default for h in runs), name
    for registry, name in (
        (INITIALIZATIONS, "initialization"),
        (OPTIMIZERS, "optimizer"),
        (DECAYS, "decay"),
        (SCALINGS, "scaling"),
    ):
        assert {getattr(h, name) for h in runs} == set(registry)
    assert {g for h in runs for g in h.activation_of_each_layer} == set(ACTIVATIONS)


def test_early_stopping_and_divergence_were_among_them(tables: dict[str, str]) -> None:
    for run in ("early stopping", "early stopping of batches", "diverging"):
        assert read_csv(tables[run])["iteration"][-1] < RUNS[run]["num_iterations"]


def test_each_kind_by_itself_on_the_small_course_files(
    small_course_folder: Path, tmp_path: Path
) -> None:
    h, dataset = Hyperparameters(num_iterations=20), read_course_files(small_course_folder)
    (tmp_path / "with_engine.py").write_text(script(h, dataset), encoding="utf-8")
    (small_course_folder / "plain.py").write_text(numpy_script(h, dataset), encoding="utf-8")
    words = ["--output", "curve.csv", "--chart", "chart.html"]
    places = {"PYTHONPATH": str(ROOT), "HYPERDIAL_DATA": str(small_course_folder)}
    printed = run_one(tmp_path / "with_engine.py", *words, **places)
    with one_thread():
        *_, last = train(h, dataset)
    assert f"Cost after iteration 20: {last.cost}\n" in printed
    assert f"Test accuracy: {last.test_accuracy}\n" in printed
    assert "Plotly" in (tmp_path / "chart.html").read_text(encoding="utf-8")
    # Beside the course's files it finds them by their names.
    printed = run_one(small_course_folder / "plain.py")
    assert f"Training accuracy: {last.train_accuracy}\n" in printed


def test_other_pictures_are_told(small_course_folder: Path, tmp_path: Path) -> None:
    h, dataset = Hyperparameters(num_iterations=2), made_up_dataset(side=16)
    (tmp_path / "p.py").write_text(script(h, replace(dataset, name="course")), encoding="utf-8")
    with pytest.raises(AssertionError, match="not the pictures that the run was made with"):
        run_one(tmp_path / "p.py", PYTHONPATH=str(ROOT), HYPERDIAL_DATA=str(small_course_folder))


def test_the_courses_run_on_its_photos(course_folder: Path, tmp_path: Path) -> None:
    h, dataset = Hyperparameters(num_iterations=200), read_course_files(course_folder)
    with one_thread():
        wanted = curve_csv(train(h, dataset))
    (tmp_path / "with_engine.py").write_text(script(h, dataset), encoding="utf-8")
    (tmp_path / "plain.py").write_text(numpy_script(h, dataset), encoding="utf-8")
    (tmp_path / "run.ipynb").write_text(notebook(h, dataset), encoding="utf-8")
    places = {"PYTHONPATH": str(ROOT), "HYPERDIAL_DATA": str(course_folder)}
    printed = run_one(tmp_path / "with_engine.py", "--output", "curve.csv", **places)
    with (tmp_path / "curve.csv").open(newline="") as file:
        assert file.read() == wanted
    check_course_loop("the course's", printed)
    files = [str(course_folder / f"{part}_catvnoncat.h5") for part in ("train", "test")]
    run_one(tmp_path / "plain.py", *files, "--output", "plain.csv")
    with (tmp_path / "plain.csv").open(newline="") as file:
        check_close("the course's", read_csv(file.read()), read_csv(wanted))
    run_all("notebook", tmp_path, **places)
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert curve_csv(told["curves"]) == wanted


def test_what_the_data_cannot_give_is_refused() -> None:
    for make in KINDS.values():
        with pytest.raises(HyperparameterError, match="mini_batch"):
            make(Hyperparameters(mini_batch=500), made_up_dataset())


# Programs, read

HOSTILE = [
    '"""\nraise SystemExit(1)\n"""',
    "'); open('harm', 'w'); ('",
    '"); open("harm", "w"); ("',
    "\\",
    '\\"""\\\'\\',
    "{0} {x!r} %s ${HOME} \\N{DEGREE SIGN}",
    "a\rb\nraise SystemExit(1)\u2028c\x85d\x0ce\0f",
    "\u202eright to left\ud800",
    "` <script>alert(1)</script> ``` $x$ [a](javascript:alert(1)) | b",
    "../../etc/passwd",
    "🐈" * 200,
    "",
    "course\0",
]


def codes(h: Hyperparameters, dataset: Dataset) -> list[str]:
    cells = json.loads(notebook(h, dataset))["cells"]
    told = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [script(h, dataset), numpy_script(h, dataset), *told]


def without_texts(source: str) -> str:
    """The program's syntax tree, every text in it left out."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("run", ["the course's", "all at once"])
def test_a_hostile_name_never_becomes_code(text: str, run: str) -> None:
    h, plain = Hyperparameters(**RUNS[run]), made_up_dataset(m=20, m_test=8, side=16)
    hostile = replace(plain, name=text, classes=(text, text + "2"))
    for source, same in zip(codes(h, hostile), codes(h, plain), strict=True):
        source.encode()
        assert without_texts(source) == without_texts(same)
    for cell in json.loads(notebook(h, hostile))["cells"]:
        if cell["cell_type"] == "markdown":
            prose = re.sub(r"`[^`]*`", "", "".join(cell["source"]))
            assert not re.search(r"[<`$]|\]\(", prose)


def test_a_hostile_program_does_no_harm_when_run(tmp_path: Path) -> None:
    name = "\"); open('harm', 'w'); (\""
    dataset = replace(made_up_dataset(), name=name, classes=(name, "'); open('harm', 'w')"))
    for part, data in zip(("train", "test"), dataset_files(dataset), strict=True):
        (tmp_path / f"{part}.h5").write_bytes(data)
    h = Hyperparameters(num_iterations=3)
    for kind in ("script", "numpy"):
        path = tmp_path / f"of_{kind}.py"
        path.write_text(KINDS[kind](h, dataset), encoding="utf-8")
        run_one(path, "train.h5", "test.h5", PYTHONPATH=str(ROOT))
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("run", ALL_RUNS)
def test_notebooks_are_valid_and_stay_the_same(run: str) -> None:
    h = Hyperparameters(**ALL_RUNS[run])
    dataset = made_up_dataset(m=20, m_test=8, side=16)
    text = notebook(h, dataset)
    assert text == notebook(h, dataset)
    told = json.loads(text)
    assert set(told) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (told["nbformat"], told["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in told["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in told["cells"]:
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert all(line.endswith("\n") for line in cell["source"][:-1])
        keys = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            keys |= {"execution_count", "outputs"}
        assert set(cell) == keys


@pytest.mark.parametrize("run", ALL_RUNS)
def test_programs_are_readable_and_hold_only_what_they_need(run: str) -> None:
    h = Hyperparameters(**ALL_RUNS[run])
    dataset = made_up_dataset(m=20, m_test=8, side=16, classes=3 if run in THREE_CLASSES else 2)
    sources = codes(h, dataset)
    for source in sources:
        assert max(len(line) for line in source.splitlines()) <= 110
    plain = ast.parse(sources[1])
    names = {node.id for node in ast.walk(plain) if isinstance(node, ast.Name)}
    for defined in plain.body:
        if isinstance(defined, ast.FunctionDef):
            assert defined.name in names, f"{defined.name} is never called"
        elif isinstance(defined, ast.Import | ast.ImportFrom):
            assert {alias.asname or alias.name for alias in defined.names} <= names
    assert ("Pillow" in sources[1]) == (h.picture_size not in (0, 16))


def test_the_programs_of_a_branch_change_the_settings_where_it_did(tmp_path: Path) -> None:
    trunk = Hyperparameters(hidden_layers=(4,), num_iterations=60)
    stages = [(0, trunk), (20, trunk.with_changes(learning_rate=0.03)), (40, trunk)]
    data = load_dataset("drawn")
    (tmp_path / "branch.py").write_text(script(stages, data), encoding="utf-8")
    run_one(tmp_path / "branch.py", "--output", "branch.csv", PYTHONPATH=str(ROOT))
    with one_thread():
        wanted = curve_csv(train_in_stages(stages, data))
    assert (tmp_path / "branch.csv").read_bytes().decode() == wanted
    assert "train_in_stages(stages, dataset)" in notebook(stages, data)
    assert "in the last of its stages" in notebook(stages, data)
    settings_file = json.loads(stages_json(stages, data.name, data.digest))
    assert [stage["from"] for stage in settings_file["stages"]] == [0, 20, 40]
    assert settings_file["stages"][1]["hyperparameters"]["learning_rate"] == 0.03
    with pytest.raises(EngineError, match="unknown format"):
        read_configuration(stages_json(stages, data.name, data.digest))


def test_the_plain_script_without_its_files_says_which_it_wants(
    small_course_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "plain_numpy.py"
    dataset = read_course_files(small_course_folder)
    path.write_text(numpy_script(Hyperparameters(**RUNS["the course's"]), dataset), "utf-8")
    ended = subprocess.run(
        [sys.executable, path.name], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert ended.stderr.endswith("name the training and the test file, as HDF5\n")
