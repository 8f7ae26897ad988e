"""What the public may look up: rule sets with their sources and doubts, limits, and the days off of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from services.sla.domain.calendar import ONE_DAY, DayOff
from services.sla.domain.decree import NATION
from services.sla.domain.rules import Rule
from services.sla.domain.versions import STARTS
from services.sla.store import rule_versions, tables, versions
from services.sla.store.book import book
from shared.contracts.vocabulary import CLOCKS


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A rule set as everybody sees it: by its version in force, or the one written last while none is.

    `limits`: each with the name of what it counts from. `replaces`: the set it takes the place of from `valid_from` on;
    `replaced_by`: the set that takes its own place, on the day after `valid_to`.
    """

    id: str
    version: int
    name: str
    source: str
    status: str
    active: bool
    ends: bool
    valid_from: date | None
    valid_to: date | None
    doubts: list[dict[str, str]]
    limits: list[dict[str, Any]]
    replaces: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """The days off of a year. `decree` is the text they come from; `known` says whether cuti bersama is decreed."""

    year: int
    known: bool
    decree: str | None
    days: Sequence[DayOff]
    covered_from: date
    covered_until: date
    version: str
    source: str


def rule_sets(session: Connection) -> list[RuleSet]:
    """All rule sets, also those that are not in force, in the order of the data file."""
    shown: dict[str, Row[Any]] = {}
    for row in rule_versions.versions(session):
        if row.state == "active" or (row.rule_set not in shown and row.fingerprint):
            shown[row.rule_set] = row
    heirs = {row.replaces: row for row in shown.values() if row.state == "active" and row.replaces}
    return [_until_replaced(as_shown(row), heirs.get(row.rule_set)) for row in shown.values()]


def _until_replaced(found: RuleSet, heir: Row[Any] | None) -> RuleSet:
    if heir is None:
        return found
    last = heir.valid_from - ONE_DAY
    return replace(found, replaced_by=heir.rule_set, valid_to=min(last, found.valid_to or last))


def as_shown(row: Row[Any]) -> RuleSet:
    """One version. A place whose limits were not known is in force like any other once it is filled and activated."""
    limits = [{**limit, "start_event": STARTS[limit["clock"]]} for limit in row.limits]
    status = "in_force" if row.status == "unknown" and limits else row.status
    return RuleSet(
        id=row.rule_set,
        version=row.number,
        name=row.name,
        source=row.source,
        status=status,
        active=row.state == "active" and not row.ends,
        ends=row.ends,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        doubts=row.doubts,
        limits=limits,
        replaces=row.replaces,
    )


def year(session: Connection, wanted: int, region: str | None = None, agency_id: str | None = None) -> Year:
    """The days off of a year in a region (the one served unless given) and at an agency; an unknown year says so."""
    known = book(session).calendar(region or home(session), agency_id)
    newest = versions.newest(session, NATION)
    assert newest is not None, "a calendar is loaded before anything is asked"
    days = [off for day, off in sorted(known.days_off.items()) if day.year == wanted]
    return Year(
        year=wanted,
        known=known.covered_from.year <= wanted <= known.covered_until.year,
        decree=newest.decrees.get(str(wanted)),
        days=[off for off in days if not known.is_working_day(off.date)],
        covered_from=known.covered_from,
        covered_until=known.covered_until,
        version=newest.version,
        source=newest.source,
    )


def region_names(session: Connection) -> dict[str, str]:
    """The names of the regions by code."""
    return dict(session.execute(select(tables.regions.c.code, tables.regions.c.name)).all())


def home(session: Connection) -> str:
    """The code of the region this installation serves."""
    return session.execute(select(tables.regions.c.code).order_by(tables.regions.c.code)).scalars().first() or ""


def today(session: Connection, now: datetime) -> date:
    """The day it is in that region."""
    return book(session).calendar(home(session)).local_day(now)


def district_names(session: Connection) -> dict[str, str]:
    """The names of the districts by code."""
    return dict(session.execute(select(tables.districts.c.code, tables.districts.c.name)).all())


def limits(session: Connection, on: date, region: str) -> dict[tuple[str, str | None, str | None], Rule]:
    """What holds in a region for clocks starting on a day, by clock, class and topic (None: any), in the order in which
    a complaint meets them."""
    rules = book(session).rules
    named = {
        (rule.clock, rule.class_, rule.category)
        for rule in rules.rules
        if rule.clock in CLOCKS and rule.holds(on) and rule.region in (None, region)
    }
    found = {(clock, class_, topic): rules.rule(clock, class_, on, topic, region) for clock, class_, topic in named}

    def place(item: tuple[tuple[str, str | None, str | None], Rule]) -> tuple[int, str, int, str]:
        (clock, class_, topic), rule = item
        return CLOCKS.index(clock), topic or "", rule.days, class_ or ""

    return dict(sorted(found.items(), key=place))
