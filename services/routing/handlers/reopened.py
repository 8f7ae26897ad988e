"""The event that a case is open again."""

from __future__ import annotations

from datetime import datetime

from services.routing.domain.case import Case
from shared.store import Transaction


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
