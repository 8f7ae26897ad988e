"""What officers may write down as limits, what may come into force, and what is in force then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.sla.domain.rules import Rule, RuleBook
from services.sla.domain.versions import STARTS, Content, Fault, Gap, Limit, differing, faults, gap, in_force, missing
from shared.contracts.vocabulary import CLASSES

TOPICS, REGIONS = ("jalan", "air"), ("74.08",)
LEGAL = Limit("legal", None, None, None, 60, "calendar_days", "UU 37/2008")
FIRST = date(2026, 1, 1)
WHOLE = Content("sop", "SOP", "Keputusan Bupati", FIRST, None, (LEGAL,))


def wrong(content: Content) -> list[Fault]:
    return faults(content, TOPICS, REGIONS)


def test_a_whole_version_has_no_fault_and_lacks_nothing() -> None:
    local = Limit("settlement", "supervisory", "jalan", "74.08", 60, "working_days", "SOP")

    assert wrong(replace(WHOLE, valid_to=FIRST, limits=(LEGAL, local))) == []
    assert missing(WHOLE) == []
    assert missing(replace(WHOLE, limits=(), ends=True)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": ""}, Fault("name", "text_length", "200")),
        ({"name": " \n"}, Fault("name", "text_length", "200")),
        ({"name": "x" * 201}, Fault("name", "text_length", "200")),
        ({"source": ""}, Fault("source", "text_length", "500")),
        ({"source": "x" * 501}, Fault("source", "text_length", "500")),
        ({"valid_from": date(1999, 12, 31)}, Fault("valid_from", "date_out_of_range", "1999-12-31")),
        ({"valid_to": date(2100, 1, 1)}, Fault("valid_to", "date_out_of_range", "2100-01-01")),
        ({"valid_to": date(2025, 12, 31)}, Fault("valid_to", "ends_before_it_begins", "")),
        ({"limits": (LEGAL,) * 61}, Fault("limits", "too_many_limits", "60")),
    ],
)
def test_what_cannot_be_written_down_is_named_with_its_field(change: dict[str, Any], fault: Fault) -> None:
    assert wrong(replace(WHOLE, **change)) == [fault]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x"},
        {"name": "x" * 200},
        {"source": "x"},
        {"source": "x" * 500},
        {"valid_from": date(2000, 1, 1)},
        {"valid_from": date(2099, 12, 31), "valid_to": date(2099, 12, 31)},
        {"valid_from": None, "valid_to": FIRST},
        {"valid_from": None},
        {"limits": (LEGAL,) * 60},
        {"limits": (replace(LEGAL, days=1), replace(LEGAL, days=1000))},
        {"limits": (replace(LEGAL, source="x"), replace(LEGAL, source="x" * 200))},
    ],
)
def test_up_to_its_bounds_everything_can_be_written_down(change: dict[str, Any]) -> None:
    assert wrong(replace(WHOLE, **change)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"clock": "forever"}, Fault("limits.2.clock", "unknown_clock", "forever")),
        ({"clock": None}, Fault("limits.2.clock", "no_clock")),
        ({"class_": "rumour"}, Fault("limits.2.class", "unknown_class", "rumour")),
        ({"category": "laut"}, Fault("limits.2.category", "unknown_category", "laut")),
        ({"region": "31.71"}, Fault("limits.2.region", "unknown_region", "31.71")),
        ({"unit": "weeks"}, Fault("limits.2.unit", "unknown_unit", "weeks")),
        ({"unit": None}, Fault("limits.2.unit", "unknown_unit", "")),
        ({"days": 0}, Fault("limits.2.days", "days_out_of_range", "0")),
        ({"days": 1001}, Fault("limits.2.days", "days_out_of_range", "1001")),
        ({"source": "  "}, Fault("limits.2.source", "text_length", "200")),
        ({"source": "x" * 201}, Fault("limits.2.source", "text_length", "200")),
    ],
)
def test_what_is_wrong_with_a_limit_is_named_with_its_place(change: dict[str, Any], fault: Fault) -> None:
    assert wrong(replace(WHOLE, limits=(LEGAL, replace(LEGAL, **change)))) == [fault]


def test_all_faults_are_told_at_once() -> None:
    found = wrong(replace(WHOLE, name="", limits=(replace(LEGAL, days=0, unit="weeks"), replace(LEGAL, days=0))))

    assert [fault.field for fault in found] == ["name", "limits.1.unit", "limits.1.days", "limits.2.days"]


def test_a_draft_lacks_a_first_day_or_limits_and_an_end_has_none() -> None:
    assert missing(replace(WHOLE, valid_from=None)) == [Fault("valid_from", "no_first_day")]
    assert missing(replace(WHOLE, limits=())) == [Fault("limits", "no_limits")]
    assert missing(replace(WHOLE, ends=True)) == [Fault("limits", "limits_of_an_end")]
    assert missing(replace(WHOLE, valid_from=None, limits=())) == [
        Fault("valid_from", "no_first_day"),
        Fault("limits", "no_limits"),
    ]


@pytest.mark.parametrize("clock", STARTS)
def test_a_limit_in_force_is_a_rule_with_everything_it_says(clock: str) -> None:
    limit = Limit(clock, "supervisory", "jalan", "74.08", 7, "working_days", "SOP pasal 3")
    [rule] = in_force([[replace(WHOLE, valid_to=date(2026, 12, 31), limits=(limit,))]])

    assert rule == Rule(
        rule_set="sop",
        clock=clock,
        class_="supervisory",
        days=7,
        unit="working_days",
        start_event=STARTS[clock],
        source="SOP pasal 3",
        valid_from=FIRST,
        valid_to=date(2026, 12, 31),
        category="jalan",
        region="74.08",
    )


def held(*versions: tuple[str, str | None]) -> list[tuple[str, str]]:
    """From when to when each version of one set holds, in the order of their first days. The n-th one has n days."""
    some = [
        replace(
            WHOLE,
            valid_from=date.fromisoformat(first),
            valid_to=date.fromisoformat(last) if last else None,
            limits=(replace(LEGAL, days=number),),
        )
        for number, (first, last) in enumerate(versions, start=1)
    ]
    return [(str(rule.valid_from), str(rule.valid_to)) for rule in sorted(in_force([some]), key=lambda rule: rule.days)]


def test_a_version_holds_until_its_own_end_or_the_day_before_the_next_whichever_is_first() -> None:
    assert held(("2026-01-01", None)) == [("2026-01-01", "None")]
    assert held(("2026-01-01", "2026-01-31"), ("2026-03-01", None)) == [
        ("2026-01-01", "2026-01-31"),
        ("2026-03-01", "None"),
    ]
    assert held(("2026-01-01", "2026-12-31"), ("2026-03-01", "2026-06-30")) == [
        ("2026-01-01", "2026-02-28"),
        ("2026-03-01", "2026-06-30"),
    ]


def test_what_comes_into_force_later_for_an_earlier_day_leaves_nothing_of_what_came_before() -> None:
    assert held(("2026-03-01", None), ("2026-01-01", None)) == [("2026-01-01", "None")]
    assert held(("2026-03-01", None), ("2026-03-01", None)) == [("2026-03-01", "None")]
    assert held(("2026-01-01", None), ("2026-05-01", None), ("2026-03-01", None)) == [
        ("2026-01-01", "2026-02-28"),
        ("2026-03-01", "None"),
    ]
    assert held(("2026-01-01", None), ("2026-01-02", None)) == [("2026-01-01", "2026-01-01"), ("2026-01-02", "None")]


def test_each_set_has_versions_of_its_own() -> None:
    other = replace(WHOLE, rule_set="uu", valid_from=date(2026, 3, 1))

    found = {(rule.rule_set, str(rule.valid_from), str(rule.valid_to)) for rule in in_force([[WHOLE], [other]])}
    assert found == {("sop", "2026-01-01", "None"), ("uu", "2026-03-01", "None")}


def rule(clock: str, first: str, last: str | None = None, class_: str | None = None, days: int = 5) -> Rule:
    until = date.fromisoformat(last) if last else None
    return Rule("x", clock, class_, days, "working_days", "s", "s", date.fromisoformat(first), until)


def every(first: str = "2026-01-01", last: str | None = None, *, without: str = "") -> list[Rule]:
    """A rule for every clock; settlement has one for each class."""
    names = [(clock, class_) for clock in STARTS for class_ in (CLASSES if clock == "settlement" else (None,))]
    return [rule(clock, first, last, class_) for clock, class_ in names if clock != without]


def test_no_gap_where_every_clock_keeps_a_limit() -> None:
    halves = every("2026-01-01", "2026-06-30") + every("2026-07-01")

    assert gap(RuleBook(every()), RuleBook(every())) is None
    assert gap(RuleBook(every()), RuleBook(halves)) is None
    assert gap(RuleBook(every("2026-03-01")), RuleBook(every("2026-02-01"))) is None
    assert gap(RuleBook([]), RuleBook([])) is None
    assert gap(RuleBook([]), RuleBook(every("2026-01-01", "2026-06-30"))) is None, "nothing was limited before"


@pytest.mark.parametrize("clock", [clock for clock in STARTS if clock != "settlement"])
def test_the_first_day_on_which_a_clock_would_lose_its_limit_is_named(clock: str) -> None:
    kept = every(without=clock)

    assert gap(RuleBook(every()), RuleBook(kept)) == Gap(clock, None, FIRST)
    until = RuleBook([*kept, rule(clock, "2026-01-01", "2026-06-30")])
    assert gap(RuleBook(every()), until) == Gap(clock, None, date(2026, 7, 1))
    hole = RuleBook([*kept, rule(clock, "2026-01-01", "2026-06-30"), rule(clock, "2026-07-03")])
    assert gap(RuleBook(every()), hole) == Gap(clock, None, date(2026, 7, 1))
    later = RuleBook([*kept, rule(clock, "2026-02-01")])
    assert gap(RuleBook(every()), later) == Gap(clock, None, FIRST)
    ended = RuleBook([*kept, rule(clock, "2026-01-01", "2026-06-30")])
    assert gap(ended, ended) is None, "it had none before either"
    assert gap(ended, RuleBook([*kept, rule(clock, "2026-02-01")])) == Gap(clock, None, FIRST)


@pytest.mark.parametrize("class_", CLASSES)
def test_settlement_needs_a_limit_for_every_class(class_: str) -> None:
    others = [one for one in every() if one.class_ != class_]
    some = RuleBook([*others, rule("settlement", "2026-01-01", "2026-03-31", class_)])

    assert gap(RuleBook(every()), RuleBook(others)) == Gap("settlement", class_, FIRST)
    assert gap(RuleBook(every()), some) == Gap("settlement", class_, date(2026, 4, 1))
    assert gap(RuleBook(every()), RuleBook([*others, rule("settlement", "2026-01-01")])) is None, "one for any class"


def differ(before: list[Rule], after: list[Rule]) -> list[tuple[int, str, str]]:
    found = differing(RuleBook(before), RuleBook(after))
    return sorted((one.days, str(one.valid_from), str(one.valid_to)) for one in found)


def test_only_the_days_on_which_one_edition_alone_has_a_rule_differ() -> None:
    open_, january = rule("legal", "2026-01-01"), rule("legal", "2026-01-01", "2026-01-31")
    february = rule("legal", "2026-02-01")

    assert differ([open_], [open_]) == []
    assert differ([open_], [january, february]) == [], "cut in two it is the same"
    assert differ([], [january]) == differ([january], []) == [(5, "2026-01-01", "2026-01-31")]
    assert differ([open_], []) == [(5, "2026-01-01", "None")]
    assert differ([open_], [january]) == differ([january], [open_]) == [(5, "2026-02-01", "None")]
    assert differ([open_], [replace(open_, days=7)]) == [(5, "2026-01-01", "None"), (7, "2026-01-01", "None")]
    hole = [january, rule("legal", "2026-03-01")]
    assert differ([open_], hole) == [(5, "2026-02-01", "2026-02-28")]
    assert differ([rule("legal", "2026-01-01", "2026-03-31")], [rule("legal", "2026-03-01", "2026-05-31")]) == [
        (5, "2026-01-01", "2026-02-28"),
        (5, "2026-04-01", "2026-05-31"),
    ]


def test_a_rule_that_differs_is_told_with_everything_it_says() -> None:
    some = replace(rule("legal", "2026-01-01", "2026-01-31"), category="jalan", region="74.08", class_="information")

    assert differing(RuleBook([]), RuleBook([some])) == [some]
