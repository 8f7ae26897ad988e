"""What a file is made of: the referral itself, the four dossiers, and the facts that explain their codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

Dossier = Mapping[str, Any]
"""An RPC answer as Python values, in the shape its contract gives."""


@dataclass(frozen=True, slots=True)
class Region:
    """The local government whose desk had the complaint, and the Ombudsman's office it goes to."""

    code: str
    short: str
    name: str
    province: str
    timezone: str
    office: str


@dataclass(frozen=True, slots=True)
class Head:
    """The referral: its number, the day it was made, and why it is made.

    `cause` is `limit` (the legal time passed), `receipt` (no answer on completeness, and she wishes it) or `wish`;
    a wish alone has no clock. `kind` is `file`, or `supplement` for a further file of the same referral, whose
    `why` says what is new in it.
    """

    referral_id: UUID
    complaint_id: UUID
    number: str
    created_at: datetime
    clock: str | None
    due_at: datetime | None
    due_date: date | None
    region: Region
    cause: str = "limit"
    revision: int = 1
    kind: str = "file"
    why: str | None = None
    made_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """The moment up to which the file tells: its own, where it is not the referral's."""
        return self.made_at or self.created_at


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing article 24 asks of a report to the Ombudsman, with its place in the law."""

    key: str
    article: str
    label: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything `compose` looks at.

    `agencies` maps agency ids to the routing contract's Agency, `areas` area
    codes to names; a code not found there is shown as it is. `report_within_years`
    is how old an event may be (UU 37/2008 art 24(3)).
    """

    head: Head
    intake: Dossier
    routing: Dossier
    sla: Dossier
    notify: Dossier
    requirements: Sequence[Requirement]
    report_within_years: int
    agencies: Mapping[str, Dossier] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> list[Dossier]:
        """The reporter's later messages, oldest first."""
        return sorted(self.intake["messages"], key=lambda m: (m["received_at"], m["message_id"]))

    @property
    def entries(self) -> list[Dossier]:
        """The desk's timeline, oldest first; ids are made in the order of time."""
        return sorted(self.routing["entries"], key=lambda e: (e["at"], e["item_id"]))

    @property
    def notices(self) -> list[Dossier]:
        """What was sent to the reporter, oldest first."""
        to_her = (n for n in self.notify["notifications"] if n["audience"] == "reporter")
        return sorted(to_her, key=lambda n: (n["at"], n["notification_id"]))

    @property
    def clocks(self) -> list[Dossier]:
        """Every clock, in the order they began to run."""
        return sorted(self.sla["clocks"], key=lambda c: (c["started_at"], c["clock"], c["clock_id"]))

    @property
    def escalations(self) -> list[Dossier]:
        """Every step up, oldest first."""
        return sorted(self.sla["escalations"], key=lambda e: (e["raised_at"], e["clock"], e["level"]))

    def agency_name(self, agency_id: str | None) -> str | None:
        """What an agency is called; its id when the directory does not know it."""
        if agency_id is None:
            return None
        if agency_id in self.agencies:
            return str(self.agencies[agency_id]["name"])
        return str(self.routing["agency_name"] if agency_id == self.routing["agency_id"] else agency_id)

    def day(self, at: datetime) -> date:
        """The region's own calendar day of a moment."""
        return at.astimezone(ZoneInfo(self.head.region.timezone)).date()
