"""A draft is accepted with tidy words, or every problem it has is named."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.domain.draft import Draft, Identity, age_of_event, cleaned, problems
from tests.unit.intake.limits import LIMITS

TODAY = date(2026, 3, 25)


def slugs(draft: Draft) -> list[tuple[str, str]]:
    return [(p.field, p.slug) for p in problems(cleaned(draft, LIMITS), LIMITS, TODAY)]


def test_a_plain_complaint_has_no_problems() -> None:
    assert slugs(Draft("web", body="Jalan di depan pasar rusak parah.")) == []


def test_the_title_is_made_from_the_body_when_there_is_none() -> None:
    body = "Sudah tiga bulan jalan di depan pasar Lasusua rusak parah dan tidak ada yang memperbaiki, tolong."
    assert cleaned(Draft("sms", body=body), LIMITS).title == (
        "Sudah tiga bulan jalan di depan pasar Lasusua rusak parah dan tidak ada yang…"
    )


@pytest.mark.parametrize("body", ["", "   ", "pendek", "..........!!!!!!!!!"])
def test_too_few_words_are_refused(body: str) -> None:
    assert ("body", "too_short") in slugs(Draft("web", body=body))


def test_ten_characters_are_enough_and_ten_thousand_are_not_too_many() -> None:
    assert slugs(Draft("web", body="Air mati!!")) == []
    assert slugs(Draft("web", title="Panjang", body="a" * 10_000)) == []
    assert slugs(Draft("web", title="Panjang", body="a" * 10_001)) == [("body", "too_long")]


def test_a_title_over_its_limit_is_refused() -> None:
    assert slugs(Draft("web", title="a" * 151, body="Jalan rusak parah")) == [("title", "too_long")]


def test_the_length_counts_after_tidying() -> None:
    assert slugs(Draft("web", title="a" * 150 + "   \n  ", body="Jalan rusak parah")) == []


def test_an_event_cannot_lie_in_the_future() -> None:
    assert slugs(Draft("web", body="Jalan rusak parah", event_date=date(2026, 3, 26))) == [
        ("event_date", "in_the_future")
    ]
    assert slugs(Draft("web", body="Jalan rusak parah", event_date=TODAY)) == []


def test_debris_of_a_wrong_encoding_is_refused() -> None:
    assert ("body", "unreadable") in slugs(Draft("web", body="\ufffd\ufffdJ\ufffda\ufffdlan rusak\ufffd\ufffd"))


def test_all_problems_are_named_at_once() -> None:
    draft = Draft(
        "api",
        title="x" * 151,
        body="",
        agency_id="Dinas PU!",
        event_date=date(2030, 1, 1),
        identity=Identity(name="n" * 201),
    )
    assert [field for field, _ in slugs(draft)] == ["title", "name", "body", "event_date", "agency_id"]


@pytest.mark.parametrize(
    ("event_date", "age"),
    [
        (None, None),
        (date(2026, 2, 23), None),
        (date(2026, 2, 22), "late"),
        (date(2024, 3, 25), "late"),
        (date(2024, 3, 24), "too_old_for_ombudsman"),
        (date(1945, 8, 17), "too_old_for_ombudsman"),
    ],
)
def test_an_old_event_is_flagged_and_accepted(event_date: date | None, age: str | None) -> None:
    assert age_of_event(event_date, TODAY, LIMITS) == age
    assert slugs(Draft("web", body="Jalan rusak parah", event_date=event_date)) == []
