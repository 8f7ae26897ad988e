"""Limits as data: which rule holds for a clock, a class and a day, and what is told before and after a limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from services.sla.domain.calendar import Unit

RESUMPTION = "resumption"
"""Not a clock of its own: the least time the settlement clock gets after an objection."""

PRESUMPTION = "presumption"
"""Not a clock of its own: after this time without a look at it, a file counts as complete."""


class NoRuleError(LookupError):
    """No active rule set has a limit for this clock, class and day."""


class OverlapError(ValueError):
    """Two active rules hold for the same clock and class on the same day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit: so many days of a unit for a clock, for one class or (None) for any, while it is valid."""

    rule_set: str
    clock: str
    class_: str | None
    days: int
    unit: Unit
    start_event: str
    source: str
    valid_from: date
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class RuleBook:
    """The active rules. Raises OverlapError when they contradict each other."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        for one, other in combinations(self.rules, 2):
            if (one.clock, one.class_) == (other.clock, other.class_) and _overlap(one, other):
                raise OverlapError(
                    f"{one.rule_set} and {other.rule_set} both limit {one.clock} ({one.class_ or 'any'})"
                )

    def rule(self, clock: str, class_: str | None, on: date) -> Rule:
        """The rule for a clock that starts on a day; one for the class goes before one for any. Raises NoRuleError."""
        found = [r for r in self.rules if r.clock == clock and r.class_ in (class_, None) and r.holds(on)]
        if not found:
            raise NoRuleError(f"no limit for {clock} ({class_ or 'any'}) on {on}")
        return max(found, key=lambda rule: rule.class_ is not None)


def _overlap(one: Rule, other: Rule) -> bool:
    return one.holds(other.valid_from) or other.holds(one.valid_from)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is told when. `reminders`: percents of a clock's days; `escalations`: levels and days after the breach;
    `dailies`: until so many days after it the level told last hears of it again on every working day."""

    reminders: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    escalations: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    dailies: Mapping[str, int] = field(default_factory=dict)
