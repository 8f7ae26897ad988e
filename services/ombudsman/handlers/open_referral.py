"""A complaint becomes a referral, once: sixty days passed without a decision, or the reporter wishes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.ombudsman.domain.numbers import referral_number, year_of
from services.ombudsman.handlers.moves import prepare_soon
from services.ombudsman.store import queries
from services.ombudsman.store.tables import complaints, numbers, referrals
from shared.contracts import Event
from shared.errors import NotYet
from shared.ids import new_id
from shared.store import Transaction


def open_on_day_60(tx: Transaction, event: Event) -> None:
    """sla: the legal time passed without a decision."""
    limit = {name: event.data[name] for name in ("clock", "due_at", "due_date")}
    _open(tx, event, cause="limit", **limit)


def open_on_wish(tx: Transaction, event: Event) -> None:
    """intake: the reporter wants the Ombudsman to settle it (UU 25/2009 art 46(2)).

    Where nobody had answered in time whether her file is complete, that is the cause, and the limit is named.
    """
    known = _known(tx, event)
    if known.receipt_due_at is None:
        _open(tx, event, cause="wish", clock=None, due_at=None, due_date=None)
    else:
        limit = {"due_at": known.receipt_due_at, "due_date": known.receipt_due_date}
        _open(tx, event, cause="receipt", clock="receipt", **limit)


def note_breach(tx: Transaction, event: Event) -> None:
    """sla: remember that the answer on completeness did not come in time. She is offered the referral by notify."""
    if event.data["clock"] == "receipt":
        _known(tx, event)
        tx.session.execute(
            update(complaints)
            .where(complaints.c.complaint_id == event.subject)
            .values(receipt_due_at=event.data["due_at"], receipt_due_date=event.data["due_date"])
        )


def _known(tx: Transaction, event: Event) -> Any:
    known = queries.complaint(tx, event.subject)
    if known is None:
        raise NotYet("the complaint is not known here yet")
    return known


def _open(tx: Transaction, event: Event, **cause: Any) -> None:
    """Give it a number and have its file prepared. A complaint that has a referral, or is withdrawn, gets none."""
    known = _known(tx, event)
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
            revision=1,
            with_identity=False,  # until a file says otherwise
            created_at=tx.now,
            **cause,
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
