"""One timer per clock: set for its next step, moved with it, taken back when the clock stands still or stops."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.sla.domain.calendar import Calendar
from services.sla.domain.clocks import Clock
from services.sla.domain.rules import Plan
from services.sla.domain.steps import Step, steps
from services.sla.store import histories
from services.sla.store.book import book
from shared.errors import NotYet
from shared.store import Timer, Transaction

Taken = Set[tuple[UUID, int, str]]


def arm(
    tx: Transaction, complaint_id: UUID, clock: Clock, plan: Plan, calendar: Calendar, taken: Taken, fired: str = ""
) -> None:
    """Set the timer of the clock's next step. `fired` is the key of the timer that is just being handled, if any."""
    step = _next_step(clock, plan, calendar, taken)
    wanted = (step.kind, _key(clock, step)) if step else None
    before = histories.timer_of(tx.session, clock.clock_id)
    if before and before != wanted and before[1] != fired:
        tx.cancel(*before)
    if step and wanted:
        tx.schedule(*wanted, step.at, {"clock_id": str(clock.clock_id)}, complaint_id)
    if before != wanted:
        histories.note_timer(tx.session, clock.clock_id, wanted)


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is due: of which complaint and clock."""

    case: Row[Any]
    clock: Clock
    step: Step


def take(tx: Transaction, timer: Timer) -> Due | None:
    """The step a timer was set for, noted as taken; the timer of the next one is set. None when it no longer stands.

    A case that is just being changed is not waited for (NotYet): the change
    may be the very thing that makes the step needless.
    """
    assert timer.subject is not None
    case = histories.lock_case(tx.session, timer.subject, wait=False)
    if case is None:
        raise NotYet("the case is being changed")
    rules = book(tx.session)
    calendar = rules.calendar(case.region)
    clock = histories.clocks(tx.session, timer.subject)[UUID(timer.payload["clock_id"])]
    taken = histories.steps_taken(tx.session, [clock.clock_id])
    step = _next_step(clock, rules.plan, calendar, taken)
    if step is None or _key(clock, step) != timer.key or step.at > timer.due_at:
        return None
    histories.take_step(tx.session, clock.clock_id, clock.round, step, step.at)
    arm(
        tx,
        timer.subject,
        clock,
        rules.plan,
        calendar,
        taken | {(clock.clock_id, clock.round, step.name)},
        fired=timer.key,
    )
    return Due(case, clock, step)


def _next_step(clock: Clock, plan: Plan, calendar: Calendar, taken: Taken) -> Step | None:
    """The first step of the present round that was not taken."""
    left = (step for step in steps(clock, plan, calendar) if (clock.clock_id, clock.round, step.name) not in taken)
    return next(left, None)


def _key(clock: Clock, step: Step) -> str:
    return f"{clock.clock_id}:{clock.round}:{step.name}"
