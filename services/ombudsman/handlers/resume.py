"""An operator has looked at what stopped a referral and lets it go on."""

from __future__ import annotations

from services.ombudsman.handlers.moves import deliver_soon, move, prepare_soon
from services.ombudsman.store import queries
from shared.errors import Conflict
from shared.store import Transaction


def resume(tx: Transaction, number: str) -> None:
    """Try again where it stopped: composing the file, or delivering it. Raises NotFound, Conflict."""
    referral = queries.locked_by_number(tx, number)
    if referral.state != "failed":
        raise Conflict(
            "not_failed", "Pengiriman rujukan ini tidak sedang berhenti.", "This referral's delivery has not stopped."
        )
    if queries.file_of(tx.session, referral.referral_id, referral.revision) is None:
        move(tx, referral, "prepare")
        prepare_soon(tx, referral, referral.revision)
    else:
        move(tx, referral, "send")
        deliver_soon(tx, referral, referral.revision)
