"""A complaint's history: the dated facts from which its clocks are derived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

WHAT = (
    "registered",
    "completeness_requested",
    "completed",
    "presumed_complete",
    "verified",
    "reclassified",
    "returned",
    "dispatched",
    "answered",
    "replied",
    "objected",
    "reopened",
    "merged",
    "closed",
    "archived",
    "withdrawn",
    "forwarded",
)
"""What can have happened. Facts of one moment are taken in this order: one act may verify and dispatch."""

_RANK = {what: rank for rank, what in enumerate(WHAT)}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to a complaint, and when.

    `presumed_complete` is this service's own: nobody examined the complaint in
    time. Fields that do not belong to `what` are None.
    """

    fact_id: UUID
    what: str
    at: datetime
    class_: str | None = None  # verified, reclassified
    agency_id: str | None = None  # dispatched, answered, reopened; on a return the agency that returns
    substantive: bool | None = None  # answered
    how: str | None = None  # closed: how; reopened: why; withdrawn: reason
    category: str | None = None  # verified; registered: what the reporter chose, if she did


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """The facts oldest first: the same list whatever the order in which they became known."""
    return sorted(facts, key=lambda fact: (fact.at, _RANK[fact.what], fact.fact_id))
