"""Days and moments as the document writes them, in the region's own time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


class Dates:
    """Writes the file's ISO days and moments for readers."""

    def __init__(self, timezone: str) -> None:
        self.zone = ZoneInfo(timezone)
        self.zone_name = _ZONES.get(timezone, timezone)

    def day(self, written: str) -> str:
        """`8 Maret 2026`, from a day or a moment."""
        return format_date(self._date(written), "d MMMM y", locale="id")

    def short(self, written: str) -> str:
        """`8 Mar 2026`, for a table."""
        return format_date(self._date(written), "d MMM y", locale="id")

    def moment(self, written: str) -> str:
        """`8 Maret 2026 23.59`."""
        return f"{self.day(written)} {self._local(written):%H.%M}"

    def _date(self, written: str) -> date:
        return self._local(written).date() if "T" in written else date.fromisoformat(written)

    def _local(self, written: str) -> datetime:
        return datetime.fromisoformat(written).astimezone(self.zone)
