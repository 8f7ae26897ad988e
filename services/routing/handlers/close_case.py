"""A case ends: the reporter agreed, was silent for the objection time, or the coordinator closes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.routing.domain.case import Case, Officer
from services.routing.handlers.desk import Done, done, move, said, take, write
from shared.store import Transaction

_DEEDS = {"confirmed": "confirm", "silence": "expire", "coordinator": "close"}


def close_case(
    tx: Transaction, officer: Officer, complaint_id: UUID, *, words: str, version: int | None = None
) -> Done:
    """The coordinator closes an answered case, with a reason the reporter reads. Raises Conflict `not_answered`."""
    case = take(tx, officer, complaint_id, "close", version)
    return done(*end(tx, case, "coordinator", tx.now, officer=officer, words=said(words)))


def end(
    tx: Transaction,
    case: Case,
    how: str,
    closed_at: datetime,
    *,
    officer: Officer | None = None,
    words: str | None = None,
) -> tuple[Case, UUID]:
    """The closing itself. `how` is confirmed, silence or coordinator; `closed_at` when that was."""
    item_id = write(
        tx,
        case,
        "closed",
        officer=officer,
        words=words,
        public=True,
        data={"how": how},
        at=closed_at,
    )
    case = move(tx, case, _DEEDS[how], closed_at=closed_at)
    tx.publish(
        "case.closed",
        case.complaint_id,
        {
            "complaint_id": case.complaint_id,
            "case_number": case.case_number,
            "how": how,
            "closed_at": closed_at,
        },
    )
    return case, item_id
