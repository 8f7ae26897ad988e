"""A reporter allows, or no longer allows, forwarding to the Ombudsman with her identity (UU 37/2008 art 24)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from services.intake.handlers.ask_for_ombudsman import ask_for_ombudsman
from services.intake.handlers.may import locked_for
from services.intake.store import tables as t
from shared.store import Transaction


def consent(tx: Transaction, complaint_id: UUID, given: bool, *, channel: str, at: datetime | None = None) -> None:
    """Note her wish and say it, once for each change of mind. Raises Conflict when the complaint has ended."""
    complaint = locked_for(tx, complaint_id, "consent")
    if complaint.ombudsman_consent == given:
        return
    at = at or tx.now
    tx.session.execute(
        update(t.complaints).where(t.complaints.c.complaint_id == complaint_id).values(ombudsman_consent=given)
    )
    tx.publish(
        "complaint.consented",
        complaint_id,
        {"complaint_id": complaint_id, "given": given, "channel": channel, "at": at},
        time=at,
    )
    if given:
        ask_for_ombudsman(tx, complaint_id)
