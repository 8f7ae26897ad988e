"""What the rules know of a case and of an officer. Neither holds a word of the reporter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.routing.domain.life import Standing, standing


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody signed in at the desk. `agency_id` is None for those who serve the whole region."""

    officer_id: UUID
    name: str
    role: str
    agency_id: str | None


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

    @property
    def standing(self) -> Standing:
        return standing(self.state, self.agency_id)
