"""Sixty days to report how a recommendation was carried out (UU 37/2008 art 38): reminders, then the overdue mark.

Closing the referral ends none of it: the law binds the agency, whatever the Ombudsman's own books say. What ends it is
the report: the agency's answer, or a letter that the Ombudsman's people note.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, update

from services.ombudsman.domain.parts import Region
from services.ombudsman.handlers.moves import say
from services.ombudsman.store import queries
from services.ombudsman.store.tables import recommendations
from shared.store import Timer, Transaction

REMINDERS = ("recommendation_reminder_1", "recommendation_reminder_2", "recommendation_reminder_3")
"""Limits that say how many days before the last one the agency is reminded."""

_MORNING = time(9)


def schedule(tx: Transaction, referral: Row[Any], region: Region, today: date, due_date: date) -> None:
    """Timers of a recommendation: reminders in the morning, the overdue mark when its last day is over."""
    zone = ZoneInfo(region.timezone)
    for name in REMINDERS:
        day = due_date - timedelta(days=queries.limit(tx.session, name, today).amount)
        if day > today:
            _timer(tx, "recommendation.remind", name, referral, datetime.combine(day, _MORNING, zone))
    over = datetime.combine(due_date + timedelta(days=1), time(), zone)
    _timer(tx, "recommendation.overdue", "overdue", referral, over)


def remind(tx: Transaction, timer: Timer) -> None:
    """A reminder is due. One that comes after the last day, as after an outage, is the overdue mark's business."""
    waiting = _waiting(tx, timer)
    if waiting and tx.now.astimezone(ZoneInfo(waiting[2].timezone)).date() <= waiting[1].due_date:
        referral, recommendation, _ = waiting
        say(
            tx,
            "referral.recommendation_due_soon",
            referral,
            due_date=recommendation.due_date,
            reminded_at=timer.due_at,
        )


def mark_overdue(tx: Transaction, timer: Timer) -> None:
    """The last day is over and nobody reported."""
    waiting = _waiting(tx, timer)
    if waiting:
        referral, recommendation, _ = waiting
        mine = recommendations.c.referral_id == referral.referral_id
        tx.session.execute(update(recommendations).where(mine).values(overdue_at=timer.due_at))
        say(tx, "referral.recommendation_overdue", referral, due_date=recommendation.due_date, overdue_at=timer.due_at)


def _waiting(tx: Transaction, timer: Timer) -> tuple[Row[Any], Row[Any], Region] | None:
    """The referral, its recommendation and its region, while the report is still owed."""
    referral = queries.locked(tx, UUID(timer.payload["referral_id"]))
    recommendation = queries.recommendation(tx.session, referral.referral_id)
    if recommendation is None or recommendation.reported_at is not None:
        return None
    return referral, recommendation, queries.region(tx.session, referral.region)


def _timer(tx: Transaction, kind: str, name: str, referral: Row[Any], due_at: datetime) -> None:
    tx.schedule(
        kind,
        key=f"{referral.referral_id}:{name}",
        due_at=due_at,
        payload={"referral_id": str(referral.referral_id)},
        subject=referral.complaint_id,
    )
