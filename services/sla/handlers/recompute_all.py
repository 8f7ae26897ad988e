"""All open cases computed anew, because limits or calendars changed: in batches, each one transaction.

What was done survives any crash with the batch it belongs to, and the timer
that carries the work on is set in the same transaction. Several such works may
run at once: a case computed a second time does not change.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.sla.domain.changes import Move
from services.sla.handlers.recompute import recompute
from services.sla.store import recomputations
from services.sla.store.recomputations import begin
from shared import metrics
from shared.logs import log
from shared.store import Timer, Transaction
from shared.store.database import is_away

__all__ = ["begin", "carry_on"]

BATCH = 250
"""Cases in one transaction: below a second of work, so that clocks that fall due meanwhile are not late for it."""

ANOTHER_LOOK = timedelta(seconds=1)
"""When only cases are left that somebody is changing just now."""


def carry_on(tx: Transaction, timer: Timer) -> None:
    """One batch of the work. A case that is just being changed is not waited for: it comes in a later batch."""
    work = recomputations.lock(tx.session, timer.payload["work"])
    waiting = [UUID(given) for given in work.passed_over]
    following = recomputations.next_cases(tx.session, work, BATCH)
    free = recomputations.lock_free(tx.session, [*waiting[:BATCH], *following])
    moved, failed = _computed(tx, list(free.values()))
    taken = [one for one in (*waiting, *following) if one not in free]
    passed_over = recomputations.still_open(tx.session, taken) if taken else []
    done = not following and not passed_over
    recomputations.note(
        tx.session,
        work.id,
        {
            "position": following[-1] if following else work.position,
            "passed_over": [str(one) for one in passed_over],
            "seen": work.seen + len(free),
            "moved": work.moved + len(moved),
            "later": work.later + sum(move.later for move in moved),
            "failed": work.failed + failed,
            "ended_at": tx.now if done else None,
        },
    )
    metrics.RECOMPUTED.inc(len(free))
    if not done:
        batch = timer.payload["batch"] + 1
        at = tx.now if following else tx.now + ANOTHER_LOOK
        tx.schedule("cases.recompute", f"{work.id}:{batch}", at, {"work": work.id, "batch": batch})


def _computed(tx: Transaction, cases: list[Row[Any]]) -> tuple[list[Move], int]:
    """The clocks that moved, and how many cases could not be computed: one bad case does not keep the others."""
    if not cases:
        return [], 0
    mark = tx.mark
    try:
        with tx.session.begin_nested():
            return recompute(tx, cases), 0
    except Exception as error:
        if is_away(error):
            raise
        tx.forget(mark)
        if len(cases) == 1:
            log.error("case.not_recomputed", complaint_id=str(cases[0].complaint_id), error=type(error).__name__)
            return [], 1
    half = len(cases) // 2
    (moved, failed), (more, others) = _computed(tx, cases[:half]), _computed(tx, cases[half:])
    return moved + more, failed + others
