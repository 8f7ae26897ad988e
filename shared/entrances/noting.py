"""What the work of a timer came to: counted, put off, and explained in words that may be kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from shared import clock, metrics
from shared.errors import NotYet
from shared.logs import log
from shared.messaging.held import failure_delay, not_yet_delay
from shared.store import Timer, Transaction
from shared.store import timers as rows


def put_off(tx: Transaction, timer: Timer, error: Exception) -> str:
    """Note that a timer could not be served, to be tried again later or given up. Returns the outcome."""
    attempts = timer.attempts + 1
    delay = not_yet_delay(attempts) if isinstance(error, NotYet) else failure_delay(attempts)
    rows.count_attempt(tx.session, tx.kit, timer.id)
    rows.failed(tx.session, tx.kit, timer.id, reason(error), tx.now + timedelta(seconds=delay) if delay else None)
    if not isinstance(error, NotYet):
        log.error("a timer's work failed", timer=timer.kind, attempts=attempts, exc_info=error)
    return "retry" if delay else "given_up"


def count(outcomes: Iterable[tuple[Timer, str]]) -> None:
    """Count what timers came to, and how late."""
    now = clock.now()
    for timer, outcome in outcomes:
        metrics.TIMER_RUNS.labels(timer.kind, outcome).inc()
        metrics.TIMER_LATENESS.labels(timer.kind).observe(max(0.0, (now - timer.due_at).total_seconds()))


def reason(error: Exception) -> str:
    """Why it failed, in words that may be kept."""
    return f"not yet: {error}" if isinstance(error, NotYet) else type(error).__name__
