"""What is counted in a period, as the numbers that the report is made of."""

from __future__ import annotations

from typing import Any

import pytest

from services.sla.domain.periodic import UNKNOWN, Counted, Judged, Old, Touched, figures, nearest_rank, share


def touched(**what: Any) -> Touched:
    plain: dict[str, Any] = {"agency_id": "pupr", "channel": "web", "class_": None, "category": None}
    return Touched(**{**plain, "district": None, "confidential": False, **what})


def test_of_nothing_everything_is_zero_or_empty() -> None:
    none = {"received": 0, "late": 0, "answered": 0, "median_days": None, "p90_days": None}

    assert figures(Counted()) == {
        "total": none,
        "confidential": 0,
        "groups": {"channel": {}, "class": {}, "category": {}, "district": {}, "agency": {}},
        "deeds": dict.fromkeys(
            ("verified", "held", "returned", "answered", "objected", "reopened", "closed", "archived", "withdrawn"), 0
        ),
        "returns": {},
        "archived": {},
        "closed": {},
        "on_time": [],
        "ages": {},
        "ratings": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0},
        "oldest": [],
        "oldest_confidential": 0,
    }


def test_complaints_are_counted_by_what_happened_to_them_in_the_period() -> None:
    found = figures(
        Counted(
            touched=[
                touched(received=True, late=True, answer_days=4, deeds=frozenset({"verified", "answered"})),
                touched(received=True, answer_days=0, deeds=frozenset({"answered"})),
                touched(late=True, answer_days=9, confidential=True),
                touched(received=True, confidential=True, deeds=frozenset({"held", "withdrawn"})),
                touched(deeds=frozenset({"archived"}), archived_because="too_general"),
                touched(deeds=frozenset({"archived"}), archived_because="not_a_complaint"),
                touched(deeds=frozenset({"archived"}), archived_because="too_general"),
                touched(deeds=frozenset({"closed"}), closed_how="silence"),
                touched(deeds=frozenset({"closed"}), closed_how="confirmed"),
                touched(deeds=frozenset({"closed"}), closed_how="silence"),
                touched(deeds=frozenset({"returned"}), returned_by=("pupr", "dlh", "pupr")),
                touched(deeds=frozenset({"returned"}), returned_by=("dlh",)),
            ]
        )
    )

    assert found["total"] == {"received": 3, "late": 2, "answered": 3, "median_days": 4, "p90_days": 9}
    assert found["confidential"] == 1, "received in the period"
    assert found["deeds"] == {
        "verified": 1,
        "held": 1,
        "returned": 2,
        "answered": 2,
        "objected": 0,
        "reopened": 0,
        "closed": 3,
        "archived": 3,
        "withdrawn": 1,
    }
    assert list(found["archived"].items()) == [("not_a_complaint", 1), ("too_general", 2)]
    assert list(found["closed"].items()) == [("confirmed", 1), ("silence", 2)]
    assert found["returns"] == {"pupr": 2, "dlh": 2}


def test_every_dimension_has_its_groups_the_largest_first_and_equal_ones_by_name() -> None:
    web = [touched(received=True, class_="information", category="jalan", district="74.08.01")] * 2
    sms = [touched(received=True, channel="sms", agency_id=None)]
    mail = [touched(received=True, channel="email", agency_id="dlh")]
    none = [touched(channel="walk_in", agency_id="aaa", late=True, answer_days=3)]
    found = figures(Counted(touched=[*none, *sms, *mail, *web]))["groups"]

    def received(dimension: str) -> list[tuple[str, int]]:
        return [(value, cells["received"]) for value, cells in found[dimension].items()]

    assert received("channel") == [("web", 2), ("email", 1), ("sms", 1), ("walk_in", 0)]
    assert received("agency") == [("pupr", 2), (UNKNOWN, 1), ("dlh", 1), ("aaa", 0)]
    assert received("class") == [(UNKNOWN, 2), ("information", 2)]
    assert received("category") == [(UNKNOWN, 2), ("jalan", 2)]
    assert received("district") == [(UNKNOWN, 2), ("74.08.01", 2)]
    assert found["channel"]["walk_in"] == {"received": 0, "late": 1, "answered": 1, "median_days": 3, "p90_days": 3}


def test_clocks_ages_and_ratings_are_told_as_they_were_counted() -> None:
    found = figures(
        Counted(
            judged=[Judged("legal", 60, "calendar_days", 12, 7), Judged("follow_up", 5, "working_days", 3, 3)],
            ages={"0-5": 2, "60+": 1},
            ratings={5: 4, 1: 2},
        )
    )

    assert found["on_time"] == [
        {"clock": "legal", "days": 60, "unit": "calendar_days", "judged": 12, "on_time": 7},
        {"clock": "follow_up", "days": 5, "unit": "working_days", "judged": 3, "on_time": 3},
    ]
    assert found["ages"] == {"0-5": 2, "60+": 1}
    assert found["ratings"] == {"1": 2, "2": 0, "3": 0, "4": 0, "5": 4}


def test_the_oldest_are_listed_without_the_confidential_ones_which_are_only_counted() -> None:
    listed = Old("KOLUT-2026-000001", "information", "pupr", "2026-01-02", 80, False)
    hidden = Old("KOLUT-2026-000002", "supervisory", "inspektorat", "2026-01-03", 79, True)
    found = figures(Counted(oldest=[hidden, listed, hidden]))

    assert found["oldest"] == [
        {
            "number": "KOLUT-2026-000001",
            "class": "information",
            "agency_id": "pupr",
            "received_on": "2026-01-02",
            "days": 80,
        }
    ]
    assert found["oldest_confidential"] == 2


@pytest.mark.parametrize(
    "counted",
    [
        Counted(touched=[touched()]),
        Counted(judged=[Judged("legal", 60, "calendar_days", 1, 1)]),
        Counted(ratings={5: 1}),
        Counted(ages={"0-5": 0, "60+": 1}),
    ],
)
def test_a_period_in_which_anything_was_is_not_empty(counted: Counted) -> None:
    assert not counted.empty
    assert Counted().empty and Counted(ages={"0-5": 0, "60+": 0}).empty


def test_percents_are_rounded_down_so_that_a_hundred_means_all() -> None:
    assert [share(part, 3) for part in range(4)] == [0, 33, 66, 100]
    assert share(999, 1000) == 99
    assert share(0, 0) is None
    assert share(1, 1) == 100


def test_half_and_nine_tenths_of_the_answers_came_within_a_number_that_occurred() -> None:
    assert [nearest_rank([7], percent) for percent in (1, 50, 90, 100)] == [7] * 4
    assert [nearest_rank([3, 1, 2, 4], percent) for percent in (0, 25, 26, 50, 51, 100)] == [1, 1, 2, 2, 3, 4]
    assert nearest_rank(range(1, 12), 90) == 10
    assert nearest_rank(range(1, 102), 100) == 101
    total = figures(Counted(touched=[touched(answer_days=days) for days in range(1, 11)]))["total"]
    assert (total["median_days"], total["p90_days"]) == (5, 9)
