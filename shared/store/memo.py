"""Facts asked for several times in one transaction are read once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")


def once_per_session(question: Callable[..., T]) -> Callable[..., T]:
    """For a question about facts no use case changes (limits, regions): the answer is kept as long as its session.

    The question takes the session first, then hashable arguments by position.
    """

    @wraps(question)
    def asked(session: Session, *arguments: Any) -> T:
        kept: dict[Any, T] = session.info.setdefault("facts", {})
        key = (question, *arguments)
        if key not in kept:
            kept[key] = question(session, *arguments)
        return kept[key]

    return asked
