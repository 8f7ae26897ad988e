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

    what: str
    at: datetime
    sentence: str
    words: str | None
    agency_name: str | None
    files: list[dict[str, Any]] = field(default_factory=list)
    tone: str = ""


def merged(story: dict[str, Any]) -> list[Item]:
    """The timeline of a story; without routing's part while routing is away."""
    items = [
        Item(
            entry["what"],
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
            "said",
            message["received_at"],
            said(MESSAGES, message["kind"]),
            message["words"],
            None,
            message["files"],
        )
        for message in story["messages"]
    ]
    if not any(entry["what"] == "registered" for entry in story["timeline"] or ()):
        items.append(Item("registered", story["received_at"], _("Laporan diterima"), None, None))
    return sorted(items, key=lambda item: item.at)


def last(timeline: list[Item], what: str) -> Item | None:
    """The latest line of a kind, such as the answer to be judged."""
    return next((item for item in reversed(timeline) if item.what == what), None)
