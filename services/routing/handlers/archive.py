"""The coordinator puts a case aside, with a reason the reporter is told. Nothing is ever deleted."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.case import Officer
from services.routing.handlers.desk import Done, done, move, said, take, write
from services.routing.handlers.merge import release_followers
from services.routing.handlers.refusals import refusal
from shared.contracts.vocabulary import ARCHIVE_REASONS
from shared.store import Transaction


def archive(
    tx: Transaction, officer: Officer, complaint_id: UUID, *, reason: str, words: str, version: int | None = None
) -> Done:
    """Archive with a reason of the list and words for the reporter. Raises Invalid `unknown_reason`."""
    case = take(tx, officer, complaint_id, "archive", version)
    if reason not in ARCHIVE_REASONS:
        raise refusal("unknown_reason")
    item_id = write(tx, case, "archived", officer=officer, words=said(words), public=True, data={"reason": reason})
    case = move(tx, case, "archive", closed_at=tx.now)
    release_followers(tx, case)
    tx.publish(
        "case.archived",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "case_number": case.case_number,
            "item_id": item_id,
            "reason": reason,
            "archived_at": tx.now,
        },
    )
    return done(case, item_id)
