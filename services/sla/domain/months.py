"""A limit drawn day by day: which month it runs through, which day counts as which, which does not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.sla.domain.calendar import ONE_DAY, Calendar, Unit

MOST = 6
"""Months in one picture: a limit of half a year. The table of days has all of them."""


@dataclass(frozen=True, slots=True)
class Day:
    """One square. `kind`: `start`, `counted`, `off`, `due`, or `outside` the limit; `number`: the how manieth it is."""

    date: date
    kind: str
    number: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday to Sunday; None where the days of another month would stand."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


def months(calendar: Calendar, start: date, due: date, unit: Unit) -> list[Month]:
    """The months from the start to the last day of a limit, at most MOST of them."""
    days: dict[date, Day] = {start: Day(start, "start")}
    day, number = start, 0
    while day < due and _months_from(start, day + ONE_DAY) < MOST:
        day += ONE_DAY
        why = calendar.why_off(day) if unit == "working_days" else None
        number += why is None
        kind = "due" if day == due else "off" if why else "counted"
        days[day] = Day(day, kind, None if why else number, why)
    last = max(days)
    return [_month(days, start, n) for n in range(_months_from(start, last) + 1)]


def _months_from(start: date, day: date) -> int:
    return (day.year - start.year) * 12 + day.month - start.month


def _month(days: dict[date, Day], start: date, later: int) -> Month:
    year, month = divmod(start.year * 12 + start.month - 1 + later, 12)
    first = date(year, month + 1, 1)
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday < first or monday.month == first.month:
        week = (monday + timedelta(days=place) for place in range(7))
        weeks.append(tuple(days.get(day, Day(day, "outside")) if day.month == first.month else None for day in week))
        monday += timedelta(days=7)
    return Month(first, tuple(weeks))
