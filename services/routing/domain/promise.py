"""What may be promised: a day that comes, and that somebody who waits for it can still see coming."""

from __future__ import annotations

from datetime import date

from services.routing.domain.refused import Refused

LONGEST = 2
"""Years ahead: this year's budget and the next one's. Our own rule, no regulation's."""


def check_promise(today: date, promised_for: date) -> None:
    """Raises Refused `promise_past` for today or a day behind us, `promise_far` for one beyond next year's end."""
    if promised_for <= today:
        raise Refused("promise_past")
    if promised_for.year >= today.year + LONGEST:
        raise Refused("promise_far")
