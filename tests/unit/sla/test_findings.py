"""What figures show: always with its evidence, never from too few cases, and every time the same."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.findings import RULES, Threshold, findings
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
