"""The versions of calendars, one by one: the newest of a scope, its days, what each changed; and adding one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import NATION
from services.sla.store.tables import calendars as t
from services.sla.store.tables import holidays


def newest(session: Connection, scope: str) -> Row[Any] | None:
    """The version that counts now; None when the scope has none yet."""
    return session.execute(select(t).where(t.c.scope == scope).order_by(t.c.number.desc()).limit(1)).first()


def one_at_a_time(session: Connection) -> None:
    """From here to the end of the transaction nobody else adds a version: who comes second sees what was added."""
    session.execute(select(t.c.version).where(t.c.scope == NATION, t.c.number == 1).with_for_update())


def shipped(session: Connection) -> Row[Any] | None:
    """The newest version that came with the program."""
    return session.execute(select(t).where(t.c.name.is_(None)).order_by(t.c.number.desc()).limit(1)).first()


def one(session: Connection, version: str) -> Row[Any] | None:
    """A version by its name."""
    return session.execute(select(t).where(t.c.version == version)).first()


def all_of(session: Connection, scopes: Iterable[str]) -> list[Row[Any]]:
    """All versions of some scopes, newest first."""
    return list(
        session.execute(select(t).where(t.c.scope.in_(list(scopes))).order_by(t.c.loaded_at.desc(), t.c.number))
    )


def before(session: Connection, version: Row[Any]) -> Row[Any] | None:
    """The version that one followed."""
    return session.execute(select(t).where(t.c.scope == version.scope, t.c.number == version.number - 1)).first()


def days_of(session: Connection, version: str | None) -> dict[date, DayOff]:
    """The days off of a version, in their order; none of None."""
    columns = (holidays.c.date, holidays.c.name, holidays.c.kind, holidays.c.estimated)
    rows = session.execute(select(*columns).where(holidays.c.version == version).order_by(holidays.c.date))
    return {row.date: DayOff(*row) for row in rows}


def known_until(decrees: Mapping[str, str]) -> date:
    """The last day of the last year, without a gap before it, whose cuti bersama a decree has named."""
    years = sorted(int(year) for year in decrees)
    last = years[0]
    while last + 1 in years:
        last += 1
    return date(last, 12, 31)


def add(session: Connection, days: Iterable[DayOff], **columns: Any) -> None:
    """A new version, the next of its scope, with its days."""
    number = select(func.coalesce(func.max(t.c.number), 0) + 1).where(t.c.scope == columns["scope"]).scalar_subquery()
    session.execute(insert(t).values(**columns, number=number))
    if rows := [{"version": columns["version"], **asdict(day)} for day in days]:
        session.execute(insert(holidays), rows)
