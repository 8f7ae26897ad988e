"""A complaint is taken back: by its reporter, or because she did not complete it in time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from services.intake.handlers.may import locked_for
from services.intake.store import queries
from services.intake.store import tables as t
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Transaction


def withdraw(tx: Transaction, complaint_id: UUID) -> None:
    """The reporter takes her complaint back. Raises Conflict when it has ended."""
    locked_for(tx, complaint_id, "withdraw")
    _note(tx, complaint_id, "reporter", tx.now)


def withdraw_incomplete(tx: Transaction, event: Event) -> None:
    """The time to complete the file is over, so the complaint counts as withdrawn (UU 25/2009 art 44(5))."""
    complaint = queries.complaint(tx.session, event.subject, lock=True)
    if complaint.completeness_asked_at is None:
        raise NotYet("routing has not told of the request for completeness")
    if complaint.state == "awaiting_completion":  # otherwise she completed it, or took it back, a moment before
        _note(tx, event.subject, "not_completed", event.data["due_at"])


def _note(tx: Transaction, complaint_id: UUID, reason: str, at: datetime) -> None:
    tx.session.execute(
        update(t.complaints).where(t.complaints.c.complaint_id == complaint_id).values(state="withdrawn", ended_at=at)
    )
    tx.publish(
        "complaint.withdrawn",
        complaint_id,
        {"complaint_id": complaint_id, "reason": reason, "withdrawn_at": at},
        time=at,
    )
