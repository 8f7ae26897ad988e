"""The coordinator sends a case to the agency that must act (disposisi)."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.case import Case, Officer
from services.routing.domain.lock import check_receiver
from services.routing.handlers.desk import Done, done, move, said, take, write
from services.routing.handlers.refusals import plainly, refusal
from services.routing.store import queries
from shared.store import Transaction


def dispatch(
    tx: Transaction,
    officer: Officer,
    complaint_id: UUID,
    *,
    agency_id: str,
    note: str = "",
    version: int | None = None,
) -> Done:
    """Send the case to an agency in office, from the desk or from the agency that has it by mistake.

    `note` is for the agency, never for the reporter. Raises Invalid `unknown_agency`, `same_agency`,
    `agency_locked` or `inspectorate_only`, and what `desk.take` raises.
    """
    case = take(tx, officer, complaint_id, "dispatch", version)
    return done(*send(tx, officer, case, agency_id, note))


def send(tx: Transaction, officer: Officer | None, case: Case, agency_id: str, note: str = "") -> tuple[Case, UUID]:
    """The dispatch itself, of a case already in hand; without an officer by a rule (`handlers.lock`)."""
    agency = queries.agency_in_office(tx.session, agency_id, tx.now)
    if agency is None or agency.region != case.region:
        raise refusal("unknown_agency")
    if agency_id == case.agency_id:
        raise refusal("same_agency")
    with plainly("agency_id"):
        check_receiver(case, agency_id)
    previous = _previous(tx, case)
    item_id = write(
        tx,
        case,
        "dispatched",
        officer=officer,
        agency_id=agency_id,
        words=said(note, "note") if note.strip() else None,
        data={"previous": previous},
    )
    case = move(
        tx,
        case,
        "dispatch",
        agency_id=agency_id,
        dispatches=case.dispatches + 1,
        dispatched_at=tx.now,
    )
    tx.publish(
        "case.dispatched",
        case.complaint_id,
        {
            "complaint_id": case.complaint_id,
            "case_number": case.case_number,
            "agency_id": agency_id,
            "previous_agency_id": previous,
            "dispatch": case.dispatches,
            "dispatched_at": tx.now,
        },
    )
    return case, item_id


def _previous(tx: Transaction, case: Case) -> str | None:
    """The agency the case was sent to before this one."""
    return case.agency_id or queries.last_dispatched_to(tx.session, case.complaint_id)
