"""Sixty days passed without a decision: the complaint becomes a referral, once."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.ombudsman.domain.numbers import referral_number, year_of
from services.ombudsman.handlers.moves import prepare_soon
from services.ombudsman.store import queries
from services.ombudsman.store.tables import numbers, referrals
from shared.contracts import Event
from shared.errors import NotYet
from shared.ids import new_id
from shared.store import Transaction


def open_referral(tx: Transaction, event: Event) -> None:
    """Give it a number and have its file prepared. A complaint that has a referral, or is withdrawn, gets none."""
    known = queries.complaint(tx, event.subject)
    if known is None:
        raise NotYet("the complaint is not known here yet")
    if known.withdrawn_at is not None or queries.locked_of_complaint(tx, event.subject) is not None:
        return
    region = queries.region(tx.session, known.region)
    year = year_of(tx.now, region.timezone)
    tx.session.execute(
        insert(referrals).values(
            referral_id=new_id(),
            complaint_id=event.subject,
            number=referral_number(region.short, year, _next(tx, region.code, year)),
            region=region.code,
            state="preparing",
            clock=event.data["clock"],
            due_at=event.data["due_at"],
            due_date=event.data["due_date"],
            revision=1,
            with_identity=False,  # until a file says otherwise
            created_at=tx.now,
        )
    )
    referral = queries.locked_of_complaint(tx, event.subject)
    assert referral is not None
    prepare_soon(tx, referral, revision=1)


def _next(tx: Transaction, region: str, year: int) -> int:
    """The next number of the year. The row stays locked until the commit, so there are no gaps."""
    statement = upsert(numbers).values(region=region, year=year, last=1)
    statement = statement.on_conflict_do_update(index_elements=["region", "year"], set_={"last": numbers.c.last + 1})
    return int(tx.session.execute(statement.returning(numbers.c.last)).scalar_one())
