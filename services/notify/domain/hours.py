"""When people may be disturbed: officers while their office is open, reporters while they are awake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """An office's hours, in minutes of the local day. `every_day`: also on days that are no working days.

    `region` is the area whose calendar says which days are working days.
    """

    opens: int
    closes: int
    every_day: bool
    region: str

    def begun(self, local: datetime) -> bool:
        """Whether the office has opened by this time of the day, were it a day on which it does."""
        return _minute(local) >= self.opens

    def over(self, local: datetime) -> bool:
        """Whether the office has closed by this time of the day."""
        return _minute(local) >= self.closes

    def opening(self, local: datetime) -> datetime:
        """The moment the office opens on the local day of a moment."""
        return _at(local, self.opens)


def minutes(clock: str) -> int:
    """`08:00` as minutes of the day; `24:00` is its end. Raises ValueError for anything else."""
    hour, minute = (int(part) for part in clock.split(":"))
    found = hour * 60 + minute
    if not (0 <= minute < 60 and 0 <= found <= MINUTES_OF_A_DAY):
        raise ValueError(f"{clock} is no time of the day")
    return found


def awake_at(moment: datetime, zone: ZoneInfo, quiet_from: int, quiet_until: int) -> datetime:
    """The moment itself, or the end of the night it falls into: nobody is woken between two hours of the clock."""
    local = moment.astimezone(zone)
    if local.hour >= quiet_from:
        return _at(local + timedelta(days=1), quiet_until * 60)
    if local.hour < quiet_until:
        return _at(local, quiet_until * 60)
    return moment


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _at(local: datetime, minute: int) -> datetime:
    """A time of the local day, wherever its zone's clock then stands."""
    return datetime.combine(local.date(), time(minute // 60, minute % 60), local.tzinfo)
