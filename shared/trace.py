"""W3C trace context: which work belongs to which, across processes."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("traceparent", default=None)
_FORM = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")


def current() -> str | None:
    """The traceparent of the work in hand."""
    return _current.get()


def begin(traceparent: str | None = None) -> str:
    """Continue the given trace with a new span, or start a trace; returns the new traceparent."""
    trace = traceparent[3:35] if traceparent and _FORM.match(traceparent) else secrets.token_hex(16)
    made = f"00-{trace}-{secrets.token_hex(8)}-01"
    _current.set(made)
    return made
