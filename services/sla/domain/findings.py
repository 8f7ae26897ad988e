"""What the figures of a period show, and what is recommended because of it.

Each rule is a small function of figures; its numbers are data with a source.
Nothing is found from fewer cases than a rule asks for, and every finding has
its evidence: how many of how many, what it was in the period before, what the
median of the other agencies is, and since which period without a break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from services.sla.domain.periodic import UNKNOWN, share
from services.sla.domain.suppression import LEAST

Figures = Mapping[str, Any]

ENOUGH_OTHERS = 3
"""Agencies whose median says something."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a rule finds something, and from how many cases; `days`: working days to act on it."""

    kind: str
    limit: int
    unit: str
    at_least: int
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rule looks at: `value` in the threshold's unit, `part` of `whole`. `where`: a clock, a category, or ''."""

    where: str
    value: int
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A measure that passed its threshold. `agency_id` None: the coordinator, or the region as a whole.

    `before`: the value in the period before; `others`: the median of the other
    agencies; None where there were too few cases. `since`: the first day of the
    first period from which on it has been so without a break.
    """

    kind: str
    agency_id: str | None
    where: str
    value: int
    part: int
    whole: int
    limit: int
    unit: str
    before: int | None
    others: int | None
    since: str
    source: str

    @property
    def key(self) -> str:
        """The same matter in any period."""
        return f"{self.kind}:{self.agency_id or ''}:{self.where}"


Rule = Callable[[Figures, Sequence[Figures]], Iterator[Measure]]
"""Measures of the figures of one agency; with those of the periods before, the newest first."""


def late(figures: Figures, _earlier: Sequence[Figures]) -> Iterator[Measure]:
    """Clocks met in time, by kind of clock."""
    judged: dict[str, list[int]] = {}
    for row in figures["on_time"]:
        sums = judged.setdefault(row["clock"], [0, 0])
        sums[0] += row["on_time"]
        sums[1] += row["judged"]
    for clock, (on_time, whole) in judged.items():
        yield Measure(clock, share(on_time, whole) or 0, on_time, whole)


def slow(figures: Figures, _earlier: Sequence[Figures]) -> Iterator[Measure]:
    """Working days to half of the first answers; compared with the other agencies."""
    total = figures["total"]
    if total["median_days"] is not None:
        yield Measure("", total["median_days"], total["answered"], total["answered"])


def returned(figures: Figures, _earlier: Sequence[Figures]) -> Iterator[Measure]:
    """Dispositions sent back as not its own, of what the agency has had to do with."""
    back, whole = sum(figures["returns"].values()), figures["total"]["received"]
    yield Measure("", share(back, max(whole, back)) or 0, back, max(whole, back))


def reopened(figures: Figures, _earlier: Sequence[Figures]) -> Iterator[Measure]:
    """Answers that reporters or the coordinator did not accept."""
    deeds = figures["deeds"]
    fell, whole = max(deeds["objected"], deeds["reopened"]), deeds["answered"]
    yield Measure("", share(fell, max(whole, fell)) or 0, fell, max(whole, fell))


def unrated(figures: Figures, _earlier: Sequence[Figures]) -> Iterator[Measure]:
    """The mean of the ratings, in tenths."""
    stars = {int(star): count for star, count in figures["ratings"].items()}
    if whole := sum(stars.values()):
        yield Measure("", 10 * sum(star * count for star, count in stars.items()) // whole, whole, whole)


def old(figures: Figures, _earlier: Sequence[Figures]) -> Iterator[Measure]:
    """Open complaints of more than sixty days."""
    count = figures["ages"].get("60+", 0)
    yield Measure("", count, count, count)


def rising(figures: Figures, earlier: Sequence[Figures]) -> Iterator[Measure]:
    """Complaints of one category, beside those of the period before."""
    before = earlier[0]["groups"]["category"] if earlier else {}
    for category, cells in figures["groups"]["category"].items():
        count = before.get(category, {}).get("received", 0)
        if category != UNKNOWN and count >= LEAST:
            yield Measure(category, cells["received"] * 100 // count, cells["received"], cells["received"])


def incomplete(figures: Figures, _earlier: Sequence[Figures]) -> Iterator[Measure]:
    """Complaints that had to be asked for more."""
    held, whole = figures["deeds"]["held"], figures["total"]["received"]
    yield Measure("", share(held, max(whole, held)) or 0, held, max(whole, held))


RULES: Mapping[str, Rule] = {
    "late": late,
    "slow": slow,
    "returned": returned,
    "reopened": reopened,
    "unrated": unrated,
    "old": old,
    "rising": rising,
    "incomplete": incomplete,
}

OF_THE_REGION = ("rising", "incomplete")
"""Rules for the region as a whole; the others look at each agency, and at what no agency has yet."""


def findings(
    thresholds: Sequence[Threshold],
    agency_id: str | None,
    figures: Figures,
    earlier: Sequence[tuple[str, Figures]],
    others: Sequence[Figures],
    first: str,
) -> list[Finding]:
    """What the figures of one agency show. `earlier`: first day and figures of the periods before, the newest first;
    `others`: the figures of the other agencies in this period. The same figures give the same findings."""
    found = []
    before = [those for _, those in earlier]
    for threshold in thresholds:
        rule = RULES[threshold.kind]
        for measure in rule(figures, before):
            median = _median(rule, measure.where, others, threshold.at_least)
            if not _passes(threshold, measure, median):
                continue
            last = next((m for m in rule(before[0], before[1:]) if m.where == measure.where), None) if before else None
            found.append(
                Finding(
                    kind=threshold.kind,
                    agency_id=agency_id,
                    where=measure.where,
                    value=measure.value,
                    part=measure.part,
                    whole=measure.whole,
                    limit=threshold.limit,
                    unit=threshold.unit,
                    before=last.value if last and last.whole >= threshold.at_least else None,
                    others=median,
                    since=_since(threshold, measure.where, earlier, first),
                    source=threshold.source,
                )
            )
    return found


def _passes(threshold: Threshold, measure: Measure, others: int | None) -> bool:
    """Whether a measure is worse than the threshold, from enough cases, the bad ones among them not too few to tell."""
    if measure.whole < threshold.at_least:
        return False
    if threshold.kind == "late":
        return measure.value < threshold.limit and measure.whole - measure.part >= LEAST
    if threshold.kind == "slow":
        return others is not None and measure.value * 100 > others * threshold.limit
    if threshold.kind == "unrated":
        return measure.value < threshold.limit
    return measure.value >= threshold.limit and measure.part >= LEAST


def _median(rule: Rule, where: str, others: Sequence[Figures], at_least: int) -> int | None:
    values = [m.value for one in others for m in rule(one, ()) if m.where == where and m.whole >= at_least]
    return median_low(values) if len(values) >= ENOUGH_OTHERS else None


def _since(threshold: Threshold, where: str, earlier: Sequence[tuple[str, Figures]], first: str) -> str:
    """Slowness is judged beside others of its own period, which are not looked at again: it is of this period only."""
    rule = RULES[threshold.kind]
    for index, (day, figures) in enumerate(earlier):
        before = [those for _, those in earlier[index + 1 :]]
        if not any(m.where == where and _passes(threshold, m, None) for m in rule(figures, before)):
            break
        first = day
    return first
