"""Which open clocks a change of rules or calendars can move: all others need not be looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, false, literal, or_, select

from services.sla.domain.calendar import ONE_DAY
from services.sla.domain.rules import Rule
from services.sla.store.tables import cases, clocks, facts

Clocks = ColumnElement[bool]
"""A condition on a clock and its case."""


def of_rules(differing: Sequence[Rule]) -> Clocks:
    """Clocks that one of the rules limits. A day more at both ends, since here the zones of offices are not known."""
    return or_(false(), *(_of_rule(rule) for rule in differing))


def of_days(days: Collection[date], regions: Collection[str] | None) -> Clocks:
    """Clocks in working days, of some regions (None: all), that have started before one of the days is over and do not
    end before it."""
    ends = ((day, datetime.combine(day + ONE_DAY, time.min, UTC)) for day in days)
    between = (and_(clocks.c.started_at < end, clocks.c.due_date >= day) for day, end in ends)
    wanted = and_(clocks.c.unit == "working_days", or_(false(), *between))
    return wanted if regions is None else and_(wanted, cases.c.region.in_(regions))


def of_office(agency_id: str) -> Clocks:
    """Clocks that the office holds."""
    return clocks.c.agency_id == agency_id


def among(session: Connection, complaint_ids: Sequence[UUID], wanted: Clocks) -> list[Row[Any]]:
    """Those of the cases that have such a clock, open, in the order of their ids."""
    of_case = and_(clocks.c.complaint_id == cases.c.complaint_id, clocks.c.stopped_at.is_(None))
    concerned = exists(literal(1)).where(of_case, wanted)
    found = select(cases).where(cases.c.complaint_id.in_(complaint_ids), cases.c.finished_at.is_(None), concerned)
    return list(session.execute(found.order_by(cases.c.complaint_id)))


def _of_rule(rule: Rule) -> Clocks:
    wanted = [clocks.c.clock == rule.clock, clocks.c.started_at >= rule.valid_from - ONE_DAY]
    if rule.valid_to is not None:
        wanted.append(clocks.c.started_at < rule.valid_to + 2 * ONE_DAY)
    if rule.class_ is not None:
        wanted.append(cases.c["class"] == rule.class_)
    if rule.region is not None:
        wanted.append(cases.c.region == rule.region)
    if rule.category is not None:
        topic = or_(
            facts.c.category == rule.category, facts.c.category.startswith(f"{rule.category}.", autoescape=True)
        )
        wanted.append(exists(literal(1)).where(facts.c.complaint_id == clocks.c.complaint_id, topic))
    return and_(*wanted)
