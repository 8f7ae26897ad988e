"""The rule book: everything that decides a limit, read out of the tables once per transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.sla.domain.calendar import Calendar, DayOff
from services.sla.domain.rules import Plan, Rule, RuleBook
from services.sla.store import tables
from shared.errors import NotFound


@dataclass(frozen=True)
class Book:
    """The active rules, the plan of reminders and escalations, and a calendar per region."""

    rules: RuleBook
    plan: Plan
    calendars: dict[str, Calendar]
    version: str  # of the calendar

    def calendar(self, region: str) -> Calendar:
        """The calendar of a region. Raises NotFound."""
        if region not in self.calendars:
            raise NotFound("unknown_region", "Daerah ini tidak dikenal.", "This region is not known.")
        return self.calendars[region]


def book(session: Session) -> Book:
    """The rule book as the transaction sees it."""
    found = session.info.get("book")
    if not isinstance(found, Book):
        version, calendars = _calendars(session)
        found = session.info["book"] = Book(_rules(session), _plan(session), calendars, version)
    return found


def _calendars(session: Session) -> tuple[str, dict[str, Calendar]]:
    newest = select(tables.calendars).order_by(tables.calendars.c.loaded_at.desc()).limit(1)
    known = session.execute(newest).one()
    t = tables.holidays
    rows = session.execute(select(t.c.date, t.c.name, t.c.kind, t.c.estimated).where(t.c.version == known.version))
    days: dict[date, DayOff] = {row.date: DayOff(*row) for row in rows}
    regions = session.execute(select(tables.regions.c.code, tables.regions.c.zone))
    return known.version, {
        code: Calendar(ZoneInfo(zone), days, known.covered_from, known.covered_until) for code, zone in regions
    }


def _rules(session: Session) -> RuleBook:
    t, sets = tables.rules, tables.rule_sets
    rows = session.execute(select(t).join(sets, sets.c.id == t.c.rule_set).where(sets.c.active))
    return RuleBook(
        Rule(
            rule_set=row.rule_set,
            clock=row.clock,
            class_=row._mapping["class"],
            days=row.days,
            unit=row.unit,
            start_event=row.start_event,
            source=row.source,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    )


def _plan(session: Session) -> Plan:
    t = tables.plan
    reminders: dict[str, tuple[int, ...]] = {}
    escalations: dict[str, tuple[tuple[str, int], ...]] = {}
    for row in session.execute(select(t).order_by(t.c.clock, t.c.kind, t.c.position)):
        if row.kind == "remind":
            reminders[row.clock] = (*reminders.get(row.clock, ()), row.percent)
        else:
            escalations[row.clock] = (*escalations.get(row.clock, ()), (row.level, row.days))
    return Plan(reminders, escalations)
