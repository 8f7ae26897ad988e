"""A breached limit is told to the next level."""

from __future__ import annotations

from services.sla.handlers.due import Due
from services.sla.handlers.tell import naming
from shared import metrics
from shared.store import Transaction


def escalate(tx: Transaction, due: Due) -> None:
    """Raise it to the level the timer was set for, dated at the moment this fell due."""
    raised = {"level": due.step.level, "due_date": due.clock.due_date, "raised_at": due.step.at}
    data = {**naming(due.complaint_id, due.clock), **raised}
    tx.publish("escalation.raised", due.complaint_id, data, time=due.step.at)
    metrics.ESCALATIONS.labels(due.step.level).inc()
