"""A limit is passed: somebody is late, or the reporter's own time is over. On day 60 the Ombudsman is next."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update

from services.sla.domain.clocks import Breach, Clock
from services.sla.domain.steps import Step
from services.sla.handlers.tell import limit, naming
from services.sla.handlers.timing import take
from services.sla.store import histories
from services.sla.store.tables import cases
from shared.store import Timer, Transaction


def pass_limit(tx: Transaction, timer: Timer) -> None:
    """The moment after the limit has come, and the clock still runs."""
    due = take(tx, timer)
    if due is None:
        return
    complaint_id, clock = due.case.complaint_id, due.clock
    if clock.expires:
        tx.publish("clock.expired", complaint_id, {**naming(complaint_id, clock), **limit(clock)}, time=due.step.at)
    else:
        _say(tx, complaint_id, clock, Breach(clock.clock_id, clock.round, due.step.at, clock.due_date, clock.due_at))


def note_breach(tx: Transaction, complaint_id: UUID, clock: Clock, breach: Breach) -> None:
    """A breach found in the history that no timer has told."""
    step = Step("due", "clock.due", breach.at)
    histories.take_step(tx.session, clock.clock_id, breach.round, step, breach.at)
    _say(tx, complaint_id, clock, breach)


def _say(tx: Transaction, complaint_id: UUID, clock: Clock, breach: Breach) -> None:
    data = {**naming(complaint_id, clock), "due_at": breach.due_at, "due_date": breach.due_date}
    tx.publish("clock.breached", complaint_id, data, time=breach.at)
    mine = cases.c.complaint_id == complaint_id
    first = func.least(func.coalesce(cases.c.first_late_at, breach.at), breach.at)
    tx.session.execute(update(cases).where(mine).values(first_late_at=first))
    if clock.clock == "legal":
        once = update(cases).where(mine, cases.c.forwarding_due_at.is_(None)).values(forwarding_due_at=breach.at)
        if tx.session.execute(once.returning(cases.c.complaint_id)).first():
            tx.publish("forwarding.due", complaint_id, data, time=breach.at)
