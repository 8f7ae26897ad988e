"""A set part of a clock's time is used up; or its limit has passed and still nothing happened."""

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


def remind_daily(tx: Transaction, timer: Timer) -> None:
    """Tell the level that heard of it last that the limit is still passed."""
    due = take(tx, timer)
    if due is None:
        return
    complaint_id = due.case.complaint_id
    late = {"level": due.step.level, "days_late": due.step.days, "due_date": due.clock.due_date}
    data = {**naming(complaint_id, due.clock), **late, "reminded_at": due.step.at}
    tx.publish("clock.overdue", complaint_id, data, time=due.step.at)
