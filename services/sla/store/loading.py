"""Puts the files of data/ into the tables. Repeatable: the same files again change nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.sla.domain.calendar import DayOff, covered_until
from services.sla.domain.decree import NATION, between
from services.sla.domain.rules import Rule, RuleBook
from services.sla.domain.versions import STARTS
from services.sla.store import recomputations, tables, versions
from services.sla.store.periods import watch_all
from shared.contracts.vocabulary import CLOCKS, ESCALATION_LEVELS
from shared.ids import new_id
from shared.store import Transaction

BEFORE_VERSIONS = "as loaded"
"""How the migration marks what was in the tables before there were versions."""

DATA = Path(__file__).parent.parent / "data"


class BadDataError(ValueError):
    """A data file says something that cannot be; the sentence says what. Nothing of it is loaded."""


def load(tx: Transaction) -> None:
    """Load areas, calendar, rule sets, the plan of reminders and escalations, and what reports go by.

    Raises BadDataError, or OverlapError when two active rules contradict each other.
    """
    _load_rule_sets(tx, _read("rule_sets.json"))
    tx.session.execute(delete(tables.plan))
    tx.session.execute(insert(tables.plan), list(plan_rows(_read("steps.json"))))
    areas = _read("regions.json")
    _put(tx, tables.regions, areas["regions"])
    _put(tx, tables.districts, areas["districts"])
    _load_calendar(tx, _read("holidays.json"))
    _put(tx, tables.report_thresholds, _read("reports.json")["thresholds"])
    watch_all(tx)


def _load_rule_sets(tx: Transaction, file: dict[str, Any]) -> None:
    """Each set of the file as a version. The first is in force at once when it is active; what a later file says
    otherwise is a draft, which officers propose and activate like any other."""
    RuleBook(active_rules(file))
    sets, t = list(rule_set_rows(file)), tables.rule_versions
    statement = upsert(tables.rule_sets)
    changed = {name: statement.excluded[name] for name in ("position", "name", "source", "status", "doubts")}
    tx.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), sets)
    for given in sets:
        limits = [_limit(rule) for rule in file["rules"] if rule["rule_set"] == given["id"]]
        fingerprint = hashlib.sha256(json.dumps([given, limits], sort_keys=True, default=str).encode()).hexdigest()
        mine = select(t).where(t.c.rule_set == given["id"]).order_by(t.c.number)
        known = tx.session.execute(mine).all()
        if fingerprint in {row.fingerprint for row in known}:
            continue
        if known and known[0].fingerprint == BEFORE_VERSIONS:
            same = update(t).where(t.c.id == known[0].id)
            tx.session.execute(same.values(fingerprint=fingerprint))
            continue
        if any(row.state in ("draft", "proposed") and not row.fingerprint for row in known):
            continue  # officers are at work on it: the next load comes back to it
        first = not known
        tx.session.execute(
            update(t).where(t.c.rule_set == given["id"], t.c.state == "draft").values(state="superseded")
        )
        tx.session.execute(
            insert(t).values(
                id=new_id(),
                rule_set=given["id"],
                number=len(known) + 1,
                state="active" if first and given["active"] else "draft",
                edition=1 if first and given["active"] else None,
                ends=False,
                limits=limits,
                fingerprint=fingerprint,
                **{name: given[name] for name in ("name", "source", "valid_from", "valid_to", "doubts")},
            )
        )
        if first and given["active"]:
            rows = [{**row, "edition": 1} for row in rule_rows(file) if row["rule_set"] == given["id"]]
            tx.session.execute(insert(tables.rules), rows)


def _limit(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule of the file as a version keeps it."""
    return {name: rule.get(name) for name in ("clock", "class", "category", "region", "days", "unit", "source")}


def rule_set_rows(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each rule set in the order of the file."""
    for position, given in enumerate(file["rule_sets"]):
        dates = {"valid_from": _date(given["valid_from"]), "valid_to": _date(given["valid_to"])}
        if given["active"] and dates["valid_from"] is None:
            raise BadDataError(f"{given['id']} is active but nobody knows since when")
        yield {**given, **dates, "position": position}


def rule_rows(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each rule with the validity of its set."""
    sets = {given["id"]: given for given in rule_set_rows(file)}
    for given in file["rules"]:
        if given["rule_set"] not in sets:
            raise BadDataError(f"the rule set {given['rule_set']} does not exist")
        if STARTS.get(given["clock"]) != given["start_event"]:
            raise BadDataError(f"{given['rule_set']}, {given['clock']}: no limit begins there")
        if given["days"] < 1 or len(given["source"]) > 200:
            raise BadDataError(f"{given['rule_set']}, {given['clock']}: a limit needs days and a short source")
        validity = {name: sets[given["rule_set"]][name] for name in ("valid_from", "valid_to")}
        yield {**given, **validity}


def active_rules(file: dict[str, Any]) -> Iterator[Rule]:
    """The rules of the active sets."""
    active = {given["id"] for given in file["rule_sets"] if given["active"]}
    for row in rule_rows(file):
        if row["rule_set"] in active:
            yield Rule(class_=row.pop("class"), **row)


def plan_rows(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Reminders and escalation levels, in the order in which they come."""
    empty = {"percent": None, "level": None, "days": None}
    for given in file["reminders"]:
        if given["clock"] not in CLOCKS or not all(0 < percent < 100 for percent in given["percent"]):
            raise BadDataError(f"a reminder of {given['clock']} is none")
        for position, percent in enumerate(sorted(given["percent"])):
            yield {**empty, "clock": given["clock"], "kind": "remind", "position": position, "percent": percent}
    for given in file["escalations"]:
        ordered = sorted(given["levels"], key=lambda step: (step[1], ESCALATION_LEVELS.index(step[0])))
        if given["clock"] not in CLOCKS or any(days < 0 for _, days in ordered):
            raise BadDataError(f"an escalation of {given['clock']} is none")
        for position, (level, days) in enumerate(ordered):
            row = {"clock": given["clock"], "kind": "escalate", "position": position, "level": level, "days": days}
            yield {**empty, **row}
    for given in file["dailies"]:
        if given["clock"] not in CLOCKS or given["until"] < 1:
            raise BadDataError(f"the daily reminder of {given['clock']} is none")
        yield {**empty, "clock": given["clock"], "kind": "daily", "position": 0, "days": given["until"]}


def days_off(file: dict[str, Any]) -> dict[date, DayOff]:
    """The holidays of the file, by date; a date that has two keeps both names."""
    found: dict[date, DayOff] = {}
    for given in file["days"]:
        day = DayOff(**{**given, "date": date.fromisoformat(given["date"])})
        if (other := found.get(day.date)) is not None:
            day = DayOff(day.date, f"{other.name}; {day.name}", other.kind, other.estimated or day.estimated)
        found[day.date] = day
    return found


def _load_calendar(tx: Transaction, file: dict[str, Any]) -> None:
    """Add the calendar as a version of its own; a version that is known must not say something else.

    What it changes against the version shipped before is put upon the newest one: decrees entered meanwhile stay.
    """
    fingerprint = hashlib.sha256(json.dumps(file, sort_keys=True).encode()).hexdigest()
    t = tables.calendars
    known = tx.session.execute(select(t.c.fingerprint).where(t.c.version == file["version"])).scalar()
    if known is not None:
        if known != fingerprint:
            raise BadDataError(f"calendar {file['version']} was changed without a new version")
        return
    days = days_off(file)
    if covered_until(days.values()) is None:
        raise BadDataError("a calendar without any cuti bersama covers nothing")
    decrees = {str(year["year"]): year["decree"] for year in file["years"]}
    newest, shipped = versions.newest(tx.session, NATION), versions.shipped(tx.session)
    if newest and shipped and newest.version != shipped.version:
        changed = between(versions.days_of(tx.session, shipped.version), days)
        kept = versions.days_of(tx.session, newest.version)
        gone = {day for day in changed.remove if day in kept}
        days = {day: off for day, off in kept.items() if day not in gone} | {off.date: off for off in changed.add}
        decrees = decrees | newest.decrees
    versions.add(
        tx.session,
        days.values(),
        version=file["version"],
        scope=NATION,
        source=file["source"],
        fingerprint=fingerprint,
        covered_from=date.fromisoformat(file["covered_from"]),
        covered_until=versions.known_until(decrees),
        decrees=decrees,
        loaded_at=tx.now,
    )
    if newest:
        name = file["version"]
        recomputations.begin(tx, f"Kalender {name} datang bersama program.", f"Calendar {name} came with the program.")


def _put(tx: Transaction, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert or overwrite by primary key; what the file no longer has is deleted."""
    keys = [column.name for column in table.primary_key]
    tx.session.execute(delete(table).where(table.c[keys[0]].not_in([row[keys[0]] for row in rows])))
    statement = upsert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    tx.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / name).read_text())
    return content


def _date(given: str | None) -> date | None:
    return date.fromisoformat(given) if given else None
