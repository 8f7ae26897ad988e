"""The answer did not settle it: the agency must work on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.routing.domain.case import Case, Officer
from services.routing.handlers.desk import Done, done, move, said, take, write
from shared.store import Transaction


def reopen(tx: Transaction, officer: Officer, complaint_id: UUID, *, words: str, version: int | None = None) -> Done:
    """The coordinator rejects an answer, or opens a closed case again, with a reason the reporter reads too."""
    case = take(tx, officer, complaint_id, "reopen", version)
    item_id = write(tx, case, "reopened", officer=officer, agency_id=case.agency_id, words=said(words), public=True)
    case = move(tx, case, "reopen", closed_at=None)
    tell_reopened(tx, case, "coordinator", tx.now)
    return done(case, item_id)


def tell_reopened(tx: Transaction, case: Case, why: str, at: datetime) -> None:
    """Say that the agency, or without one the coordinator, must work on; `why` is objection or coordinator."""
    tx.publish(
        "case.reopened",
        case.complaint_id,
        {
            "complaint_id": case.complaint_id,
            "case_number": case.case_number,
            "agency_id": case.agency_id,
            "why": why,
            "reopened_at": at,
        },
    )
