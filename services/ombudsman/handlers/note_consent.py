"""The reporter allowed, or no longer allows, that her identity goes to the Ombudsman."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, update

from services.ombudsman.domain.states import PENDING, WITH_OMBUDSMAN
from services.ombudsman.handlers.moves import move, prepare_soon
from services.ombudsman.handlers.supplement import consent_came_too_late, drop_supplements, want_supplement
from services.ombudsman.store import queries
from services.ombudsman.store.tables import complaints
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Transaction


def note_consent(tx: Transaction, event: Event) -> None:
    """Remember it; a file not yet sent is composed anew, so that what goes out is what she allows.

    A delivery already under way is not called back: its proof, when it comes,
    says which file went out. What she allows after a notice went is sent as a
    supplement; what she takes back after her identity went is told to both sides.
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
    elif referral is not None and referral.state in WITH_OMBUDSMAN and given != known.consent:
        if given and not referral.with_identity:
            want_supplement(tx, referral, "consent")
        elif not given and referral.with_identity:
            consent_came_too_late(tx, referral)
        elif not given:
            _call_back(tx, referral)


def _call_back(tx: Transaction, referral: Row[Any]) -> None:
    """A supplement that names her is not sent any more; what else it would tell follows without her name."""
    pending = queries.pending_supplement(tx.session, referral.referral_id)
    if pending is None:
        return
    if queries.named_may_have_arrived(tx.session, referral.referral_id, pending.revision):
        consent_came_too_late(tx, referral)
    elif pending.why == "answer":
        want_supplement(tx, referral, pending.why)
    else:
        drop_supplements(tx, referral)


def note_particulars(tx: Transaction, event: Event) -> None:
    """She gave what article 24 asks of her: it goes into the file, or after it, as far as she consents."""
    referral = queries.locked_of_complaint(tx, event.subject)
    if referral is None:
        return  # the file will be composed with it
    if referral.state in PENDING:
        revision = referral.revision + 1
        move(tx, referral, "prepare", revision=revision)
        prepare_soon(tx, referral, revision)
    elif referral.state in WITH_OMBUDSMAN and referral.with_identity:
        want_supplement(tx, referral, "particulars")
