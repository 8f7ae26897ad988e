"""Everything people read here is there in both languages."""

from __future__ import annotations

from pathlib import Path

from services.ombudsman import words
from shared.texts import missing_translations

TEMPLATES = Path(__file__).parents[3] / "services/notify/data/templates"


def test_every_sentence_has_its_english() -> None:
    assert missing_translations("ombudsman") == []


def test_every_message_to_a_reporter_has_a_name_that_a_lawyer_can_read() -> None:
    sent = {path.name.removesuffix(".toml") for path in TEMPLATES.glob("reporter.*.toml")}
    assert sent and sent <= words.NOTICES.keys()
