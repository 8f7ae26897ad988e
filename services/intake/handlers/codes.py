"""Tracking codes in people's words: read, and taken out before anybody else reads them."""

from __future__ import annotations

from sqlalchemy import Connection

from services.intake.domain.commands import written_codes
from services.intake.store import queries
from shared.ids import is_code, normal_code

MASK = "[kode laporan]"


def read_code(written: str) -> str | None:
    """A normal code with the right check character, or None."""
    code = normal_code(written)
    return code if is_code(code) else None


def without_codes(session: Connection, text: str) -> str:
    """The text with every code that opens a complaint masked: officers read these words, and the code is her secret."""
    for written in reversed(list(written_codes(text, read_code))):
        if queries.by_code(session, written.code):
            text = text[: written.start] + MASK + text[written.end :]
    return text
