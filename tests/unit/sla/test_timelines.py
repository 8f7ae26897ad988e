"""Every story of docs/timelines.md, moment by moment: what the page says has moved has moved, and nothing else has."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid5
from zoneinfo import ZoneInfo

import pytest

from services.sla.domain.almanac import EVER, Almanac, Edition
from services.sla.domain.calendar import Calendar, DayOff, Week
from services.sla.domain.clocks import Clock
from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import Fact
from services.sla.domain.promise import Promise, stands
from services.sla.domain.rules import RuleBook
from services.sla.store import loading
from tests.unit.sla import timelines
from tests.unit.sla.stories import CALENDAR, COMPLAINT, HOME, RULES, data
from tests.unit.sla.timelines import Act, Stand, Step, Story

STORIES = timelines.stories()
OFFERED_AFTER = ("legal", "receipt")
"""The limits whose passing opens the way to the Ombudsman (domain reference, row 15)."""


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_what_the_page_says_has_moved_has_moved_and_nothing_else(story: Story) -> None:
    rules = _rules(story)
    almanac = _almanac(story)
    facts: list[Fact] = []
    before: dict[tuple[str, int], Stand] = {}
    promise, recommendation = _Promised(), _Recommended()
    presumed_at: datetime | None = None
    offered: set[str] = set()
    for step in story.steps:
        almanac = _after_decrees(almanac, step)
        new = _facts(story, step, len(facts))
        assert all(fact.at == presumed_at for fact in new if fact.what == "presumed_complete")
        facts += new
        derived = derive(COMPLAINT, facts, rules, almanac, HOME)
        assert derive(COMPLAINT, reversed(facts), rules, almanac, HOME) == derived, "whichever is heard first"
        now = _stands(derived, almanac, step.at)
        moved = {clock: stand for clock, stand in now.items() if before.get(clock) != stand}
        assert moved == step.clocks, f"{story.title}, {step.at}"
        passed = {clock.clock for clock in derived.clocks if clock.clock in OFFERED_AFTER and _passed(clock, step.at)}
        assert step.offered == bool(passed - offered), f"{story.title}, {step.at}: the way to the Ombudsman"
        assert promise.changed(step, facts, almanac.newest()) == step.promise, f"{story.title}, {step.at}"
        assert recommendation.changed(step, almanac.newest()) == step.recommendation, f"{story.title}, {step.at}"
        before, presumed_at, offered = now, derived.presumed_at, offered | passed


def test_the_page_has_at_least_thirty_stories_each_with_its_own_title() -> None:
    assert len({story.title.partition(". ")[2] for story in STORIES}) == len(STORIES) >= 30
    assert [int(story.title.partition(".")[0]) for story in STORIES] == list(range(1, len(STORIES) + 1))


def test_every_kind_of_fact_every_clock_and_every_standing_is_told_of() -> None:
    acts = {act.what for story in STORIES for step in story.steps for act in step.acts}
    stands = {
        (clock, stand.word) for story in STORIES for step in story.steps for (clock, _), stand in step.clocks.items()
    }

    assert {what for _, what, _ in timelines.ACTS} - {"interim"} <= acts
    for clock in ("verification", "receipt", "follow_up", "settlement", "legal"):
        assert {(clock, word) for word in ("running", "met", "late", "passed")} <= stands
    for clock in ("follow_up", "settlement", "legal"):
        assert {(clock, "paused"), (clock, "cancelled")} <= stands
    assert {
        ("completeness", "met"),
        ("completeness", "expired"),
        ("objection", "met"),
        ("objection", "expired"),
    } <= stands


def test_the_limits_and_sources_of_the_page_are_those_of_the_active_rule_book() -> None:
    units = {"working_days": "working days", "calendar_days": "calendar days"}
    names = {clock: name for name, clock in timelines.CLOCK_NAMES.items()}
    names |= {"presumption": "Presumption of completeness", "resumption": "At least after an objection"}
    classes = {class_: words for words, class_ in timelines.CLASS_NAMES.items()}
    limits = {
        f"| {names[rule.clock]}{', ' + classes[rule.class_] if rule.class_ else ''} "
        f"| {rule.days} {units[rule.unit]} | {rule.source} |"
        for rule in RULES.rules
    }

    _, _, table = timelines.PAGE.read_text().partition("| Clock | Limit | Source |\n| --- | --- | --- |\n")
    assert set(table.partition("\n\n")[0].splitlines()) == limits


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("Kamis, 13 Maret 2026", "is a Jumat"),
        ("Jumat, 13 March 2026", "no date"),
    ],
)
def test_a_date_with_the_wrong_weekday_is_no_date(wrong: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        timelines.read_day(wrong)


def test_a_page_that_says_what_nobody_can_do_is_not_read() -> None:
    with pytest.raises(ValueError, match="nobody can do this: Forgotten"):
        timelines.read("## 1. A story\n\n| **Jumat, 13 Maret 2026, 10.00** | **Forgotten.** | | | |\n")


def test_a_promise_and_a_recommendation_are_told_of_in_every_standing() -> None:
    """So that what the page says of them is tested."""
    steps = [step for story in STORIES for step in story.steps]
    assert {step.promise.word for step in steps if step.promise} == {"waited for", "broken", "over"}
    assert {step.recommendation.word for step in steps if step.recommendation} >= {"running", "overdue"}


class _Promised:
    """The promise that counts, as the story goes on."""

    def __init__(self) -> None:
        self.newest: Promise | None = None
        self.told: Stand | None = None

    def changed(self, step: Step, facts: list[Fact], calendar: Calendar) -> Stand | None:
        """How it stands, when that is not as it was before."""
        for act in step.acts:
            if act.what == "promised":
                item = uuid5(COMPLAINT, str(step.at))
                self.newest = Promise(item, act.details["agency_id"], act.details["day"], step.at)
        if self.newest is None:
            return None
        day = self.newest.promised_for
        word = "broken" if day < calendar.local_day(step.at) else "waited for"
        stand = Stand(day, False, word if stands(self.newest, facts) else "over", None)
        changed, self.told = stand != self.told, stand
        return stand if changed else None


class _Recommended:
    """The sixty days of the Ombudsman's recommendation, by the limits of the service that counts them."""

    def __init__(self) -> None:
        limits = json.loads((timelines.PAGE.parents[1] / "services/ombudsman/data/limits.json").read_text())["limits"]
        self.days = next(one["amount"] for one in limits if one["name"] == "recommendation")
        self.due: date | None = None
        self.reported = False
        self.told: Stand | None = None

    def changed(self, step: Step, calendar: Calendar) -> Stand | None:
        """How it stands, when that is not as it was before."""
        today = calendar.local_day(step.at)
        for act in step.acts:
            if act.what == "recommended":
                self.due = today + timedelta(days=self.days)
            self.reported |= act.what == "reported"
        if self.due is None:
            return None
        late = today > self.due
        word = ("reported late" if late else "reported") if self.reported else "overdue" if late else "running"
        stand = Stand(self.due, False, word, None)
        changed, self.told = stand != self.told, stand
        return stand if changed else None


def _facts(story: Story, step: Step, known: int) -> list[Fact]:
    """The acts of a step as facts of the clocks. What it is about is known from the beginning."""
    acts = [act for act in step.acts if act.what not in timelines.BESIDE]
    topic = {"registered": {"category": story.setting.get("topic")}}
    return [
        Fact(uuid5(COMPLAINT, str(known + n)), act.what, step.at, **act.details, **topic.get(act.what, {}))
        for n, act in enumerate(acts)
    ]


def _stands(derived: Derivation, almanac: Almanac, now: datetime) -> dict[tuple[str, int], Stand]:
    return {
        (clock.clock, clock.generation): _stand(clock, almanac.newest(clock.agency_id), now) for clock in derived.clocks
    }


def _stand(clock: Clock, calendar: Calendar, now: datetime) -> Stand:
    outcome = clock.outcome_at(now)
    provisional = clock.unit == "working_days" and not calendar.covers(clock.due_date)
    word = {"breached": "passed"}.get(outcome, outcome)
    if outcome == "running" and clock.answered_at:
        word = "answered"
    passed_at = clock.breached_at
    if outcome == "breached":
        passed_at = clock.passes_at or clock.breached_at
    return Stand(clock.due_date, provisional, word, calendar.local_day(passed_at) if passed_at else None)


def _passed(clock: Clock, now: datetime) -> bool:
    return clock.breached_at is not None or clock.outcome_at(now) == "breached"


def _decreed(acts: Iterable[Act]) -> list[date]:
    return [act.details["day"] for act in acts if act.what == "decreed"]


def _calendar(story: Story) -> Calendar:
    """The calendar as the story begins: what is decreed later in it is not known yet."""
    later = _decreed(act for step in story.steps for act in step.acts)
    days = {day: off for day, off in CALENDAR.days_off.items() if day not in later}
    if story.setting.get("calendar") == "without cuti bersama":
        days = {day: off for day, off in days.items() if off.kind != "joint_leave"}
    return replace(CALENDAR, zone=story.zone, days_off=days)


def _almanac(story: Story) -> Almanac:
    """The calendar, and those of offices: `office rsud: through cuti bersama`, `office balai: WIT`."""
    calendar = _calendar(story)
    offices = {}
    for name, said in story.setting.items():
        if name.startswith("office "):
            own = replace(calendar, weeks=(Week(date.min, through_joint_leave="through cuti bersama" in said),))
            if said in timelines.ZONES:
                own = replace(calendar, zone=ZoneInfo(timelines.ZONES[said]))
            offices[name.removeprefix("office ")] = (Edition(EVER, own),)
    return Almanac((Edition(EVER, calendar),), offices)


def _after_decrees(almanac: Almanac, step: Step) -> Almanac:
    decreed = {day: DayOff(day, "Cuti bersama", "joint_leave") for day in _decreed(step.acts)}
    if not decreed:
        return almanac

    def after(editions: tuple[Edition, ...]) -> tuple[Edition, ...]:
        calendar = editions[-1].calendar
        return (*editions, Edition(step.at, replace(calendar, days_off={**calendar.days_off, **decreed})))

    return Almanac(after(almanac.region), {agency: after(editions) for agency, editions in almanac.offices.items()})


def _rules(story: Story) -> RuleBook:
    """The active rules; under an emergency its own go before them, for its topic, from its first to its last day."""
    if "rules" not in story.setting:
        return RULES
    first, last = (
        timelines.read_day(day) for day in story.setting["rules"].removeprefix("emergency from ").split(" to ")
    )
    file = data("rule_sets.json")
    for rule_set in file["rule_sets"]:
        rule_set["active"] = rule_set["id"] == "darurat"
        rule_set["valid_from"], rule_set["valid_to"] = first.isoformat(), last.isoformat()
    return RuleBook([*RULES.rules, *loading.active_rules(file)])
