"""The calendars of all regions and offices, put together from their versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select

from services.sla.domain.almanac import EVER, Almanac, Edition
from services.sla.domain.calendar import Calendar, DayOff, Week
from services.sla.domain.decree import NATION
from services.sla.store import tables

Versions = Mapping[str, Sequence["Version"]]
"""Scope → its versions, oldest first."""


class Version:
    """One version of a calendar: since when it counts, what it covers, its days."""

    def __init__(self, since: datetime, covered: tuple[date, date], days: Mapping[date, DayOff]) -> None:
        self.since = since
        self.covered = covered
        self.days = days


@dataclass(frozen=True, slots=True)
class Office:
    """How the days of an office differ from its region's, and since when that is known. `zone` None: the region's."""

    agency_id: str
    week: Week
    zone: str | None
    recorded_at: datetime

    @classmethod
    def of(cls, agency_id: str, given: Mapping[str, Any], recorded_at: datetime) -> Office:
        """From the columns of a row, or what a proposal says; dates also as text."""
        first, last = (date.fromisoformat(day) if isinstance(day := given[name], str) else day for name in VALIDITY)
        week = Week(first, last, given["saturdays"], given["through_joint_leave"])
        return cls(agency_id, week, given["zone"], recorded_at)


VALIDITY = ("valid_from", "valid_to")

_composed: WeakKeyDictionary[Engine, tuple[Any, dict[str, Almanac]]] = WeakKeyDictionary()


def almanacs(session: Connection) -> dict[str, Almanac]:
    """Region → its calendars. Put together anew only when a version, an office or a region is new."""
    c = tables.calendars.c
    known = session.execute(
        select(c.version, c.scope, c.loaded_at, c.covered_from, c.covered_until).order_by(c.scope, c.number)
    ).all()
    offices = recorded_offices(session)
    regions = session.execute(select(tables.regions.c.code, tables.regions.c.zone)).all()
    signature = (known, offices, regions)
    engine = session.engine
    if engine not in _composed or _composed[engine][0] != signature:
        _composed[engine] = (signature, composed(versions(session), offices, regions))
    return _composed[engine][1]


def recorded_offices(session: Connection) -> list[Office]:
    """What is known of offices whose days differ, oldest first."""
    rows = session.execute(select(tables.offices).order_by(tables.offices.c.id))
    return [Office.of(row.agency_id, dict(row._mapping), row.recorded_at) for row in rows]


def versions(session: Connection) -> dict[str, list[Version]]:
    """All versions by scope. The first of each counts since ever; a clock set back makes none count earlier."""
    days: dict[str, dict[date, DayOff]] = defaultdict(dict)
    h = tables.holidays.c
    for row in session.execute(select(h.version, h.date, h.name, h.kind, h.estimated)):
        days[row.version][row.date] = DayOff(*row[1:])
    found: dict[str, list[Version]] = defaultdict(list)
    for row in session.execute(select(tables.calendars).order_by(tables.calendars.c.number)):
        before = found[row.scope]
        since = max(before[-1].since, row.loaded_at) if before else EVER if row.scope == NATION else row.loaded_at
        before.append(Version(since, (row.covered_from, row.covered_until), days[row.version]))
    return dict(found)


def composed(by_scope: Versions, offices: Sequence[Office], regions: Iterable[Any]) -> dict[str, Almanac]:
    """The calendars of each region: the nation's days, its province's, its own; and those of its offices."""
    of_agency: dict[str, list[Office]] = defaultdict(list)
    for office in offices:
        of_agency[office.agency_id].append(office)
    found = {}
    for region in regions:
        scopes = [by_scope[scope] for scope in scopes_of(region.code) if scope in by_scope]
        found[region.code] = Almanac(
            _editions(scopes, region.zone, ()),
            {agency_id: _editions(scopes, region.zone, rows) for agency_id, rows in of_agency.items()},
        )
    return found


def scopes_of(region: str) -> list[str]:
    """The calendars that count in a regency: `74.08` → the nation's, the province's, its own."""
    province = region.partition(".")[0]
    return list(dict.fromkeys((NATION, province, region)))


def _editions(scopes: Sequence[Sequence[Version]], region_zone: str, offices: Sequence[Office]) -> tuple[Edition, ...]:
    """The calendar after each moment at which one of the versions or the office's own days became known."""
    moments = {version.since for versions_ in scopes for version in versions_}
    moments |= {office.recorded_at for office in offices}
    return tuple(Edition(moment, _calendar(scopes, region_zone, offices, moment)) for moment in sorted(moments))


def _calendar(
    scopes: Sequence[Sequence[Version]], region_zone: str, offices: Sequence[Office], moment: datetime
) -> Calendar:
    counting = [known[-1] for versions_ in scopes if (known := [v for v in versions_ if v.since <= moment])]
    nation, *local = counting
    days = dict(nation.days)
    for version in local:
        for day, off in version.days.items():
            days[day] = _together(days[day], off) if day in days else off
    recorded = [office for office in offices if office.recorded_at <= moment]
    zone = recorded[-1].zone if recorded else None
    weeks = [office.week for office in reversed(recorded)]
    return Calendar(ZoneInfo(zone or region_zone), days, *nation.covered, tuple(weeks))


def _together(one: DayOff, other: DayOff) -> DayOff:
    """A date that is off for two reasons; who works through cuti bersama is still off for the other one."""
    kind = other.kind if one.kind == "joint_leave" else one.kind
    return DayOff(one.date, f"{one.name}; {other.name}", kind, one.estimated and other.estimated)
