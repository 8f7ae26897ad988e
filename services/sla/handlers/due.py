"""What falls due: the step a timer was set for, taken once, unless something has moved past it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.sla.domain.clocks import Clock
from services.sla.domain.steps import Step, Taken, next_step
from services.sla.handlers.recompute import recompute
from services.sla.handlers.timing import arm, timer_for
from services.sla.store import histories, recomputations
from services.sla.store.book import book
from services.sla.store.histories import SetTimer
from shared.errors import NotYet
from shared.store import Timer, Transaction


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is due: of which complaint and clock."""

    case: Row[Any]
    clock: Clock
    step: Step


def take(tx: Transaction, timer: Timer) -> Due | None:
    """The step a timer was set for, noted as taken; the timer of the next one is set. None when it no longer stands.

    What was overtaken while nobody looked is noted and left out: of several
    reminders that fell due only the last is told, and none once the limit has passed.

    A case that is just being changed is not waited for (NotYet): the change
    may be the very thing that makes the step needless. One that waits to be
    computed anew is computed first: its limit may have moved.
    """
    assert timer.subject is not None
    case = histories.lock_case(tx.session, timer.subject)
    if case is None:
        raise NotYet("the case is being changed")
    rules = book(tx.session)
    if recomputations.is_waiting(tx.session, case):
        recompute(tx, [case])
    kept = histories.clocks_of(tx.session, [timer.subject])[timer.subject][UUID(timer.payload["clock_id"])]
    clock = kept.clock
    calendar = rules.calendar(case.region, clock.agency_id)
    taken = histories.steps_taken(tx.session, [clock.clock_id])
    step = next_step(clock, rules.plan, calendar, taken)
    this = timer_for(clock, step)
    if step is None or this is None or this.key != timer.key or step.at > timer.due_at:
        if kept.timer == SetTimer(timer.kind, timer.key):  # another calendar moved the steps, but not the last day
            histories.keep(tx.session, [(timer.subject, arm(tx, timer.subject, clock, step, kept.timer))])
        return None
    told: Step | None = step
    while step:
        taken.add(Taken(clock.clock_id, clock.round, step.name))
        following = next_step(clock, rules.plan, calendar, taken)
        overtaken = step.can_be_overtaken and following is not None and following.at <= tx.now
        histories.take_step(tx.session, clock.clock_id, clock.round, step, step.at, overtaken=overtaken)
        told = None if overtaken else step
        # The next of the same kind is looked at here; one of another kind has a timer of its own, due at once.
        step = following if overtaken and following and following.kind == step.kind else None
    histories.keep(tx.session, [(timer.subject, arm(tx, timer.subject, clock, following, None))])
    return Due(case, clock, told) if told else None
