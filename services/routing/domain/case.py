"""What the rules know of a case and of an officer. Neither holds a word of the reporter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.routing.domain.life import Standing, standing

SUPERVISORY: Final = "supervisory"
"""Berkadar pengawasan: abuse of authority by an official; it is examined, not just answered."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody signed in at the desk. `agency_id` is None for those who serve the whole region."""

    officer_id: UUID
    name: str
    role: str
    agency_id: str | None
    oversees: bool = False
    """Her agency is the Inspektorat of a region."""


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint at the desk: its number, where it stands, and whom it concerns."""

    complaint_id: UUID
    case_number: str
    region: str
    state: str
    class_: str | None
    category: str | None
    agency_id: str | None
    wished_category: str | None
    wished_agency_id: str | None
    district_code: str | None
    channel: str
    anonymous: bool
    confidential: bool
    consented: bool
    received_at: datetime
    opened_at: datetime
    dispatches: int
    returns: int
    answered_at: datetime | None
    closed_at: datetime | None
    news_at: datetime | None
    objected: bool
    lead_id: UUID | None
    under_ombudsman: bool
    escalation: str | None
    version: int
    returned_by: frozenset[str]
    inspectorate: str | None
    """The agency that examines what is berkadar pengawasan in this region."""
    locked: frozenset[str]
    """Agencies that must not learn of the case, because it is about them."""

    @property
    def standing(self) -> Standing:
        return standing(self.state, self.agency_id)

    @property
    def guarded(self) -> bool:
        """Whether only the coordinator, the Inspektorat and whoever else has it may read it."""
        return self.class_ == SUPERVISORY or bool(self.locked)
