"""Who a message is for: asked of the service that knows her, at the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from services.notify.domain.channels import Person
from services.notify.domain.occasions import COORDINATOR, OFFICE_REPORT, REPORTER
from services.notify.domain.overtaken import is_overtaken
from services.notify.domain.templates import Template
from services.notify.store.queries import Planned
from shared.errors import NotFound


class Asks(Protocol):
    """The line to the other services."""

    def ask(self, service: str, name: str, *, deadline: float | None = None, **request: Any) -> dict[str, Any]: ...

    def ask_about(self, service: str, name: str, key: Any) -> list[dict[str, Any]]: ...

    def ask_alike(self, service: str, name: str, **request: Any) -> dict[str, Any]: ...


class Nobody(Exception):
    """There is nobody to send this to, or no way to her. `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def person_of(asks: Asks, planned: Planned) -> Person:
    """The recipient. Raises Nobody when she is not known (any more), Unavailable when nobody can say."""
    if planned.template == OFFICE_REPORT:
        return _office(asks, planned.recipient)
    if planned.audience != REPORTER:
        return _officer(asks, planned)
    if planned.complaint_id == planned.recipient:
        return _reporter(asks, planned.recipient)
    return _inquirer(asks, planned.recipient)


def officers(asks: Asks, audience: str, agency_id: str | None) -> list[dict[str, Any]]:
    """The officers of an audience: of one agency, or of the whole region."""
    found: list[dict[str, Any]] = asks.ask_alike("routing", "officers", agency_id=agency_id, roles=[audience])[
        "officers"
    ]
    return found


def holder(asks: Asks, complaint_id: UUID) -> str | None:
    """The agency that has the case now; None while the coordinator has it."""
    found: str | None = case_of(asks, complaint_id)["agency_id"]
    return found


def case_of(asks: Asks, complaint_id: UUID) -> dict[str, Any]:
    """Where a case stands, as the contract's `cases` tells it. Raises NotFound, also while it is not opened yet."""
    cases = asks.ask_about("routing", "cases", complaint_id)
    if not cases:
        raise NotFound("unknown_case")
    return cases[0]


def has_moved(asks: Asks, template: Template, complaint_id: UUID, facts: Mapping[str, Any]) -> bool:
    """Whether the case has moved past what a message says. Asks only for one that depends on it."""
    if not (template.states or template.of_clock):
        return False
    limits = asks.ask_about("sla", "limits", complaint_id) if template.of_clock else ()
    return is_overtaken(template, facts, case_of(asks, complaint_id)["state"], limits)


def audience_now(asks: Asks, audience: str, agency_id: str | None, complaint_id: UUID) -> tuple[str, str | None]:
    """Whom an audience means today: officers and heads belong to an agency, the others to the region."""
    if audience not in ("officer", "head"):
        return audience, None
    agency_id = agency_id or holder(asks, complaint_id)
    return (audience, agency_id) if agency_id else (COORDINATOR, None)


def _reporter(asks: Asks, complaint_id: UUID) -> Person:
    contacts = asks.ask_about("intake", "contacts", complaint_id)
    if not contacts:
        raise Nobody("unknown_recipient")
    return _person(contacts[0])


def _inquirer(asks: Asks, inquiry_id: UUID) -> Person:
    try:
        return _person(asks.ask("intake", "inquiry", inquiry_id=inquiry_id))
    except NotFound:
        raise Nobody("unknown_recipient") from None


def _office(asks: Asks, addressee_id: UUID) -> Person:
    try:
        office = asks.ask("sla", "report_addressee", addressee_id=addressee_id)
    except NotFound:
        raise Nobody("unknown_recipient") from None
    return Person(language=office["language"], email=office["email"])


def _person(contact: dict[str, Any]) -> Person:
    return Person(
        language=contact["language"],
        phone=contact["phone"],
        email=contact["email"],
        came_by=contact["channel"],
        code=contact["tracking_code"],
        thread=contact["thread"],
        subject=contact["subject"],
    )


def _officer(asks: Asks, planned: Planned) -> Person:
    for officer in officers(asks, planned.audience, planned.agency_id):
        if officer["officer_id"] == planned.recipient:
            return Person(language=officer["language"], email=officer["email"])
    raise Nobody("unknown_recipient")
