"""What others ask of the clocks: all of one complaint, the earliest of many, the part of a referral, one last day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select

from services.sla.domain.almanac import Almanac
from services.sla.domain.calendar import Calendar, Unit
from services.sla.domain.clocks import Clock
from services.sla.domain.promise import stands
from services.sla.domain.sentences import Beside, open_legal, sentence
from services.sla.domain.standing import standing
from services.sla.store import histories, promises, tables
from services.sla.store.book import book
from shared.contracts.vocabulary import EXPIRING_CLOCKS
from shared.errors import Invalid

_COUNTED = (
    tables.cases.c.region,
    *(tables.clocks.c[name] for name in ("agency_id", "started_at", "due_date", "unit")),
)
"""By what the end of a clock was counted."""

LONGEST_LIMIT = 1000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def clocks(session: Connection, complaint_id: UUID, now: datetime) -> dict[str, Any]:
    """Every clock of a complaint with its sentence, oldest first; none for an unknown one."""
    found = histories.clocks_of(session, [complaint_id])[complaint_id]
    if not found:
        return {"clocks": []}
    almanac = _almanac_of(session, complaint_id)
    all_ = [one.clock for one in found.values()]
    beside = _beside(session, complaint_id, all_, almanac.newest())
    return {"clocks": [_told(complaint_id, one, almanac.newest(one.agency_id), now, beside) for one in all_]}


def next_due(session: Connection, complaint_ids: Sequence[UUID], now: datetime) -> dict[str, Any]:
    """The earliest running limit of each complaint; complaints without one are left out."""
    told = ("complaint_id", "clock", "due_date", "due_at", "late")
    t = tables.clocks
    rows = session.execute(
        select(*_COUNTED, t.c.complaint_id, t.c.clock, t.c.due_at, (t.c.passes_at <= now).label("late"))
        .join_from(t, tables.cases)
        .distinct(t.c.complaint_id)
        .where(t.c.complaint_id.in_(complaint_ids), t.c.passes_at.is_not(None))
        .where(or_(t.c.clock.not_in(EXPIRING_CLOCKS), t.c.passes_at > now))
        .order_by(t.c.complaint_id, t.c.due_at, t.c.clock)
    )
    return {"due": _marked(session, rows, told)}


def limits(session: Connection, complaint_ids: Sequence[UUID], now: datetime) -> dict[str, Any]:
    """The clocks of some complaints, as the contract's `limits` tells it."""
    told = ("complaint_id", "clock_id", "clock", "agency_id", "due_at", "due_date", "runs")
    t = tables.clocks
    runs = and_(
        t.c.stopped_at.is_(None),
        t.c.paused_at.is_(None),
        or_(t.c.passes_at > now, and_(t.c.passes_at.is_(None), t.c.breached_at.is_(None))),
    )
    rows = session.execute(
        select(
            *_COUNTED, t.c.complaint_id, t.c.clock_id, t.c.clock, t.c.due_at, func.coalesce(runs, False).label("runs")
        )
        .join_from(t, tables.cases)
        .where(t.c.complaint_id.in_(complaint_ids))
    )
    return {"clocks": _marked(session, rows, told)}


def dossier(session: Connection, complaint_id: UUID, now: datetime) -> dict[str, Any]:
    """All clocks, and every level a breach was told to."""
    t, steps = tables.clocks, tables.steps
    raised = session.execute(
        select(t.c.clock, steps.c.level, steps.c.at.label("raised_at"))
        .join(t, t.c.clock_id == steps.c.clock_id)
        .where(t.c.complaint_id == complaint_id, steps.c.name.startswith("escalate-"))
        .order_by(steps.c.at, t.c.clock, steps.c.name)
    )
    return {**clocks(session, complaint_id, now), "escalations": [dict(row) for row in raised.mappings()]}


def check_start(start: date) -> None:
    """Raises Invalid for a start before 2000 or after 2099."""
    if not FIRST_DAY <= start <= LAST_DAY:
        raise Invalid(
            "date_out_of_range",
            "Tanggal mulai harus antara tahun 2000 dan 2099.",
            "The start must lie between the years 2000 and 2099.",
            {"start": ["2000–2099"]},
        )


def due_date(
    session: Connection, start: date, days: int, unit: Unit, region: str, agency_id: str | None = None
) -> dict[str, Any]:
    """The last day of a limit and each day that did not count, for the region or an office whose days differ.

    `provisional`: the limit reaches into a year whose days off are not decreed.
    Raises Invalid for a limit or a date out of range, NotFound for an unknown region.
    """
    if not 1 <= days <= LONGEST_LIMIT:
        raise Invalid(
            "limit_out_of_range",
            f"Batas harus 1 sampai {LONGEST_LIMIT} hari.",
            f"A limit has 1 to {LONGEST_LIMIT} days.",
            {"days": [f"1–{LONGEST_LIMIT}"]},
        )
    check_start(start)
    calendar = book(session).calendar(region, agency_id)
    last = calendar.last_day(start, days, unit)
    skipped = calendar.skipped(start, last) if unit == "working_days" else []
    return {
        "due_date": last,
        "due_at": calendar.end_of(last),
        "skipped": [{"date": day.date, "why": day.why} for day in skipped],
        "provisional": calendar.is_provisional(start, last, unit),
    }


def _marked(session: Connection, rows: Iterable[Any], told: Sequence[str]) -> list[dict[str, Any]]:
    """Columns of clocks, and whether their last day is certain."""
    rules = book(session)
    return [{**{name: getattr(row, name) for name in told}, "provisional": rules.is_provisional(row)} for row in rows]


def _almanac_of(session: Connection, complaint_id: UUID) -> Almanac:
    region = session.execute(select(tables.cases.c.region).where(tables.cases.c.complaint_id == complaint_id)).scalar()
    return book(session).almanac(str(region))


def _beside(session: Connection, complaint_id: UUID, clocks: Sequence[Clock], calendar: Calendar) -> Beside:
    """What the sentences name besides their own clock."""
    facts, promise = (
        histories.histories_of(session, [complaint_id])[complaint_id],
        promises.newest(session, complaint_id),
    )
    completing = [one.due_date for one in clocks if one.clock == "completeness" and one.stopped_at is None]
    forwarded_at = standing(facts).forwarded_at
    return Beside(
        legal=open_legal(clocks),
        completing=completing[-1] if completing else None,
        promised_for=promise.promised_for if promise and stands(promise, facts) else None,
        forwarded_on=calendar.local_day(forwarded_at) if forwarded_at else None,
    )


def _told(complaint_id: UUID, clock: Clock, calendar: Calendar, now: datetime, beside: Beside) -> dict[str, Any]:
    said = sentence(clock, calendar, now, beside)
    return {
        "complaint_id": complaint_id,
        "clock_id": clock.clock_id,
        "clock": clock.clock,
        "agency_id": clock.agency_id,
        "outcome": clock.outcome_at(now),
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "due_date": clock.due_date,
        "provisional": calendar.is_provisional(calendar.local_day(clock.started_at), clock.due_date, clock.unit),
        "stopped_at": clock.stopped_at,
        "paused_at": clock.paused_at,
        "days": clock.days,
        "unit": clock.unit,
        "rule_set": clock.rule_set,
        "source": clock.source,
        "sentence_id": said.id,
        "sentence_en": said.en,
    }
