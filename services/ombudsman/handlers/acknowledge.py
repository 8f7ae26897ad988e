"""The Ombudsman confirms that the file was received and is examined."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert

from services.ombudsman.handlers.moves import move, say
from services.ombudsman.store import queries
from services.ombudsman.store.tables import acknowledgements
from shared.store import Transaction


def acknowledge(tx: Transaction, number: str, account_id: UUID, agenda_number: str | None) -> None:
    """Note who confirmed it and under which number of the Ombudsman's own. Raises NotFound, Conflict."""
    referral = queries.locked_by_number(tx, number)
    move(tx, referral, "acknowledge")
    tx.session.execute(
        insert(acknowledgements).values(
            referral_id=referral.referral_id, account_id=account_id, agenda_number=agenda_number, at=tx.now
        )
    )
    say(tx, "referral.acknowledged", referral, acknowledged_at=tx.now)
