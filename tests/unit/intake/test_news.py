"""What the reporter's page calls the messages she was sent."""

from __future__ import annotations

from pathlib import Path

from services import notify
from services.intake.web.words import NEWS


def test_every_message_to_a_reporter_has_a_name_on_her_page() -> None:
    templates = Path(notify.__file__).parent / "data" / "templates"
    sent = {path.stem for path in templates.glob("reporter.*.toml")}
    assert sent
    assert sent <= NEWS.keys()
