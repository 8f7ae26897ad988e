"""Calendars as they became known: a decree during the year counts from the moment it was recorded, not before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from services.sla.domain.calendar import Calendar

EVER = datetime.min.replace(tzinfo=UTC)
"""Since when the first edition counts: there is nothing before it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A calendar, and since when it is known."""

    since: datetime
    calendar: Calendar


@dataclass(frozen=True)
class Almanac:
    """The calendars of a region, oldest edition first: its own, and those of offices whose days differ from it."""

    region: tuple[Edition, ...]
    offices: Mapping[str, tuple[Edition, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, calendar: Calendar) -> Almanac:
        """One calendar that never changed, for everybody."""
        return cls((Edition(EVER, calendar),))

    def newest(self, agency_id: str | None = None) -> Calendar:
        """The calendar of an office as it is known now; the region's when the office has none of its own."""
        return self.offices.get(agency_id or "", self.region)[-1].calendar

    def known_at(self, agency_id: str | None, moment: datetime) -> Calendar:
        """The same as it was known at a moment."""
        editions = self.offices.get(agency_id or "", self.region)
        return editions[max(0, bisect_right(editions, moment, key=lambda one: one.since) - 1)].calendar

    @cached_property
    def changes(self) -> list[datetime]:
        """The moments at which some calendar became another one, oldest first."""
        every: Iterable[tuple[Edition, ...]] = (self.region, *self.offices.values())
        return sorted({edition.since for editions in every for edition in editions[1:]})
