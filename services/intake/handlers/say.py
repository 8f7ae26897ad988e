"""A reporter adds words or files to her complaint; where completeness was asked for, that completes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update

from services.intake.domain.draft import too_long, unreadable
from services.intake.domain.stages import kind_of_message
from services.intake.domain.wording import has_words, readable, tidy
from services.intake.handlers.attach import attach
from services.intake.handlers.codes import without_codes
from services.intake.handlers.may import locked_for
from services.intake.handlers.register import NotAcceptable
from services.intake.store import queries
from services.intake.store import tables as t
from shared.errors import Invalid
from shared.files import SavedFile
from shared.ids import new_id
from shared.store import Transaction


def say(
    tx: Transaction,
    complaint_id: UUID,
    words: str,
    files: Sequence[SavedFile] = (),
    *,
    channel: str,
    at: datetime | None = None,
) -> UUID:
    """Add a message and return its id. Raises Conflict when nothing can be added any more, Invalid when it is empty."""
    complaint = locked_for(tx, complaint_id, "add")
    kind = kind_of_message(complaint.state)
    at = at or tx.now
    message_id = note_message(tx, complaint_id, kind, checked_words(tx, words, files), files, channel, at)
    if complaint.state == "awaiting_completion":
        tx.session.execute(
            update(t.complaints).where(t.complaints.c.complaint_id == complaint_id).values(state="unverified")
        )
        tx.publish(
            "complaint.completed",
            complaint_id,
            {"complaint_id": complaint_id, "message_id": message_id, "completed_at": at},
            time=at,
        )
    return message_id


def checked_words(tx: Transaction, words: str, files: Sequence[SavedFile]) -> str:
    """Tidy words of a message. Raises Invalid `empty` without words and files, NotAcceptable when too long."""
    words = tidy(words)
    most = queries.limits(tx.session, tx.now.date()).body_characters
    if len(words) > most:
        raise NotAcceptable([too_long("words", len(words), most)])
    if words and not readable(words):
        raise NotAcceptable([unreadable("words")])
    if not has_words(words) and not files:
        raise Invalid("empty", "Tulis pesan Anda dahulu.", "Please write your message first.")
    return without_codes(tx.session, words)


def note_message(
    tx: Transaction,
    complaint_id: UUID,
    kind: str,
    words: str,
    files: Sequence[SavedFile],
    channel: str,
    at: datetime,
) -> UUID:
    """Keep a message and say that it came."""
    message_id = new_id()
    tx.session.execute(
        insert(t.messages).values(
            message_id=message_id, complaint_id=complaint_id, kind=kind, channel=channel, body=words, received_at=at
        )
    )
    attach(tx, files, complaint_id, message_id)
    tx.publish(
        "complaint.message_received",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "message_id": message_id,
            "kind": kind,
            "channel": channel,
            "received_at": at,
            "attachments": len(files),
        },
        time=at,
    )
    return message_id
