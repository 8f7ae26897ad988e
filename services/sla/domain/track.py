"""Following one clock through the history: it starts, stands still, resumes, stops, and its end is computed anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.sla.domain.calendar import ONE_SECOND, Calendar, Unit
from services.sla.domain.clocks import Breach, Clock, clock_id
from services.sla.domain.rules import Rule
from shared.contracts.vocabulary import EXPIRING_CLOCKS


@dataclass(frozen=True, slots=True)
class Standstill:
    """A stretch that is over. Its days, from the day after `since` to the day of `until`, do not count.

    `at_least`: the working days the clock gets afterwards even when fewer were left (after an objection).
    """

    since: datetime
    until: datetime
    at_least: int = 0


def moved_by(still: Standstill, calendar: Calendar, unit: Unit, due: date) -> date:
    """The last day after a standstill, which never makes it earlier and moves nothing that was already passed."""
    since, until = calendar.local_day(still.since), calendar.local_day(still.until)
    if not still.at_least and since > due:
        return due
    return calendar.last_day(until, max(calendar.days_between(since, due, unit), still.at_least), unit)


@dataclass(frozen=True, slots=True)
class Shift:
    """The end of a clock moved because another calendar became known."""

    clock_id: UUID
    at: datetime
    before: date
    after: date


class Track:
    """One clock being followed. Only `derive` uses it; what comes out is a frozen Clock."""

    def __init__(
        self, calendar: Calendar, complaint_id: UUID, generation: int, rule: Rule, class_: str | None, at: datetime
    ) -> None:
        self.calendar = calendar
        self.rule = rule
        self.rule_when_resumed: Rule | None = None  # settlement: the rules changed while an answer stood
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
        self.shifts: list[Shift] = []
        self.answered_due: tuple[date, datetime] | None = None  # what it was when the answer came
        self.due_date: date
        self.due_at: datetime
        self._set(self._counted())

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

    def answer(self, at: datetime) -> None:
        """A substantive answer stands from here on, until somebody objects."""
        if self.running:
            self._look(at)
            self.answered_at = at
            self.answered_due = (self.due_date, self.due_at)

    def reject_answer(self, at: datetime, at_least: int | None) -> None:
        """The answer fell. With `at_least` the clock had stopped for it and gets at least so many days."""
        if self.answered_at and self.open:
            if at_least is not None:
                self._stood_still(self.answered_at, at, at_least)
                self.round += 1
            self.answered_at, self.runs_since = None, at
            if self.rule_when_resumed:
                self.change_rule(self.rule_when_resumed, at)

    def begin_anew(self, at: datetime) -> None:
        """The whole limit once more from here on."""
        since = self.standstills[-1].until if self.standstills else self.started_at
        self._stood_still(since, at)
        self.runs_since = at

    def change_rule(self, rule: Rule, at: datetime) -> None:
        """Another edition of the rules holds from here on; the limit counts from its original start.

        What was passed until now stays passed, and is late no more only if the
        new limit is not. The reporter's own time is never made shorter, and not
        begun again once it is over. Settled, the clock keeps its limit; should
        the answer fall, it goes on with the new one.
        """
        if self.answered_at and self.clock == "settlement":
            self.rule_when_resumed = rule
            return
        if (rule.days, rule.unit) == (self.rule.days, self.rule.unit):
            self.rule = rule
            return
        passed, due_at = self._look(at), self.due_at
        before, self.rule, self.rule_when_resumed = self.rule, rule, None
        day = self._counted()
        own = self.clock in EXPIRING_CLOCKS
        if (passed and (own or self.calendar.end_of(day) < at)) or (own and day < self.due_date):
            self.rule = before
            return
        self._set(day)
        if self.due_at != due_at and self.running:
            self.runs_since = at
        if passed:
            self.round += 1

    def reclassify(self, rule: Rule, class_: str, at: datetime) -> None:
        """Another class, another limit, counted from the original start (domain row 14)."""
        if self.running:
            self._look(at)
        self.rule, self.class_, self.rule_when_resumed = rule, class_, None
        self._set(self._counted())
        self.answered_due = self.answered_due and (self.due_date, self.due_at)
        still_late = self._breached() and self.due_at < at
        if self.running and not still_late:
            # By the right class this round was not late: what it leads to begins anew from here.
            self._begin_round(at)

    def turn(self, calendar: Calendar, at: datetime, *, decreed: bool) -> None:
        """Another calendar counts from here on: it became known (`decreed`), or another office holds the clock.

        The day told so far is never shortened. A limit that was passed stays so,
        unless by the decree it was not: then what it leads to begins anew.
        """
        if not self.open or calendar is self.calendar:
            return
        passed = self._look(at)
        before, due_at = self.due_date, self.due_at
        self.calendar = calendar
        day = self._counted()
        if passed and not (decreed and calendar.end_of(day) >= at):
            return
        if at == self.started_at:
            self._set(day)
            return
        self._set(self._open_day(max(day, before)))
        self.due_at = max(self.due_at, due_at)
        if self.due_at != due_at and self.running:
            self.runs_since = at
        if passed:
            self._begin_round(at)
        if decreed and self.due_date != before:
            self.shifts.append(Shift(self.clock_id, at, before, self.due_date))

    def stop(self, at: datetime, *, cancelled: bool) -> None:
        """What it waited for happened; or (cancelled) it no longer matters."""
        if not self.open:
            return
        if self.running:
            self._look(at)
        self.stopped_at, self.paused_at, self.cancelled = at, None, cancelled

    def frozen(self) -> Clock:
        """The clock as the history leaves it. An answer stops the settlement clock; the legal one merely rests."""
        answered = self.answered_at if self.open else None
        stopped_at, cancelled, due = self.stopped_at, self.cancelled, (self.due_date, self.due_at)
        if self.answered_at and self.answered_due and self.clock == "settlement":
            stopped_at, cancelled, answered, due = self.answered_at, False, None, self.answered_due
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
            due_date=due[0],
            due_at=due[1],
            paused_at=self.paused_at,
            answered_at=answered,
            stopped_at=stopped_at,
            cancelled=cancelled,
            breached_at=self.breaches[0].at if self.breaches else None,
        )

    def _stood_still(self, since: datetime, until: datetime, at_least: int = 0) -> None:
        still = Standstill(since, until, at_least)
        self.standstills.append(still)
        self._set(moved_by(still, self.calendar, self.rule.unit, self.due_date))

    def _counted(self) -> date:
        """The last day as the present rule and calendar give it, from the start over every standstill."""
        due = self.calendar.last_day(self.calendar.local_day(self.started_at), self.rule.days, self.rule.unit)
        for still in self.standstills:
            due = moved_by(still, self.calendar, self.rule.unit, due)
        return due

    def _open_day(self, day: date) -> date:
        """The day, or the first working day after it."""
        return self.calendar.last_day(day, 0, self.rule.unit)

    def _set(self, due: date) -> None:
        self.due_date, self.due_at = due, self.calendar.end_of(due)

    def _begin_round(self, at: datetime) -> None:
        self.breaches = [breach for breach in self.breaches if breach.round != self.round]
        self.round += 1
        self.runs_since = at

    def _breached(self) -> bool:
        return any(breach.round == self.round for breach in self.breaches)

    def _look(self, at: datetime) -> bool:
        """Whether the limit was passed before `at`; noted as a breach, unless it is the reporter's own time."""
        passed_at = max(self.due_at + ONE_SECOND, self.runs_since)
        if not self.running or passed_at > at:
            return self._breached()
        if self.clock not in EXPIRING_CLOCKS and not self._breached():
            self.breaches.append(Breach(self.clock_id, self.round, passed_at, self.due_date, self.due_at))
        return True
