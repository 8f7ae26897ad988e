"""What monitoring sees of the limits: how many are passed, and how far the calendar reaches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from services.sla.store import board, law, recomputations
from services.sla.store.book import book
from shared import metrics
from shared.contracts.vocabulary import CLOCKS, EXPIRING_CLOCKS


def show(session: Connection, now: datetime) -> None:
    """Set the gauges; every replica shows the same."""
    overdue = board.overdue(session, law.today(session, now))
    for clock in CLOCKS:
        if clock not in EXPIRING_CLOCKS:
            metrics.OVERDUE.labels(clock).set(overdue.get(clock, 0))
    metrics.RECOMPUTE_LEFT.set(recomputations.left(session))
    calendars = [almanac.newest() for almanac in book(session).almanacs.values()]
    ends = [calendar.end_of(calendar.covered_until) for calendar in calendars]
    metrics.CALENDAR_COVERED.set(min(ends).timestamp())
