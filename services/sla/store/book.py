"""The rule book: everything that decides a limit, read out of the tables when they have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, text
from sqlalchemy.exc import OperationalError

from services.sla.domain.almanac import Almanac
from services.sla.domain.calendar import Calendar
from services.sla.domain.rules import Plan, Rule, RuleBook
from services.sla.store import tables
from services.sla.store.almanacs import almanacs
from shared.errors import NotFound, Unavailable
from shared.store.memo import kept_while_unchanged, notes


@dataclass(frozen=True)
class Book:
    """The active rules, the plan of reminders and escalations, and the calendars of each region."""

    rules: RuleBook
    plan: Plan
    almanacs: Mapping[str, Almanac]

    def almanac(self, region: str) -> Almanac:
        """The calendars of a region and its offices. Raises NotFound."""
        if region not in self.almanacs:
            raise NotFound("unknown_region", "Daerah ini tidak dikenal.", "This region is not known.")
        return self.almanacs[region]

    def calendar(self, region: str, agency_id: str | None = None) -> Calendar:
        """The calendar that counts now: an agency's own, else its region's. Raises NotFound."""
        return self.almanac(region).newest(agency_id)

    def is_provisional(self, row: Row[Any]) -> bool:
        """Whether the end of a clock (a row with its case's region) was counted over days nobody has decreed yet."""
        calendar = self.calendar(row.region, row.agency_id)
        return calendar.is_provisional(calendar.local_day(row.started_at), row.due_date, row.unit)


def book(session: Connection) -> Book:
    """The rule book as the transaction sees it."""
    found = notes(session).get("book")
    if not isinstance(found, Book):
        found = notes(session)["book"] = _read(session)
    return found


def book_until_commit(session: Connection) -> Book:
    """The rule book, for what is derived and kept: until this transaction ends no other one comes into force.

    So whatever was kept by the book of before can be seen when all open cases
    begin to be computed anew, and none is missed.
    """
    if not notes(session).get("book_stays"):
        session.execute(_STAYS)
        notes(session)["book_stays"] = True
        notes(session)["book"] = _read(session)
    return book(session)


def replace_book(session: Connection) -> None:
    """From here to the end of the transaction, which brings another book into force, nobody derives by the present one.

    Waits for those who do just now. Raises Unavailable when they take too long.
    """
    try:
        session.execute(_REPLACED)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise Unavailable(
            "clocks_are_computed",
            "Tenggat sedang dihitung, jadi perubahan ini belum dapat berlaku. Coba lagi sebentar lagi.",
            "Limits are being computed, so this change cannot come into force yet. Try again in a moment.",
        ) from None


LOCK_NOT_AVAILABLE = "55P03"
_KEY = 7410
_STAYS = text(f"select pg_advisory_xact_lock_shared({_KEY})")
_REPLACED = text(f"select pg_advisory_xact_lock({_KEY})")


# All tables that are read below: what changes in another one would not be noticed. The days of a calendar never change,
# they come with its row.
@kept_while_unchanged(tables.calendars, tables.offices, tables.regions, tables.rules, tables.rule_editions, tables.plan)
def _read(session: Connection) -> Book:
    return Book(_rules(session), _plan(session), almanacs(session))


def _rules(session: Connection) -> RuleBook:
    """The edition in force, with those before it."""
    t, rules = tables.rule_editions, tables.rules
    found: RuleBook | None = None
    by_edition: dict[int, list[Rule]] = {}
    for row in session.execute(select(rules)):
        by_edition.setdefault(row.edition, []).append(_rule(row))
    for edition in session.execute(select(t.c.number, t.c.since).order_by(t.c.number)):
        since = edition.since if found else None
        found = RuleBook(by_edition.get(edition.number, []), since, found, edition.number)
    return found or RuleBook([])


def _rule(row: Row[Any]) -> Rule:
    return Rule(
        rule_set=row.rule_set,
        clock=row.clock,
        class_=row._mapping["class"],
        days=row.days,
        unit=row.unit,
        start_event=row.start_event,
        source=row.source,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        category=row.category,
        region=row.region,
    )


def _plan(session: Connection) -> Plan:
    t = tables.plan
    reminders: dict[str, tuple[int, ...]] = {}
    escalations: dict[str, tuple[tuple[str, int], ...]] = {}
    dailies: dict[str, int] = {}
    for row in session.execute(select(t).order_by(t.c.clock, t.c.kind, t.c.position)):
        if row.kind == "remind":
            reminders[row.clock] = (*reminders.get(row.clock, ()), row.percent)
        elif row.kind == "daily":
            dailies[row.clock] = row.days
        else:
            escalations[row.clock] = (*escalations.get(row.clock, ()), (row.level, row.days))
    return Plan(reminders, escalations, dailies)
