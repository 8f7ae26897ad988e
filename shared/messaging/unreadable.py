"""A header that the client library cannot read costs nobody the line: its message comes, with the header as it was.

AMQP lets anybody who may publish write a moment after the year 9999, a text that is no UTF-8, or tables within tables
without end. py-amqp then raises in the middle of the line: it is lost with everything in hand, comes back to the same
message, and so does whoever takes dead letters. Read our way such a message has no header but `UNREADABLE`, which no
event and no question has, so it goes where everything goes that cannot be read.
"""

from __future__ import annotations

import base64
from typing import Any

from amqp import serialization, spec

UNREADABLE = "aduan-unreadable"
"""The header that holds, in base64, the property flags and the property list as they came."""

_BASIC = spec.Basic.CLASS_ID


def keep_what_cannot_be_read() -> None:
    """Have py-amqp do so in this process, on every connection. Doing it twice is doing it once."""
    read = serialization.PROPERTY_CLASSES[_BASIC]
    if getattr(read, "forgives", False):
        return

    def forgiving(buf: bytes, offset: int) -> tuple[dict[str, Any], int]:
        try:
            properties: tuple[dict[str, Any], int] = read(buf, offset)
        except Exception:
            raw = base64.b64encode(buf[offset:]).decode()
            return {"application_headers": {UNREADABLE: raw}}, len(buf)
        return properties

    forgiving.forgives = True  # type: ignore[attr-defined]
    serialization.PROPERTY_CLASSES[_BASIC] = forgiving
