"""The coordinator has read the complaint: it is complete, it has a class and a category."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.case import Case, Officer
from services.routing.handlers.desk import Done, done, move, take, write
from services.routing.handlers.dispatch import send
from services.routing.handlers.lock import guard
from services.routing.handlers.refusals import refusal
from services.routing.store import queries
from shared.contracts.vocabulary import CLASSES
from shared.store import Transaction


def verify(
    tx: Transaction,
    officer: Officer,
    complaint_id: UUID,
    *,
    class_: str,
    category: str,
    agency_id: str | None = None,
    note: str = "",
    version: int | None = None,
) -> Done:
    """Class the case and, when an agency is given, send it there in the same act.

    What is berkadar pengawasan goes to the Inspektorat, and the agency the reporter named is locked out of it.

    Raises Invalid `unknown_class` or `unknown_category`, and what `dispatch` raises.
    """
    case = take(tx, officer, complaint_id, "verify", version)
    if class_ not in CLASSES:
        raise refusal("unknown_class")
    if queries.topic(tx.session, category) is None:
        raise refusal("unknown_category")
    case, item_id = class_it(tx, officer, case, class_, category)
    if agency_id:
        case, item_id = send(tx, officer, case, agency_id, note)
    return done(guard(tx, officer, case), item_id)


def class_it(tx: Transaction, officer: Officer, case: Case, class_: str, category: str) -> tuple[Case, UUID]:
    """The verification itself, of a case already in hand."""
    item_id = write(tx, case, "verified", officer=officer, data={"class": class_, "category": category})
    case = move(tx, case, "verify", class_=class_, category=category, verified_at=tx.now)
    tx.publish(
        "case.verified",
        case.complaint_id,
        {
            "complaint_id": case.complaint_id,
            "case_number": case.case_number,
            "class_": class_,
            "category": category,
            "verified_at": tx.now,
        },
    )
    return case, item_id
