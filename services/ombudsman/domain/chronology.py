"""Everything that happened, out of four services, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from services.ombudsman.domain.parts import Parts

Words = Callable[[str], str]
"""How free words go into the file: as they are, or blanked."""

_ORDER = {"intake": 0, "routing": 1, "sla": 2, "notify": 3}
"""Among things of the same second: what the reporter did, what the desk did, what the clocks said, who was told."""

_TOLD_BY_OTHERS = frozenset({"registered", "objected", "escalated", "forwarded"})
"""Entries of routing that repeat what intake, sla or this service know first hand."""

PASSED = frozenset({"late", "breached"})
"""Outcomes of a clock whose limit passed."""

_TOLD = frozenset({"sent", "delivered"})
"""States of a letter that left the house. One that waits, or got lost, told nobody anything."""


def chronology(parts: Parts, words: Words) -> list[dict[str, Any]]:
    """Entries `{at, source, what, who, detail, words}`, oldest first. `what` and `detail` are slugs."""
    entries = [*_intake(parts, words), *_routing(parts, words), *_sla(parts), *_notify(parts)]
    return sorted(entries, key=lambda e: (e["at"], _ORDER[e["source"]]))


def _entry(at: Any, source: str, what: str, who: str | None, detail: str | None, words: str | None) -> dict[str, Any]:
    return {"at": at, "source": source, "what": what, "who": who, "detail": detail, "words": words}


def _intake(parts: Parts, words: Words) -> Iterator[dict[str, Any]]:
    told = parts.intake
    yield _entry(told["received_at"], "intake", "received", "reporter", told["channel"], None)
    for message in parts.messages:
        said = words(message["body"])
        yield _entry(message["received_at"], "intake", message["kind"], "reporter", message["channel"], said)


def _routing(parts: Parts, words: Words) -> Iterator[dict[str, Any]]:
    for entry in parts.entries:
        if entry["what"] not in _TOLD_BY_OTHERS:
            said = None if entry["words"] is None else words(entry["words"])
            yield _entry(entry["at"], "routing", entry["what"], entry["agency_name"], None, said)


def _sla(parts: Parts) -> Iterator[dict[str, Any]]:
    for clock in parts.clocks:
        if clock["outcome"] in PASSED:
            held_by = parts.agency_name(clock["agency_id"])
            yield _entry(clock["due_at"], "sla", "limit_passed", held_by, clock["clock"], None)
        elif clock["outcome"] == "expired":
            yield _entry(clock["due_at"], "sla", "time_over", "reporter", clock["clock"], None)
    for step in parts.escalations:
        yield _entry(step["raised_at"], "sla", "escalated", None, step["level"], None)


def _notify(parts: Parts) -> Iterator[dict[str, Any]]:
    for notice in parts.notices:
        if notice["state"] in _TOLD:
            yield _entry(notice["at"], "notify", "told", "reporter", notice["channel"], None)
