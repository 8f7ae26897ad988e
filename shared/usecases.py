"""The shapes a service's use cases come in, whatever entrance calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Timer, Transaction

Given = TypeVar("Given")
Answer = TypeVar("Answer")

Handler = Callable[[Transaction, Event], None]
"""Applies one event."""

TimerHandler = Callable[[Transaction, Timer], None]
"""Does what fell due, in one transaction with the note that it is done."""


@dataclass(frozen=True, slots=True)
class Together(Generic[Given, Answer]):
    """A use case that takes several events, or several timers, in one go: each of another complaint, at most one batch.

    For what happens to every complaint: a handful of statements for all of
    them instead of a handful for each. When one makes it fail, they are given
    again in smaller parts, so that the others do not wait for it.
    """

    use: Callable[[Transaction, Sequence[Given]], Answer]


Waiting = Mapping[int, NotYet]
"""Of several timers the ids of those that cannot be done yet, and why: these are tried again, the others are done."""

Handlers = Mapping[str, Handler | Together[Event, None]]
"""Event name → use case, for one source. Events without one are read past."""

TimerHandlers = Mapping[str, TimerHandler | Together[Timer, Waiting]]
"""Kind → use case. One that takes several keeps its own books of what was done: of its timers nothing is kept."""


@dataclass(frozen=True, slots=True)
class Done:
    """A piece of outside work that went well."""

    timer: Timer
    job: Any
    result: Any


class Outside:
    """Work with the outside world in three steps, so that no transaction waits for a stranger.

    `prepare` and `conclude` belong to a transaction, `perform` to none: it may
    take up to two minutes, and is repeated with the same job when the process
    dies before `conclude` is committed. What was prepared or performed in the
    same moment is prepared and concluded together: override the `_all` methods
    where that saves statements.
    """

    rpc: Any
    """The line to the other services; the worker puts it here."""

    def prepare(self, tx: Transaction, timer: Timer) -> Any | None:
        """The job, or None when there is nothing to do (any more)."""
        raise NotImplementedError

    def perform(self, job: Any) -> Any:
        """Do it."""
        raise NotImplementedError

    def conclude(self, tx: Transaction, timer: Timer, job: Any, result: Any) -> None:
        """Note what came of it."""
        raise NotImplementedError

    def fail(self, tx: Transaction, timer: Timer, job: Any, error: Exception, attempt: int) -> datetime | None:
        """Note that it failed; when to try again, None to give it up."""
        raise NotImplementedError

    def prepare_all(self, tx: Transaction, timers: Sequence[Timer]) -> Mapping[int, Any]:
        """Timer id → job; what has nothing to do is left out."""
        jobs = {timer.id: self.prepare(tx, timer) for timer in timers}
        return {timer_id: job for timer_id, job in jobs.items() if job is not None}

    def conclude_all(self, tx: Transaction, done: Sequence[Done]) -> None:
        """Note what came of several jobs."""
        for one in done:
            self.conclude(tx, one.timer, one.job, one.result)
