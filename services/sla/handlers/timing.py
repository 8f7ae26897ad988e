"""One timer per clock: set for its next step, moved with it, taken back when the clock stands still or stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.sla.domain.clocks import Clock
from services.sla.domain.steps import Step, Taken, next_step
from services.sla.store import histories
from services.sla.store.book import book
from services.sla.store.histories import Kept, SetTimer
from shared.errors import NotYet
from shared.store import Timer, Transaction


def timer_for(clock: Clock, step: Step | None) -> SetTimer | None:
    """Kind and key of the timer for a step: one per clock, round and step, so that none can fire twice."""
    return SetTimer(step.kind, f"{clock.clock_id}:{clock.round}:{step.name}") if step else None


def arm(tx: Transaction, complaint_id: UUID, clock: Clock, step: Step | None, before: SetTimer | None) -> Kept:
    """Set the timer of the clock's next step and take back the one set before; the clock as it is to be kept."""
    wanted = timer_for(clock, step)
    if before and before != wanted:
        tx.cancel(before.kind, before.key)
    if step and wanted:
        tx.schedule(wanted.kind, wanted.key, step.at, {"clock_id": str(clock.clock_id)}, complaint_id)
    return Kept(clock, wanted)


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
    case = histories.lock_case(tx.session, timer.subject)
    if case is None:
        raise NotYet("the case is being changed")
    rules = book(tx.session)
    clock = histories.clocks_of(tx.session, [timer.subject])[timer.subject][UUID(timer.payload["clock_id"])].clock
    calendar = rules.calendar(case.region, clock.agency_id)
    taken = histories.steps_taken(tx.session, [clock.clock_id])
    step = next_step(clock, rules.plan, calendar, taken)
    this = timer_for(clock, step)
    if step is None or this is None or this.key != timer.key or step.at > timer.due_at:
        return None
    histories.take_step(tx.session, clock.clock_id, clock.round, step, step.at)
    following = next_step(clock, rules.plan, calendar, taken | {Taken(clock.clock_id, clock.round, step.name)})
    histories.keep(tx.session, [(timer.subject, arm(tx, timer.subject, clock, following, None))])
    return Due(case, clock, step)
