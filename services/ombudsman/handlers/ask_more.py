"""The Ombudsman asks the reporter or the agency for more, and what answers it goes out as a supplement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.ombudsman.domain.states import WITH_OMBUDSMAN
from services.ombudsman.handlers.moves import move, say
from services.ombudsman.handlers.supplement import want_supplement
from services.ombudsman.handlers.unnamed import must_not_name_her
from services.ombudsman.store import queries
from services.ombudsman.store.tables import recommendations, requests
from shared.contracts import Event
from shared.errors import Conflict
from shared.ids import new_id
from shared.store import Transaction


def ask_more(tx: Transaction, number: str, account_id: UUID, of: str, words: str) -> None:
    """Ask `of` (reporter or agency). One question at a time.

    Raises NotFound, Conflict, and Invalid for a question to the agency that names an anonymous reporter.
    """
    referral = queries.locked_by_number(tx, number)
    move(tx, referral, "ask")
    if of == "agency":
        must_not_name_her(tx, referral, words, "question")
    if queries.open_request(tx.session, referral.referral_id):
        raise Conflict(
            "still_asked",
            "Pertanyaan sebelumnya belum dijawab.",
            "The question before has not been answered yet.",
        )
    request_id = new_id()
    tx.session.execute(
        insert(requests).values(
            request_id=request_id,
            referral_id=referral.referral_id,
            account_id=account_id,
            of=of,
            words=words,
            at=tx.now,
        )
    )
    say(tx, "referral.more_requested", referral, request_id=request_id, of=of, requested_at=tx.now)


def note_message(tx: Transaction, event: Event) -> None:
    """The reporter wrote: where the Ombudsman asked her, that is the answer."""
    referral = queries.locked_of_complaint(tx, event.subject)
    if referral is not None and referral.state in WITH_OMBUDSMAN and _answered(tx, referral, "reporter"):
        want_supplement(tx, referral, "answer")


def note_answer_of_agency(tx: Transaction, event: Event) -> None:
    """The agency answered: the Ombudsman's question, or how the recommendation was carried out (UU 37/2008 art 38)."""
    referral = queries.locked_of_complaint(tx, event.subject)
    if referral is None or referral.state not in WITH_OMBUDSMAN:
        return
    asked = _answered(tx, referral, "agency")
    reported = event.data["substantive"] and _reported(tx, referral)
    if asked or reported:
        want_supplement(tx, referral, "answer")


def note_explanation(tx: Transaction, event: Event) -> None:
    """The agency wrote to the Ombudsman himself, asked or not: he gets it as a further file."""
    referral = queries.locked_of_complaint(tx, event.subject)
    if referral is None or referral.state not in WITH_OMBUDSMAN:
        return
    if event.data["answers"] == "question":
        _answered(tx, referral, "agency")
    else:
        _reported(tx, referral)
    want_supplement(tx, referral, "answer")


def _answered(tx: Transaction, referral: Row[Any], of: str) -> bool:
    request = queries.open_request(tx.session, referral.referral_id)
    if request is None or request.of != of:
        return False
    tx.session.execute(update(requests).where(requests.c.request_id == request.request_id).values(answered_at=tx.now))
    return True


def _reported(tx: Transaction, referral: Row[Any]) -> bool:
    """Whether a recommendation waited for this report."""
    mine = recommendations.c.referral_id == referral.referral_id
    statement = update(recommendations).where(mine, recommendations.c.reported_at.is_(None))
    noted = statement.values(reported_at=tx.now).returning(recommendations.c.referral_id)
    return tx.session.execute(noted).first() is not None
