"""What figures show: always with its evidence, never from too few cases, and every time the same."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.findings import RULES, Finding, Threshold, findings
from services.sla.domain.period import Period, period_of
from services.sla.domain.periodic import Counted, Judged, Touched, figures, nearest_rank
from services.sla.report import words
from shared.contracts.sla import FREQUENCIES

DATA = json.loads((Path(__file__).parents[3] / "services/sla/data/reports.json").read_text())
THRESHOLDS = [Threshold(**one) for one in DATA["thresholds"]]


def only(kind: str) -> list[Threshold]:
    return [one for one in THRESHOLDS if one.kind == kind]


def on_time(met: int, judged: int) -> dict[str, Any]:
    return figures(Counted(judged=[Judged("follow_up", 5, "working_days", judged, met)]))


def answers(days: int, count: int) -> dict[str, Any]:
    return figures(Counted(touched=[Touched("pupr", "web", None, None, None, False, answer_days=days)] * count))


def received(category: str, count: int) -> dict[str, Any]:
    return figures(Counted(touched=[Touched("pupr", "web", None, category, None, False, received=True)] * count))


def test_an_agency_often_late_is_found_with_how_many_since_when_and_beside_whom() -> None:
    earlier = [("2026-02-01", on_time(7, 12)), ("2026-01-01", on_time(6, 11)), ("2025-12-01", on_time(20, 20))]
    others = [on_time(9, 10), on_time(18, 20), on_time(11, 11)]
    [found] = findings(only("late"), "pupr", on_time(5, 20), earlier, others, "2026-03-01")
    assert (found.where, found.part, found.whole, found.value, found.limit) == ("follow_up", 5, 20, 25, 80)
    assert (found.before, found.others, found.since) == (58, 90, "2026-01-01")
    assert "rancangan sendiri" in found.source


@pytest.mark.parametrize(("met", "judged"), [(0, 9), (8, 10), (16, 20), (6, 10)])
def test_few_cases_or_few_late_ones_are_no_finding(met: int, judged: int) -> None:
    assert findings(only("late"), "pupr", on_time(met, judged), [], [], "2026-03-01") == []


def test_slow_is_slower_than_the_others_and_nothing_without_enough_of_them() -> None:
    mine = answers(10, 12)
    three = [answers(4, 10), answers(5, 10), answers(6, 10)]
    [found] = findings(only("slow"), "pupr", mine, [], three, "2026-03-01")
    assert (found.value, found.others) == (10, 5)
    assert findings(only("slow"), "pupr", mine, [], three[:2], "2026-03-01") == []
    assert findings(only("slow"), "pupr", mine, [], [*three[:2], answers(1, 9)], "2026-03-01") == []


def test_a_category_that_doubled_is_found_and_one_that_is_new_is_not() -> None:
    before = [("2026-02-01", received("jalan", 6))]
    [found] = findings(only("rising"), None, received("jalan", 12), before, [], "2026-03-01")
    assert (found.where, found.value, found.whole) == ("jalan", 200, 12)
    assert findings(only("rising"), None, received("air", 40), before, [], "2026-03-01") == []
    assert findings(only("rising"), None, received("jalan", 40), [], [], "2026-03-01") == []


def touched(count: int, **what: Any) -> list[Touched]:
    """So many complaints alike; without more only received ones of pupr."""
    plain: dict[str, Any] = {"channel": "web", "class_": None, "category": None, "district": None, "received": True}
    return [Touched(**{"agency_id": "pupr", "confidential": False, **plain, **what})] * count


def done(received: int, **deeds: int) -> dict[str, Any]:
    """Figures of so many received complaints and so many to which each thing was done, none of them received now."""
    many = [one for deed, count in deeds.items() for one in touched(count, received=False, deeds=frozenset({deed}))]
    return figures(Counted(touched=[*touched(received), *many]))


def sent_back(received: int, *agencies: str) -> dict[str, Any]:
    back = [one for agency in agencies for one in touched(1, received=False, returned_by=(agency,))]
    return figures(Counted(touched=[*touched(received), *back]))


def rated(**stars: int) -> dict[str, Any]:
    return figures(Counted(ratings={int(star.removeprefix("s")): count for star, count in stars.items()}))


def aged(count: int) -> dict[str, Any]:
    return figures(Counted(ages={"0-5": 90, "60+": count}))


@pytest.mark.parametrize(
    ("kind", "given", "measures"),
    [
        ("late", on_time(5, 20), [("follow_up", 25, 5, 20)]),
        ("late", on_time(0, 20), [("follow_up", 0, 0, 20)]),
        ("late", on_time(0, 0), [("follow_up", 0, 0, 0)]),
        ("slow", answers(10, 12), [("", 10, 12, 12)]),
        ("slow", answers(0, 12), [("", 0, 12, 12)]),
        ("slow", done(12), []),
        ("returned", sent_back(20, "pupr", "pupr", "dlh"), [("", 15, 3, 20)]),
        ("returned", sent_back(1, "pupr", "pupr", "dlh"), [("", 100, 3, 3)]),
        ("returned", done(0), [("", 0, 0, 0)]),
        ("reopened", done(9, answered=20, objected=5, reopened=3), [("", 25, 5, 20)]),
        ("reopened", done(9, answered=20, objected=3, reopened=5), [("", 25, 5, 20)]),
        ("reopened", done(9, answered=2, objected=5), [("", 100, 5, 5)]),
        ("reopened", done(9), [("", 0, 0, 0)]),
        ("unrated", rated(s1=6, s5=6), [("", 30, 12, 12)]),
        ("unrated", rated(s1=6, s2=1), [("", 11, 7, 7)]),
        ("unrated", rated(), []),
        ("unrated", rated(s3=1), [("", 30, 1, 1)]),
        ("old", aged(7), [("", 7, 7, 7)]),
        ("old", figures(Counted()), [("", 0, 0, 0)]),
        ("incomplete", done(20, held=8), [("", 40, 8, 20)]),
        ("incomplete", done(2, held=8), [("", 100, 8, 8)]),
        ("incomplete", done(0), [("", 0, 0, 0)]),
    ],
)
def test_a_rule_measures_how_many_of_how_many(
    kind: str, given: dict[str, Any], measures: list[tuple[str, int, int, int]]
) -> None:
    found = RULES[kind](given, [])

    assert [(one.where, one.value, one.part, one.whole) for one in found] == measures


def test_one_kind_of_clock_is_judged_together_whatever_its_limit_was() -> None:
    judged = [
        Judged("follow_up", 5, "working_days", 12, 4),
        Judged("legal", 60, "calendar_days", 7, 7),
        Judged("follow_up", 3, "working_days", 8, 6),
    ]
    found = RULES["late"](figures(Counted(judged=judged)), [])

    assert [(one.where, one.value, one.part, one.whole) for one in found] == [
        ("follow_up", 50, 10, 20),
        ("legal", 100, 7, 7),
    ]


def test_a_category_is_measured_beside_the_period_before_when_enough_came_then() -> None:
    now = figures(Counted(touched=[*touched(12, category="jalan"), *touched(3, category="air"), *touched(30)]))

    def measured(*before: dict[str, Any]) -> list[tuple[str, int, int, int]]:
        return [(one.where, one.value, one.part, one.whole) for one in RULES["rising"](now, before)]

    assert measured() == measured(received("sampah", 9)) == []
    assert measured(received("jalan", 4)) == [], "too few to compare with"
    assert measured(received("jalan", 5), received("jalan", 12)) == [("jalan", 240, 12, 12)], "the newest one before"
    assert measured(received("air", 9)) == [("air", 33, 3, 3)]
    assert measured(figures(Counted(touched=touched(30)))) == [], "no category is none"


@pytest.mark.parametrize(
    ("kind", "given", "found"),
    [
        ("late", on_time(15, 20), True),
        ("late", on_time(79, 99), True),
        ("late", on_time(80, 100), False),
        ("late", on_time(0, 9), False),
        ("late", on_time(5, 10), True),
        ("late", on_time(6, 10), False),
        ("returned", sent_back(25, *["pupr"] * 5), True),
        ("returned", sent_back(26, *["pupr"] * 5), False),
        ("returned", sent_back(10, *["pupr"] * 4), False),
        ("returned", sent_back(9, *["pupr"] * 5), False),
        ("returned", sent_back(10, *["pupr"] * 5), True),
        ("reopened", done(0, answered=33, objected=5), True),
        ("reopened", done(0, answered=34, objected=5), False),
        ("unrated", rated(s2=9, s3=1), True),
        ("unrated", rated(s3=10), False),
        ("unrated", rated(s1=9), False),
        ("old", aged(5), True),
        ("old", aged(4), False),
        ("incomplete", done(20, held=8), True),
        ("incomplete", done(21, held=8), False),
    ],
)
def test_a_finding_begins_at_the_threshold_with_enough_cases_of_which_enough_are_bad(
    kind: str, given: dict[str, Any], found: bool
) -> None:
    assert bool(findings(only(kind), "pupr", given, [], [], "2026-03-01")) is found


def test_slow_begins_above_one_and_a_half_times_the_median_of_the_others() -> None:
    three = [answers(4, 10), answers(6, 10), answers(20, 10)]

    assert findings(only("slow"), "pupr", answers(9, 10), [], three, "2026-03-01") == []
    [found] = findings(only("slow"), "pupr", answers(10, 10), [], three, "2026-03-01")
    assert (found.value, found.others) == (10, 6)
    four = [*three, answers(7, 10)]
    [found] = findings(only("slow"), "pupr", answers(10, 10), [], four, "2026-03-01")
    assert found.others == 6, "of an even number the lower of the two in the middle"


def test_a_finding_has_everything_its_threshold_says_and_what_was_before() -> None:
    earlier = [("2026-02-01", aged(6)), ("2026-01-01", aged(9)), ("2025-12-01", aged(4)), ("2025-11-01", aged(30))]
    [found] = findings(only("old"), "pupr", aged(7), earlier, [aged(5), aged(8), aged(11), aged(4)], "2026-03-01")

    assert found == Finding(
        kind="old",
        agency_id="pupr",
        where="",
        value=7,
        part=7,
        whole=7,
        limit=5,
        unit="count",
        before=6,
        others=8,
        since="2026-01-01",
        source=only("old")[0].source,
    )


def test_what_was_before_is_told_from_enough_cases_only() -> None:
    def before(*earlier: dict[str, Any]) -> int | None:
        [found] = findings(
            only("late"), "pupr", on_time(5, 20), [(f"2026-0{2 - n}-01", one) for n, one in enumerate(earlier)], [], "x"
        )
        return found.before

    legal = figures(Counted(judged=[Judged("legal", 60, "calendar_days", 12, 1)]))
    assert before() is before(on_time(9, 9)) is before(legal) is None
    assert before(legal, on_time(10, 10)) is None, "the period before, not the one before that"
    assert before(on_time(10, 10)) == 100


def test_others_are_compared_in_the_same_matter_from_enough_cases_of_enough_agencies() -> None:
    legal = figures(Counted(judged=[Judged("legal", 60, "calendar_days", 12, 1)]))

    def others(*some: dict[str, Any]) -> int | None:
        [found] = findings(only("late"), "pupr", on_time(5, 20), [], some, "2026-03-01")
        return found.others

    assert others(on_time(9, 10), on_time(10, 10)) is None
    assert others(on_time(9, 10), on_time(10, 10), legal) is None, "another clock"
    assert others(on_time(9, 10), on_time(10, 10), on_time(1, 9)) is None, "too few cases"
    assert others(on_time(9, 10), on_time(10, 10), on_time(1, 10)) == 90


def test_what_is_so_without_a_break_began_with_the_first_period_in_which_it_was_so() -> None:
    bad, good, few = on_time(5, 20), on_time(20, 20), on_time(0, 9)
    legal = figures(Counted(judged=[Judged("legal", 60, "calendar_days", 12, 1)]))

    def since(*earlier: dict[str, Any]) -> str:
        named = list(zip(["2026-02-01", "2026-01-01", "2025-12-01"], earlier, strict=False))
        [found] = findings(only("late"), "pupr", bad, named, [], "2026-03-01")
        return found.since

    assert since() == since(good) == since(few) == since(legal) == since(good, bad) == "2026-03-01"
    assert since(bad) == since(bad, good, bad) == "2026-02-01"
    assert since(bad, bad, bad) == "2025-12-01"


def test_a_category_has_risen_since_the_period_in_which_it_first_rose_beside_the_one_before() -> None:
    def since(*counts: int) -> str:
        now, *before = (received("jalan", count) for count in counts)
        named = list(zip(["2026-02-01", "2026-01-01", "2025-12-01"], before, strict=False))
        [found] = findings(only("rising"), None, now, named, [], "2026-03-01")
        return found.since

    assert since(40, 20) == since(40, 20, 11) == "2026-03-01"
    assert since(40, 20, 10) == "2026-02-01"
    assert since(80, 40, 20, 10) == "2026-01-01"


def test_how_much_a_category_rose_in_the_period_before_is_measured_beside_the_one_before_that() -> None:
    earlier = [("2026-02-01", received("jalan", 20)), ("2026-01-01", received("jalan", 8))]
    [found] = findings(only("rising"), None, received("jalan", 40), earlier, [], "2026-03-01")

    assert (found.value, found.before) == (200, 250)


def test_every_clock_is_looked_at_also_after_one_that_is_in_order() -> None:
    judged = [Judged("follow_up", 5, "working_days", 20, 20), Judged("legal", 60, "calendar_days", 20, 5)]
    [found] = findings(only("late"), "pupr", figures(Counted(judged=judged)), [], [], "2026-03-01")

    assert found.where == "legal"


def test_the_same_matter_has_the_same_key_in_any_period() -> None:
    [of_an_agency] = findings(only("late"), "pupr", on_time(5, 20), [], [], "2026-03-01")
    [of_the_region] = findings(only("old"), None, aged(7), [], [], "2026-03-01")

    assert (of_an_agency.key, of_the_region.key) == ("late:pupr:follow_up", "old::")


RAW = st.builds(
    lambda judged, met, days, stars, ages: figures(
        Counted(
            touched=[
                Touched("pupr", "web", None, "jalan", None, False, True, True, d, frozenset({"held"})) for d in days
            ],
            judged=[Judged("legal", 60, "calendar_days", judged, min(met, judged))],
            ratings=stars,
            ages={"60+": ages},
        )
    ),
    st.integers(0, 40),
    st.integers(0, 40),
    st.lists(st.integers(0, 60), max_size=20),
    st.dictionaries(st.integers(1, 5), st.integers(0, 9), max_size=5),
    st.integers(0, 9),
)


@given(RAW, st.lists(RAW, max_size=3), st.lists(RAW, max_size=4))
def test_no_finding_rests_on_fewer_cases_than_its_rule_asks_for_and_the_same_figures_find_the_same(
    mine: dict[str, Any], before: list[dict[str, Any]], others: list[dict[str, Any]]
) -> None:
    earlier = list(zip(["2026-02-01", "2026-01-01", "2025-12-01"], before, strict=False))
    found = findings(THRESHOLDS, "pupr", mine, earlier, others, "2026-03-01")
    at_least = {one.kind: one.at_least for one in THRESHOLDS}
    assert all(one.whole >= at_least[one.kind] >= 5 for one in found)
    kept = json.loads(json.dumps([mine, earlier, others]))  # as the store gives them back
    assert findings(THRESHOLDS, "pupr", kept[0], kept[1], kept[2], "2026-03-01") == found


def test_every_rule_has_a_threshold_with_a_source_and_words_in_both_parts_of_the_report() -> None:
    assert {one.kind for one in THRESHOLDS} == set(RULES) == set(words.FINDINGS) == set(words.ADVICE)
    assert all(len(one.source) > 15 and one.at_least >= 5 and one.days > 0 for one in THRESHOLDS)


@pytest.mark.parametrize(
    ("frequency", "first", "last"),
    [
        ("weekly", "2026-03-09", "2026-03-15"),
        ("monthly", "2026-03-01", "2026-03-31"),
        ("quarterly", "2026-01-01", "2026-03-31"),
        ("half_yearly", "2026-01-01", "2026-06-30"),
        ("yearly", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_lies_in_one_period_of_each_frequency(frequency: str, first: str, last: str) -> None:
    found = period_of(frequency, date(2026, 3, 13))
    assert found == Period(frequency, date.fromisoformat(first), date.fromisoformat(last))
    assert found.name == f"{frequency}:{first}"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_ends_with_its_last_day(month: int) -> None:
    ends = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    assert period_of("monthly", date(2026, month, 13)).last == date(2026, month, ends[month - 1])
    assert period_of("quarterly", date(2026, month, 13)).last.month == (month + 2) // 3 * 3
    assert period_of("half_yearly", date(2026, month, 13)).last.month == (month + 5) // 6 * 6
    assert period_of("yearly", date(2026, month, 13)).last == date(2026, 12, 31)


@given(st.sampled_from(FREQUENCIES), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_periods_follow_each_other_without_gap_or_overlap(frequency: str, day: date) -> None:
    period = period_of(frequency, day)
    assert period.first <= day <= period.last
    assert (period.next.first - period.last).days == 1
    assert period.next.previous == period


def test_percentiles_are_numbers_that_occurred() -> None:
    assert nearest_rank([], 50) is None
    assert nearest_rank([9, 1, 5, 3], 50) == 3
    assert nearest_rank(range(1, 11), 90) == 9
