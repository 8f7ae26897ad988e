"""A rolling restart: our own programs are started anew one after the other, and nobody outside notices.

Each successor is started beside its predecessor, at other ports for its
health; only when it is ready the predecessor is asked to stop, and finishes
its work while the next successor starts. A successor that does not become
ready ends the restart, and its predecessor goes on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType

from deploy.local import runstate
from deploy.local.child import Child, Phase, told
from deploy.local.listeners import Listeners
from deploy.local.terminal import say, span

#: Seconds a successor may take to become ready.
PATIENCE = 60.0

DONE = "done"


class Rolls:
    """The rolling restarts of one runner, one at a time."""

    def __init__(self, children: list[Child], listeners: Listeners, directory: Path) -> None:
        self.state = runstate.Rolling()
        self._new = partial(Roll, children, listeners, directory)
        self._asked = 0
        self._roll: Roll | None = None

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """The signal came."""
        self._asked += 1

    @property
    def aside(self) -> list[Child]:
        """Who runs beside the runner's own list."""
        return self._roll.aside if self._roll else []

    @property
    def under_way(self) -> bool:
        return self._roll is not None

    def go_on(self) -> None:
        """Begin what was asked for, go on with what was begun."""
        if self._roll is None and self._asked > self.state.number:
            self._roll, self.state = self._new(), runstate.Rolling(self._asked)
        if self._roll is None:
            return
        self._roll.step()
        if self._roll.outcome:
            self.state = replace(self.state, outcome=self._roll.outcome)
            self._roll = None


class Roll:
    """One rolling restart. `children` is the runner's own list and is changed in place."""

    def __init__(self, children: list[Child], listeners: Listeners, directory: Path) -> None:
        self.outcome = ""
        self._children = children
        self._listeners = listeners
        self._directory = directory
        self._coming: Child | None = None
        self._leaving: list[Child] = []
        self._steps = self._run()

    @property
    def aside(self) -> list[Child]:
        """The successor that is not ready yet, and the predecessors that still finish their work."""
        return [*([self._coming] if self._coming else ()), *self._leaving]

    def step(self) -> None:
        """Go on as far as is possible without waiting; `outcome` says when and how it ended."""
        self._bury()
        self.outcome = next(self._steps, self.outcome)

    def _run(self) -> Iterator[str]:
        began = time.monotonic()
        wrong = ""
        for old in [child for child in self._children if child.program.successor and child.phase is Phase.READY]:
            new = self._coming = self._heir(old)
            new.start(self._listeners.of(new.program))
            while not new.look() and not (wrong := _failure(new)):
                yield ""
            if wrong:
                break
            self._children[self._children.index(old)], self._coming = new, None
            self._leaving.append(old)
            old.leave()
            say(f"{new.name} is started anew (pid {new.pid})")
        while self.aside:
            yield ""
        say(wrong or f"everything is started anew after {span(time.monotonic() - began)}")
        yield wrong or DONE

    def _bury(self) -> None:
        """Forget who is gone, and end who takes too long."""
        self._leaving = [old for old in self._leaving if old.pid is not None]
        for old in self._leaving:
            if not old.killed and old.leaves_for > old.program.patience:
                say(f"the old {old.name} did not stop within {span(old.program.patience)}; killing it")
                old.kill()
        if self._coming and _failure(self._coming):
            self._coming.kill()
            self._coming = None if self._coming.pid is None else self._coming

    def _heir(self, old: Child) -> Child:
        assert old.program.successor
        back = replace(old.program, successor=None)
        return Child(replace(old.program.successor, successor=back), self._directory, old.log)


def _failure(new: Child) -> str:
    """Why a successor will not become ready; nothing while it may."""
    if new.pid is None:
        return f"the new {new.name} {told(new.status)}; the old one goes on; its log: {new.log}"
    if new.runs_for > PATIENCE:
        return f"the new {new.name} is not ready after {span(PATIENCE)} ({new.lacks}); the old one goes on"
    return ""
