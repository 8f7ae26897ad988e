"""The data files: complete, honest about doubts, and refused when they contradict themselves."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from itertools import product

import pytest

from services.sla.domain.rules import NoRuleError, OverlapError, RuleBook
from services.sla.store import holiday_seed, loading
from services.sla.store.loading import BadDataError
from shared.contracts.vocabulary import CLASSES, CLOCKS, EXPIRING_CLOCKS
from tests.unit.sla.stories import PLAN, RULES, data


def test_the_holidays_are_those_of_the_library() -> None:
    """When this fails after an update of the library: compare with the decree, then write the file anew."""
    assert data("holidays.json")["days"] == holiday_seed.seed()["days"]


def test_writing_the_file_and_reading_it_gives_the_same() -> None:
    assert json.loads(holiday_seed.written(holiday_seed.seed())) == holiday_seed.seed()


@pytest.mark.parametrize(
    ("clock", "class_", "days", "unit"),
    [
        ("verification", None, 3, "working_days"),
        ("receipt", None, 14, "calendar_days"),
        ("follow_up", None, 5, "working_days"),
        ("settlement", "information", 5, "working_days"),
        ("settlement", "aspiration", 5, "working_days"),
        ("settlement", "non_supervisory", 14, "working_days"),
        ("settlement", "supervisory", 60, "working_days"),
        ("legal", None, 60, "calendar_days"),
        ("completeness", None, 30, "calendar_days"),
        ("objection", None, 10, "working_days"),
    ],
)
def test_the_limits_are_those_of_the_reference(clock: str, class_: str | None, days: int, unit: str) -> None:
    rule = RULES.rule(clock, class_, date(2026, 3, 13))

    assert (rule.days, rule.unit) == (days, unit)


def test_every_clock_of_every_class_has_a_limit_and_reminders_and_every_breach_somebody_who_is_told() -> None:
    for clock, class_ in product(CLOCKS, CLASSES):
        assert RULES.rule(clock, class_, date(2026, 3, 13)).days > 0
        assert bool(PLAN.escalations.get(clock)) != (clock in EXPIRING_CLOCKS)


def test_what_is_not_known_is_marked_and_not_active() -> None:
    sets = {given["id"]: given for given in data("rule_sets.json")["rule_sets"]}

    assert sets["permenpanrb-5-2025"]["status"] == "unknown"
    assert not any(sets[name]["active"] for name in ("permenpanrb-5-2025", "sop-kolaka-utara", "darurat"))
    assert all(doubt["id"] and doubt["en"] for given in sets.values() for doubt in given["doubts"])
    assert all(given["doubts"] for given in sets.values())


def test_a_date_before_every_rule_has_no_limit() -> None:
    with pytest.raises(NoRuleError):
        RULES.rule("verification", None, date(1900, 1, 1))


def test_a_rule_for_the_class_goes_before_one_for_any() -> None:
    limits = deepcopy(data("rule_sets.json"))
    local = {**limits["rules"][0], "class": "information", "days": 1}
    book = RuleBook(loading.active_rules({**limits, "rules": [*limits["rules"], local]}))

    assert book.rule("verification", "information", date(2026, 3, 13)).days == 1
    assert book.rule("verification", "supervisory", date(2026, 3, 13)).days == 3


def test_the_emergency_goes_before_the_usual_limits_for_its_topic_and_contradicts_nothing() -> None:
    limits = deepcopy(data("rule_sets.json"))
    emergency = next(given for given in limits["rule_sets"] if given["id"] == "darurat")
    emergency |= {"active": True, "valid_from": "2026-01-01"}
    book, day = RuleBook(loading.active_rules(limits)), date(2026, 3, 13)

    assert book.rule("follow_up", None, day, "corona-virus.apd").days == 2
    assert book.rule("follow_up", None, day, "kesehatan.rumah-sakit").days == 5


def test_two_active_sets_that_contradict_each_other_are_refused() -> None:
    """An emergency for no topic would be a second limit for every case."""
    limits = deepcopy(data("rule_sets.json"))
    emergency = next(given for given in limits["rule_sets"] if given["id"] == "darurat")
    emergency |= {"active": True, "valid_from": "2026-01-01"}
    for given in limits["rules"]:
        given.pop("category", None)

    with pytest.raises(OverlapError, match="darurat"):
        RuleBook(loading.active_rules(limits))


def test_two_sets_one_after_the_other_are_no_contradiction() -> None:
    limits = deepcopy(data("rule_sets.json"))
    for given in limits["rule_sets"]:
        if given["id"] == "permenpanrb-62-2018":
            given["valid_to"] = "2025-12-31"
        if given["id"] == "darurat":
            given |= {"active": True, "valid_from": "2026-01-01"}
    for given in limits["rules"]:
        given.pop("category", None)
    book = RuleBook(loading.active_rules(limits))

    assert book.rule("follow_up", None, date(2025, 12, 31)).days == 5
    assert book.rule("follow_up", None, date(2026, 1, 1)).days == 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"days": 0}, "needs days"),
        ({"rule_set": "tidak-ada"}, "does not exist"),
        ({"source": "x" * 201}, "short source"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(change: dict[str, object], why: str) -> None:
    limits = deepcopy(data("rule_sets.json"))
    limits["rules"][0] |= change

    with pytest.raises(BadDataError, match=why):
        list(loading.rule_rows(limits))


def test_an_active_set_must_say_since_when() -> None:
    limits = deepcopy(data("rule_sets.json"))
    limits["rule_sets"][0]["valid_from"] = None

    with pytest.raises(BadDataError, match="since when"):
        list(loading.rule_set_rows(limits))


def test_a_reminder_at_no_share_of_the_time_is_refused() -> None:
    with pytest.raises(BadDataError):
        list(loading.plan_rows({"reminders": [{"clock": "legal", "percent": [100]}], "escalations": []}))
    with pytest.raises(BadDataError):
        list(loading.plan_rows({"reminders": [], "escalations": [{"clock": "tea", "levels": []}]}))


def test_two_holidays_on_one_day_keep_both_names() -> None:
    day = {"date": "2026-05-01", "kind": "national", "estimated": False}
    found = loading.days_off({"days": [{**day, "name": "Hari Buruh"}, {**day, "name": "Kenaikan"}]})

    assert found[date(2026, 5, 1)].name == "Hari Buruh; Kenaikan"
