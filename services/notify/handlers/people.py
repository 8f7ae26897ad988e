"""Who a message is for: asked of the service that knows her, at the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from services.notify.domain.channels import Person
from services.notify.domain.occasions import COORDINATOR, HEAD, OFFICE_REPORT, OFFICER, REPORTER
from services.notify.domain.overtaken import is_overtaken
from services.notify.domain.templates import Template
from services.notify.store.queries import Planned
from shared.errors import NotFound

MOST = 200
"""Complaints in one question (contract of `routing.locks`)."""


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


def must_not_hear(asks: Asks, planned: Planned) -> bool:
    """Whether the message is for an agency that the complaint is about (the lock against a conflict of interest)."""
    if planned.audience not in (OFFICER, HEAD) or planned.agency_id is None or planned.complaint_id is None:
        return False
    return _is_locked(asks, planned.agency_id, planned.complaint_id)


def kept_from(asks: Asks, agency_id: str | None, complaint_ids: Sequence[UUID]) -> set[UUID]:
    """Of these complaints the ones an agency must not hear of."""
    if agency_id is None:
        return set()
    return {
        lock["complaint_id"]
        for begin in range(0, len(complaint_ids), MOST)
        for lock in asks.ask("routing", "locks", complaint_ids=list(complaint_ids[begin : begin + MOST]))["locks"]
        if lock["agency_id"] == agency_id
    }


def _is_locked(asks: Asks, agency_id: str, complaint_id: UUID) -> bool:
    return any(lock["agency_id"] == agency_id for lock in asks.ask_about("routing", "locks", complaint_id))


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
    """Whom an audience means today: officers and heads belong to an agency, the others to the region.

    Where the case is with nobody, or ended with an agency that is locked out of it since, the coordinator hears.
    """
    if audience not in (OFFICER, HEAD):
        return audience, None
    if agency_id is None:
        agency_id = holder(asks, complaint_id)
        if agency_id is None or _is_locked(asks, agency_id, complaint_id):
            return COORDINATOR, None
    return audience, agency_id


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
