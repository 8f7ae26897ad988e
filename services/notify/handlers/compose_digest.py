"""The letter about several cases: a line for each, what is late first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.notify.domain.channels import Person
from services.notify.domain.digest import Entry, Line, late_first, latest
from services.notify.domain.templates import Template
from services.notify.gateways import Letter
from services.notify.handlers.people import Asks, Nobody, has_moved, kept_from
from services.notify.handlers.values import Values
from services.notify.store.queries import Planned


class KnownCases:
    """The line to the others, with the cases and limits of a whole digest asked for in one go."""

    def __init__(self, asks: Asks, complaint_ids: Iterable[UUID]) -> None:
        self._asks = asks
        wanted = list(dict.fromkeys(complaint_ids))
        self._known: dict[tuple[str, str, UUID], list[dict[str, Any]]] = defaultdict(list)
        for service, name, told in (("routing", "cases", "cases"), ("sla", "limits", "clocks")):
            for one in asks.ask(service, name, complaint_ids=wanted)[told]:
                self._known[service, name, one["complaint_id"]].append(one)

    def ask(self, service: str, name: str, *, deadline: float | None = None, **request: Any) -> dict[str, Any]:
        return self._asks.ask(service, name, deadline=deadline, **request)

    def ask_about(self, service: str, name: str, key: Any) -> list[dict[str, Any]]:
        return self._known[service, name, key]

    def ask_alike(self, service: str, name: str, **request: Any) -> dict[str, Any]:
        return self._asks.ask_alike(service, name, **request)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a digest tells of: its first lines, the complaints of those beyond them, which are only counted, and the
    templates of all lines: name → language → template."""

    lines: Sequence[Line]
    beyond: Sequence[UUID]
    templates: Mapping[str, Mapping[str, Template]]
    today: date


def compose_digest(
    asks: Asks, planned: Planned, person: Person, contents: Contents, phrases: Mapping[str, str], attempt: int
) -> Letter | None:
    """The letter for one officer, without a word of cases her agency must not hear of; None when no line is left.

    Raises Nobody when she has no address.
    """
    if person.email is None:
        raise Nobody("no_address")
    templates = {name: languages[person.language] for name, languages in contents.templates.items()}
    told_of = [line.complaint_id for line in contents.lines]
    kept = kept_from(asks, planned.agency_id, [*dict.fromkeys([*told_of, *contents.beyond])])
    more = sum(complaint_id not in kept for complaint_id in contents.beyond)
    newest = latest([line for line in contents.lines if line.complaint_id not in kept], templates)
    known = KnownCases(asks, (line.complaint_id for line in newest))
    standing = [
        line for line in newest if not has_moved(known, templates[line.template], line.complaint_id, line.facts)
    ]
    if not standing:
        return None

    def entry(line: Line) -> Entry:
        template = templates[line.template]
        about = replace(planned, template=line.template, complaint_id=line.complaint_id, facts=line.facts)
        values = Values(known, about, person, template, phrases, attempt=attempt)
        due = values.due
        late = due is not None and due < contents.today
        return Entry(values.number, values.fill(template.line or template.subject), due, late)

    entries = late_first(entry(line) for line in standing)
    template = templates[planned.template]
    values = Values(asks, planned, person, template, phrases, attempt=attempt)
    cases = str(len(entries) + more)
    body = values.fill(template.email, lines=_text(entries, more, values))
    return Letter(
        notification_id=planned.notification_id,
        complaint_id=None,
        channel="email",
        to=person.email,
        subject=values.fill(template.subject, cases=cases),
        text=values.phrase("frame.desk", page="", email=body) + "\n",
        for_reporter=False,
    )


def _text(entries: Sequence[Entry], more: int, values: Values) -> str:
    late = [entry for entry in entries if entry.late]
    rest = [entry for entry in entries if not entry.late]
    parts = []
    for heading, some in (("digest.late", late), ("digest.open", rest)):
        if some:
            parts.append("\n".join([values.phrase(heading), *(f"- {entry.words}" for entry in some)]))
    if more:
        parts.append(values.phrase("digest.more", cases=str(more)))
    return "\n\n".join(parts)
