"""The Ombudsman is finished with a referral."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert

from services.ombudsman.handlers.moves import move, say
from services.ombudsman.store import queries
from services.ombudsman.store.tables import closings
from shared.store import Transaction


def close(tx: Transaction, number: str, account_id: UUID, reason: str) -> None:
    """Close it with a reason, after acknowledging it, with or without a recommendation. Raises NotFound, Conflict."""
    referral = queries.locked_by_number(tx, number)
    move(tx, referral, "close")
    tx.session.execute(
        insert(closings).values(referral_id=referral.referral_id, account_id=account_id, reason=reason, at=tx.now)
    )
    say(tx, "referral.closed", referral, closed_at=tx.now)
