"""A dated promise ("budget 2027"): it pauses nothing, and stands until the agency answers or has the case no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.sla.domain.history import Fact
from services.sla.domain.standing import standing

WAITED_FOR = ("dispatched", "in_progress", "merged")
"""States in which a promise still has to be kept; the other ones ended or answered it."""


@dataclass(frozen=True, slots=True)
class Promise:
    """An agency said that it will settle a complaint on a day."""

    item_id: UUID
    agency_id: str
    promised_for: date
    promised_at: datetime


def stands(promise: Promise, facts: Iterable[Fact]) -> bool:
    """Whether the promise, the newest of its complaint, still has to be kept.

    What another agency has now this one cannot keep; an answer kept it, also
    when that fell by an objection later; a case begun anew is waited for anew.
    """
    facts = list(facts)
    now = standing(facts)
    if now.state not in WAITED_FOR or now.agency_id not in (promise.agency_id, None):
        return False
    return not any(
        fact.at > promise.promised_at and (fact.what == "reopened" or (fact.what == "answered" and fact.substantive))
        for fact in facts
    )
