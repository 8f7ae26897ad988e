"""A reporter accepts the answer and may rate it; after a closing by silence she may still say how it was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update

from services.intake.domain.wording import tidy
from services.intake.handlers.codes import without_codes
from services.intake.handlers.may import locked_for
from services.intake.store import queries
from services.intake.store import tables as t
from shared.errors import Invalid
from shared.store import Transaction


def rate(
    tx: Transaction,
    complaint_id: UUID,
    *,
    satisfied: bool = True,
    rating: int | None = None,
    words: str = "",
    channel: str,
    at: datetime | None = None,
) -> None:
    """Accept the answer. `rating` 1 to 5 or none. Raises Conflict when there is no answer, or it was rated already.

    Who is not satisfied with an answer objects; `satisfied=False` is for what is closed already.
    """
    if rating is not None and not 1 <= rating <= 5:
        raise Invalid("rating", "Nilai dari 1 sampai 5.", "A rating from 1 to 5.")
    complaint = locked_for(tx, complaint_id, "rate")
    if complaint.state == "answered" and not satisfied:
        raise Invalid(
            "object_instead",
            "Belum puas? Sampaikan keberatan, supaya laporan dikerjakan lagi.",
            "Not satisfied? Object, so that the work goes on.",
        )
    at = at or tx.now
    most = queries.limits(tx.session, tx.now.date()).body_characters
    tx.session.execute(
        insert(t.ratings).values(
            complaint_id=complaint_id,
            answer=complaint.answers,
            satisfied=satisfied,
            rating=rating,
            words=without_codes(tx.session, tidy(words)[:most]) or None,
            channel=channel,
            at=at,
        )
    )
    if complaint.state == "answered":
        tx.session.execute(
            update(t.complaints).where(t.complaints.c.complaint_id == complaint_id).values(state="closed", ended_at=at)
        )
    tx.publish(
        "complaint.rated",
        complaint_id,
        {"complaint_id": complaint_id, "satisfied": satisfied, "rating": rating, "channel": channel, "at": at},
        time=at,
    )
