"""Who may import whom: the engine knows nothing of the page, and what runs beside the page neither."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
DASHBOARD = sorted((ROOT / "dashboard").rglob("*.py"))
VIEWS = sorted((ROOT / "dashboard" / "views").glob("*.py"))

# They run in worker processes, or hold what must not depend on a browser's session.
WITHOUT_STREAMLIT = ["charts", "live_run", "workers", "worker", "thinning", "job", "messages"]
WITHOUT_STREAMLIT += ["own_import", "importer", "import_messages", "survey_html"]
MAY_PRINT = {
    "course.py",
    "commands.py",
    "import_commands.py",
    "sweep_commands.py",
    "sweep_report.py",
    "__main__.py",
}


def name_of(path: Path) -> str:
    """`engine/solvers/gram.py` as `engine.solvers.gram`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions, in full (`from a import b`: a, a.b)."""
    package = name_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def broken(paths: list[Path], *forbidden: str) -> list[str]:
    return sorted(
        f"{name_of(path)} imports {module}"
        for path in paths
        for module in imports(path)
        if any(within(module, package) for package in forbidden)
    )


def test_the_walk_sees_every_kind_of_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pack").mkdir()
    file = tmp_path / "pack" / "a.py"
    file.write_text(
        "import one.two\nfrom three import four as f\nfrom . import b\nfrom .c import d\n"
        "def late():\n    import five\n"
    )
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert set(imports(file)) == {
        "one.two", "three", "three.four", "pack", "pack.b", "pack.c", "pack.c.d", "five",
    }  # fmt: skip
    assert broken([file], "three") == ["pack.a imports three", "pack.a imports three.four"]
    assert broken([file], "fiv", "one.tw") == []


def test_there_is_something_to_look_at() -> None:
    assert len(ENGINE) > 15
    assert len(DASHBOARD) > 5
    assert len(VIEWS) > 1


def test_the_engine_knows_nothing_of_the_page() -> None:
    assert broken(ENGINE, "dashboard", "streamlit", "pandas") == []


def test_only_the_figure_of_the_engine_needs_plotly() -> None:
    others = [p for p in ENGINE if p.name not in ("mislabeled_figure.py", "course.py")]
    assert broken(others, "plotly") == []


def test_workers_and_charts_know_nothing_of_streamlit() -> None:
    paths = [ROOT / "dashboard" / f"{name}.py" for name in WITHOUT_STREAMLIT]
    assert [p.name for p in paths if not p.exists()] == []
    paths += (ROOT / "dashboard").glob("run*.py")
    for package in ("store", "sweeping"):
        paths += (ROOT / "dashboard" / package).glob("*.py")
    assert broken(paths, "streamlit") == []


def test_a_worker_process_loads_no_streamlit() -> None:
    """Neither by way of another module: it would cost each of them half a second and 100 MB."""
    assert loaded_by("dashboard.worker") & {"streamlit", "pandas", "plotly"} == set()


def attributes(paths: Iterable[Path]) -> Iterator[tuple[str, ast.Attribute]]:
    """Every `something.name` that stands in these files, with the module it stands in."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                yield name_of(path), node


def test_the_page_needs_no_pandas() -> None:
    """Which takes half a second of the server's start and 60 MB; Streamlit imports it for these."""
    assert broken(DASHBOARD, "pandas") == []
    tables = ("table", "dataframe", "data_editor", "line_chart", "bar_chart")
    assert [
        f"{name}: st.{node.attr}"
        for name, node in attributes(DASHBOARD)
        if isinstance(node.value, ast.Name) and node.value.id == "st" and node.attr in tables
    ] == []


def test_only_the_session_touches_the_session_state() -> None:
    found = {name for name, node in attributes(DASHBOARD) if node.attr == "session_state"}
    assert found <= {"dashboard.session"}


def test_views_never_import_one_another() -> None:
    views = {name_of(path) for path in VIEWS if path.name != "__init__.py"}
    for path in VIEWS:
        others = views - {name_of(path)}
        assert broken([path], *others) == []


def test_nothing_imports_the_app_or_the_page() -> None:
    assert broken([*ENGINE, *DASHBOARD], "dashboard.app", "dashboard.page") == []


def loaded_by(module: str) -> set[str]:
    """The top-level modules that importing `module` loads, in a process of its own."""
    program = (
        f"import sys, json, {module}; print(json.dumps([m.partition('.')[0] for m in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_importing_the_engine_is_light() -> None:
    found = loaded_by("engine")
    assert found & {"plotly", "streamlit", "h5py", "pandas", "PIL", "tqdm", "dashboard"} == set()
    assert "numpy" in found


def prints(tree: ast.AST) -> bool:
    """Whether a library call may print: what a file does as a program of its own does not count."""
    if isinstance(tree, ast.FunctionDef) and tree.name == "main":
        return False
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "print":
        return True
    return any(map(prints, ast.iter_child_nodes(tree)))


def test_the_engine_prints_only_where_it_should() -> None:
    printing = {p.name for p in ENGINE if prints(ast.parse(p.read_text(encoding="utf-8")))}
    assert printing <= MAY_PRINT


def test_the_engine_never_touches_numpys_global_random_state() -> None:
    allowed = {"RandomState", "default_rng", "Generator", "SeedSequence", "PCG64", "Philox"}
    used = {
        f"{name} uses np.random.{node.attr}"
        for name, node in attributes(ENGINE)
        if isinstance(node.value, ast.Attribute)
        and node.value.attr == "random"
        and node.attr not in allowed
    }
    assert used == set()


def test_training_swallows_no_error() -> None:
    """What goes wrong in a run is told by its Steps, or raised; nothing there catches anything."""
    names = ("training", "snapshots", "preparation", "inspection", "optimizers", "outputs")
    solving = [ROOT / "engine" / f"{name}.py" for name in names]
    for path in (*solving, *(ROOT / "engine" / "solvers").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)], path
