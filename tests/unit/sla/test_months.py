"""The picture of a limit agrees with the calendar that computes it."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.calendar import Calendar, DayOff, Unit
from services.sla.domain.months import MOST, Day, months

NYEPI = date(2026, 3, 19)
CALENDAR = Calendar(
    ZoneInfo("Asia/Makassar"),
    {NYEPI: DayOff(NYEPI, "Hari Suci Nyepi", "national")},
    date(2024, 1, 1),
    date(2027, 12, 31),
)


def squares(start: date, due: date, unit: Unit) -> dict[date, Day]:
    drawn = months(CALENDAR, start, due, unit)
    return {day.date: day for month in drawn for week in month.weeks for day in week if day}


@given(
    st.dates(date(2024, 1, 1), date(2027, 6, 1)),
    st.integers(1, 80),
    st.sampled_from(["working_days", "calendar_days"]),
)
def test_every_day_stands_once_and_the_last_one_has_the_number_of_the_limit(start: date, days: int, unit: Unit) -> None:
    due = CALENDAR.last_day(start, days, unit)
    found = squares(start, due, unit)
    assert found[start].kind == "start"
    assert (found[due].kind, found[due].number) == ("due", days)
    assert sum(day.kind in ("counted", "due") for day in found.values()) == days
    skipped = {day.date for day in CALENDAR.skipped(start, due)} if unit == "working_days" else set()
    assert {day.date for day in found.values() if day.kind == "off"} == skipped
    assert found[start.replace(day=1)].date.day == 1


def test_a_month_is_drawn_week_by_week_with_what_each_day_counts_as_and_why_it_does_not() -> None:
    [march] = months(CALENDAR, date(2026, 3, 17), date(2026, 3, 23), "working_days")

    def day(number: int, kind: str = "outside", counted: int | None = None, why: str | None = None) -> Day:
        return Day(date(2026, 3, number), kind, counted, why)

    assert march.first == date(2026, 3, 1)
    assert march.weeks == (
        (None, None, None, None, None, None, day(1)),
        tuple(day(number) for number in range(2, 9)),
        tuple(day(number) for number in range(9, 16)),
        (
            day(16),
            day(17, "start"),
            day(18, "counted", 1),
            day(19, "off", None, "Hari Suci Nyepi"),
            day(20, "counted", 2),
            day(21, "off", None, "Sabtu"),
            day(22, "off", None, "Minggu"),
        ),
        (day(23, "due", 3), *(day(number) for number in range(24, 30))),
        (day(30), day(31), None, None, None, None, None),
    )


def test_a_limit_over_the_new_year_is_drawn_in_the_months_it_runs_through() -> None:
    drawn = months(CALENDAR, date(2026, 12, 30), date(2027, 1, 4), "calendar_days")

    assert [month.first for month in drawn] == [date(2026, 12, 1), date(2027, 1, 1)]
    assert [len(months(CALENDAR, date(2026, 6, 1), date(2026, 6, 9), "calendar_days")[0].weeks)] == [5], "from a Monday"


@pytest.mark.parametrize("start", [date(2028, 2, 29), date(2026, 12, 31), date(2024, 2, 29)])
def test_a_leap_day_and_the_end_of_a_year_have_their_month(start: date) -> None:
    found = squares(start, start + timedelta(days=1), "calendar_days")
    assert found[start].kind == "start" and found[start + timedelta(days=1)].kind == "due"


def test_a_long_limit_is_drawn_for_half_a_year() -> None:
    drawn = months(CALENDAR, date(2026, 3, 13), date(2028, 3, 13), "calendar_days")
    assert len(drawn) == MOST and drawn[-1].first == date(2026, 8, 1)
