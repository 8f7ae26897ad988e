"""What is asked of notify's tables: one function a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notify.domain.templates import Template
from services.notify.store.tables import limits, notifications, phrases, templates


@dataclass(frozen=True, slots=True)
class Planned:
    """A message as planned: whom it is for and what it is about, in ids."""

    notification_id: UUID
    template: str
    audience: str
    recipient: UUID
    agency_id: str | None
    complaint_id: UUID | None
    facts: Mapping[str, Any]
    state: str


def planned(session: Session, notification_id: UUID, *, lock: bool = False) -> Planned | None:
    """One message, locked against others if asked."""
    n = notifications.c
    question = select(
        n.notification_id, n.template, n.audience, n.recipient, n.agency_id, n.complaint_id, n.facts, n.state
    ).where(n.notification_id == notification_id)
    row = session.execute(question.with_for_update() if lock else question).first()
    return Planned(*row) if row else None


def template_of(session: Session, name: str, on: date) -> dict[str, Template]:
    """Language → the template in force on a day. Raises KeyError when there is none."""
    t = templates.c
    rows = session.execute(
        select(t.language, t.subject, t.email, t.page, t.sms, t.clock, t.automatic)
        .distinct(t.language)
        .where(t.name == name, t.valid_from <= on)
        .order_by(t.language, t.valid_from.desc())
    ).all()
    if not rows:
        raise KeyError(name)
    return {row.language: Template(name=name, **row._mapping) for row in rows}


def phrases_of(session: Session, on: date) -> dict[str, dict[str, str]]:
    """Language → name → the phrase in force on a day."""
    p = phrases.c
    found: dict[str, dict[str, str]] = {}
    for row in session.execute(
        select(p.language, p.name, p.text)
        .distinct(p.language, p.name)
        .where(p.valid_from <= on)
        .order_by(p.language, p.name, p.valid_from.desc())
    ):
        found.setdefault(row.language, {})[row.name] = row.text
    return found


def limit(session: Session, name: str, on: date) -> int:
    """A limit in force on a day. Raises NoResultFound for one that was never loaded."""
    value: int = session.execute(
        select(limits.c.value)
        .where(limits.c.name == name, limits.c.valid_from <= on)
        .order_by(limits.c.valid_from.desc())
        .limit(1)
    ).scalar_one()
    return value
