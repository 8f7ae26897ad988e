"""Days that count. A limit counts from the day after its start and ends with the last second of its last day.

The week has five working days (Monday to Friday), at some offices six. National
holidays and cuti bersama are days off (joint decree of three ministers, every
year anew), and so are days a governor or regent gives; some offices work
through cuti bersama. A year whose cuti bersama nobody has decreed yet is
unknown: dates in it are provisional.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["working_days", "calendar_days"]

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
SATURDAY, SUNDAY = 5, 6
WEEKEND = {SATURDAY: "Sabtu", SUNDAY: "Minggu"}


@dataclass(frozen=True, slots=True)
class DayOff:
    """A holiday. `kind` is `national`, `joint_leave` (cuti bersama) or `local`; `estimated`: a moon decides it yet."""

    date: date
    name: str
    kind: str
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day that did not count, and why (in Indonesian, as the decree names it)."""

    date: date
    why: str


def covered_until(days_off: Iterable[DayOff]) -> date | None:
    """The last day of the last year, without a gap before it, whose cuti bersama is known. None when none is."""
    known = sorted({day.date.year for day in days_off if day.kind == "joint_leave"})
    if not known:
        return None
    last = known[0]
    for year in known[1:]:
        if year != last + 1:
            break
        last = year
    return date(last, 12, 31)


@dataclass(frozen=True, slots=True)
class Week:
    """How an office works from a day on, up to `valid_to` (None: open): on Saturdays too, through cuti bersama too."""

    valid_from: date
    valid_to: date | None = None
    saturdays: bool = False
    through_joint_leave: bool = False

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


OFFICE_WEEK = Week(date.min)
"""Monday to Friday, with cuti bersama off: whenever nothing else is said."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days off of one region or office and its time zone, known from `covered_from` to `covered_until` (included).

    `weeks`: when the office worked otherwise than Monday to Friday; no two hold on the same day.
    """

    zone: ZoneInfo
    days_off: Mapping[date, DayOff]
    covered_from: date
    covered_until: date
    weeks: tuple[Week, ...] = ()

    def local_day(self, moment: datetime) -> date:
        """The day it is there at a moment."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last second of a day in the region, 23:59:59, in UTC."""
        return self.start_of(day + ONE_DAY) - ONE_SECOND

    def start_of(self, day: date) -> datetime:
        """The first second of a day in the region, in UTC."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def is_working_day(self, day: date) -> bool:
        if self.weeks:
            return self.why_off(day) is None
        return day.weekday() not in WEEKEND and day not in self.days_off

    def why_off(self, day: date) -> str | None:
        """Why a day is no working day; None when it is one."""
        week = next((week for week in self.weeks if week.holds(day)), OFFICE_WEEK)
        off = self.days_off.get(day)
        if off and not (week.through_joint_leave and off.kind == "joint_leave"):
            return off.name
        return None if week.saturdays and day.weekday() == SATURDAY else WEEKEND.get(day.weekday())

    def covers(self, day: date) -> bool:
        """Whether all holidays around this day are known; otherwise a date computed over it is provisional."""
        return self.covered_from <= day <= self.covered_until

    def unknown_year(self, start: date, due: date, unit: Unit) -> int | None:
        """The first year a last day was counted over whose days off are not decreed yet; None: the day is certain."""
        if unit != "working_days":
            return None
        ends = (start, *(date(year, 1, 1) for year in range(start.year + 1, due.year + 1)), due)
        return next((day.year for day in ends if not self.covers(day)), None)

    def is_provisional(self, start: date, due: date, unit: Unit) -> bool:
        """Whether a last day was counted over days that nobody has decreed yet."""
        return self.unknown_year(start, due, unit) is not None

    def last_day(self, start: date, days: int, unit: Unit) -> date:
        """The last day of a limit of `days` that starts on `start`; that day itself does not count.

        A limit of no days ends on `start`, or on the first working day after it.
        """
        if unit == "calendar_days":
            return start + timedelta(days=days)
        day = start
        while days > 0 or not self.is_working_day(day):
            day += ONE_DAY
            if self.is_working_day(day):
                days -= 1
        return day

    def first_day(self, end: date, days: int, unit: Unit) -> date:
        """The day with which the last `days` counted days of a limit begin, when it ends on `end`."""
        if unit == "calendar_days":
            return end - timedelta(days=days - 1)
        day = end
        while days > 1:
            day -= ONE_DAY
            if self.is_working_day(day):
                days -= 1
        return day

    def days_between(self, start: date, end: date, unit: Unit) -> int:
        """How many days count after `start`, up to and with `end`. 0 when `end` is not after `start`."""
        if unit == "calendar_days":
            return max(0, (end - start).days)
        return sum(1 for day in _after(start, end) if self.is_working_day(day))

    def skipped(self, start: date, end: date) -> list[SkippedDay]:
        """The days after `start`, up to `end`, that are no working days, each with its reason."""
        return [SkippedDay(day, why) for day in _after(start, end) if (why := self.why_off(day))]


def _after(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        day += ONE_DAY
        yield day
