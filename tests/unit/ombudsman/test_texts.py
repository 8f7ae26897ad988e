"""Everything people read here is there in both languages."""

from __future__ import annotations

from shared.texts import missing_translations


def test_every_sentence_has_its_english() -> None:
    assert missing_translations("ombudsman") == []
