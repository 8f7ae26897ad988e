"""An agency says it is not competent and names the one that is (bukan wewenang)."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.bounce import check_return
from services.routing.domain.case import Officer
from services.routing.handlers.desk import Done, done, move, said, take, write
from services.routing.handlers.refusals import plainly, refusal
from services.routing.store import queries
from shared.store import Transaction


def return_case(
    tx: Transaction,
    officer: Officer,
    complaint_id: UUID,
    *,
    competent_agency_id: str,
    words: str,
    version: int | None = None,
) -> Done:
    """Give the case back to the coordinator, once. No clock resets.

    Raises Conflict `returned_before` at the second try of the same agency, Invalid
    `names_itself` or `unknown_agency`, and what `desk.take` raises.
    """
    case = take(tx, officer, complaint_id, "return", version)
    agency_id = str(case.agency_id)
    with plainly():
        check_return(agency_id, case.returned_by, competent_agency_id)
    if queries.agency_in_office(tx.session, competent_agency_id, tx.now) is None:
        raise refusal("unknown_agency", "competent_agency_id")
    item_id = write(
        tx,
        case,
        "returned",
        officer=officer,
        agency_id=agency_id,
        words=said(words),
        data={"competent": competent_agency_id},
    )
    case = move(tx, case, "return", returns=case.returns + 1)
    tx.publish(
        "case.returned",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "case_number": case.case_number,
            "item_id": item_id,
            "agency_id": agency_id,
            "competent_agency_id": competent_agency_id,
            "returns": case.returns,
            "returned_at": tx.now,
        },
    )
    return done(case, item_id)
