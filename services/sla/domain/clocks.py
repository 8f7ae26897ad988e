"""One clock of one complaint: what it is, where it stands at a moment, when it is passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from services.sla.domain.calendar import ONE_SECOND, Unit
from shared.contracts.vocabulary import EXPIRING_CLOCKS

NAMESPACE = UUID("5c6b1b4e-0d0f-5d0e-9a51-7408a0a0a001")
"""Never changes: clock ids are derived with it."""


def clock_id(complaint_id: UUID, clock: str, generation: int) -> UUID:
    """The same id for the same clock of the same complaint, whenever it is derived."""
    return uuid5(NAMESPACE, f"{complaint_id}:{clock}:{generation}")


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs, stands still or has ended.

    `generation` counts how often this kind of clock started anew for the
    complaint (a second agency, a reopened case); `round` how often its end was
    set anew by an objection or another class: reminders and breach begin afresh
    in each round. `agency_id` is who must act, None the
    coordinator. `due_at` is 23:59:59 of `due_date` in the region.
    """

    clock_id: UUID
    clock: str
    generation: int
    round: int
    agency_id: str | None
    class_: str | None
    days: int
    unit: Unit
    rule_set: str
    source: str
    started_at: datetime
    runs_since: datetime  # the last moment something moved its end: start, resumption, change of class
    due_date: date
    due_at: datetime
    paused_at: datetime | None = None  # the reporter completes the file
    answered_at: datetime | None = None  # legal only: a substantive answer stands and nobody objected
    stopped_at: datetime | None = None
    cancelled: bool = False  # stopped because it no longer matters
    breached_at: datetime | None = None  # its limit was passed at this moment; kept when it resumes

    @property
    def expires(self) -> bool:
        """Whether it is the reporter's own time: when it ends nobody is late."""
        return self.clock in EXPIRING_CLOCKS

    @property
    def over_at(self) -> datetime:
        """The first moment after the limit: what happens from here on is late."""
        return self.due_at + ONE_SECOND

    @property
    def passes_at(self) -> datetime | None:
        """When the limit is passed if nothing happens. None while it cannot be: paused, answered or stopped.

        Never before the moment that moved the end: a class change or an
        objection may find the limit passed, it does not make it so earlier.
        """
        if self.stopped_at or self.paused_at or self.answered_at:
            return None
        return max(self.over_at, self.runs_since)

    def _used_up(self, at: datetime) -> bool:
        """Whether nothing of the limit was left. What follows from its end is dated by its last second."""
        return at == self.due_at or at >= self.over_at

    def outcome_at(self, now: datetime) -> str:
        """One word of the contract's outcomes for where the clock stands at a moment."""
        if self.stopped_at is not None:
            if self.expires and self.cancelled and self._used_up(self.stopped_at):
                return "expired"
            return "late" if self.breached_at else "cancelled" if self.cancelled else "met"
        if self.paused_at is not None:
            return "paused"
        passed = self.passes_at or self.breached_at
        if passed is None or now < passed:
            return "running"
        return "expired" if self.expires else "breached"


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was passed before its clock stopped: in which round, when, and what the limit had been."""

    clock_id: UUID
    round: int
    at: datetime
    due_date: date
    due_at: datetime
