"""The reporter wants the Ombudsman to settle it, not the agency (UU 25/2009 art 46(2))."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from services.intake.handlers.ask_for_ombudsman import ask_for_ombudsman
from services.intake.handlers.may import locked_for
from services.intake.store import tables as t
from shared.store import Transaction


def wish_referral(tx: Transaction, complaint_id: UUID, *, channel: str, at: datetime | None = None) -> None:
    """Note the wish and say it, once. What the Ombudsman will need of her is asked at the same time.

    Raises Conflict when she wished it before, or it is with the Ombudsman already.
    """
    locked_for(tx, complaint_id, "refer")
    at = at or tx.now
    tx.session.execute(
        update(t.complaints).where(t.complaints.c.complaint_id == complaint_id).values(referral_wished_at=at)
    )
    tx.publish(
        "complaint.referral_wished", complaint_id, {"complaint_id": complaint_id, "channel": channel, "at": at}, time=at
    )
    ask_for_ombudsman(tx, complaint_id)
