"""The reporter took her complaint back."""

from __future__ import annotations

from sqlalchemy import delete, update

from services.ombudsman.domain.states import PENDING
from services.ombudsman.handlers.moves import move
from services.ombudsman.handlers.supplement import drop_supplements
from services.ombudsman.store import queries
from services.ombudsman.store.tables import complaints, files
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Transaction


def note_withdrawal(tx: Transaction, event: Event) -> None:
    """Remember it; a referral not yet sent is cancelled and its file thrown away.

    One that was sent shows it, and nothing more is sent after it: what was still to come may name her.
    """
    if queries.complaint(tx, event.subject) is None:
        raise NotYet("the complaint is not known here yet")
    tx.session.execute(
        update(complaints)
        .where(complaints.c.complaint_id == event.subject)
        .values(withdrawn_at=event.data["withdrawn_at"])
    )
    referral = queries.locked_of_complaint(tx, event.subject)
    if referral is not None and referral.state in PENDING:
        move(tx, referral, "cancel")
        tx.session.execute(delete(files).where(files.c.referral_id == referral.referral_id))
    elif referral is not None:
        drop_supplements(tx, referral)
