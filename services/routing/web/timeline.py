"""The timeline as the desk reads it: what was done here, with the reporter's own words from intake in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.routing.handlers.told import shown
from services.routing.store.queries import Found
from services.routing.web.words import ROLES, heading, said

_BY_REPORTER = ("registered", "message", "completed", "objected", "rated", "withdrawn", "consented")
_BAD = ("objected", "escalated", "forwarded", "attempted")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: when, what, who, in which words. `audience` is reporter, desk or none (there are no words)."""

    item_id: UUID
    at: datetime
    what: str
    heading: str
    who: str
    words: str | None
    audience: str
    why_no_evidence: str | None
    competent: str | None
    files: Sequence[Mapping[str, Any]]
    bad: bool


def compose(
    items: Sequence[Found],
    files: Mapping[UUID, Sequence[Found]],
    text: Mapping[str, Any] | None,
    categories: Mapping[str, str],
    agencies: Mapping[str, str],
) -> list[Entry]:
    """The entries, oldest first.

    `text` is intake's answer, None when it is away: then the reporter's messages
    stand without their words. `categories` and `agencies` give names by code.
    """
    messages = {str(m["message_id"]): m for m in text["messages"]} if text else {}
    told = _completing(items)
    return [
        _entry(item, files.get(item.item_id, ()), messages, categories, agencies)
        for item in items
        # A completion or an objection is a message too; it is shown once, under its own heading.
        if not (item.what == "message" and item.data.get("message_id") in told)
    ]


def _completing(items: Sequence[Found]) -> set[str]:
    return {i.data["message_id"] for i in items if i.what in ("completed", "objected")}


def _entry(
    item: Found,
    files: Sequence[Found],
    messages: Mapping[str, Mapping[str, Any]],
    categories: Mapping[str, str],
    agencies: Mapping[str, str],
) -> Entry:
    message = messages.get(str(item.data.get("message_id")))
    words = message["body"] if message else item.words
    competent = item.data.get("competent")
    return Entry(
        item_id=item.item_id,
        at=item.at,
        what=item.what,
        heading=heading(item.what, item.agency_name, item.data, categories),
        who=f"{item.officer_name} ({said(ROLES, item.officer_role)})" if item.officer_name else "",
        words=words,
        audience=("reporter" if item.public or message else "desk") if words else "none",
        why_no_evidence=item.data.get("why_no_evidence"),
        competent=agencies.get(competent, competent) if competent else None,
        files=message["attachments"] if message else shown(files),
        bad=item.what in _BAD,
    )
