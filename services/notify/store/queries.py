"""What is asked of notify's tables: one function a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.notify.domain.channels import usual_channel
from services.notify.domain.digest import Line
from services.notify.domain.hours import Hours
from services.notify.domain.templates import Template
from services.notify.store.sealed import open_words
from services.notify.store.tables import (
    digest_lines,
    limits,
    notifications,
    office_hours,
    phrases,
    sandbox_messages,
    templates,
)
from shared.store.memo import kept_for_a_while


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


def planned(session: Connection, notification_ids: Sequence[UUID], *, lock: bool = False) -> list[Planned]:
    """Messages, locked against others if asked."""
    n = notifications.c
    question = (
        select(n.notification_id, n.template, n.audience, n.recipient, n.agency_id, n.complaint_id, n.facts, n.state)
        .where(n.notification_id.in_(notification_ids))
        .order_by(n.notification_id)
    )
    return [Planned(*row) for row in session.execute(question.with_for_update() if lock else question)]


@kept_for_a_while
def template_of(session: Connection, name: str, on: date) -> dict[str, Template]:
    """Language → the template in force on a day. Raises KeyError when there is none."""
    t = templates.c
    rows = session.execute(
        select(t.language, *(t[name] for name in _WORDS))
        .ext(distinct_on(t.language))
        .where(t.name == name, t.valid_from <= on)
        .order_by(t.language, t.valid_from.desc())
    ).all()
    if not rows:
        raise KeyError(name)
    return {row.language: Template(name=name, **{**row._mapping, "states": tuple(row.states)}) for row in rows}


_WORDS = ("subject", "email", "page", "sms", "line", "clock", "automatic", "at_night", "of_clock", "states")


@kept_for_a_while
def hours_of(session: Connection, agency_id: str | None, on: date) -> Hours:
    """When the office of an agency is open, by the hours in force on a day; None: of those who serve the region."""
    t = office_hours.c
    own_first = (t.agency_id == "*", t.valid_from.desc())
    row = session.execute(
        select(t.opens, t.closes, t.every_day, t.region)
        .where(t.agency_id.in_([agency_id or "*", "*"]), t.valid_from <= on)
        .order_by(*own_first)
        .limit(1)
    ).one()
    return Hours(*row)


@kept_for_a_while
def gathered(session: Connection, on: date) -> frozenset[str]:
    """The templates in force on a day that are told together with others: those with a line for a digest."""
    return frozenset(row.name for row in all_templates(session, on) if row.line)


def lines_of(session: Connection, digest_id: UUID, *, most: int) -> list[Line]:
    """The first lines of a digest: by the day they are due, what has none after the others."""
    t = digest_lines.c
    rows = session.execute(
        select(t.event_id, t.template, t.complaint_id, t.facts, t.at)
        .where(t.digest_id == digest_id)
        .order_by(*_IN_ORDER)
        .limit(most)
    )
    return [Line(*row) for row in rows]


_IN_ORDER = (digest_lines.c.facts["due_date"].astext.nulls_last(), digest_lines.c.at, digest_lines.c.event_id)


def complaints_beyond(session: Connection, digest_id: UUID, most: int) -> list[UUID]:
    """The complaints of the lines after the first ones of `lines_of`, one for each line."""
    t = digest_lines.c
    return list(
        session.scalars(select(t.complaint_id).where(t.digest_id == digest_id).order_by(*_IN_ORDER).offset(most))
    )


@kept_for_a_while
def phrases_of(session: Connection, on: date) -> dict[str, dict[str, str]]:
    """Language → name → the phrase in force on a day."""
    p = phrases.c
    found: dict[str, dict[str, str]] = {}
    for row in session.execute(
        select(p.language, p.name, p.text)
        .ext(distinct_on(p.language, p.name))
        .where(p.valid_from <= on)
        .order_by(p.language, p.name, p.valid_from.desc())
    ):
        found.setdefault(row.language, {})[row.name] = row.text
    return found


@kept_for_a_while
def limit(session: Connection, name: str, on: date) -> int:
    """A limit in force on a day. Raises NoResultFound for one that was never loaded."""
    value: int = session.execute(
        select(limits.c.value)
        .where(limits.c.name == name, limits.c.valid_from <= on)
        .order_by(limits.c.valid_from.desc())
        .limit(1)
    ).scalar_one()
    return value


def history(session: Connection, complaint_id: UUID, *, with_words: bool) -> dict[str, Any]:
    """What was sent about a complaint, oldest first, as the contract's `history` answers it."""
    n, t = notifications.c, digest_lines.c
    together = select(t.digest_id).where(t.complaint_id == complaint_id)
    rows = session.execute(
        select(notifications)
        .where(or_(n.complaint_id == complaint_id, n.event_id.in_(together)), n.state != "held")
        .order_by(n.planned_at, n.notification_id)
    )
    return {"notifications": [{**_record(row, with_words), "complaint_id": complaint_id} for row in rows]}


STATE_TOLD = {"planned": "pending", "sending": "pending", "sent": "sent", "delivered": "delivered", "failed": "failed"}
"""Our states as the contract tells them."""


def _record(row: Row[Any], with_words: bool) -> dict[str, Any]:
    subject, words = open_words(row.notification_id, row.words) if with_words and row.words else (None, None)
    return {
        "notification_id": row.notification_id,
        "complaint_id": row.complaint_id,
        "template": row.template,
        "channel": row.channel or usual_channel(row.audience),
        "audience": row.audience,
        "state": STATE_TOLD[row.state],
        "at": row.at,
        "subject": subject,
        "words": words,
    }


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages of a kind became what."""

    template: str
    channel: str | None
    state: str
    messages: int
    parts: int


def counts(session: Connection, since: datetime) -> list[Count]:
    """Messages planned since a moment, by template, channel and what became of them."""
    n = notifications.c
    rows = session.execute(
        select(n.template, n.channel, n.state, func.count(), func.coalesce(func.sum(n.parts), 0))
        .where(n.planned_at >= since)
        .group_by(n.template, n.channel, n.state)
        .order_by(n.template, n.channel, n.state)
    )
    return [Count(*row) for row in rows]


def listed(
    session: Connection,
    *,
    state: str | None = None,
    complaint_id: UUID | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> list[Row[Any]]:
    """Messages, newest first; `before` is the last id of the page before (ids sort by time)."""
    n = notifications.c
    question = select(
        n.notification_id,
        n.template,
        n.audience,
        n.complaint_id,
        n.channel,
        n.state,
        n.reason,
        n.gateway,
        n.parts,
        n.planned_at,
        n.at,
    )
    if state is not None:
        question = question.where(n.state == state)
    if complaint_id is not None:
        question = question.where(n.complaint_id == complaint_id)
    if before is not None:
        question = question.where(n.notification_id < before)
    return list(session.execute(question.order_by(n.notification_id.desc()).limit(most)))


def shown(
    session: Connection,
    *,
    to: str | None = None,
    channel: str | None = None,
    complaint_id: UUID | None = None,
    after: int = 0,
    oldest_first: bool = False,
    most: int = 200,
) -> list[Row[Any]]:
    """What the sandbox would have sent, with the given recipient, channel and complaint."""
    m = sandbox_messages.c
    question = select(sandbox_messages).where(m.number > after)
    if to:
        question = question.where(m.recipient == to)
    if channel:
        question = question.where(m.channel == channel)
    if complaint_id is not None:
        question = question.where(m.complaint_id == complaint_id)
    return list(session.execute(question.order_by(m.number if oldest_first else m.number.desc()).limit(most)))


def all_templates(session: Connection, on: date) -> list[Row[Any]]:
    """Every template in force on a day, in every language."""
    t = templates.c
    return list(
        session.execute(
            select(templates)
            .ext(distinct_on(t.name, t.language))
            .where(t.valid_from <= on)
            .order_by(t.name, t.language.desc(), t.valid_from.desc())
        )
    )
