"""Every slug has a word, and every word its English."""

from __future__ import annotations

from services.sla.domain.figures import AGES
from services.sla.store.reports import DIMENSIONS
from services.sla.web import words
from shared.contracts.sla import UNITS
from shared.contracts.vocabulary import CHANNELS, CLASSES, CLOCKS
from shared.texts import missing_translations
from tests.unit.sla.stories import data


def test_every_slug_has_a_word() -> None:
    limits = data("rule_sets.json")

    assert set(CLOCKS) < set(words.CLOCKS)
    assert {rule["clock"] for rule in limits["rules"]} <= set(words.CLOCKS)
    assert {rule["start_event"] for rule in limits["rules"]} <= set(words.STARTS)
    assert {given["status"] for given in limits["rule_sets"]} <= set(words.STATUSES)
    assert {day["kind"] for day in data("holidays.json")["days"]} <= set(words.KINDS)
    assert set(words.CLASSES) == set(CLASSES) and set(words.CHANNELS) == set(CHANNELS)
    assert set(words.UNITS) == set(UNITS) and set(words.DIMENSIONS) == set(DIMENSIONS)
    assert list(words.AGES) == [name for name, _first, _last in AGES]


def test_every_sentence_has_its_english() -> None:
    assert missing_translations("sla") == []
