"""The answer did not settle it: the agency must work on."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.case import Officer
from services.routing.handlers.desk import Done, done, move, said, take, write
from services.routing.handlers.lock import take_from_locked
from services.routing.handlers.reopened import tell_reopened
from shared.store import Transaction


def reopen(tx: Transaction, officer: Officer, complaint_id: UUID, *, words: str, version: int | None = None) -> Done:
    """The coordinator rejects an answer, or opens a closed case again, with a reason the reporter reads too."""
    case = take(tx, officer, complaint_id, "reopen", version)
    item_id = write(tx, case, "reopened", officer=officer, agency_id=case.agency_id, words=said(words), public=True)
    case = move(tx, case, "reopen", closed_at=None)
    case = take_from_locked(tx, case, officer, say=False)
    tell_reopened(tx, case, "coordinator", tx.now)
    return done(case, item_id)
