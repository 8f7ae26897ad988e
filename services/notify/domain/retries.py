"""How long a message is tried."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=1)
LONGEST = timedelta(hours=1)
IN_ALL = timedelta(days=2)


def pause(attempt: int) -> timedelta | None:
    """How long to wait after try number `attempt` (from 1) failed; None when two days of trying are used up.

    The pauses double from one second to an hour. They are counted by tries and
    not by the clock, so that a shifted sandbox clock gives nothing up.
    """
    waited = sum((_pause(n) for n in range(1, attempt)), timedelta())
    return None if waited >= IN_ALL else _pause(attempt)


def _pause(attempt: int) -> timedelta:
    return min(LONGEST, FIRST * (1 << min(attempt - 1, 20)))
