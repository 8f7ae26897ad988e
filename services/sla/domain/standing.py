"""Where a complaint stands, for the figures: its state, who has it, when it was answered and finished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.sla.domain.history import Fact, in_order

OPEN_STATES = ("unverified", "awaiting_completion", "dispatched", "in_progress", "answered", "merged")
"""States in which somebody still has to act, or may still object."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`first_answered_at`: the first substantive answer, also when it fell later; `finished_at`: closed, archived,
    withdrawn, and not reopened since."""

    state: str = "unverified"
    class_: str | None = None
    agency_id: str | None = None
    first_answered_at: datetime | None = None
    finished_at: datetime | None = None
    forwarded_at: datetime | None = None


_STATE_AFTER = {
    "completeness_requested": "awaiting_completion",
    "completed": "unverified",
    "dispatched": "dispatched",
    "returned": "unverified",
    "objected": "in_progress",
    "reopened": "in_progress",
    "merged": "merged",
    "closed": "closed",
    "archived": "archived",
    "withdrawn": "withdrawn",
}


def standing(facts: Iterable[Fact]) -> Standing:
    """Follow the facts, oldest first, to where the complaint stands."""
    now = Standing()
    for fact in in_order(facts):
        if now.state == "archived" and fact.what == "objected":
            now = replace(now, state="unverified", finished_at=None)
            continue
        if now.finished_at and fact.what not in ("reopened", "withdrawn", "forwarded"):
            continue
        if fact.what == "reopened" and fact.agency_id is None:  # for the desk, as after a return
            now = replace(now, state="unverified", agency_id=None, finished_at=None)
            continue
        now = replace(now, state=_STATE_AFTER.get(fact.what, now.state))
        if fact.what in ("verified", "reclassified"):
            now = replace(now, class_=fact.class_)
        elif fact.what in ("dispatched", "reopened"):
            now = replace(now, agency_id=fact.agency_id, finished_at=None)
        elif fact.what == "answered":
            state = "answered" if fact.substantive else "in_progress"
            answered_at = now.first_answered_at or (fact.at if fact.substantive else None)
            now = replace(now, state=state, first_answered_at=answered_at)
        elif fact.what in ("closed", "archived", "withdrawn"):
            now = replace(now, finished_at=fact.at)
        elif fact.what == "forwarded":
            now = replace(now, forwarded_at=fact.at)
    return now
