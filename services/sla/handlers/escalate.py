"""A breached limit is told to the next level."""

from __future__ import annotations

from services.sla.handlers.due import take
from services.sla.handlers.tell import naming
from shared import metrics
from shared.store import Timer, Transaction


def escalate(tx: Transaction, timer: Timer) -> None:
    """Raise it to the level the timer was set for, dated at the moment this fell due."""
    due = take(tx, timer)
    if due is None:
        return
    complaint_id = due.case.complaint_id
    data = {
        **naming(complaint_id, due.clock),
        "level": due.step.level,
        "due_date": due.clock.due_date,
        "raised_at": due.step.at,
    }
    tx.publish("escalation.raised", complaint_id, data, time=due.step.at)
    metrics.ESCALATIONS.labels(due.step.level).inc()
