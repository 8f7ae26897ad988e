"""An operator has looked at what stopped a referral and lets it go on."""

from __future__ import annotations

from services.ombudsman.handlers.moves import deliver_soon, move, prepare_soon
from services.ombudsman.handlers.supplement import move_supplement
from services.ombudsman.store import queries
from shared.errors import Conflict
from shared.store import Transaction


def resume(tx: Transaction, number: str) -> None:
    """Try again where it stopped: composing the file, or delivering it. Raises NotFound, Conflict."""
    referral = queries.locked_by_number(tx, number)
    if supplement := queries.failed_supplement(tx.session, referral.referral_id):
        composed = queries.file_of(tx.session, referral.referral_id, supplement.revision) is not None
        move_supplement(tx, referral, supplement.revision, "sending" if composed else "wanted")
        (deliver_soon if composed else prepare_soon)(tx, referral, supplement.revision)
        return
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
