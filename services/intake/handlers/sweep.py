"""Clearing away what guards no longer need: old windows and ended sessions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from services.intake.store import tables as t
from shared.clock import real_now
from shared.store import Timer, Transaction

EVERY = timedelta(hours=6)


def sweep(tx: Transaction, timer: Timer) -> None:
    """Delete counters of yesterday and sessions that are over; plan the next round."""
    now = real_now()
    tx.session.execute(delete(t.counters).where(t.counters.c.window < now - timedelta(days=1)))
    tx.session.execute(delete(t.reporter_sessions).where(t.reporter_sessions.c.expires_at < now))
    # From now, not from when it was due: after a leap of the sandbox clock one round is enough.
    tx.schedule("guards.sweep", key=f"after {timer.id}", due_at=tx.now + EVERY)
