"""A report as it is published, number by number: what is shown, and what is hidden beside it."""

from __future__ import annotations

from typing import Any

import pytest

from services.sla.domain.evidence import readable
from services.sla.domain.findings import Finding
from services.sla.domain.periodic import Counted, Judged, Old, Touched, figures
from services.sla.domain.publication import REGION, beside_each_other, hidden_of, published

AGES = {"0-5": 9, "6-14": 20, "15-60": 30, "60+": 0}


def touched(count: int, **what: Any) -> list[Touched]:
    plain: dict[str, Any] = {"agency_id": "pupr", "channel": "web", "class_": "information", "category": "jalan"}
    return [Touched(**{**plain, "district": "74.08.01", "confidential": False, "received": True, **what})] * count


def old(confidential: bool = False) -> Old:
    return Old("KOLUT-2026-000001", "information", "pupr", "2026-01-02", 80, confidential)


def report(*args: Any, **counted: Any) -> dict[str, Any]:
    return published(figures(Counted(**counted)), *args)


def test_what_is_large_enough_is_shown_as_it_was_counted() -> None:
    raw = figures(
        Counted(
            touched=[
                *touched(6, late=True, answer_days=4, deeds=frozenset({"answered"})),
                *touched(7, channel="sms", agency_id="dlh", deeds=frozenset({"archived"}), archived_because="spam"),
                *touched(8, deeds=frozenset({"closed"}), closed_how="silence", confidential=True),
            ],
            judged=[Judged("legal", 60, "calendar_days", 20, 15)],
            ages=AGES | {"60+": 1},
            ratings={5: 10, 4: 5},
            oldest=[old()],
        )
    )
    cells = {"received": 21, "late": 6, "answered": 6, "median_days": 4, "p90_days": 4}
    found = published(raw)

    assert found == {
        "total": cells,
        "confidential": 8,
        "groups": raw["groups"],
        "deeds": raw["deeds"],
        "archived": {"spam": 7},
        "closed": {"silence": 8},
        "on_time": [{"clock": "legal", "days": 60, "unit": "calendar_days", "judged": 20, "percent": 75}],
        "ages": AGES | {"60+": 1},
        "open": 60,
        "ratings": {"count": 15, "mean": 4.7, "stars": {"1": 0, "2": 0, "3": 0, "4": 5, "5": 10}},
        "oldest": raw["oldest"],
        "oldest_confidential": 0,
    }
    assert list(found["groups"]["agency"]) == ["pupr", "dlh"], "the largest first"
    assert raw["total"] == cells, "the figures themselves stay as they were"
    assert published(raw, set(), frozenset()) == found


def test_a_group_hides_its_small_cell_with_the_smallest_other_one_and_keeps_its_days_with_its_answers() -> None:
    found = report(
        touched=[
            *touched(30, answer_days=4, late=True),
            *touched(20, channel="sms", answer_days=6, late=True),
            *touched(3, channel="email", answer_days=8),
        ]
    )

    assert found["total"] == {"received": 53, "late": 50, "answered": 53, "median_days": 4, "p90_days": 6}
    assert list(found["groups"]["channel"].items()) == [
        ("web", {"received": 30, "late": 30, "answered": 30, "median_days": 4, "p90_days": 4}),
        ("email", {"received": None, "late": 0, "answered": None, "median_days": None, "p90_days": None}),
        ("sms", {"received": None, "late": 20, "answered": None, "median_days": None, "p90_days": None}),
    ]


def test_a_total_that_is_small_is_hidden_with_all_that_would_add_up_to_it() -> None:
    found = report(touched=[*touched(9), *touched(3, received=False, late=True, answer_days=2)])

    assert found["total"] == {"received": 9, "late": None, "answered": None, "median_days": None, "p90_days": None}
    for table in found["groups"].values():
        assert [(cells["received"], cells["late"], cells["answered"]) for cells in table.values()] == [(9, None, None)]


def test_columns_that_the_region_hides_of_an_agency_are_hidden_in_its_own_report() -> None:
    some = touched(9, late=True, answer_days=2)
    found = report({"late"}, touched=some)

    assert (found["total"]["late"], found["total"]["received"]) == (None, 9)
    assert {cells["late"] for table in found["groups"].values() for cells in table.values()} == {None}
    assert {cells["received"] for table in found["groups"].values() for cells in table.values()} == {9}
    assert found["total"]["median_days"] == 2
    assert report({"answered"}, touched=some)["total"]["p90_days"] is None


def test_the_columns_that_the_region_hides_of_each_agency_are_named() -> None:
    region = report(
        touched=[
            *touched(30, late=True),
            *touched(20, agency_id="dlh", late=True),
            *touched(3, agency_id="dinkes"),
            *touched(40, agency_id=None, answer_days=3),
        ]
    )

    assert hidden_of(region, "dinkes") == {"received"}
    assert hidden_of(region, "dlh") == {"received"}
    assert hidden_of(region, "pupr") == hidden_of(region, None) == hidden_of(region, "disdik") == frozenset()
    few = report(touched=[*touched(30), *touched(9, agency_id=None), *touched(2, agency_id="dlh", answer_days=3)])
    assert hidden_of(few, None) == {"received", "answered"}


def test_small_deeds_are_hidden_and_a_small_reason_takes_another_one_along() -> None:
    reasons = {"spam": 7, "too_general": 2, "not_ours": 9}
    found = report(
        touched=[
            one
            for reason, count in reasons.items()
            for one in touched(count, deeds=frozenset({"archived"}), archived_because=reason)
        ]
        + touched(4, deeds=frozenset({"closed", "held"}), closed_how="silence")
    )

    assert found["archived"] == {"spam": None, "too_general": None, "not_ours": 9}
    assert (found["deeds"]["archived"], found["deeds"]["held"], found["deeds"]["verified"]) == (18, None, 0)
    assert found["closed"] == {"silence": None} and found["deeds"]["closed"] is None


def test_where_the_reasons_hide_their_total_the_deed_is_hidden_too() -> None:
    found = report(
        touched=[
            *touched(3, deeds=frozenset({"closed"}), closed_how="silence"),
            *touched(1, deeds=frozenset({"closed"}), closed_how="confirmed"),
            *touched(3, deeds=frozenset({"closed"})),
        ]
    )

    assert found["closed"] == {"silence": None, "confirmed": None} and found["deeds"]["closed"] is None


@pytest.mark.parametrize(
    ("judged", "met", "shown", "percent"),
    [
        (20, 15, 20, 75),
        (20, 16, 20, None),
        (20, 4, 20, None),
        (20, 5, 20, 25),
        (20, 0, 20, 0),
        (20, 20, 20, 100),
        (5, 5, 5, 100),
        (5, 0, 5, 0),
        (4, 4, None, None),
        (0, 0, 0, None),
    ],
)
def test_a_share_is_told_only_where_it_tells_of_no_few(judged: int, met: int, shown: int | None, percent: Any) -> None:
    [row] = report(judged=[Judged("legal", 60, "calendar_days", judged, met)])["on_time"]

    assert row == {"clock": "legal", "days": 60, "unit": "calendar_days", "judged": shown, "percent": percent}


LEGAL = ("legal", 60, "calendar_days")


@pytest.mark.parametrize(
    ("line", "judged", "percent"),
    [
        (("judged", *LEGAL), None, None),
        (("met", *LEGAL), 20, None),
        (("late", *LEGAL), 20, None),
        (("judged", "legal", 30, "calendar_days"), 20, 75),
    ],
)
def test_a_line_that_would_give_away_another_report_is_hidden(
    line: tuple[Any, ...], judged: int | None, percent: int | None
) -> None:
    [row] = report((), {line}, judged=[Judged(*LEGAL, 20, 15)])["on_time"]

    assert (row["judged"], row["percent"]) == (judged, percent)


def test_each_single_count_can_be_hidden_for_the_sake_of_another_report() -> None:
    counted: dict[str, Any] = {
        "touched": [
            *touched(9, confidential=True, deeds=frozenset({"held"})),
            *touched(8, deeds=frozenset({"closed"}), closed_how="silence"),
            *touched(7, deeds=frozenset({"closed"}), closed_how="confirmed"),
            *touched(6, deeds=frozenset({"archived"}), archived_because="spam"),
            *touched(5, deeds=frozenset({"archived"}), archived_because="not_ours"),
        ],
        "ages": AGES | {"60+": 6},
        "ratings": {5: 10, 4: 5},
        "oldest": [old(True)] * 6,
    }
    whole = report(**counted)

    def without(*line: Any) -> dict[str, Any]:
        return {name: told for name, told in report((), {line}, **counted).items() if told != whole[name]}

    assert without("deed", "held") == {"deeds": whole["deeds"] | {"held": None}}
    assert without("confidential") == {"confidential": None}
    assert without("rated") == {"ratings": {"count": None, "mean": None, "stars": dict.fromkeys("12345")}}
    assert without("closed", "silence") == {"closed": {"silence": None, "confirmed": None}}
    assert without("archived", "spam") == {"archived": {"spam": None, "not_ours": None}}
    assert without("open") == {"ages": dict.fromkeys(AGES), "open": None}
    assert without("age", "15-60") == {"ages": whole["ages"] | {"15-60": None, "0-5": None}}
    assert without("oldest_confidential") == {
        "oldest_confidential": None,
        "ages": whole["ages"] | {"60+": None},
        "open": None,
    }
    assert without("deed", "nothing") == {}


def test_beside_a_small_number_of_confidential_old_ones_only_the_other_ages_stand() -> None:
    ages = AGES | {"6-14": 3, "60+": 8}
    found = report(ages=ages, oldest=[old()] * 6 + [old(True)] * 2)

    assert found["ages"] == {"0-5": 9, "6-14": None, "15-60": 30, "60+": None}
    assert found["open"] is None and found["oldest_confidential"] is None
    forced = report((), {("age", "0-5")}, ages=ages, oldest=[old()] * 6 + [old(True)] * 2)
    assert forced["ages"] == {"0-5": None, "6-14": None, "15-60": 30, "60+": None}


def test_how_many_are_old_is_known_from_the_list_and_hides_nothing() -> None:
    found = report(ages={"0-5": 9, "6-14": 3, "15-60": 30, "60+": 2}, oldest=[old()] * 2)
    small = report(ages={"0-5": 0, "6-14": 3, "15-60": 0, "60+": 2}, oldest=[old()] * 2)

    assert found["ages"] == {"0-5": None, "6-14": None, "15-60": 30, "60+": 2} and found["open"] == 44
    assert small["ages"] == {"0-5": None, "6-14": None, "15-60": None, "60+": 2} and small["open"] is None


@pytest.mark.parametrize(
    ("stars", "count", "mean", "shown"),
    [
        ({}, 0, None, True),
        ({5: 4}, None, None, False),
        ({5: 5}, 5, 5.0, True),
        ({5: 9, 1: 2}, 11, 4.3, False),
        ({5: 9, 1: 6}, 15, 3.4, True),
        ({5: 4, 4: 1}, 5, None, False),
        ({1: 4, 2: 1}, 5, None, False),
        ({5: 6, 4: 5}, 11, 4.5, True),
        ({5: 7, 3: 1}, 8, 4.8, False),
    ],
)
def test_ratings_are_told_with_their_mean_and_one_by_one_when_none_is_small(
    stars: dict[int, int], count: int | None, mean: float | None, shown: bool
) -> None:
    found = report(ratings=stars)["ratings"]

    assert (found["count"], found["mean"]) == (count, mean)
    assert found["stars"] == {str(n): stars.get(n, 0) if shown else None for n in range(1, 6)}


def test_a_count_that_one_agency_hides_is_hidden_in_another_report_too() -> None:
    def part(**counted: Any) -> dict[str, Any]:
        return figures(Counted(**counted))

    held = [part(touched=touched(n, deeds=frozenset({"held"}))) for n in (3, 6, 20)]
    assert beside_each_other(dict(zip(("pupr", "dlh", "dinkes"), held, strict=True))) == {
        "pupr": {("deed", "held")},
        "dlh": {("deed", "held")},
        "dinkes": frozenset(),
        REGION: frozenset(),
    }
    assert set(beside_each_other({"pupr": held[0], "dlh": part()}).values()) == {frozenset()}, "the region hides it"
    two = beside_each_other({"pupr": held[0], None: held[1]})
    assert two == {"pupr": {("deed", "held")}, None: {("deed", "held")}, REGION: frozenset()}


def test_an_agency_that_has_nothing_of_a_line_counts_as_none_of_it() -> None:
    spam = [figures(Counted(touched=touched(n, archived_because="spam"))) for n in (3, 6, 0)]
    found = beside_each_other(dict(zip(("pupr", "dlh", "dinkes"), spam, strict=True)))

    line = ("archived", "spam")
    assert {name for name, lines in found.items() if line in lines} == {"pupr", "dlh"}


def test_where_every_agency_has_one_the_region_hides_its_sum_too() -> None:
    ones = {name: figures(Counted(ratings={5: 1})) for name in ("pupr", "dlh", "dinkes", "disdik", "rsud")}

    assert beside_each_other(ones) == {name: {("rated",)} for name in (*ones, REGION)}


def test_how_many_were_late_is_what_was_judged_without_what_was_met() -> None:
    few, many = (figures(Counted(judged=[Judged(*LEGAL, *of)])) for of in ((10, 7), (20, 10)))

    assert beside_each_other({"pupr": few, "dlh": many}) == {
        "pupr": {("late", *LEGAL)},
        "dlh": {("late", *LEGAL)},
        REGION: frozenset(),
    }


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        (("deed", "held"), lambda n: {"touched": touched(n, deeds=frozenset({"held"}), received=False)}),
        (("archived", "spam"), lambda n: {"touched": touched(n, archived_because="spam")}),
        (("closed", "silence"), lambda n: {"touched": touched(n, closed_how="silence")}),
        (("confidential",), lambda n: {"touched": touched(n, confidential=True)}),
        (("rated",), lambda n: {"ratings": {5: n}}),
        (("open",), lambda n: {"ages": {"60+": n}}),
        (("oldest_confidential",), lambda n: {"oldest": [old(True)] * n}),
        (("met", *LEGAL), lambda n: {"judged": [Judged(*LEGAL, n, n)]}),
        (("late", *LEGAL), lambda n: {"judged": [Judged(*LEGAL, n, 0)]}),
    ],
)
def test_every_count_that_stands_alone_is_kept_from_being_taken_off(line: tuple[Any, ...], counted: Any) -> None:
    found = beside_each_other({name: figures(Counted(**counted(n))) for name, n in (("pupr", 3), ("dlh", 6))})
    with_it = {("judged", *LEGAL)} if line[0] in ("met", "late") else set()

    assert found == {"pupr": {line, *with_it}, "dlh": {line, *with_it}, REGION: frozenset()}


def test_ages_are_kept_from_being_taken_off_except_the_oldest_which_are_listed() -> None:
    found = beside_each_other({name: figures(Counted(ages={"0-5": n})) for name, n in (("pupr", 3), ("dlh", 6))})

    assert found["pupr"] == {("age", "0-5"), ("open",)}


def finding(kind: str, where: str = "") -> Finding:
    return Finding(kind, "pupr", where, 50, 6, 12, 40, "percent", 30, 20, "2026-03-01", "rancangan")


SHOWN: dict[str, Any] = {
    "total": {"received": 9, "answered": 9},
    "deeds": {"returned": 9, "answered": 9, "objected": 9, "reopened": 9, "held": 9},
    "on_time": [{"clock": "legal", "percent": 50}, {"clock": "follow_up", "percent": 50}],
    "groups": {"category": {"jalan": {"received": 9}, "air": {"received": 9}}},
    "ratings": {"mean": 3.0},
    "ages": {"60+": 9},
}


def hiding(*path: Any) -> dict[str, Any]:
    """The report with one number of it hidden."""

    def hidden(value: Any, path: tuple[Any, ...]) -> Any:
        if not path:
            return None
        if isinstance(value, list):
            return [hidden(one, path[1:]) if place == path[0] else one for place, one in enumerate(value)]
        return value | {path[0]: hidden(value[path[0]], path[1:])}

    return dict(hidden(SHOWN, path))


@pytest.mark.parametrize(
    ("kind", "where", "own", "not_its_own"),
    [
        ("late", "legal", [("on_time", 0, "percent")], ("on_time", 1, "percent")),
        ("slow", "", [("total", "answered")], ("total", "received")),
        ("returned", "", [("total", "received"), ("deeds", "returned")], ("deeds", "held")),
        (
            "reopened",
            "",
            [("deeds", "answered"), ("deeds", "objected"), ("deeds", "reopened")],
            ("deeds", "returned"),
        ),
        ("unrated", "", [("ratings", "mean")], ("ages", "60+")),
        ("old", "", [("ages", "60+")], ("ratings", "mean")),
        (
            "rising",
            "jalan",
            [("groups", "category", "jalan", "received")],
            ("groups", "category", "air", "received"),
        ),
        ("incomplete", "", [("total", "received"), ("deeds", "held")], ("total", "answered")),
    ],
)
def test_a_finding_hides_what_its_report_hides_and_what_the_one_before_hid(
    kind: str, where: str, own: list[tuple[Any, ...]], not_its_own: tuple[Any, ...]
) -> None:
    some = finding(kind, where)
    whole = readable(some, SHOWN, SHOWN)

    assert whole == {
        "kind": kind,
        "agency_id": "pupr",
        "where": where,
        "value": 50,
        "part": 6,
        "whole": 12,
        "limit": 40,
        "unit": "percent",
        "before": 30,
        "others": 20,
        "since": "2026-03-01",
        "source": "rancangan",
    }
    assert readable(some, hiding(*not_its_own), hiding(*not_its_own)) == whole
    beside = {"value": None} if kind == "rising" else {}
    assert readable(some, SHOWN, None) == whole | {"before": None} | beside
    for path in own:
        hidden = {"value": None, "part": None, "whole": None}
        assert readable(some, hiding(*path), SHOWN) == whole | hidden
        assert readable(some, SHOWN, hiding(*path)) == whole | {"before": None} | beside
        assert readable(some, hiding(*path), hiding(*path)) == whole | hidden | {"before": None}


def test_what_a_report_does_not_have_it_does_not_hide() -> None:
    empty = SHOWN | {"ages": {}, "on_time": [], "groups": {"category": {}}}
    for some in (finding("old"), finding("late", "legal"), finding("rising", "jalan")):
        assert readable(some, empty, empty) == readable(some, SHOWN, SHOWN)
