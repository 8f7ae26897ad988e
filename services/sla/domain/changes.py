"""What changed between the clocks as they were known and as the history now gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.sla.domain.clocks import Clock


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to tell about a clock, and when it happened."""

    what: Literal["started", "stopped", "paused", "resumed"]
    clock: Clock
    at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """An open clock whose end is no longer where it was: as it was known, and as the history now gives it."""

    before: Clock
    after: Clock

    @property
    def later(self) -> bool:
        return self.after.due_at > self.before.due_at

    def makes_late(self, at: datetime) -> bool:
        """Whether somebody, in time at a moment as the clock was known, would be over the limit by the new end."""
        before, after = self.before.passes_at, self.after.passes_at
        if self.after.expires or after is None or after > at:
            return False
        return before is None or before > at


def moves(known: Mapping[UUID, Clock], derived: Iterable[Clock]) -> list[Move]:
    """The clocks, open before and after, whose end moved."""
    return [
        Move(before, after)
        for after in derived
        if (before := known.get(after.clock_id)) and not (before.stopped_at or after.stopped_at)
        if before.due_at != after.due_at
    ]


def changes(known: Mapping[UUID, Clock], derived: Iterable[Clock], now: datetime) -> list[Change]:
    """The changes, stops before starts, in the order in which the clocks began.

    A clock that the history no longer gives (a fact became known late) is
    cancelled, at `now` if it still ran, and with its breach: what was told
    once is taken back, not forgotten, and no report counts it.
    """
    found: list[Change] = []
    derived = list(derived)
    for clock in derived:
        found += _of(known.get(clock.clock_id), clock)
    given = {clock.clock_id for clock in derived}
    for clock in known.values():
        gone = _taken_back(clock, now)
        if clock.clock_id not in given and gone != clock:
            found.append(Change("stopped", gone, now))
    return sorted(found, key=lambda change: change.what != "stopped" or _is_new(known, change))


def _taken_back(clock: Clock, now: datetime) -> Clock:
    stopped_at = clock.stopped_at or now
    return replace(clock, stopped_at=stopped_at, paused_at=None, answered_at=None, cancelled=True, breached_at=None)


def _of(before: Clock | None, after: Clock) -> list[Change]:
    if before is None:
        return [Change("started", after, after.started_at), *_state(after)]
    if after.stopped_at is not None:
        return _state(after) if before.stopped_at is None else []
    if before.stopped_at is not None or (before.paused_at and not after.paused_at) or before.due_at != after.due_at:
        return [Change("resumed", after, after.runs_since), *_state(after)]
    return _state(after) if after.paused_at and not before.paused_at else []


def _state(clock: Clock) -> list[Change]:
    """What must be told of a clock that does not simply run. An expired one was told when it expired."""
    if clock.stopped_at is not None:
        return [] if clock.outcome_at(clock.stopped_at) == "expired" else [Change("stopped", clock, clock.stopped_at)]
    return [Change("paused", clock, clock.paused_at)] if clock.paused_at else []


def _is_new(known: Mapping[UUID, Clock], change: Change) -> bool:
    return change.clock.clock_id not in known
