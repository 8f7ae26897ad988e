"""When the next report is due: one timer for each region and frequency."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from services.sla.domain.period import Period, period_of
from services.sla.store.book import book
from services.sla.store.tables import regions
from shared.contracts.sla import FREQUENCIES
from shared.store import Timer, Transaction

MAKE = "report.make"
AFTER_THE_END = timedelta(hours=1)
"""What happened in the last minutes of a period has been heard by then; figures are cut at its end all the same."""


def watch(tx: Transaction, region: str, period: Period) -> None:
    """Have the reports of a period made when it is over, at most once."""
    due_at = book(tx.session).calendar(region).start_of(period.next.first) + AFTER_THE_END
    tx.schedule(MAKE, f"{region}:{period.name}", due_at, {"region": region, "frequency": period.frequency})


def watch_all(tx: Transaction) -> None:
    """Watch the periods that run now. Repeatable; every report made sets the timer of the next one."""
    for region in tx.session.execute(select(regions.c.code)).scalars():
        today = book(tx.session).calendar(region).local_day(tx.now)
        for frequency in FREQUENCIES:
            watch(tx, region, period_of(frequency, today))


def period_over(tx: Transaction, timer: Timer) -> Period:
    """The period whose end set off a timer."""
    its_last_moment = timer.due_at - AFTER_THE_END - timedelta(seconds=1)
    last = book(tx.session).calendar(timer.payload["region"]).local_day(its_last_moment)
    return period_of(timer.payload["frequency"], last)
