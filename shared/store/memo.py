"""Facts that only a new load of data changes (limits, areas, templates) are read seldom, however often asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

T = TypeVar("T")

FRESH = 5.0
"""Seconds an answer is good for: so long after a load of data a running process may still use what was before."""

MOST = 1_000
"""Answers kept for one database. People choose some of the arguments; when there are so many, all are read anew."""

_known: WeakKeyDictionary[Engine, dict[Any, tuple[float, Any]]] = WeakKeyDictionary()


def kept_for_a_while(question: Callable[..., T]) -> Callable[..., T]:
    """For a question about facts no use case changes: its answer is kept for some seconds, for each database.

    The question takes the session first, then hashable arguments by position.
    """

    @wraps(question)
    def asked(session: Session, *arguments: Any) -> T:
        engine = session.get_bind().engine
        kept = _known.setdefault(engine, {})
        key = (question, *arguments)
        known = kept.get(key)
        if known is None or time.monotonic() - known[0] > FRESH:
            if len(kept) >= MOST:
                kept.clear()
            known = kept[key] = (time.monotonic(), question(session, *arguments))
        answer: T = known[1]
        return answer

    return asked
