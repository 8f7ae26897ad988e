"""The agency promises to settle it by a day to come, because it cannot yet: next year's budget, the dry season."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.routing.domain.case import Officer
from services.routing.domain.promise import check_promise
from services.routing.handlers.desk import Done, done, heard_of, move, said, take, write
from services.routing.handlers.refusals import plainly
from services.routing.store import queries
from shared.store import Transaction
from shared.texts import zone


def promise(
    tx: Transaction,
    officer: Officer,
    complaint_id: UUID,
    *,
    promised_for: date,
    words: str,
    version: int | None = None,
) -> Done:
    """Promise a day, with words the reporter reads. No limit pauses; a later promise takes the place of this one.

    The reporters of cases merged under this one are promised the same.
    Raises Invalid `promise_past` or `promise_far`, and what `desk.take` raises.
    """
    case = take(tx, officer, complaint_id, "promise", version)
    with plainly("promised_for"):
        check_promise(tx.now.astimezone(zone()).date(), promised_for)
    reason = said(words)
    case = move(tx, case, "promise")
    for each in (*(heard_of(tx, follower) for follower in queries.followers(tx.session, complaint_id)), case):
        item_id = write(
            tx,
            each,
            "promised",
            officer=officer,
            agency_id=case.agency_id,
            words=reason,
            public=True,
            data={"promised_for": promised_for.isoformat()},
        )
        tx.publish(
            "case.promised",
            each.complaint_id,
            {
                "complaint_id": each.complaint_id,
                "case_number": each.case_number,
                "item_id": item_id,
                "agency_id": case.agency_id,
                "promised_for": promised_for,
                "promised_at": tx.now,
            },
        )
    return done(case, item_id)
