"""Ten people at once, each turning a knob every three seconds."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.table import Line, percentile, seconds
from tests.benchmarks.web_session import WebSession

SESSIONS = 10
CHANGES = 11  # each: 33 seconds
EVERY = 3.0
FIRST_SEED = 5000
GOAL = 0.8
RATE_KNOB = "learning_rate"


def measure(address: str) -> list[Line]:
    """Sessions without a browser (web_session.py), as ten browsers would be what is measured.

    Each has a seed of its own and turns the learning rate to settings nobody trained before. They
    begin at random within the first three seconds. A change takes from the widget's message to the
    answer that holds the end of its own run.
    """
    computing_before = time.process_time()
    started = time.perf_counter()
    start = threading.Barrier(SESSIONS, timeout=60)
    with ThreadPoolExecutor(SESSIONS) as people:
        outcomes = list(people.map(lambda i: person(address, i, start), range(SESSIONS)))
    own = (time.process_time() - computing_before) / (time.perf_counter() - started)
    taken = [t for times, _ in outcomes for t in times]
    problems = [problem for _, found in outcomes for problem in found]
    most = percentile(taken, 0.95)
    for problem in problems[:5]:
        print(f"- a session's problem: {problem}")
    return [
        Line(
            f"{SESSIONS} sessions, a change every {EVERY:.0f} s, {len(taken)} changes: median",
            seconds(percentile(taken, 0.5)),
        ),
        Line("the same, 95th percentile", seconds(most), f"≤ {GOAL} s", most <= GOAL),
        Line("the same, longest", seconds(max(taken))),
        Line("errors", str(len(problems)), "0", not problems),
        Line("driven over websockets by one process, which took of a core", f"{100 * own:.0f} %"),
    ]


def person(address: str, number: int, start: threading.Barrier) -> tuple[list[float], list[str]]:
    """The seconds of each change, and what went wrong."""
    chance = random.Random(number)
    taken: list[float] = []
    with WebSession(address) as session:
        session.set_number("seed", FIRST_SEED + number)
        session.follow()
        rates = session.options(RATE_KNOB)
        slow = rates[: rates.index("0.0075")]  # those that surely do not diverge
        start.wait()
        due = time.perf_counter() + chance.uniform(0, EVERY)
        for rate in reversed(slow[-CHANGES:]):
            time.sleep(max(0.0, due - time.perf_counter()))
            began = time.perf_counter()
            session.set_slider(RATE_KNOB, rate)
            answer = session.follow()
            taken.append(time.perf_counter() - began)
            if answer["state"] != "finished":
                session.problems.append(f"{rate}: {answer['state']} {answer.get('message', '')}")
            session.tell_change(answer["state"])
            due += EVERY
        return taken, session.problems
