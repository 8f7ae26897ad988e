"""Limits as data: which rule holds for a clock, a case and a day, and what is told before and after a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations

from services.sla.domain.calendar import Unit

RESUMPTION = "resumption"
"""Not a clock of its own: the least time the settlement clock gets after an objection."""

PRESUMPTION = "presumption"
"""Not a clock of its own: after this time without a look at it, a file counts as complete."""


class NoRuleError(LookupError):
    """No active rule set has a limit for this clock, class and day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit: so many days of a unit for a clock, while it is valid.

    It is for one class, one topic (the first part of a category, with all its
    categories) and one region, or (None) for any.
    """

    rule_set: str
    clock: str
    class_: str | None
    days: int
    unit: Unit
    start_event: str
    source: str
    valid_from: date
    valid_to: date | None = None
    category: str | None = None
    region: str | None = None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def concerns(self, class_: str | None, category: str | None, region: str | None) -> bool:
        """Whether a case of that class, topic and region is meant."""
        return self.class_ in (None, class_) and self.category in (None, category) and self.region in (None, region)

    @property
    def limits(self) -> tuple[str, int, str, str]:
        """What a clock takes from it: set, days, unit, source."""
        return (self.rule_set, self.days, self.unit, self.source)

    @property
    def specific(self) -> tuple[bool, bool, bool]:
        return (self.category is not None, self.region is not None, self.class_ is not None)


class OverlapError(ValueError):
    """Two rules, equally specific, hold for the same cases on the same day."""

    def __init__(self, one: Rule, other: Rule) -> None:
        scope = ", ".join(name for name in (one.class_, one.category, one.region) if name) or "any"
        super().__init__(f"{one.rule_set} and {other.rule_set} both limit {one.clock} ({scope})")
        self.one, self.other = one, other

    @property
    def since(self) -> date:
        """The first day on which both hold."""
        return max(self.one.valid_from, self.other.valid_from)


class RuleBook:
    """One edition of the rules, and the editions before it. Raises OverlapError when its rules contradict each other.

    Among the rules that concern a case on a day the most specific one holds: a
    rule for a topic goes before one for a region, that before one for a class,
    and that before one for any. So an emergency declared for a topic goes
    before a local procedure, and a local procedure before the national one.
    Two rules that name the same things would both hold: that is a contradiction.

    `since`: the moment from which it is in force (None: it was the first); `number` counts the editions.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        since: datetime | None = None,
        before: RuleBook | None = None,
        number: int = 1,
    ) -> None:
        self.rules = tuple(rules)
        self.since = since
        self.number = number
        self.before = before
        alike: dict[object, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            alike[rule.clock, rule.class_, rule.category, rule.region].append(rule)
        for same in alike.values():
            for one, other in combinations(same, 2):
                if one.holds(other.valid_from) or other.holds(one.valid_from):
                    raise OverlapError(one, other)
        self._of: dict[str, list[Rule]] = defaultdict(list)
        for rule in sorted(self.rules, key=lambda rule: rule.specific, reverse=True):
            self._of[rule.clock].append(rule)

    def rule(
        self, clock: str, class_: str | None, on: date, category: str | None = None, region: str | None = None
    ) -> Rule:
        """The rule for a clock that starts on a day, by what is known of the case. Raises NoRuleError."""
        topic = category.partition(".")[0] if category else None
        for rule in self._of.get(clock, ()):
            if rule.concerns(class_, topic, region) and rule.holds(on):
                return rule
        raise NoRuleError(f"no limit for {clock} ({class_ or 'any'}) on {on}")

    @property
    def editions(self) -> list[RuleBook]:
        """All editions, the first one first, this one last."""
        found = [self]
        while found[-1].before is not None:
            found.append(found[-1].before)
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is told when. `reminders`: percents of a clock's days; `escalations`: levels and days after the breach;
    `dailies`: until so many days after it the level told last hears of it again on every working day."""

    reminders: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    escalations: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    dailies: Mapping[str, int] = field(default_factory=dict)
