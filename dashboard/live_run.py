"""A run being watched by one session, its branches, and the last run before it as a ghost."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from dashboard.branches import MOST_BRANCHES, TRUNK, Branch, branch_name
from dashboard.messages import Moment
from dashboard.run import Origin, Run
from dashboard.run_hash import path_hash, run_hash
from dashboard.run_result import COMPLETE
from dashboard.workers import Pool
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters
from engine.stages import Stage

LOOKED_AT_SECONDS = 0.5
ANSWER_SECONDS = 0.5  # how long a button waits to show its own effect
FULL = f"There are {MOST_BRANCHES} branches already: remove one, then open the other again."
MOST_TREES = 4  # trunks whose branches are kept for when a person comes back to them
CONTROLS = {
    "queued": frozenset({"pause", "stop", "reset"}),
    "running": frozenset({"pause", "stop", "reset", "restart"}),
    "paused": frozenset({"resume", "step", "stop", "reset", "restart"}),
}
CONTROLS_WHEN_OVER = frozenset({"reset", "restart"})


class LiveRun:
    """What one session looks at. Its methods may overlap, as reruns of a page do.

    trunk: the run of the newest wish. branches: what goes out from it, kept when another wish comes
    in between. current: the one of these that is looked at. previous: the last trunk before this
    one which had got far enough to compare with. A control that the state does not allow does
    nothing.
    """

    def __init__(self, pool: Pool, session: str) -> None:
        self._pool = pool
        self._session = session
        self._lock = threading.Lock()
        self.trunk: Run | None = None
        self.previous: Run | None = None
        self._shown = TRUNK
        self._trees: OrderedDict[str, list[Branch]] = OrderedDict()  # by the trunk's hash
        self._named: dict[str, int] = {}
        self._awaited: tuple[Stage, ...] = ()
        self._asked = False  # since it was asked for, nothing was done for it
        self.refusal = ""

    @property
    def branches(self) -> tuple[Branch, ...]:
        return tuple(self._trees.get(self.trunk.run_hash, ())) if self.trunk else ()

    @property
    def tree(self) -> dict[str, Run]:
        """The trunk and its branches, by name."""
        named = {branch.name: branch.run for branch in self.branches}
        return {TRUNK: self.trunk, **named} if self.trunk else {}

    @property
    def shown(self) -> str:
        """The name of the branch that is looked at, or `TRUNK`."""
        return self._shown if self._shown in self.tree else TRUNK

    @property
    def current(self) -> Run | None:
        return self.tree.get(self.shown)

    @property
    def controls(self) -> frozenset[str]:
        """Those that do something now: "pause", "resume", "step", "stop", "reset", "restart"."""
        return controls_of(self.current)

    def show(self, hyperparameters: Hyperparameters, dataset: Dataset) -> Run:
        """The run of these settings, which is started unless it is the current one already.

        One that was stopped because nobody watched is wished anew by looking at it again.
        """
        with self._lock:
            trunk = self.trunk
            wished = run_hash(hyperparameters, dataset.digest)
            if trunk is None or trunk.run_hash != wished or trunk.abandoned:
                return self._turn_to(
                    self._pool.start(self._session, hyperparameters, dataset.name, dataset.digest)
                )
            for run in (trunk, *(branch.run for branch in self.branches)):
                self._pool.renew(run.token)
            if (current := self.current) and current.abandoned:
                self._replace_shown(self._again(current))
            return trunk

    def branch(self, moment: Moment, changed: Hyperparameters) -> Branch | None:
        """Goes on from a kept moment of the run that is looked at, or of those it came from, with
        other hyperparameters, and looks at that; None when there are too many branches already."""
        with self._lock:
            self._awaited, self.refusal = (), ""
            if self.current is None:
                return None
            parent = self.current.owner_of(moment.iteration)
            return self._branch(Origin(parent, moment.iteration, moment), changed)

    def look_for(self, way: Sequence[Stage]) -> None:
        """The trunk of these stages, or the branch of it that took this way, is to be looked at."""
        with self._lock:
            self._awaited, self._asked, self.refusal = tuple(way), True, ""

    @property
    def awaited(self) -> tuple[Stage, ...]:
        """The way of the branch of this trunk that is looked for; empty once it is there."""
        fits = self.trunk and [*self._awaited[:1]] == self.trunk.stages()
        return self._awaited if fits and self._awaited[1:] else ()

    def follow(self) -> None:
        """Looks at what is looked for. What is not there begins when the run it goes out from is over;
        `refusal` says why it cannot."""
        with self._lock:
            way, trunk = self._awaited, self.trunk
            if not way or trunk is None:
                return
            self._awaited = ()
            if [*way[:1]] == trunk.stages() and self._go_on(trunk, way):
                self._awaited = way

    def _go_on(self, trunk: Run, way: tuple[Stage, ...]) -> bool:
        """Whether there is more to wait for."""
        hashes = [path_hash(way[:i], trunk.dataset_digest) for i in range(1, len(way) + 1)]
        there = {b.run.run_hash: b for b in self.branches}
        if len(way) == 1 or hashes[-1] in there:
            self._shown = there[hashes[-1]].name if way[1:] else TRUNK
            return False
        if self._asked:  # what was halted before it was asked for goes on
            self._asked = False
            if trunk.state == "paused":
                self._pool.resume(trunk)
            elif trunk.state == "stopped":
                trunk = self._turn_to(self._again(trunk))
        parent = trunk
        for (iteration, changed), wanted in zip(way[1:], hashes[1:], strict=True):
            if parent.state not in COMPLETE:
                return not parent.over
            branch = there.get(wanted) or self._branch(Origin(parent, iteration), changed)
            if branch is None:
                self.refusal = FULL
                return False
            parent = branch.run
        return False

    def _branch(self, origin: Origin, changed: Hyperparameters) -> Branch | None:
        parent = origin.trunk
        if self.trunk is None:
            return None
        there = {b.run.run_hash: b for b in self.branches}
        way = origin.way(changed)
        if known := there.get(path_hash(way, parent.dataset_digest)):
            self._shown = known.name
            return known
        if len(there) >= MOST_BRANCHES or len(way) > MOST_BRANCHES + 1:
            return None
        tree = self.trunk.run_hash
        name = branch_name(self._named.get(tree, 0))
        run = self._pool.start(
            # A wish of its own: it does not take the place of another that still goes on.
            f"{self._session} {name}",
            changed,
            parent.dataset_name,
            parent.dataset_digest,
            origin=origin,
        )
        left = there.get(parent.run_hash)
        branch = Branch(name, run, left.name if left else TRUNK)
        self._trees.setdefault(tree, []).append(branch)
        self._named[tree] = self._named.get(tree, 0) + 1
        self._shown = name
        return branch

    def open(self, name: str) -> None:
        """Looks at the branch of that name, or at the `TRUNK`."""
        with self._lock:
            self._shown, self._awaited, self.refusal = name, (), ""

    def remove(self, name: str) -> None:
        """Forgets a branch; what goes out from it stays. Looks at where it went out from."""
        with self._lock:
            self._awaited, self.refusal = (), ""
            kept = [b for b in self.branches if b.name != name]
            for gone in self.branches:
                if gone.name == name and self.trunk:
                    self._pool.stop(gone.run)
                    self._trees[self.trunk.run_hash] = kept
                    self._shown = gone.parent if self._shown == name else self._shown

    def pause(self) -> None:
        self._control("pause", self._pool.pause, lambda run: run.state != "running")

    def resume(self) -> None:
        self._control("resume", self._pool.resume, lambda run: run.state != "paused")

    def stop(self) -> None:
        self._control("stop", self._pool.stop, lambda run: run.over)

    def step(self, n: int = 1) -> None:
        """Computes n iterations more of a paused run."""
        with self._lock:
            run = self.current
            if run is None or "step" not in controls_of(run):
                return
            goal = min(run.iteration + n, run.num_iterations)
            self._pool.step(run, n)
        run.wait_until(lambda: run.over or run.iteration >= goal, ANSWER_SECONDS)

    def reset(self) -> None:
        """Back to iteration 0 of the same settings, paused there."""
        with self._lock:
            if self.current is None:
                return
            run = self._replace_shown(self._pool.reset(self.current))
        run.wait_until(lambda: run.over or run.state == "paused", ANSWER_SECONDS)

    def restart(self) -> None:
        """The same settings from iteration 0, computed anew."""
        with self._lock:
            if (run := self.current) is None:
                return
            self._replace_shown(self._again(run, fresh=True))

    def _again(self, run: Run, *, fresh: bool = False) -> Run:
        return self._pool.start(
            run.session,
            run.hyperparameters,
            run.dataset_name,
            run.dataset_digest,
            fresh=fresh,
            origin=run.origin,
        )

    def _replace_shown(self, run: Run) -> Run:
        """The same settings as what is looked at, begun anew."""
        if self.trunk is None or self.shown == TRUNK:
            return self._turn_to(run)
        self._trees[self.trunk.run_hash] = [
            replace(b, run=run) if b.name == self._shown else b for b in self.branches
        ]
        return run

    def _control(
        self, name: str, act: Callable[[Run], None], answered: Callable[[Run], bool]
    ) -> None:
        with self._lock:
            run = self.current
            if run is None or name not in controls_of(run):
                return
            act(run)
        # Not under the lock: another rerun may want something else meanwhile.
        run.wait_until(lambda: answered(run), ANSWER_SECONDS)

    def _turn_to(self, run: Run) -> Run:
        before = self.trunk
        run.shown_at = time.monotonic()
        if before:
            another = before.run_hash != run.run_hash and worth_comparing(before)
            before.compared = another and (looked_at(before) or self.previous is None)
            before.successor = run.token
        if before and before.run_hash != run.run_hash:
            if before.compared:
                self.previous = before
            for branch in self.branches:
                self._pool.stop(branch.run)  # nobody looks at it
            self._shown, self.refusal = TRUNK, ""
            if self._trees.get(before.run_hash):
                self._trees.move_to_end(before.run_hash)
            while len(self._trees) > MOST_TREES:
                self._named.pop(self._trees.popitem(last=False)[0], None)
        self.trunk = run
        return run


def controls_of(run: Run | None) -> frozenset[str]:
    if run is None:
        return frozenset()
    return CONTROLS.get(run.state, CONTROLS_WHEN_OVER)


def worth_comparing(run: Run) -> bool:
    """Whether a run got far: one of a slider in motion, replaced at once, makes no ghost."""
    return run.state in COMPLETE or 4 * run.iteration >= run.num_iterations


def looked_at(run: Run) -> bool:
    """Whether it was on the page for a while: of a slider in motion each may be there at once, trained
    ahead, and what the person began with is what they compare with."""
    at_once = run.cached or run.taken_over
    return not at_once or time.monotonic() >= run.shown_at + LOOKED_AT_SECONDS
