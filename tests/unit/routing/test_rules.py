"""The small rules: the bounce brake, what counts as an answer, case numbers, suggestions, tabs, words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.domain.answer import EVIDENCE_MAX, check_answer
from services.routing.domain.bounce import check_return, may_return
from services.routing.domain.life import OPEN, STEPS
from services.routing.domain.numbers import case_number, ending, year_of
from services.routing.domain.queue import AGENCY_TABS, REGION_TABS, tabs
from services.routing.domain.refused import Refused
from services.routing.domain.suggestion import Rule, Suggestion, suggest
from services.routing.domain.words import LONGEST, checked, clean
from services.routing.handlers.refusals import WORDS


def refused(name: str, rule: object, *arguments: object) -> None:
    with pytest.raises(Refused) as caught:
        rule(*arguments)  # type: ignore[operator]
    assert caught.value.name == name
    assert name in WORDS, "every refusal has words for people"


def test_an_agency_returns_a_case_once() -> None:
    check_return("pupr", frozenset(), "dishub")
    refused("returned_before", check_return, "pupr", frozenset({"pupr"}), "dishub")
    assert may_return("pupr", frozenset({"dishub"}))
    assert not may_return("pupr", frozenset({"dishub", "pupr"}))


def test_an_agency_that_returns_a_case_names_another_one() -> None:
    refused("names_itself", check_return, "pupr", frozenset(), "pupr")


def test_a_substantive_answer_shows_evidence_or_says_why_there_is_none() -> None:
    check_answer(True, 1, None)
    check_answer(True, 0, "Petugas sudah menjelaskan lewat telepon.")
    check_answer(False, 0, None)
    refused("evidence_missing", check_answer, True, 0, None)
    refused("evidence_missing", check_answer, True, 0, "")
    refused("evidence_too_many", check_answer, True, EVIDENCE_MAX + 1, None)


def test_a_case_counts_in_the_year_of_its_region() -> None:
    new_year_in_wita = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert year_of(new_year_in_wita, "Asia/Makassar") == 2027
    assert case_number("KOLUT", 2026, 123) == "KOLUT-2026-000123"
    assert case_number("KOLUT", 2026, 1_000_000) == "KOLUT-2026-1000000"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("123", "-000123"),
        ("000123", "-000123"),
        ("2026-123", "-2026-000123"),
        (" kolut-2026-000123 ", "-2026-000123"),
        ("KOLUT-2026-1000000", "-2026-1000000"),
        ("", None),
        ("jalan rusak", None),
        ("%", None),
        ("12345678901234567890", None),
    ],
)
def test_a_case_number_may_be_written_short(written: str, meant: str | None) -> None:
    assert ending(written) == meant


@given(st.integers(1, 9_999_999), st.integers(2024, 2099))
def test_every_case_number_is_found_by_itself(count: int, year: int) -> None:
    number = case_number("KOLUT", year, count)
    found = ending(number)
    assert found is not None
    assert number.endswith(found)


RULES = (
    Rule("class", "supervisory", "inspektorat"),
    Rule("word", "lampu jalan", "dishub"),
    Rule("word", "jalan", "pupr"),
    Rule("word", "obat", "dinkes"),
    Rule("category", "kesehatan", "dinkes"),
    Rule("category", "kesehatan.kamar-penuh", "rsud-djafar-harun"),
)


def suggested(
    text: str = "", *, wished: str | None = None, class_: str | None = None, category: str | None = None
) -> Suggestion | None:
    return suggest(RULES, wished=wished, class_=class_, category=category, text=text)


def test_what_the_reporter_named_comes_first_and_then_a_supervisory_matter() -> None:
    assert suggested("jalan rusak", wished="dlh", class_="supervisory") == Suggestion("dlh", "wish", "dlh")
    assert suggested("jalan rusak", class_="supervisory") == Suggestion("inspektorat", "class", "supervisory")


def test_an_agency_that_sent_the_case_back_is_never_suggested_and_the_one_it_named_comes_first() -> None:
    def after_return(text: str, named: str, wished: str) -> Suggestion | None:
        return suggest(RULES, named=named, wished=wished, text=text, returned_by={"pupr"})

    assert after_return("jalan rusak", "dishub", "pupr") == Suggestion("dishub", "named", "dishub")
    assert after_return("jalan rusak", "pupr", "pupr") is None
    assert after_return("jalan rusak, obat", "pupr", "pupr") == Suggestion("dinkes", "word", "obat")


def test_a_longer_phrase_says_more_than_a_word_and_a_word_more_than_the_category() -> None:
    assert suggested("Lampu jalan mati di jalan raya, jalan gelap") == Suggestion("dishub", "word", "lampu jalan")
    assert suggested("JALAN, jalan! obat", category="kesehatan") == Suggestion("pupr", "word", "jalan")


def test_a_part_of_a_word_suggests_nothing() -> None:
    assert suggested("perjalanan") is None


def test_a_part_of_a_topic_falls_back_on_the_topic() -> None:
    assert suggested(category="kesehatan.kamar-penuh") == Suggestion(
        "rsud-djafar-harun", "category", "kesehatan.kamar-penuh"
    )
    assert suggested(category="kesehatan.antrian-lama") == Suggestion("dinkes", "category", "kesehatan")
    assert suggested(category="agama") is None


def test_every_open_case_of_the_region_is_in_exactly_one_tab() -> None:
    standings = {here for step in STEPS for here in (step.before, step.after)}
    for here in standings:
        assert sum(here in members for members in REGION_TABS.values()) == 1, here
    for here in standings:
        if here.holder == "agency":
            assert sum(here in members for members in AGENCY_TABS.values()) == 1, here
    assert not any(here.state in OPEN for here in REGION_TABS["done"])
    assert tabs("pupr") is AGENCY_TABS
    assert tabs(None) is REGION_TABS


def test_words_are_cleaned_and_must_say_something() -> None:
    assert clean("  Sudah\x00 di\r\nperbaiki\u0007 ") == "Sudah di\nperbaiki"
    assert checked("Sudah diperbaiki.") == "Sudah diperbaiki."
    refused("words_too_short", checked, "   ok   ")
    refused("words_too_long", checked, "a" * (LONGEST + 1))
