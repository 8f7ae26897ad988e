"""Words kept for the reporter's page, sealed: they quote her case."""

from __future__ import annotations

import json
from uuid import UUID

from shared.sealing import Seal


def seal_words(notification_id: UUID, subject: str, words: str) -> bytes:
    """Subject and words, sealed for this row only."""
    return Seal.from_settings().seal(json.dumps([subject, words]), _place(notification_id))


def open_words(notification_id: UUID, sealed: bytes) -> tuple[str, str]:
    """Subject and words again."""
    subject, words = json.loads(Seal.from_settings().open(sealed, _place(notification_id)))
    return subject, words


def _place(notification_id: UUID) -> str:
    return f"notifications/{notification_id}/words"
