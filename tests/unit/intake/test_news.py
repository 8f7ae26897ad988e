"""What the reporter's page calls the messages she got."""

from __future__ import annotations

from pathlib import Path

from services.intake.web.words import NEWS

TEMPLATES = Path(__file__).parents[3] / "services/notify/data/templates"


def test_every_message_to_a_reporter_has_a_name_that_she_can_read() -> None:
    sent = {path.name.removesuffix(".toml") for path in TEMPLATES.glob("reporter.*.toml")}
    assert sent and sent <= NEWS.keys()
