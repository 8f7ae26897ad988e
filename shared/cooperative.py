"""Imported before anything else: makes this process cooperative, as nameko on eventlet needs it.

psycopg must wait eventlet's way: its C implementation would block every green thread for as long as a lock is held
elsewhere. But most answers of the database come within a fraction of a millisecond, and a way through eventlet's hub
costs more processor time than such a statement itself. So an answer is waited for in place for a moment, and in the hub
only when it takes longer.
"""

# ruff: noqa: E402
from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import warnings
from collections.abc import Generator
from typing import Any

import psycopg.waiting
from eventlet.patcher import original
from psycopg.waiting import Ready, Wait, wait_select

warnings.filterwarnings("ignore", module="eventlet")

MOMENT = 2
"""Milliseconds for which all other green threads may have to wait for one statement."""

IN_A_ROW = 20
"""Quick statements after which the others get their turn all the same."""

_select = original("select")
_quick_ones = 0


def wait(answer: Generator[Wait, int, Any], fileno: int, *args: Any, **kwargs: Any) -> Any:
    """psycopg's `wait_select`, which is only left to wait for what is not there within a moment."""
    return wait_select(_slow_part(answer, fileno), fileno, *args, **kwargs)


def _slow_part(answer: Generator[Wait, int, Any], fileno: int) -> Generator[Wait, int, Any]:
    global _quick_ones
    try:
        wanted = next(answer)
        while True:
            ready = _within_a_moment(fileno, wanted) if _quick_ones < IN_A_ROW else 0
            _quick_ones += 1
            if not ready:
                # Never for both: when a connection is ready for both at once, eventlet's `select` switches to the green
                # thread twice, and the second time it may be waiting for something else.
                ready = yield Wait.W if wanted == Wait.RW else wanted
                _quick_ones = 0
            wanted = answer.send(ready)
    except StopIteration as done:
        return done.value


def _within_a_moment(fileno: int, wanted: Wait) -> int:
    """What the connection is ready for, 0 when it is for nothing yet. What is wrong with it is there to be read."""
    poll = _select.poll()
    poll.register(fileno, (_select.POLLIN if wanted & Wait.R else 0) | (_select.POLLOUT if wanted & Wait.W else 0))
    return sum(
        (Ready.R if came & ~_select.POLLOUT else 0) | (Ready.W if came & _select.POLLOUT else 0)
        for _, came in poll.poll(MOMENT)
    )


psycopg.waiting.wait = wait  # every connection of this process looks it up there
