"""What agencies promised for a day to come: the rows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select

from services.sla.domain.promise import Promise
from services.sla.store.tables import promises as t

_COLUMNS = (t.c.item_id, t.c.agency_id, t.c.promised_for, t.c.promised_at)


def one(session: Connection, item_id: UUID) -> Promise:
    """The promise made by an item of the case's history."""
    return Promise(*session.execute(select(*_COLUMNS).where(t.c.item_id == item_id)).one())


def newest(session: Connection, complaint_id: UUID) -> Promise | None:
    """The promise that counts for a complaint: the one made last."""
    mine = select(*_COLUMNS).where(t.c.complaint_id == complaint_id)
    row = session.execute(mine.order_by(t.c.promised_at.desc(), t.c.item_id.desc()).limit(1)).first()
    return Promise(*row) if row else None


def items(session: Connection, complaint_id: UUID) -> list[UUID]:
    """The items of all promises of a complaint."""
    return list(session.execute(select(t.c.item_id).where(t.c.complaint_id == complaint_id)).scalars())
