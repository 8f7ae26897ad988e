"""Whether a reporter may do something now."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from services.intake.domain.stages import EXAMINED, Standing, actions
from services.intake.store import queries
from shared.errors import Conflict
from shared.store import Transaction


def possible(session: Connection, complaint: Row[Any], now: datetime) -> frozenset[str]:
    """Of add, consent, withdraw, refer, object and rate: those the reporter may do now."""
    limits = queries.limits(session, queries.today(session, complaint.region, now))
    rated = queries.rating(session, complaint.complaint_id, complaint.answers) is not None
    referred = complaint.referral is not None or complaint.referral_wished_at is not None
    standing = Standing(
        complaint.state,
        rated,
        complaint.ended_at,
        complaint.reopened,
        referred,
        complaint.objecting_over_at,
        examined=complaint.referral in EXAMINED,
    )
    return actions(standing, now, limits.objection_days)


def locked_for(tx: Transaction, complaint_id: UUID, action: str) -> Row[Any]:
    """The complaint, locked, for something the reporter wants to do. Raises NotFound or Conflict `not_possible_now`."""
    complaint = queries.complaint(tx.session, complaint_id, lock=True)
    if action not in possible(tx.session, complaint, tx.now):
        raise Conflict(
            "not_possible_now",
            "Ini tidak dapat dilakukan pada keadaan laporan sekarang.",
            "This is not possible in the state the report is in now.",
        )
    return complaint
