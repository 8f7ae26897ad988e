"""How far the works have come that compute all open cases anew; and the cases each of them takes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from services.sla.store import tables
from services.sla.store.book import replace_book
from services.sla.store.tables import cases
from services.sla.store.tables import recomputations as t
from shared.store import Transaction
from shared.store.memo import notes


def begin(
    tx: Transaction,
    cause_id: str,
    cause_en: str,
    regions: Sequence[str] | None = None,
    agencies: Sequence[str] | None = None,
) -> int:
    """Have all open cases of some regions and agencies (None: of all) computed anew; the number of the work.

    What changed the rules or calendars is in the same transaction.
    The cause is a sentence in Indonesian and English, of at most 300 characters, that people read beside the progress.
    """
    replace_book(tx.session)
    expected = select(func.count()).select_from(cases).where(_in_scope(regions, agencies)).scalar_subquery()
    row = {
        "cause_id": cause_id,
        "cause_en": cause_en,
        "regions": None if regions is None else list(regions),
        "agencies": None if agencies is None else list(agencies),
        "begun_at": tx.now,
        "expected": expected,
    }
    nothing = {"passed_over": [], "seen": 0, "moved": 0, "later": 0, "failed": 0}
    number: int = tx.session.execute(insert(t).values(**row, **nothing).returning(t.c.id)).scalar_one()
    tx.schedule("cases.recompute", f"{number}:1", tx.now, {"work": number, "batch": 1})
    return number


def lock(session: Connection, number: int) -> Row[Any]:
    """The work, kept from others until the transaction ends."""
    return session.execute(select(t).where(t.c.id == number).with_for_update()).one()


def note(session: Connection, number: int, columns: dict[str, Any]) -> None:
    """Write how far it has come."""
    session.execute(update(t).where(t.c.id == number).values(columns))


def next_cases(session: Connection, work: Row[Any], most: int) -> list[UUID]:
    """The next open cases in the order of their ids, from the work's position on."""
    wanted = _in_scope(work.regions, work.agencies)
    if work.position is not None:
        wanted = and_(wanted, cases.c.complaint_id > work.position)
    found = select(cases.c.complaint_id).where(wanted).order_by(cases.c.complaint_id).limit(most)
    return list(session.execute(found).scalars())


def lock_free(session: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """Those of the cases that nobody is changing and that are still open, locked."""
    wanted = select(cases).where(cases.c.complaint_id.in_(complaint_ids), cases.c.finished_at.is_(None))
    rows = session.execute(wanted.order_by(cases.c.complaint_id).with_for_update(skip_locked=True))
    return {row.complaint_id: row for row in rows}


def still_open(session: Connection, complaint_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the cases that are not finished."""
    wanted = select(cases.c.complaint_id).where(cases.c.complaint_id.in_(complaint_ids), cases.c.finished_at.is_(None))
    return list(session.execute(wanted.order_by(cases.c.complaint_id)).scalars())


def unfinished(session: Connection) -> list[Row[Any]]:
    """The works that have not come to their end, oldest first."""
    return list(session.execute(select(t).where(t.c.ended_at.is_(None)).order_by(t.c.id)))


def is_waiting(session: Connection, case: Row[Any]) -> bool:
    """Whether some unfinished work has this case still before it. The works are read once in a transaction."""
    works = notes(session).get("recomputations")
    if works is None:
        works = notes(session)["recomputations"] = unfinished(session)
    return any(
        (work.position is None or work.position < case.complaint_id or str(case.complaint_id) in work.passed_over)
        and (work.regions is None or case.region in work.regions)
        and (work.agencies is None or case.agency_id in work.agencies)
        for work in works
    )


def newest(session: Connection, most: int = 20) -> list[Row[Any]]:
    """The works begun last, newest first."""
    return list(session.execute(select(t).order_by(t.c.id.desc()).limit(most)))


def left(session: Connection) -> int:
    """How many cases all unfinished works together have still to see."""
    remaining = func.greatest(t.c.expected - t.c.seen, 0)
    together = select(func.coalesce(func.sum(remaining), 0)).where(t.c.ended_at.is_(None))
    return int(session.execute(together).scalar_one())


def _in_scope(regions: Sequence[str] | None, agencies: Sequence[str] | None) -> ColumnElement[bool]:
    wanted = [tables.cases.c.finished_at.is_(None)]
    if regions is not None:
        wanted.append(cases.c.region.in_(regions))
    if agencies is not None:
        wanted.append(cases.c.agency_id.in_(agencies))
    return and_(*wanted)
