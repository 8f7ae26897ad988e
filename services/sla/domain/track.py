"""Following one clock through the history: it starts, stands still, resumes, stops, and its end is computed anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.sla.domain.calendar import ONE_SECOND, Calendar
from services.sla.domain.clocks import Breach, Clock, clock_id
from services.sla.domain.rules import Rule
from shared.contracts.vocabulary import EXPIRING_CLOCKS


@dataclass(frozen=True, slots=True)
class Standstill:
    """A stretch that is over. Its days, from the day after `since` to the day of `until`, do not count.

    `at_least`: the working days the clock gets afterwards even when fewer were left (after an objection).
    """

    since: date
    until: date
    at_least: int = 0


def due_date(calendar: Calendar, rule: Rule, start: date, standstills: list[Standstill]) -> date:
    """The last day of a limit. A standstill never makes it earlier, and moves nothing that was already passed."""
    due = calendar.last_day(start, rule.days, rule.unit)
    for still in standstills:
        left = calendar.days_between(still.since, due, rule.unit)
        if still.at_least or still.since <= due:
            due = calendar.last_day(still.until, max(left, still.at_least), rule.unit)
    return due


class Track:
    """One clock being followed. Only `derive` uses it; what comes out is a frozen Clock."""

    def __init__(
        self, calendar: Calendar, complaint_id: UUID, generation: int, rule: Rule, class_: str | None, at: datetime
    ) -> None:
        self.calendar = calendar
        self.rule = rule
        self.clock = rule.clock
        self.clock_id = clock_id(complaint_id, rule.clock, generation)
        self.generation = generation
        self.round = 0
        self.class_ = class_
        self.agency_id: str | None = None
        self.started_at = self.runs_since = at
        self.standstills: list[Standstill] = []
        self.paused_at: datetime | None = None
        self.answered_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.cancelled = False
        self.breaches: list[Breach] = []
        self._compute()

    @property
    def running(self) -> bool:
        """Neither stopped nor standing still."""
        return not (self.stopped_at or self.paused_at or self.answered_at)

    @property
    def open(self) -> bool:
        return self.stopped_at is None

    def pause(self, at: datetime) -> None:
        """The file turned out incomplete."""
        if self.running:
            self._look(at)
            self.paused_at = at

    def resume(self, at: datetime) -> None:
        """The file is complete."""
        if self.paused_at:
            self._stood_still(self.paused_at, at)
            self.paused_at, self.runs_since = None, at
            self._compute()

    def answer(self, at: datetime) -> None:
        """A substantive answer stands from here on, until somebody objects."""
        if self.running:
            self._look(at)
            self.answered_at = at

    def reject_answer(self, at: datetime, at_least: int | None) -> None:
        """The answer fell. With `at_least` the clock had stopped for it and gets at least so many days."""
        if self.answered_at and self.open:
            if at_least is not None:
                self._stood_still(self.answered_at, at, at_least)
                self.round += 1
            self.answered_at, self.runs_since = None, at
            self._compute()

    def reclassify(self, rule: Rule, class_: str, at: datetime) -> None:
        """Another class, another limit, counted from the original start (domain row 14)."""
        if self.running:
            self._look(at)
        self.rule, self.class_ = rule, class_
        self._compute()
        still_late = self._breached() and self.due_at < at
        if self.running and not still_late:
            # By the right class this round was not late: what it leads to begins anew from here.
            self.breaches = [breach for breach in self.breaches if breach.round != self.round]
            self.round += 1
            self.runs_since = at

    def stop(self, at: datetime, *, cancelled: bool = False) -> None:
        """What it waited for happened; or (cancelled) it no longer matters."""
        if not self.open:
            return
        if self.running:
            self._look(at)
        self.stopped_at, self.paused_at, self.cancelled = at, None, cancelled

    def frozen(self) -> Clock:
        """The clock as the history leaves it. An answer stops the settlement clock; the legal one merely rests."""
        answered = self.answered_at if self.open else None
        stopped_at, cancelled = self.stopped_at, self.cancelled
        if self.answered_at and self.clock == "settlement":
            stopped_at, cancelled, answered = self.answered_at, False, None
        return Clock(
            clock_id=self.clock_id,
            clock=self.clock,
            generation=self.generation,
            round=self.round,
            agency_id=self.agency_id,
            class_=self.class_,
            days=self.rule.days,
            unit=self.rule.unit,
            rule_set=self.rule.rule_set,
            source=self.rule.source,
            started_at=self.started_at,
            runs_since=self.runs_since,
            due_date=self.due_date,
            due_at=self.due_at,
            paused_at=self.paused_at,
            answered_at=answered,
            stopped_at=stopped_at,
            cancelled=cancelled,
            breached_at=self.breaches[0].at if self.breaches else None,
        )

    def _stood_still(self, since: datetime, until: datetime, at_least: int = 0) -> None:
        local = self.calendar.local_day
        self.standstills.append(Standstill(local(since), local(until), at_least))

    def _compute(self) -> None:
        start = self.calendar.local_day(self.started_at)
        self.due_date = due_date(self.calendar, self.rule, start, self.standstills)
        self.due_at = self.calendar.end_of(self.due_date)

    def _breached(self) -> bool:
        return any(breach.round == self.round for breach in self.breaches)

    def _look(self, at: datetime) -> None:
        """Note the breach if the limit was passed before `at`. The reporter's own time is not breached."""
        if self.clock in EXPIRING_CLOCKS:
            return
        passed_at = max(self.due_at + ONE_SECOND, self.runs_since)
        if passed_at <= at and not self._breached():
            self.breaches.append(Breach(self.clock_id, self.round, passed_at, self.due_date, self.due_at))
