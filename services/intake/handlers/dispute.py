"""A reporter does not accept the answer, or the ending, of her complaint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from services.intake.domain.stages import state_after_objection
from services.intake.handlers.may import locked_for
from services.intake.handlers.say import checked_words, note_message
from services.intake.store import tables as t
from shared.files import SavedFile
from shared.store import Transaction


def dispute(
    tx: Transaction,
    complaint_id: UUID,
    words: str,
    files: Sequence[SavedFile] = (),
    *,
    channel: str,
    at: datetime | None = None,
) -> UUID:
    """Object, with the reason as a message whose id is returned. Raises Conflict when there is nothing to object to."""
    complaint = locked_for(tx, complaint_id, "object")
    at = at or tx.now
    message_id = note_message(tx, complaint_id, "objection", checked_words(tx, words, files), files, channel, at)
    tx.session.execute(
        update(t.complaints)
        .where(t.complaints.c.complaint_id == complaint_id)
        .values(
            state=state_after_objection(complaint.state),
            ended_at=None,
            reopened=complaint.reopened or complaint.state == "closed",
        )
    )
    tx.publish(
        "complaint.objected",
        complaint_id,
        {"complaint_id": complaint_id, "message_id": message_id, "channel": channel, "at": at},
        time=at,
    )
    return message_id
