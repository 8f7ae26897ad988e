"""The coordinator asks the reporter for what is missing (UU 25/2009 art 44)."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.case import Officer
from services.routing.handlers.desk import Done, done, move, said, take, write
from shared.store import Transaction


def ask_completeness(
    tx: Transaction, officer: Officer, complaint_id: UUID, *, words: str, version: int | None = None
) -> Done:
    """Put the question to the reporter; the case waits for her. The words go to her as they are."""
    case = take(tx, officer, complaint_id, "ask_completeness", version)
    item_id = write(tx, case, "completeness_requested", officer=officer, words=said(words), public=True)
    case = move(tx, case, "ask_completeness")
    tx.publish(
        "case.completeness_requested",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "case_number": case.case_number,
            "item_id": item_id,
            "requested_at": tx.now,
        },
    )
    return done(case, item_id)
