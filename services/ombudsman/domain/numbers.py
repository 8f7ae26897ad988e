"""The number of a referral, as it stands on the letter: `OMB-KOLUT-2026-0001`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def year_of(created_at: datetime, timezone: str) -> int:
    """The year a referral counts in: that of the region's own calendar, not of UTC."""
    return created_at.astimezone(ZoneInfo(timezone)).year


def referral_number(region: str, year: int, count: int) -> str:
    """The number of the count-th referral of a region (its short name) in a year. More than 9999 just grow longer."""
    return f"OMB-{region}-{year}-{count:04d}"
