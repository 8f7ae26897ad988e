"""Guards against floods: how often a sender may do something in one fixed window of true time."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.intake.store import tables as t
from services.intake.store import vault
from shared.clock import real_now
from shared.store import Transaction

_ONE_MORE = (
    upsert(t.counters)
    .on_conflict_do_update(index_elements=["what", "who", "window"], set_={"count": t.counters.c.count + 1})
    .returning(t.counters.c.count)
)


def count(tx: Transaction, what: str, who: str, minutes: int) -> int:
    """Count one more deed of `who` and return how many it were in this window. `who` is kept as an HMAC only."""
    row = {"what": what, "who": vault.index("counter", who), "window": _window(real_now(), minutes), "count": 1}
    counted: int = tx.session.execute(_ONE_MORE, row).scalar_one()
    return counted


def counted(tx: Transaction, what: str, who: str, minutes: int) -> int:
    """How many it were in this window so far."""
    c = t.counters
    found = tx.session.execute(
        select(c.c.count).where(
            c.c.what == what, c.c.who == vault.index("counter", who), c.c.window == _window(real_now(), minutes)
        )
    ).scalar()
    return int(found or 0)


def _window(now: datetime, minutes: int) -> datetime:
    seconds = int(now.timestamp())
    return datetime.fromtimestamp(seconds - seconds % (minutes * 60), UTC)
