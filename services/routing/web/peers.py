"""What the other services know about cases. Each answer may be missing: then the page says so and goes on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from services.routing.domain.case import Case, Officer
from shared.errors import NotFound
from shared.web import rpc

PATIENCE = 1.5
"""Seconds a page waits for one answer: a hundred times what one takes, and still bearable when nobody is there."""

MOST = 200
"""Complaints in one question (contracts of `intake.titles` and `sla.next_due`)."""


def text(officer: Officer, case: Case) -> dict[str, Any] | None:
    """The complaint in the reporter's words. Intake records that this officer looked."""
    return _ask("intake", "text", complaint_id=case.complaint_id, reader=str(officer.officer_id), role=officer.role)


def titles(ids: Collection[UUID]) -> Mapping[UUID, str] | None:
    """The titles of some complaints, None when intake is away."""
    if not ids:
        return {}
    answer = _ask("intake", "titles", complaint_ids=list(ids)[:MOST])
    return None if answer is None else {row["complaint_id"]: row["title"] for row in answer["titles"]}


def next_due(ids: Collection[UUID]) -> Mapping[UUID, dict[str, Any]] | None:
    """The earliest running limit of each of some complaints, None when sla is away."""
    if not ids:
        return {}
    answer = _ask("sla", "next_due", complaint_ids=list(ids)[:MOST])
    return None if answer is None else {row["complaint_id"]: row for row in answer["due"]}


def clocks(complaint_id: UUID) -> list[dict[str, Any]] | None:
    """Every clock of a complaint, None when sla is away."""
    answer = _ask("sla", "clocks", complaint_id=complaint_id)
    return None if answer is None else list(answer["clocks"])


def notices(complaint_id: UUID) -> list[dict[str, Any]] | None:
    """What was sent to whom about a complaint, None when notify is away."""
    answer = _ask("notify", "history", complaint_id=complaint_id)
    return None if answer is None else list(answer["notifications"])


def referral(complaint_id: UUID) -> dict[str, Any] | None:
    """The referral to the Ombudsman, None when ombudsman is away."""
    return _ask("ombudsman", "referral", complaint_id=complaint_id)


def _ask(service: str, method: str, **request: Any) -> dict[str, Any] | None:
    try:
        return rpc().ask_or_none(service, method, deadline=PATIENCE, **request)
    except NotFound:
        return None  # it has not heard of the complaint yet
