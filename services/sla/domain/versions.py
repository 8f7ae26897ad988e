"""Versions of rule sets: what officers write, what may come into force, and what is in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from services.sla.domain.calendar import ONE_DAY, Unit
from services.sla.domain.rules import PRESUMPTION, RESUMPTION, NoRuleError, Rule, RuleBook
from shared.contracts.vocabulary import CLASSES, EXPIRING_CLOCKS

LONGEST_LIMIT = 1000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
MOST_LIMITS = 60
UNITS = ("working_days", "calendar_days")

STARTS: dict[str, str] = {
    "verification": "registered",
    "receipt": "registered",
    "follow_up": "dispatched",
    "settlement": "verified",
    "legal": "verified",
    "completeness": "completeness_requested",
    "objection": "answered",
    PRESUMPTION: "registered",
    RESUMPTION: "objected",
}
"""What a rule set may limit, and what each limit counts from (domain reference section 9)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One line of a rule set. None: any class, any topic, any region."""

    clock: str
    class_: str | None
    category: str | None
    region: str | None
    days: int
    unit: Unit
    source: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says. `ends`: from `valid_from` on the set holds no longer; it has no limits then.

    `replaces`: another rule set that holds until the day before, as when a regulation repeals the one before it.
    `valid_from` None: nobody knows yet since when; such a version cannot come into force.
    """

    rule_set: str
    name: str
    source: str
    valid_from: date | None
    valid_to: date | None
    limits: tuple[Limit, ...] = ()
    ends: bool = False
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field (`days`, or `limits.3.days` counted from 1): a slug, and what it was."""

    field: str
    slug: str
    given: str = ""


def faults(
    content: Content, topics: Collection[str], regions: Collection[str], sets: Collection[str] = ()
) -> list[Fault]:
    """What cannot be written down at all, not even as a draft. `sets`: the rule sets there are."""
    found = []
    for name, most in (("name", 200), ("source", 500)):
        if not 1 <= len(getattr(content, name).strip()) <= most:
            found.append(Fault(name, "text_length", str(most)))
    for name in ("valid_from", "valid_to"):
        day = getattr(content, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            found.append(Fault(name, "date_out_of_range", day.isoformat()))
    if content.valid_from and content.valid_to and content.valid_to < content.valid_from:
        found.append(Fault("valid_to", "ends_before_it_begins"))
    if content.replaces is not None and (content.replaces not in sets or content.replaces == content.rule_set):
        found.append(Fault("replaces", "unknown_replaced", content.replaces))
    if len(content.limits) > MOST_LIMITS:
        found.append(Fault("limits", "too_many_limits", str(MOST_LIMITS)))
    for place, limit in enumerate(content.limits, start=1):
        found += _limit_faults(f"limits.{place}", limit, topics, regions)
    return found


def _limit_faults(at: str, limit: Limit, topics: Collection[str], regions: Collection[str]) -> Iterator[Fault]:
    for name, given, known in (
        ("clock", limit.clock, STARTS),
        ("class", limit.class_, CLASSES),
        ("category", limit.category, topics),
        ("region", limit.region, regions),
        ("unit", limit.unit, UNITS),
    ):
        if name == "clock" and not given:
            yield Fault(f"{at}.clock", "no_clock")
        elif given not in known and (given is not None or name in ("clock", "unit")):
            yield Fault(f"{at}.{name}", f"unknown_{name}", given or "")
    if not 1 <= limit.days <= LONGEST_LIMIT:
        yield Fault(f"{at}.days", "days_out_of_range", str(limit.days))
    if not 1 <= len(limit.source.strip()) <= 200:
        yield Fault(f"{at}.source", "text_length", "200")


def missing(content: Content) -> list[Fault]:
    """What a draft still lacks before it can come into force."""
    found = []
    if content.valid_from is None:
        found.append(Fault("valid_from", "no_first_day"))
    if not content.limits and not content.ends:
        found.append(Fault("limits", "no_limits"))
    if content.limits and content.ends:
        found.append(Fault("limits", "limits_of_an_end"))
    if content.replaces and content.ends:
        found.append(Fault("replaces", "replacement_by_an_end"))
    return found


def in_force(versions: Iterable[Sequence[Content]]) -> list[Rule]:
    """The rules that hold: for each set its versions in the order in which they came into force.

    A version holds until the day before the next one begins, whatever it says
    itself, and until the day before another set begins that replaces its own.
    """
    sets = [_holding(of_one_set) for of_one_set in versions]
    ended = replaced(content for of_one_set in sets for content, _last in of_one_set)
    rules = []
    for content, own_last in (one for of_one_set in sets for one in of_one_set):
        since = ended.get(content.rule_set)
        last = min((day for day in (own_last, since and since - ONE_DAY) if day), default=None)
        if content.valid_from and (last is None or content.valid_from <= last):
            rules += [_rule(content, limit, content.valid_from, last) for limit in content.limits]
    return rules


def replaced(contents: Iterable[Content]) -> dict[str, date]:
    """The sets that versions in force replace, each with the first day on which it holds no longer."""
    found: dict[str, date] = {}
    for content in contents:
        if content.replaces and content.valid_from:
            found[content.replaces] = min(content.valid_from, found.get(content.replaces, date.max))
    return found


def _holding(of_one_set: Sequence[Content]) -> list[tuple[Content, date | None]]:
    """The versions of a set that hold on some day, the newest first, each with its last day."""
    found = []
    until: date | None = None
    for content in reversed(of_one_set):
        assert content.valid_from is not None, "checked before it came into force"
        last = min((day for day in (content.valid_to, until) if day), default=None)
        if last is None or content.valid_from <= last:
            found.append((content, last))
        until = min(day for day in (content.valid_from - ONE_DAY, until) if day)
    return found


def _rule(content: Content, limit: Limit, first: date, last: date | None) -> Rule:
    return Rule(
        rule_set=content.rule_set,
        clock=limit.clock,
        class_=limit.class_,
        days=limit.days,
        unit=limit.unit,
        start_event=STARTS[limit.clock],
        source=limit.source,
        valid_from=first,
        valid_to=last,
        category=limit.category,
        region=limit.region,
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """A day on which nothing would limit a clock (of a class) that is limited now."""

    clock: str
    class_: str | None
    day: date


def gap(present: RuleBook, proposed: RuleBook) -> Gap | None:
    """The first day that would lose its limit; None when every case keeps one for every clock."""
    ends = {rule.valid_to + ONE_DAY for rule in (*present.rules, *proposed.rules) if rule.valid_to}
    days = sorted({rule.valid_from for rule in present.rules} | ends)
    for day in days:
        for clock in STARTS:
            for class_ in CLASSES if clock == "settlement" else (None,):
                if _limited(present, clock, class_, day) and not _limited(proposed, clock, class_, day):
                    return Gap(clock, class_, day)
    return None


def _limited(book: RuleBook, clock: str, class_: str | None, day: date) -> bool:
    try:
        book.rule(clock, class_, day)
    except NoRuleError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Undercut:
    """A rule for some cases that takes from them what a law gives everybody."""

    rule: Rule
    law: Rule


def undercut(book: RuleBook, laws: Collection[str]) -> Undercut | None:
    """The first rule that goes before one of a law (a set of `laws`) and is slower where an office must act, or shorter
    where the reporter may; None when there is none. Only what is so in every calendar is found."""
    for law in (rule for rule in book.rules if rule.rule_set in laws):
        for rule in book.rules:
            if rule.clock == law.clock and rule.specific > law.specific and _meet(rule, law) and _takes_from(rule, law):
                return Undercut(rule, law)
    return None


def _meet(rule: Rule, law: Rule) -> bool:
    """Whether both concern some case on some day."""
    if not law.concerns(rule.class_, rule.category, rule.region):
        return False
    return rule.holds(law.valid_from) or law.holds(rule.valid_from)


def _takes_from(rule: Rule, law: Rule) -> bool:
    if rule.clock in EXPIRING_CLOCKS:
        return _least_days(rule) < _least_days(law)
    if law.unit == "working_days" and rule.unit != law.unit:
        return False
    return (rule.days if rule.unit == law.unit else _least_days(rule)) > law.days


def _least_days(rule: Rule) -> int:
    """Calendar days it takes at least: a week has six working days at most."""
    return rule.days + (rule.days - 1) // 6 if rule.unit == "working_days" else rule.days


def differing(present: RuleBook, proposed: RuleBook) -> list[Rule]:
    """Each rule with the days on which only one of two editions has it.

    A clock that started on such a day in a case the rule concerns may have another limit; every other has the same.
    """
    alike: dict[Rule, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for place, book in enumerate((present, proposed)):
        for rule in book.rules:
            alike[replace(rule, valid_from=date.min, valid_to=None)][place].append(rule)
    found = []
    for rule, (before, after) in alike.items():
        both = [*before, *after]
        edges = {one.valid_from for one in both} | {
            one.valid_to + ONE_DAY if one.valid_to else date.max for one in both
        }
        for first, following in pairwise(sorted(edges)):
            if any(one.holds(first) for one in before) != any(one.holds(first) for one in after):
                last = None if following == date.max else following - ONE_DAY
                found.append(replace(rule, valid_from=first, valid_to=last))
    return found
