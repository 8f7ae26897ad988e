"""One list of what happened: what the reporter said and what the desk did, oldest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.intake.web.words import MESSAGES, said
from shared.texts import gettext as _

_SAID_BY_HERSELF = {"completed", "objected"}
"""Entries of routing that only repeat a message of the reporter, whose words are in the list already."""

_SHOUTING = {"completeness_requested", "escalated"}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the timeline. `tone` is a CSS class of it, or empty."""

    at: datetime
    sentence: str
    words: str | None
    agency_name: str | None
    files: list[dict[str, Any]] = field(default_factory=list)
    tone: str = ""
    own: bool = False


def merged(story: dict[str, Any]) -> list[Item]:
    """The timeline of a story; without routing's part while routing is away."""
    items = [
        Item(
            entry["at"],
            entry["sentence"],
            entry["words"],
            entry["agency_name"],
            entry["evidence"],
            "bad" if entry["what"] in _SHOUTING else "",
        )
        for entry in story["timeline"] or ()
        if entry["what"] not in _SAID_BY_HERSELF
    ]
    items += [
        Item(
            message["received_at"], said(MESSAGES, message["kind"]), message["words"], None, message["files"], own=True
        )
        for message in story["messages"]
    ]
    if not any(entry["what"] == "registered" for entry in story["timeline"] or ()):
        items.append(Item(story["received_at"], _("Laporan diterima"), None, None, own=True))
    return sorted(items, key=lambda item: item.at)
