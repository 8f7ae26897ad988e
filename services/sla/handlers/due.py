"""What falls due: the steps that timers were set for, each taken once, unless something has moved past it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.sla.domain.clocks import Clock
from services.sla.domain.steps import Step, progress, steps_left
from services.sla.handlers.recompute import recompute
from services.sla.handlers.timing import arm, timer_for
from services.sla.store import histories, recomputations, told
from services.sla.store.book import book_until_commit
from services.sla.store.histories import Kept, SetTimer
from services.sla.store.told import TakenStep
from shared.errors import NotYet
from shared.store import Timer, Transaction
from shared.usecases import Waiting


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is to be told: of which complaint and clock."""

    complaint_id: UUID
    clock: Clock
    step: Step


def take(tx: Transaction, timers: Sequence[Timer]) -> tuple[list[Due], Waiting]:
    """The steps timers were set for, each of another complaint, noted as taken; the timers of the next ones are set.

    What no longer stands is left out, and what was overtaken while nobody
    looked is noted and left out: of several reminders that fell due only the
    last is told, and none once the limit has passed.

    A case that is just being changed is not waited for: the change may be the
    very thing that makes the step needless. One that waits to be computed anew
    is computed first: its limit may have moved. Limits that are just coming
    into force are waited for: who was told late by those of before would not
    be told by the new ones.
    """
    session = tx.session
    cases = histories.lock_free(session, [timer.subject for timer in timers if timer.subject])
    rules = book_until_commit(session)
    behind = [case for case in cases.values() if recomputations.is_waiting(session, case)]
    if behind:
        recompute(tx, behind)
    free = [(timer, cases[timer.subject]) for timer in timers if timer.subject and timer.subject in cases]
    clocks = histories.clocks_named(session, [_clock_id(timer) for timer, _ in free])
    taken = told.steps_taken(session, clocks)
    just_set = {SetTimer(*which) for which in tx.scheduled}
    due: list[Due] = []
    steps: list[TakenStep] = []
    kept: list[Kept] = []
    for timer, case in free:
        this, known = SetTimer(timer.kind, timer.key), clocks[_clock_id(timer)]
        clock = known.clock
        later = steps_left(clock, rules.plan, rules.calendar(case.region, clock.agency_id), taken)
        step = next(later, None)
        if step is None or timer_for(clock, step) != this or step.at > timer.due_at:
            if known.timer == this:  # the days or the plan are others than when it was set, the clock's end is not
                kept.append(arm(tx, case.complaint_id, clock, step, this))
            continue
        made = progress(step, later, tx.now)
        steps += [TakenStep(clock.clock_id, clock.round, one, one is not made.told) for one in made.taken]
        # Computing the case in this transaction may have set this very timer once more.
        kept.append(arm(tx, case.complaint_id, clock, made.following, this if this in just_set else None))
        if made.told:
            due.append(Due(case.complaint_id, clock, made.told))
    told.take_steps(session, steps)
    histories.keep_timers(session, kept)
    changing = NotYet("the case is being changed")
    return due, {timer.id: changing for timer in timers if timer.subject not in cases}


def _clock_id(timer: Timer) -> UUID:
    return UUID(timer.payload["clock_id"])
