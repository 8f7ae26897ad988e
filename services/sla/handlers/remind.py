"""A set part of a clock's time is used up; or its limit has passed and still nothing happened."""

from __future__ import annotations

from services.sla.handlers.due import Due
from services.sla.handlers.tell import limit, naming
from shared.store import Transaction


def remind(tx: Transaction, due: Due) -> None:
    """Say that a limit comes near, dated at the moment the share was reached."""
    data = {**naming(due.complaint_id, due.clock), **limit(due.clock), "fraction": due.step.percent / 100}
    tx.publish("clock.due_soon", due.complaint_id, data, time=due.step.at)


def remind_daily(tx: Transaction, due: Due) -> None:
    """Tell the level that heard of it last that the limit is still passed."""
    late = {"level": due.step.level, "days_late": due.step.days, "due_date": due.clock.due_date}
    data = {**naming(due.complaint_id, due.clock), **late, "reminded_at": due.step.at}
    tx.publish("clock.overdue", due.complaint_id, data, time=due.step.at)
