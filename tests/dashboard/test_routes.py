"""What the browser fetches besides the page: points of runs, pictures, Plotly's code."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from urllib.parse import urlencode

import numpy as np
import plotly
import pytest
from asking import ask
from PIL import Image
from pool_driving import WAIT, begin, complete, paused, under_way, until

from dashboard import routes
from dashboard.crew import going
from dashboard.live_run import LiveRun
from dashboard.routes import POLICY
from engine.training import train

FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def pictures(services):
    """The drawn pictures, loaded by this server."""
    return services.dataset("drawn")


# --- the points of a run


def points(run, since=0):
    answer = ask(f"/hyperdial/runs/{run.token}/{since}")
    assert answer.status == 200
    return answer.json


def test_a_finished_run_comes_with_its_curves_its_words_and_its_figures(services, short, pictures):
    run = complete(services.pool(), short, pictures)
    told = points(run)
    assert told["state"] == "finished"
    assert told["status"].startswith("Finished · 200 iterations")
    assert (told["train"][0][0], told["train"][-1][0]) == (0, 200)
    assert {f["name"] for f in told["figures"]} >= {"Training cost", "Test accuracy", "Parameters"}
    assert points(run, told["next"])["train"] == []


def test_the_points_of_a_run_come_page_by_page(services, short, pictures):
    pool = services.pool()
    run = begin(pool, short.with_changes(seed=2), pictures, paused=True)
    paused(run)
    told = points(run)
    seen = [i for i, _ in told["train"]]
    while seen[-1] < 150:
        pool.step(run, 50)
        goal = run.iteration + 50
        assert run.wait_until(lambda goal=goal: run.iteration >= goal, WAIT)
        paused(run)
        told = points(run, told["next"])
        assert not told["replaced"]
        assert told["status"].startswith("Paused")
        seen += [i for i, _ in told["train"]]
    assert seen == sorted(set(seen))
    assert seen[0] == 0
    pool.stop(run)


def test_points_are_never_kept_by_the_browser(services, short, pictures):
    run = complete(services.pool(), short, pictures)
    assert ask(f"/hyperdial/runs/{run.token}/0").headers["cache-control"] == "no-store"


def test_asking_for_points_keeps_a_run_alive(services, long, pictures):
    pool = services.pool()
    run = begin(pool, long, pictures)
    under_way(run)
    before = run.renewed
    points(run)
    assert run.renewed > before
    pool.stop(run)
    assert run.wait(WAIT)


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize("token", ["unknown", "%2e%2e", "☃", "a" * 5000])
def test_an_unknown_run_is_gone(token):
    answer = ask(f"/hyperdial/runs/{token}/0")
    assert answer.status == 404
    assert answer.json == {"state": "gone"}


@pytest.mark.parametrize("since", ["-1", "x", "1.5", ""])
def test_what_is_no_number_is_no_address(services, short, pictures, since):
    run = complete(services.pool(), short, pictures)
    assert ask(f"/hyperdial/runs/{run.token}/{since}").status == 404


def test_a_number_from_another_life_is_answered_with_everything(services, short, pictures):
    run = complete(services.pool(), short, pictures)
    told = points(run, 10**30)
    assert told["replaced"]
    assert told["train"][-1][0] == 200


def test_addresses_of_runs_cannot_be_guessed(services, short, pictures):
    tokens = {complete(services.pool(), short, pictures).token for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 22 for token in tokens)


def held(run, since, state):
    """How long the answer took to a browser that knows the run so, and the answer."""
    began = time.monotonic()
    answer = ask(f"/hyperdial/runs/{run.token}/{since}?state={state}")
    return time.monotonic() - began, answer.json


def test_a_step_of_a_paused_run_is_told_as_soon_as_it_is_made(
    services, short, pictures, monkeypatch
):
    monkeypatch.setitem(routes.HELD_SECONDS, "paused", WAIT)
    run = begin(services.pool(), short.with_changes(seed=8), pictures, paused=True)
    paused(run)
    at = points(run)
    with ThreadPoolExecutor(1) as browser:
        answer = browser.submit(held, run, at["next"], "paused")
        time.sleep(0.1)
        assert not answer.done(), "there is nothing to tell yet"
        services.pool().step(run, 7)
        took, told = answer.result(WAIT)
    assert took < WAIT
    assert 1 <= told["iteration"] <= 7
    assert told["train"][-1][0] == told["iteration"]


def test_the_beginning_of_a_queued_run_is_told_as_soon_as_it_begins(
    services, short, pictures, monkeypatch
):
    monkeypatch.setitem(routes.HELD_SECONDS, "queued", WAIT)
    run = begin(services.pool(), short.with_changes(seed=9), pictures)
    told = {"state": "queued"}
    while told["state"] == "queued":
        took, told = held(run, 0, "queued")
        assert took < WAIT
    assert run.wait(WAIT)


def test_a_run_in_which_nothing_happens_is_answered_after_a_moment(services, short, pictures):
    run = begin(services.pool(), short.with_changes(seed=10), pictures, paused=True)
    paused(run)
    took, told = held(run, points(run)["next"], "paused")
    assert took >= 0.9 * routes.HELD_SECONDS["paused"]
    assert told["train"] == []
    for nonsense in ("", "finished", "%00", "running"):
        assert held(run, 0, nonsense)[1]["state"] == "paused"


# --- what takes a run's place


def successor(run):
    return ask(f"/hyperdial/runs/{run.token}/successor")


@pytest.fixture
def live(services):
    return LiveRun(services.pool(), "a session whose knobs are turned")


def test_a_turned_knob_is_answered_with_the_run_that_comes_of_it(live, short, pictures):
    run = live.show(short, pictures)
    assert run.wait(WAIT)
    following = live.show(short.with_changes(seed=2), pictures)
    assert following.wait(WAIT)
    told = successor(run).json
    assert told["token"] == following.token
    assert told["num_iterations"] == 200
    assert told["ghost"], "the one before got far enough to compare with"
    assert told["train"] == points(following)["train"]


def test_the_answer_waits_for_the_knob(live, short, pictures):
    run = live.show(short, pictures)
    assert run.wait(WAIT)
    with ThreadPoolExecutor(1) as browser:
        answer = browser.submit(successor, run)
        following = live.show(short.with_changes(seed=2), pictures)
        assert answer.result(WAIT).json["token"] == following.token


def test_of_knobs_turned_in_a_row_the_last_one_counts(live, short, pictures):
    first = live.show(short, pictures)
    assert first.wait(WAIT)
    second = live.show(short.with_changes(num_iterations=20_000), pictures)
    third = live.show(short.with_changes(seed=3), pictures)
    assert successor(first).json["token"] == third.token
    told = successor(second).json
    assert told["token"] == third.token
    assert not told["ghost"], "it was replaced at once"


def test_a_touch_that_changes_nothing_has_no_answer(live, short, pictures, monkeypatch):
    monkeypatch.setattr(routes, "SUCCESSOR_SECONDS", 0.05)
    run = live.show(short, pictures)
    assert live.show(short, pictures) is run
    assert successor(run).status == 204
    assert ask("/hyperdial/runs/unknown/successor").status == 204


# --- previews


def preview(run, change):
    return ask(f"/hyperdial/runs/{run.token}/preview?{change}", "POST")


def test_a_preview_is_the_beginning_of_the_run_that_would_follow(services, long, pictures):
    run = begin(services.pool(), long, pictures, paused=True)
    told = {"iteration": 0}
    limit = time.monotonic() + WAIT
    while not told["iteration"] and time.monotonic() < limit:  # a worker may still be starting
        told = preview(run, "learning_rate=0.003&layers=9").json
    settings = long.with_changes(learning_rate=0.003, hidden_layers=(9,))
    assert told["token"] != run.token
    assert told["num_iterations"] == settings.num_iterations
    assert told["label"] == f"preview: {told['iteration']:,} of 20,000 iterations"
    assert 0 < told["iteration"] < 20_000
    costs = dict(told["train"])
    first = next(train(settings, pictures))
    assert costs[0] == pytest.approx(first.cost, rel=1e-5)
    services.pool().stop(run)


def test_nothing_computes_on_when_a_preview_is_told(services, long, pictures):
    run = begin(services.pool(), long, pictures, paused=True)
    asked = services.pool().preview(run, long.with_changes(seed=2))
    preview(run, "seed=3")
    assert asked.wait(WAIT)
    assert asked.state == "stopped"
    until(lambda: not any(going(worker) for worker in services.pool()._dispatcher.crew.workers))
    services.pool().stop(run)


def test_a_preview_of_what_is_known_is_whole(services, short, pictures):
    run = complete(services.pool(), short, pictures)
    told = preview(run, f"seed={short.seed}").json
    assert told["state"] == "finished"
    assert told["label"] == "preview: all 200 iterations"
    assert told["train"] == points(run)["train"]


@pytest.mark.parametrize(
    "change",
    ["learning_rate=11", "learning_rate=nan", "layers=0", "layers=" + "9," * 50, "beta1=0.5",
     "nonsense=1", "seed=1&seed=2", "%00", "keep_prob=0.5,0.5"],
)  # fmt: skip
def test_a_preview_of_what_is_not_allowed_is_refused_in_a_sentence(
    services, short, pictures, change
):
    run = complete(services.pool(), short, pictures)
    answer = preview(run, change)
    assert answer.status == 400
    assert "must be" in answer.json["message"] or "cannot" in answer.json["message"]


def test_a_preview_needs_the_address_of_a_run(services, pictures):
    assert ask("/hyperdial/runs/unknown/preview?seed=2", "POST").status == 404
    assert ask("/hyperdial/runs/unknown/preview?seed=2").status in (404, 405)


# --- what if


def what_if(run, *turns):
    query = urlencode([("turn", turn) for turn in turns])
    return ask(f"/hyperdial/runs/{run.token}/what-if?{query}", "POST")


def test_a_slider_that_a_hand_comes_to_is_trained_ahead(services, short, pictures):
    run = complete(services.pool(), short, pictures)
    turns = [("turn", "learning_rate=0.005"), ("turn", "learning_rate=11"), ("turn", "seed=5")]
    answer = ask(f"/hyperdial/runs/{run.token}/ahead?{urlencode(turns)}", "POST")
    assert answer.status == 204
    # What is not allowed is left out, and more than a notch to each side is not asked for.
    wanted = short.with_changes(learning_rate=0.005)
    pool = services.pool()
    until(
        lambda: [r for r in pool._dispatcher.table if r.background and r.hyperparameters == wanted]
    )
    assert not [r for r in pool._dispatcher.table if r.hyperparameters.seed == 5]
    assert ask("/hyperdial/runs/nobody/ahead?turn=seed%3D2", "POST").status == 404


def test_what_if_answers_come_as_they_are_found(services, short, pictures):
    run = complete(services.pool(), short, pictures)
    turns = ["learning_rate=0.01", "layers=5", "iterations=150"]
    until(lambda: what_if(run, *turns).json["waiting"] == 0)
    told = what_if(run, *turns).json["answers"]
    assert set(told) == set(turns)
    again = complete(services.pool(), short.with_changes(learning_rate=0.01), pictures)
    shown = told["learning_rate=0.01"]
    assert shown["short"].startswith(f"{again.latest.test_accuracy:.2f}")
    assert f"Final cost {again.latest.cost:.4f} instead of {run.latest.cost:.4f}" in shown["told"]


def test_what_if_leaves_out_what_is_not_allowed(services, short, pictures):
    run = complete(services.pool(), short, pictures)
    answer = what_if(run, "learning_rate=99", "nonsense", "layers=" + "9," * 99)
    assert answer.json == {"answers": {}, "waiting": 0}
    assert what_if(run).json == {"answers": {}, "waiting": 0}
    assert ask("/hyperdial/runs/unknown/what-if?turn=seed%3D2", "POST").status == 404


# --- pictures


def test_a_picture_is_the_one_of_the_set(pictures):
    for part, expected in (("train", pictures.train_pictures), ("test", pictures.test_pictures)):
        for index in (0, len(expected) - 1):
            answer = ask(f"/hyperdial/pictures/{pictures.digest}/{part}/{index}.png")
            assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
            assert answer.headers["cache-control"] == FOREVER
            shown = np.array(Image.open(BytesIO(answer.body)))
            np.testing.assert_array_equal(shown, expected[index])


@pytest.mark.parametrize(
    "address", ["train/209.png", "test/50.png", "test/-1.png", "test/1.jpg", "other/0.png",
                "test/99999999999999999999.png", "test/x.png", "../0.png"],
)  # fmt: skip
def test_a_picture_that_is_not_there_is_not_found(pictures, address):
    assert ask(f"/hyperdial/pictures/{pictures.digest}/{address}").status == 404


def test_a_picture_of_unknown_data_is_found_once_the_data_is_there(services):
    loaded = services.dataset("drawn")
    services._datasets.clear()
    address = f"/hyperdial/pictures/{loaded.digest}/train/5.png"
    assert ask(address).status == 404
    services.dataset("drawn")
    assert ask(address).status == 200


# --- Plotly, and the rule that no other host is asked


def test_plotlys_code_comes_from_the_installed_package_and_may_be_kept():
    answer = ask(f"/hyperdial/plotly-{plotly.__version__}.js")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == FOREVER
    assert plotly.offline.get_plotlyjs() == answer.body.decode()


def test_an_older_plotly_is_not_passed_off_as_this_one():
    assert ask("/hyperdial/plotly-1.0.0.js").status == 404


@pytest.mark.parametrize("path", ["/hyperdial/runs/x/0", "/nowhere"])
def test_every_answer_forbids_other_hosts(services, path):
    headers = ask(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["referrer-policy"] == "no-referrer"


def test_the_policy_names_no_host_but_its_own():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'self'"
    for name, sources in rules.items():
        for source in sources.split():
            assert re.fullmatch(r"'self'|'none'|'unsafe-(inline|eval)'|data:|blob:", source), name
    assert "data:" not in rules["script-src"]
    assert rules["object-src"] == "'none'"


def test_nothing_can_be_sent_to_the_routes(pictures):
    assert ask(f"/hyperdial/pictures/{pictures.digest}/test/0.png", "POST").status == 405
