"""One letter for many cases: which of its lines still say something, and in which order they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.notify.domain.templates import Template


@dataclass(frozen=True, slots=True)
class Group:
    """Who is told together: an audience, of one agency or of the whole region."""

    audience: str
    agency_id: str | None

    @property
    def order(self) -> tuple[str, str]:
        """Groups are always locked in this order, so that nobody waits in a circle."""
        return self.audience, self.agency_id or ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one event gives to tell about one case. `facts` are the event's data as JSON, `at` is when it happened."""

    event_id: UUID
    template: str
    complaint_id: UUID
    facts: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A line in words, with what it is sorted by. `due` is the last day of its limit, None when none is known."""

    number: str
    words: str
    due: date | None
    late: bool


def latest(lines: Iterable[Line], templates: Mapping[str, Template]) -> list[Line]:
    """Of what was said about the same limit of the same case only the newest: a reminder is overtaken by the breach."""
    found: dict[tuple[UUID, str], Line] = {}
    for line in sorted(lines, key=lambda line: (line.at, line.event_id)):
        about = line.facts.get("clock") or templates[line.template].clock or line.template
        found[line.complaint_id, about] = line
    return list(found.values())


def late_first(entries: Iterable[Entry]) -> list[Entry]:
    """What is late before the rest, each by the day it is or was due."""
    return sorted(entries, key=lambda entry: (not entry.late, entry.due or date.max, entry.number))
