"""Facts that only a new load of data changes (limits, areas, templates, rules) are read seldom, however often asked.

Where it does no harm that a load is noticed some seconds late, they are `kept_for_a_while`; where the very next answer
must know of it, `kept_while_unchanged`. What one transaction has read for itself lies in its `notes`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Connection, Engine, Select, Table, Text, cast, func, literal_column, select

T = TypeVar("T")

FRESH = 5.0
"""Seconds an answer is good for: so long after a load of data a running process may still use what was before."""

MOST = 1_000
"""Answers kept for one database. People choose some of the arguments; when there are so many, all are read anew."""

_known: WeakKeyDictionary[Engine, dict[Any, tuple[float, Any]]] = WeakKeyDictionary()

_noted: WeakKeyDictionary[Connection, dict[str, Any]] = WeakKeyDictionary()


def notes(session: Connection) -> dict[str, Any]:
    """What somebody wants to remember until the end of this transaction, by a name of its own."""
    return _noted.setdefault(session, {})


def kept_for_a_while(question: Callable[..., T]) -> Callable[..., T]:
    """For a question about facts no use case changes: its answer is kept for some seconds, for each database.

    The question takes the session first, then hashable arguments by position.
    """

    @wraps(question)
    def asked(session: Connection, *arguments: Any) -> T:
        engine = session.engine
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


def kept_while_unchanged(*tables: Table) -> Callable[[Callable[[Connection], T]], Callable[[Connection], T]]:
    """For a question that reads nothing but these small tables: its answer is kept until one of their rows changes.

    Whether one did is asked each time, with one statement, as the transaction sees it.
    """
    changes = select(*(_fingerprint(table).scalar_subquery() for table in tables))

    def remembering(question: Callable[[Connection], T]) -> Callable[[Connection], T]:
        latest: WeakKeyDictionary[Engine, tuple[Any, T]] = WeakKeyDictionary()

        @wraps(question)
        def asked(session: Connection) -> T:
            engine, found = session.engine, tuple(session.execute(changes).one())
            known = latest.get(engine)
            if known is None or known[0] != found:
                known = latest[engine] = (found, question(session))
            return known[1]

        return asked

    return remembering


def _fingerprint(table: Table) -> Select[Any]:
    """How many rows there are, and the sum of the transactions that wrote them: any change makes another one."""
    written = func.sum(cast(cast(literal_column(f"{table.name}.xmin"), Text), BigInteger))
    return select(func.concat(func.count(), "/", written)).select_from(table)
