"""How far the counting of a preview has come, and the cases it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, distinct, exists, false, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from services.sla.domain.calendar import ONE_DAY
from services.sla.domain.rules import Rule
from services.sla.store import tables
from services.sla.store.tables import rule_previews as t

clocks, open_cases, facts = tables.clocks, tables.cases, tables.facts


def add(session: Session, version_id: UUID, edition: int, at: datetime, expected: int) -> int:
    """A new preview with nothing counted yet; its id."""
    row = {"version_id": version_id, "edition": edition, "at": at, "expected": expected}
    row |= {"seen": 0, "moved": 0, "late": 0, "by_agency": {}, "worst": []}
    number: int = session.execute(insert(t).values(row).returning(t.c.id)).scalar_one()
    return number


def lock(session: Session, preview_id: int) -> Row[Any]:
    """The preview, kept from others until the transaction ends."""
    return session.execute(select(t).where(t.c.id == preview_id).with_for_update()).one()


def note(session: Session, preview_id: int, columns: dict[str, Any]) -> None:
    """Write how far it has come."""
    session.execute(update(t).where(t.c.id == preview_id).values(columns))


def one(session: Session, preview_id: int) -> Row[Any]:
    """One preview."""
    return session.execute(select(t).where(t.c.id == preview_id)).one()


def version_of(session: Session, preview: Row[Any]) -> Row[Any]:
    """The version it is about."""
    return session.execute(select(tables.rule_versions).where(tables.rule_versions.c.id == preview.version_id)).one()


def newest(session: Session, version_id: UUID) -> Row[Any] | None:
    """The preview of a version that was begun last."""
    return session.execute(select(t).where(t.c.version_id == version_id).order_by(t.c.id.desc()).limit(1)).first()


def counted(session: Session, version_id: UUID, edition: int) -> Row[Any] | None:
    """The newest preview of a version beside an edition, if it was counted to its end."""
    found = select(t).where(t.c.version_id == version_id, t.c.edition == edition, t.c.ended_at.is_not(None))
    return session.execute(found.order_by(t.c.id.desc()).limit(1)).first()


def expected(session: Session, rules: Sequence[Rule]) -> int:
    """How many open cases the rules may concern."""
    counting = select(func.count(distinct(clocks.c.complaint_id))).select_from(_JOINED).where(_concerned(rules))
    return int(session.execute(counting).scalar_one())


def next_cases(session: Session, rules: Sequence[Rule], after: UUID | None, most: int) -> list[UUID]:
    """The next of them in the order of their ids."""
    wanted = select(clocks.c.complaint_id).distinct().select_from(_JOINED).where(_concerned(rules))
    if after is not None:
        wanted = wanted.where(clocks.c.complaint_id > after)
    return list(session.execute(wanted.order_by(clocks.c.complaint_id).limit(most)).scalars())


def cases(session: Session, complaint_ids: Sequence[UUID]) -> list[Row[Any]]:
    """Those cases."""
    return list(session.execute(select(open_cases).where(open_cases.c.complaint_id.in_(complaint_ids))))


_JOINED = clocks.join(open_cases, open_cases.c.complaint_id == clocks.c.complaint_id)


def _concerned(rules: Sequence[Rule]) -> ColumnElement[bool]:
    """Open clocks that a rule may concern. A day more at both ends, since here the zones of offices are not known."""
    return and_(
        clocks.c.stopped_at.is_(None), open_cases.c.finished_at.is_(None), or_(false(), *(_by(rule) for rule in rules))
    )


def _by(rule: Rule) -> ColumnElement[bool]:
    wanted = [clocks.c.clock == rule.clock, clocks.c.started_at >= rule.valid_from - ONE_DAY]
    if rule.valid_to is not None:
        wanted.append(clocks.c.started_at < rule.valid_to + 2 * ONE_DAY)
    if rule.class_ is not None:
        wanted.append(open_cases.c["class"] == rule.class_)
    if rule.region is not None:
        wanted.append(open_cases.c.region == rule.region)
    if rule.category is not None:
        topic = or_(
            facts.c.category == rule.category, facts.c.category.startswith(f"{rule.category}.", autoescape=True)
        )
        wanted.append(exists(literal(1)).where(facts.c.complaint_id == clocks.c.complaint_id, topic))
    return and_(*wanted)
