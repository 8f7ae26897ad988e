"""A set part of a clock's time is used up."""

from __future__ import annotations

from services.sla.handlers.due import take
from services.sla.handlers.tell import limit, naming
from shared.store import Timer, Transaction


def remind(tx: Transaction, timer: Timer) -> None:
    """Say that a limit comes near, dated at the moment the share was reached."""
    due = take(tx, timer)
    if due is None:
        return
    complaint_id = due.case.complaint_id
    data = {**naming(complaint_id, due.clock), **limit(due.clock), "fraction": due.step.percent / 100}
    tx.publish("clock.due_soon", complaint_id, data, time=due.step.at)
