"""A small cell is hidden, and nobody can compute it from what is left: not from the totals, not knowing the rule."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.sla.domain.evidence import readable
from services.sla.domain.findings import Threshold, findings
from services.sla.domain.periodic import DEEDS, DIMENSIONS, Counted, Judged, Old, Touched, figures
from services.sla.domain.publication import COUNTS, OLDEST, REGION, beside_each_other, hidden_of, published
from services.sla.domain.suppression import LEAST, hidden_cells, hidden_in_tables, is_small
from services.sla.report import words
from services.sla.store.counting import together

Cells = tuple[int, ...]
CELLS = st.dictionaries(st.integers(0, 30), st.integers(0, 12) | st.integers(0, 300), max_size=8)


def shown(cells: Cells) -> tuple[tuple[int | None, ...], int | None]:
    """What a reader sees of a column and its total."""
    hidden, total_hidden = hidden_cells(dict(enumerate(cells)))
    return tuple(None if i in hidden else n for i, n in enumerate(cells)), None if total_hidden else sum(cells)


@pytest.mark.parametrize(("length", "largest"), [(1, 30), (2, 22), (3, 14), (4, 9), (5, 6)])
def test_whoever_knows_the_rule_and_the_total_is_left_with_more_than_one_answer(length: int, largest: int) -> None:
    """Every column there is, up to a size: those that look alike must differ in every cell that is hidden."""
    alike: dict[Any, list[Cells]] = defaultdict(list)
    for cells in product(range(largest + 1), repeat=length):
        alike[shown(cells)].append(cells)
    for (seen, total), columns in alike.items():
        rest = LEAST - 1 if total is None else total - sum(n for n in seen if n is not None)
        if rest > largest:
            continue  # some that look like this are beyond the size looked at
        for place, cell in enumerate(seen):
            assert cell is not None or len({cells[place] for cells in columns}) > 1, (seen, total, columns)


@given(CELLS)
def test_no_small_cell_is_shown_and_the_hidden_ones_never_stand_alone(cells: dict[int, int]) -> None:
    hidden, total_hidden = hidden_cells(cells)
    assert not [n for key, n in cells.items() if key not in hidden and is_small(n)]
    assert total_hidden or not is_small(sum(cells.values()))
    if hidden and not total_hidden:
        assert len(hidden) > 1 and sum(cells[key] for key in hidden) > 0


@given(st.lists(CELLS, min_size=1, max_size=3))
def test_a_total_that_one_table_hides_cannot_be_added_up_in_another(tables: list[dict[int, int]]) -> None:
    hidden, total_hidden = hidden_in_tables(tables)
    if total_hidden:
        assert all(set(table) == of_table for table, of_table in zip(tables, hidden, strict=True))


TOUCHED = st.builds(
    Touched,
    agency_id=st.sampled_from([None, "pupr", "dlh", "dinkes"]),
    channel=st.sampled_from(["web", "sms", "email"]),
    class_=st.sampled_from([None, "information", "supervisory"]),
    category=st.sampled_from([None, "jalan", "air"]),
    district=st.sampled_from([None, "74.08.01", "74.08.02"]),
    confidential=st.booleans(),
    received=st.booleans(),
    late=st.booleans(),
    answer_days=st.none() | st.integers(0, 90),
    deeds=st.frozensets(st.sampled_from(DEEDS)),
)


@given(st.lists(TOUCHED, max_size=60))
def test_in_a_whole_report_no_count_below_five_can_be_read_or_added_up(touched: list[Touched]) -> None:
    raw = figures(Counted(touched=touched))
    report = published(raw)
    for column in COUNTS:
        assert not is_small(report["total"][column] or 0)
        for name in DIMENSIONS:
            seen = {value: cells[column] for value, cells in report["groups"][name].items()}
            assert not [n for n in seen.values() if n is not None and is_small(n)]
            missing = [value for value, n in seen.items() if n is None]
            if missing and report["total"][column] is not None:
                assert len(missing) > 1
    assert not [n for n in report["deeds"].values() if n is not None and is_small(n)]


@given(st.lists(TOUCHED, min_size=1, max_size=60))
def test_where_the_regions_report_hides_an_agency_its_own_report_does_not_tell(touched: list[Touched]) -> None:
    region = published(figures(Counted(touched=touched)))
    for agency_id in {one.agency_id for one in touched if one.agency_id}:
        hidden = hidden_of(region, agency_id)
        own = published(figures(Counted(touched=[one for one in touched if one.agency_id == agency_id])), hidden)
        for column in hidden:
            cells = [group[column] for table in own["groups"].values() for group in table.values()]
            assert [own["total"][column], *cells] == [None] * (1 + len(cells))


def test_the_place_of_a_hidden_group_does_not_tell_its_size() -> None:
    def some(channel: str, count: int) -> list[Touched]:
        return [Touched("pupr", channel, None, None, None, False, received=True)] * count

    few_mails = published(figures(Counted(touched=some("web", 9) + some("sms", 3) + some("email", 1))))
    few_sms = published(figures(Counted(touched=some("web", 9) + some("sms", 1) + some("email", 3))))
    assert list(few_mails["groups"]["channel"].items()) == list(few_sms["groups"]["channel"].items())


def old(confidential: bool) -> Old:
    return Old("KOLUT-2026-000001", "information", "pupr", "2026-01-02", 80, confidential)


def test_a_confidential_complaint_is_never_listed_and_its_number_cannot_be_counted_beside_the_list() -> None:
    ages = {"0-5": 9, "6-14": 20, "15-60": 30, OLDEST: 8}
    report = published(figures(Counted(ages=ages, oldest=[old(False)] * 6 + [old(True)] * 2)))
    assert len(report["oldest"]) == 6
    assert report["oldest_confidential"] is None
    assert report["ages"] == {"0-5": 9, "6-14": 20, "15-60": 30, OLDEST: None}
    assert report["open"] is None  # the others and the list could be taken from it


def test_whoever_counts_the_list_and_takes_it_from_the_ages_is_left_with_more_than_one_answer() -> None:
    alike: dict[Any, list[Cells]] = defaultdict(list)
    for young, middle, late, listed, confidential in product(range(8), range(8), range(8), range(3), range(6)):
        ages = {"0-5": young, "6-14": middle, "15-60": late, OLDEST: listed + confidential}
        oldest = [old(place >= listed) for place in range(listed + confidential)]
        report = published(figures(Counted(ages=ages, oldest=oldest)))
        seen = (*report["ages"].values(), report["open"], len(report["oldest"]), report["oldest_confidential"])
        alike[seen].append((young, middle, late, confidential))
    for seen, answers in alike.items():
        for place in range(4):
            told = {answer[place] for answer in answers}
            assert len(told) > 1 or not is_small(min(told)), (seen, answers)


def test_a_share_that_would_tell_of_a_few_late_ones_is_hidden() -> None:
    def told(met: int, judged: int) -> tuple[int | None, int | None]:
        [row] = published(figures(Counted(judged=[Judged("follow_up", 5, "working_days", judged, met)])))["on_time"]
        return row["judged"], row["percent"]

    assert told(5, 6) == told(2, 6) == (6, None)  # 83 percent of six: one late
    assert [told(met, 12) for met in (0, 6, 12)] == [(12, 0), (12, 50), (12, 100)]


def _counted(
    touched: list[Touched], judged: tuple[int, int], ages: list[int], stars: dict[int, int], confidential: int
) -> Counted:
    return Counted(
        touched=touched,
        judged=[Judged("follow_up", 5, "working_days", sum(judged), judged[0])],
        ages=dict(zip(("0-5", "6-14", "15-60", OLDEST), ages, strict=True)),
        ratings=stars,
        oldest=[old(number < confidential) for number in range(ages[3])],
    )


FEW = st.integers(0, 9)
COUNTED = st.builds(
    _counted,
    st.lists(TOUCHED, max_size=8),
    st.tuples(FEW, FEW),
    st.lists(FEW, min_size=4, max_size=4),
    st.dictionaries(st.integers(1, 5), FEW),
    FEW,
)


def alone(report: dict[str, Any], late: int | None, rated: int | None) -> dict[str, int | None]:
    """The counts of a report that stand alone."""
    found = {f"{name} {key}": n for name in ("deeds", "ages") for key, n in report[name].items() if key != OLDEST}
    found |= {name: report[name] for name in ("confidential", "oldest_confidential")}
    return found | {"judged": report["on_time"][0]["judged"], "late": late, "rated": rated}


def counted_alone(figures_: dict[str, Any]) -> dict[str, int | None]:
    [row] = figures_["on_time"]
    return alone(figures_, row["judged"] - row["on_time"], sum(figures_["ratings"].values()))


def told_alone(report: dict[str, Any]) -> dict[str, int | None]:
    judged, percent = (report["on_time"][0][name] for name in ("judged", "percent"))
    late = None if percent is None or judged is None else judged - (judged * percent + 99) // 100
    return alone(report, late, report["ratings"]["count"])


@given(st.dictionaries(st.sampled_from([None, "pupr", "dlh", "dinkes", "disdik"]), COUNTED, min_size=1))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_one_agency_hides_is_not_left_over_when_the_others_are_taken_from_the_region(
    parts: dict[str | None, Counted],
) -> None:
    each = {agency: figures(part) for agency, part in parts.items()}
    hidden = beside_each_other(each)
    region = told_alone(published(figures(together(parts)), hidden=hidden[REGION]))
    raw = {agency: counted_alone(own) for agency, own in each.items()}
    told = {agency: told_alone(published(own, hidden=hidden[agency])) for agency, own in each.items() if agency}
    for line, total in region.items():
        unknown = [agency for agency in parts if agency is None or told[agency][line] is None]
        if total is not None and any(is_small(raw[agency][line] or 0) for agency in unknown):
            assert len(unknown) > 1, line


def test_a_finding_tells_no_number_that_its_report_hides() -> None:
    def late(met: int, judged: int) -> dict[str, Any]:
        return figures(Counted(judged=[Judged("follow_up", 5, "working_days", judged, met)]))

    threshold = Threshold("late", 80, "percent", 10, 10, "rancangan")
    now, before = late(2, 12), late(11, 12)
    [found] = findings([threshold], "pupr", now, [("2026-02-01", before)], [], "2026-03-01")
    told = readable(found, published(now), published(before))
    assert [told[name] for name in ("value", "part", "whole", "before")] == [None] * 4
    assert "* dari * tepat waktu (* persen; batas 80 persen)" in words.finding(told)

    [found] = findings([threshold], "pupr", late(6, 12), [("2026-02-01", before)], [], "2026-03-01")
    told = readable(found, published(late(6, 12)), published(before))
    assert [told[name] for name in ("value", "part", "whole", "before")] == [50, 6, 12, None]


def test_how_many_are_old_is_not_found_where_it_would_tell_of_confidential_ones() -> None:
    now = figures(Counted(ages={OLDEST: 8}, oldest=[old(False)] * 6 + [old(True)] * 2))
    [found] = findings([Threshold("old", 5, "count", 5, 10, "UU")], "pupr", now, [], [], "2026-03-01")
    assert readable(found, published(now), None)["value"] is None


def test_the_oldest_that_are_all_listed_are_counted_too() -> None:
    ages = {"0-5": 9, "6-14": 20, "15-60": 30, OLDEST: 2}
    assert published(figures(Counted(ages=ages, oldest=[old(False)] * 2)))["ages"] == ages


def test_stars_are_told_one_by_one_only_when_their_mean_gives_none_away() -> None:
    some = published(figures(Counted(ratings={5: 9, 1: 2})))["ratings"]
    many = published(figures(Counted(ratings={5: 9, 1: 6})))["ratings"]
    assert (some["count"], some["mean"], set(some["stars"].values())) == (11, 4.3, {None})
    assert (many["mean"], many["stars"]["1"]) == (3.4, 6)


def test_whoever_knows_the_mean_of_the_stars_is_left_with_more_than_one_answer() -> None:
    alike: dict[Any, list[Cells]] = defaultdict(list)
    for stars in product(range(9), repeat=5):
        if LEAST <= sum(stars) <= 8:
            told = published(figures(Counted(ratings=dict(enumerate(stars, start=1)))))["ratings"]
            alike[told["count"], told["mean"], *told["stars"].values()].append(stars)
    for seen, answers in alike.items():
        for star in range(5):
            found = {answer[star] for answer in answers}
            assert len(found) > 1 or not is_small(min(found)), (seen, answers)
