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
            if self.current is None:
                return None
            parent = self.current.owner_of(moment.iteration)
            return self._branch(Origin(parent, moment.iteration, moment), changed)

    def follow(self, stages: Sequence[Stage]) -> bool:
        """Looks at the branch of the trunk that took this way, beginning what is not there, each
        when the run it goes out from is over; whether there is nothing more to wait for."""
        with self._lock:
            parent = self.trunk
            if parent is None or [*stages[:1]] != parent.stages():
                return True
            for i, (iteration, changed) in enumerate(stages[1:], 2):
                if parent.state not in COMPLETE:
                    return parent.over
                wanted = path_hash(stages[:i], parent.dataset_digest)
                branch = next((b for b in self.branches if b.run.run_hash == wanted), None)
                if branch is None:
                    origin = Origin(parent, iteration, parent.moment_at(iteration))
                    branch = self._branch(origin, changed)
                if branch is None:
                    break
                parent, self._shown = branch.run, branch.name
            return True

    def _branch(self, origin: Origin, changed: Hyperparameters) -> Branch | None:
        parent = origin.trunk
        if self.trunk is None or len(self.branches) >= MOST_BRANCHES:
            return None
        names = {b.run.run_hash: b.name for b in self.branches}
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
        branch = Branch(name, run, names.get(parent.run_hash, TRUNK))
        self._trees.setdefault(tree, []).append(branch)
        self._named[tree] = self._named.get(tree, 0) + 1
        self._shown = name
        return branch

    def open(self, name: str) -> None:
        """Looks at the branch of that name, or at the `TRUNK`."""
        with self._lock:
            self._shown = name

    def remove(self, name: str) -> None:
        """Forgets a branch; what goes out from it stays. Looks at where it went out from."""
        with self._lock:
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
            self._shown = TRUNK
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
