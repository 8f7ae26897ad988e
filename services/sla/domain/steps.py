"""What a clock does on its way: reminders before the limit, the limit itself, escalation level by level after it, and
day by day a reminder to the level told last."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import Literal
from uuid import UUID

from services.sla.domain.calendar import Calendar
from services.sla.domain.clocks import Clock
from services.sla.domain.rules import Plan

AGENCY_LEVELS = ("officer", "head")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to happen at a moment. `name` is unique in a round of a clock: `remind-50`, `due`, `escalate-head`,
    `daily-3`."""

    name: str
    kind: Literal["clock.remind", "clock.due", "clock.escalate", "clock.daily"]
    at: datetime
    percent: int = 0
    level: str = ""
    days: int = 0

    @property
    def can_be_overtaken(self) -> bool:
        """Whether it says nothing any more once the next step is due too, as after an outage.

        A breach is a fact, and each level tells somebody who was not told before: these are never left out.
        """
        return self.kind in ("clock.remind", "clock.daily")


def reminders(clock: Clock, plan: Plan, calendar: Calendar) -> list[Step]:
    """The mornings on which a set part of the days is used up.

    Counted back from the last day, so that a standstill moves them with it.
    One that lies before the last change of the end is left out: it is stale.
    """
    if clock.passes_at is None:
        return []
    made = []
    for percent in plan.reminders.get(clock.clock, ()):
        left = clock.days - percent * clock.days // 100
        at = calendar.start_of(calendar.first_day(clock.due_date, left, clock.unit))
        if at > clock.runs_since:
            made.append(Step(f"remind-{percent}", "clock.remind", at, percent=percent))
    return made


def escalations(clock: Clock, plan: Plan) -> list[Step]:
    """The levels that are told after the breach, each so many whole days after it.

    Without an agency nobody there can be told: the coordinator is the first.
    """
    if clock.passes_at is None or clock.expires:
        return []
    return [
        Step(f"escalate-{level}", "clock.escalate", clock.passes_at + timedelta(days=days), level=level)
        for level, days in plan.escalations.get(clock.clock, ())
        if clock.agency_id or level not in AGENCY_LEVELS
    ]


def dailies(clock: Clock, plan: Plan, calendar: Calendar) -> Iterator[Step]:
    """On each working day after the breach, until the plan's last one, the level told last hears of it again."""
    if clock.passes_at is None:
        return
    levels = escalations(clock, plan)
    for days in range(1, plan.dailies.get(clock.clock, 0) + 1):
        at = clock.passes_at + timedelta(days=days)
        raised = [step for step in levels if step.at <= at]
        if raised and raised[-1].at < at and calendar.is_working_day(calendar.local_day(at)):
            yield Step(f"daily-{days}", "clock.daily", at, level=raised[-1].level, days=days)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: of which clock, in which round."""

    clock_id: UUID
    round: int
    name: str


def steps(clock: Clock, plan: Plan, calendar: Calendar) -> Iterator[Step]:
    """All steps of the clock's present round, in the order in which they fall due. None while it stands still."""
    if clock.passes_at is None:
        return
    yield from reminders(clock, plan, calendar)
    yield Step("due", "clock.due", clock.passes_at)
    yield from merge(escalations(clock, plan), dailies(clock, plan, calendar), key=lambda step: step.at)


def steps_left(clock: Clock, plan: Plan, calendar: Calendar, taken: Set[Taken]) -> Iterator[Step]:
    """The steps of the present round that were not taken, in their order."""
    return (s for s in steps(clock, plan, calendar) if Taken(clock.clock_id, clock.round, s.name) not in taken)


def next_step(clock: Clock, plan: Plan, calendar: Calendar, taken: Set[Taken]) -> Step | None:
    """The first step of the present round that was not taken."""
    return next(steps_left(clock, plan, calendar, taken), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """What comes of a step that fell due: the steps taken with it, in order; the one of them that is told (the last, or
    none); and the step to wait for."""

    taken: tuple[Step, ...]
    told: Step | None
    following: Step | None


def progress(step: Step, later: Iterator[Step], now: datetime) -> Progress:
    """Take a step, and with it those that overtook it: of several reminders that fell due only the last is told, and
    none once something else is due."""
    taken = [step]
    following = next(later, None)
    while following and following.at <= now and step.can_be_overtaken:
        if following.kind != step.kind:  # it has a timer of its own, due at once
            return Progress(tuple(taken), None, following)
        step, following = following, next(later, None)
        taken.append(step)
    return Progress(tuple(taken), step, following)
