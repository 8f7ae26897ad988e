"""How far the counting of previews has come: of versions of rule sets, and of proposals for calendars and offices."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, Table, func, insert, select, update

from services.sla.store.tables import calendar_previews, cases, rule_previews

ABOUT: dict[str, Column[Any]] = {
    rule_previews.name: rule_previews.c.version_id,
    calendar_previews.name: calendar_previews.c.proposal_id,
}
"""In which column each table says what its previews are about."""

_OPEN = cases.c.finished_at.is_(None)


def add(session: Connection, t: Table, about: UUID | int, edition: int, at: datetime) -> int:
    """A new preview of a version or proposal, with nothing counted yet; its id. All open cases are to be seen."""
    expected = select(func.count()).select_from(cases).where(_OPEN).scalar_subquery()
    row = {ABOUT[t.name].name: about, "edition": edition, "at": at, "expected": expected}
    nothing = {"seen": 0, "moved": 0, "late": 0, "by_agency": {}, "worst": []}
    number: int = session.execute(insert(t).values(**row, **nothing).returning(t.c.id)).scalar_one()
    return number


def lock(session: Connection, t: Table, preview_id: int) -> Row[Any]:
    """The preview, kept from others until the transaction ends."""
    return session.execute(select(t).where(t.c.id == preview_id).with_for_update()).one()


def note(session: Connection, t: Table, preview_id: int, columns: dict[str, Any]) -> None:
    """Write how far it has come."""
    session.execute(update(t).where(t.c.id == preview_id).values(columns))


def newest(session: Connection, t: Table, about: UUID | int) -> Row[Any] | None:
    """The preview of a version or proposal that was begun last."""
    return session.execute(select(t).where(ABOUT[t.name] == about).order_by(t.c.id.desc()).limit(1)).first()


def counted(session: Connection, t: Table, about: UUID | int, edition: int) -> Row[Any] | None:
    """The newest preview beside an edition of the rules, if it was counted to its end."""
    found = select(t).where(ABOUT[t.name] == about, t.c.edition == edition, t.c.ended_at.is_not(None))
    return session.execute(found.order_by(t.c.id.desc()).limit(1)).first()


def next_cases(session: Connection, after: UUID | None, most: int) -> list[UUID]:
    """The open cases that follow, in the order of their ids: the same work for every slice, however many there are."""
    wanted = select(cases.c.complaint_id).where(_OPEN)
    if after is not None:
        wanted = wanted.where(cases.c.complaint_id > after)
    return list(session.execute(wanted.order_by(cases.c.complaint_id).limit(most)).scalars())
