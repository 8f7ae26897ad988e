"""Complaints told day by day, with the project's own rules and calendar."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.sla.domain.almanac import Almanac
from services.sla.domain.calendar import Calendar, covered_until
from services.sla.domain.clocks import Clock
from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import Fact
from services.sla.domain.rules import Plan, RuleBook
from services.sla.store import loading

WITA = ZoneInfo("Asia/Makassar")
COMPLAINT = UUID("019a0000-0000-7000-8000-000000000001")
HOME = "74.08"


def data(name: str) -> dict[str, Any]:
    return dict(json.loads((loading.DATA / name).read_text()))


def calendar() -> Calendar:
    days = loading.days_off(data("holidays.json"))
    last = covered_until(days.values())
    assert last
    return Calendar(WITA, days, date(2024, 1, 1), last)


def rules() -> RuleBook:
    return RuleBook(loading.active_rules(data("rule_sets.json")))


def plan() -> Plan:
    reminders: dict[str, tuple[int, ...]] = {}
    escalations: dict[str, tuple[tuple[str, int], ...]] = {}
    dailies: dict[str, int] = {}
    for row in loading.plan_rows(data("steps.json")):
        if row["kind"] == "remind":
            reminders[row["clock"]] = (*reminders.get(row["clock"], ()), row["percent"])
        elif row["kind"] == "daily":
            dailies[row["clock"]] = row["days"]
        else:
            escalations[row["clock"]] = (*escalations.get(row["clock"], ()), (row["level"], row["days"]))
    return Plan(reminders, escalations, dailies)


CALENDAR = calendar()
ALMANAC = Almanac.of(CALENDAR)
RULES = rules()
PLAN = plan()


def at(day: str, clock: str = "10:00") -> datetime:
    """A moment in Kolaka Utara."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), WITA).astimezone(UTC)


def fact(day: str, what: str, clock: str = "10:00", **details: Any) -> Fact:
    return Fact(uuid5(COMPLAINT, f"{day}{clock}{what}{details}"), what, at(day, clock), **details)


def told(*facts: Fact) -> Derivation:
    return derive(COMPLAINT, facts, RULES, ALMANAC, HOME)


def clock(derivation: Derivation, name: str, generation: int = 1) -> Clock:
    """One clock of the story."""
    found = [c for c in derivation.clocks if (c.clock, c.generation) == (name, generation)]
    assert len(found) == 1, f"{name} {generation} is there {len(found)} times"
    return found[0]


def names(derivation: Derivation) -> list[tuple[str, int]]:
    return [(c.clock, c.generation) for c in derivation.clocks]


def due(derivation: Derivation, name: str, generation: int = 1) -> str:
    return clock(derivation, name, generation).due_date.isoformat()


def outcome(derivation: Derivation, name: str, day: str, generation: int = 1) -> str:
    """Where a clock stands at the end of a day."""
    return clock(derivation, name, generation).outcome_at(at(day, "23:59:59"))
