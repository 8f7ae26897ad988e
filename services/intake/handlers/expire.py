"""sla: the reporter's own time is over, to complete her file or to object."""

from __future__ import annotations

from sqlalchemy import update

from services.intake.handlers.withdraw import withdraw_incomplete
from services.intake.store import tables as t
from shared.contracts import Event
from shared.store import Transaction


def expire(tx: Transaction, event: Event) -> None:
    """An incomplete file counts as withdrawn; of the time to object it is noted when it was over.

    Which ending that was about is known by the moment: the archiving may be
    heard later, for it comes from another service.
    """
    if event.data["clock"] == "completeness":
        withdraw_incomplete(tx, event)
        return
    mine = t.complaints.c.complaint_id == event.subject
    tx.session.execute(update(t.complaints).where(mine).values(objecting_over_at=event.data["due_at"]))
