"""A limit is passed: somebody is late, or the reporter's own time is over. On day 60 the Ombudsman is next."""

from __future__ import annotations

from services.sla.domain.clocks import Breach
from services.sla.handlers.due import take
from services.sla.handlers.late import say_breach
from services.sla.handlers.tell import limit, naming
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
        say_breach(
            tx, complaint_id, clock, Breach(clock.clock_id, clock.round, due.step.at, clock.due_date, clock.due_at)
        )
