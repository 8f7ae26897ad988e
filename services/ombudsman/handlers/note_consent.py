"""The reporter allowed, or no longer allows, that her identity goes to the Ombudsman."""

from __future__ import annotations

from sqlalchemy import update

from services.ombudsman.domain.states import PENDING
from services.ombudsman.handlers.moves import move, prepare_soon
from services.ombudsman.store import queries
from services.ombudsman.store.tables import complaints
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Transaction


def note_consent(tx: Transaction, event: Event) -> None:
    """Remember it; a file not yet sent is composed anew, so that what goes out is what she allows.

    A delivery already under way is not called back: its proof, when it comes,
    says which file went out.
    """
    known = queries.complaint(tx, event.subject)
    if known is None:
        raise NotYet("the complaint is not known here yet")
    given = event.data["given"]
    tx.session.execute(
        update(complaints)
        .where(complaints.c.complaint_id == event.subject)
        .values(consent=given, consent_at=event.data["at"])
    )
    referral = queries.locked_of_complaint(tx, event.subject)
    if referral is not None and referral.state in PENDING and given != known.consent:
        revision = referral.revision + 1
        move(tx, referral, "prepare", revision=revision)
        prepare_soon(tx, referral, revision)
