"""Looking for the cliff in a process: found once for all learning rates, and told in words."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator

import pytest
from searching import BASE, UNTIL_STOPPED, outcome, saying, wait_until

from dashboard.notches import stops
from dashboard.sweeping.child import cliff_command
from dashboard.sweeping.cliff_figures import (
    cliff_figure,
    cliff_summary,
    danger_begins,
    danger_text,
)
from dashboard.sweeping.cliffs import Cliff, Cliffs, CliffSearch, State, cliff_key
from engine.dataset import Dataset
from engine.fields import Real
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.trials import Outcome

DEAD = "Every unit of hidden layer 2 was dead by iteration 20: it outputs 0 for every example."
RATES = (0.001, 0.01, 0.03, 0.04, 0.1, 1.0)


def ended(rate: float) -> Outcome:
    """Holds up to 0.03 and again at 0.1; between it a layer dies, and beyond it diverges."""
    h = BASE.with_changes(learning_rate=rate)
    if rate in (0.001, 0.01, 0.03, 0.1):
        return outcome(h, 0.8 + rate)
    if rate == 0.04:
        return Outcome(h.to_text(), "dead", DEAD, 10, 0.64, curve=((0, 10), (0.7, 0.64)))
    return Outcome(h.to_text(), "diverged", "The cost is no number.")


def told(stable: float | None = 0.03, broken: float | None = 0.04) -> str:
    tried = [{"learning_rate": rate, **ended(rate).to_dict()} for rate in RATES]
    return json.dumps(
        {"stable": stable, "broken": broken, "sentence": "It is there.", "tried": tried}
    )


@pytest.fixture
def cliff() -> Cliff:
    return Cliff.from_event(json.loads(told()))


@contextlib.contextmanager
def found_by(*command: str, most: int = 2) -> Iterator[Cliffs]:
    cliffs = Cliffs(most, lambda h, name: command)
    try:
        yield cliffs
    finally:
        cliffs.close()


def wait_for(search: CliffSearch, state: State) -> None:
    wait_until(lambda: search.state == state)


# --- the process


def test_the_learning_rate_does_not_matter_for_the_cliff_and_all_else_does(
    dataset: Dataset,
) -> None:
    def key(**changes: object) -> str:
        return cliff_key(BASE.with_changes(**changes), dataset.digest)

    assert key(learning_rate=0.5) == key(learning_rate=0.001)
    assert len({key(), key(seed=2), key(num_iterations=20), key(hidden_layers=(5,))}) == 4
    assert cliff_key(BASE, "another dataset") != key()


def test_a_cliff_is_found_once_and_known_at_every_learning_rate(dataset: Dataset) -> None:
    progress = json.dumps({"done": 16, "total": 48})
    with found_by(*saying(progress, told())) as cliffs:
        assert cliffs.of(BASE, dataset.digest) is None
        search = cliffs.start(BASE, dataset)
        wait_for(search, "found")
        assert (search.done, search.total) == (16, 48)
        again = BASE.with_changes(learning_rate=1.0)
        assert cliffs.start(again, dataset) is cliffs.of(again, dataset.digest) is search
        assert search.found is not None
        assert search.found.stable == 0.03
        assert cliffs.of(BASE.with_changes(seed=2), dataset.digest) is None


@pytest.mark.parametrize(
    ("lines", "then", "sentence"),
    [
        ([], "import os; os.kill(os.getpid(), 9)", "ended unexpectedly"),
        ([], "raise RuntimeError('with a traceback')", "ended unexpectedly"),
        ([], "sys.exit('The data are not there.')", "The data are not there."),
        (["no JSON"], "", "cannot be read"),
        (['{"tried": 3}'], "", "cannot be read"),
        ([], "", "Nothing was found"),
    ],
)
def test_a_process_that_fails_leaves_one_sentence_and_can_be_tried_again(
    dataset: Dataset, lines: list[str], then: str, sentence: str
) -> None:
    with found_by(*saying(*lines, then=then)) as cliffs:
        search = cliffs.start(BASE, dataset)
        wait_for(search, "failed")
        assert sentence in search.problem
        assert "Traceback" not in search.problem
        assert "\n" not in search.problem
        assert cliffs.start(BASE, dataset) is not search


def test_one_is_cancelled_and_the_next_gets_its_turn(dataset: Dataset) -> None:
    with found_by(*saying(then=UNTIL_STOPPED), most=1) as cliffs:
        first = cliffs.start(BASE, dataset)
        second = cliffs.start(BASE.with_changes(seed=2), dataset)
        assert (first.state, second.state) == ("running", "queued")
        cliffs.stop(first)
        wait_for(second, "running")
        assert (first.state, first.problem) == ("stopped", "")


def test_a_program_that_is_not_there_is_told(dataset: Dataset) -> None:
    with found_by("/no/such/program") as cliffs:
        search = cliffs.start(BASE, dataset)
        assert search.state == "failed"
        assert "could not be looked for" in search.problem


@pytest.mark.timeout(300)
def test_a_real_cliff_is_found_and_the_process_ends_when_told(dataset: Dataset) -> None:
    h = Hyperparameters(hidden_layers=(5,), picture_size=8, num_iterations=40)
    cliffs = Cliffs()
    search = cliffs.start(h, dataset)
    wait_until(lambda: search.state not in ("queued", "running"))
    assert search.problem == ""
    assert search.found is not None
    assert search.found.stable is not None
    long = cliffs.start(h.with_changes(num_iterations=20_000), dataset)
    child = long.child
    assert child is not None
    cliffs.stop(long)
    wait_until(lambda: long.child is None)
    cliffs.close()


def test_the_words_for_the_process_say_every_setting() -> None:
    h = Hyperparameters(hidden_layers=(5, 3), learning_rate=0.5, activation="tanh")
    words = cliff_command(h, "drawn")
    assert {"cliff", "--events", "--data=drawn", "--layers=5,3", "--activation=tanh"} <= set(words)


# --- the words and the chart


def test_the_danger_is_a_short_line(cliff: Cliff) -> None:
    assert danger_text(cliff, 3) == "With seed 3 it can break beyond 0.03: hidden layer 2 dies."
    nowhere = Cliff(10.0, None, "", cliff.tried)
    assert danger_text(nowhere, 1) == "With seed 1 it holds up to 10, the largest there is."
    everywhere = Cliff(None, 1.0, "", cliff.tried)
    told = danger_text(everywhere, 1)
    assert told == "With seed 1 it breaks from the lowest rate on: the cost diverges."
    plateau = Outcome("", "finished", curve=((0, 10), (0.69, 0.64)))
    jumped = Cliff(
        0.03, 0.04, "", tuple((dict(cliff.tried) | {0.04: plateau, 0.1: plateau}).items())
    )
    assert danger_text(jumped, 1) == "With seed 1 it breaks beyond 0.03: the cost stays high."
    assert "3 below the cliff hold (●); 3 break (× and ▲)" in cliff_summary(jumped)


def test_the_danger_zone_begins_on_the_slider_where_the_cliff_is(cliff: Cliff) -> None:
    kind = DECLARED["learning_rate"].kind
    assert isinstance(kind, Real)
    grid = stops(kind)
    at = grid.index(0.03) / (len(grid) - 1)
    assert danger_begins(cliff, grid) == pytest.approx(at)
    between = Cliff(math.sqrt(0.03 * 0.05), 0.04, "", cliff.tried)
    assert danger_begins(between, grid) == pytest.approx(at + 0.5 / (len(grid) - 1))
    assert danger_begins(Cliff(10.0, None, "", cliff.tried), grid) is None
    assert danger_begins(Cliff(None, 1e-5, "", cliff.tried), grid) == 0.0


def test_the_chart_tells_held_from_broken_by_sign_and_shades_the_danger(cliff: Cliff) -> None:
    figure = cliff_figure(cliff, 0.0075)
    by_name = {trace["name"]: trace for trace in figure["data"]}
    assert by_name["holds"]["x"] == [0.001, 0.01, 0.03]
    assert by_name["holds beyond the cliff"]["x"] == [0.1]
    assert by_name["breaks"]["x"] == [0.04]
    assert by_name["breaks, without a final cost"]["x"] == [1.0]
    assert len({trace["marker"]["symbol"] for trace in figure["data"]}) == 4
    (zone,) = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert (zone["x0"], zone["x1"]) == (0.03, 1.0)
    assert figure["layout"]["xaxis"]["type"] == "log"


def test_the_summary_counts_what_the_chart_shows(cliff: Cliff) -> None:
    told = cliff_summary(cliff)
    assert "6 learning rates tried: 3 below the cliff hold (●), and 1 of 3 from it on (○)" in told
    assert "(○); 2 break (× and ▲)" in told
    assert "lowest at 0.03: 0.1700" in told
