"""Days that count, and days that do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import lokal.holidays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.calendar import Calendar, DayOff, Unit, Week, covered_until
from tests.unit.sla.stories import CALENDAR, WITA

KNOWN_DAYS = st.dates(date(2024, 1, 1), date(2027, 9, 1))
KNOWN_HOLIDAYS = {
    joint_leave: [
        np.datetime64(day) for day in holidays.country_holidays("ID", years=range(2024, 2028), categories=categories)
    ]
    for joint_leave, categories in ((False, ("public",)), (True, ("public", "government")))
}
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["working_days", "calendar_days"])


def _calendar(*, joint_leave: bool) -> Calendar:
    """The calendar, or that of an office that works on cuti bersama."""
    days = {day: off for day, off in CALENDAR.days_off.items() if joint_leave or off.kind == "national"}
    return Calendar(WITA, days, CALENDAR.covered_from, CALENDAR.covered_until)


# Test vectors of the domain reference, section 8.
@pytest.mark.parametrize(
    ("start", "days", "unit", "expected"),
    [
        ("2026-03-13", 3, "working_days", "2026-03-25"),
        ("2026-03-13", 5, "working_days", "2026-03-27"),
        ("2026-03-13", 14, "working_days", "2026-04-10"),
        ("2026-03-13", 60, "working_days", "2026-06-24"),
        ("2026-03-13", 60, "calendar_days", "2026-05-12"),
        ("2026-12-18", 3, "working_days", "2026-12-23"),
        ("2026-12-18", 5, "working_days", "2026-12-29"),
        ("2026-12-18", 14, "working_days", "2027-01-13"),
        ("2026-12-18", 60, "working_days", "2027-03-31"),
        ("2025-03-24", 3, "working_days", "2025-03-27"),
        ("2025-03-24", 5, "working_days", "2025-04-09"),
        ("2025-03-24", 14, "working_days", "2025-04-23"),
        ("2025-03-24", 60, "working_days", "2025-07-08"),
    ],
)
def test_the_last_day_of_a_limit(start: str, days: int, unit: Unit, expected: str) -> None:
    assert CALENDAR.last_day(date.fromisoformat(start), days, unit).isoformat() == expected


def test_without_cuti_bersama_the_first_vector_would_end_a_week_earlier() -> None:
    calendar = _calendar(joint_leave=False)

    assert calendar.last_day(date(2026, 3, 13), 3, "working_days") == date(2026, 3, 18)


@pytest.mark.parametrize(("year", "working_days"), [(2026, 240), (2027, 242)])
def test_a_year_has_the_working_days_of_the_decree(year: int, working_days: int) -> None:
    before = date(year - 1, 12, 31)

    assert CALENDAR.days_between(before, date(year, 12, 31), "working_days") == working_days


@given(KNOWN_DAYS, st.integers(1, 80))
def test_working_days_agree_with_numpy(start: date, days: int) -> None:
    holidays = [np.datetime64(day) for day in CALENDAR.days_off]
    expected = np.busday_offset(np.datetime64(start), days, roll="backward", holidays=holidays)

    assert CALENDAR.last_day(start, days, "working_days") == expected.astype(date)


@settings(deadline=None)
@given(KNOWN_DAYS, st.integers(1, 80), st.booleans())
def test_last_days_agree_with_numpy_and_the_holidays_library(start: date, days: int, joint_leave: bool) -> None:
    """Two oracles that know nothing of our data and our counting: one has the holidays, the other one counts."""
    known = KNOWN_HOLIDAYS[joint_leave]
    expected = np.busday_offset(np.datetime64(start), days, roll="backward", holidays=known).astype(date)
    calendar = _calendar(joint_leave=joint_leave)

    assert calendar.last_day(start, days, "working_days") == expected
    counted = np.busday_count(np.datetime64(start) + 1, np.datetime64(expected) + 1, holidays=known)
    assert calendar.days_between(start, expected, "working_days") == counted == days


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2027, 8, 1)), st.integers(1, 80), st.booleans())
def test_last_days_agree_with_lokal_id(start: date, days: int, joint_leave: bool) -> None:
    expected = lokal.holidays.add_working_days(start, days, cuti_bersama=joint_leave)

    assert _calendar(joint_leave=joint_leave).last_day(start, days, "working_days") == expected


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_days_off_agree_with_lokal_id(day: date) -> None:
    assert CALENDAR.is_working_day(day) == lokal.holidays.is_working_day(day)


@given(KNOWN_DAYS, st.integers(0, 80))
def test_a_limit_of_working_days_never_ends_on_a_day_off(start: date, days: int) -> None:
    assert CALENDAR.is_working_day(CALENDAR.last_day(start, days, "working_days"))


@given(KNOWN_DAYS, st.integers(1, 80), UNITS)
def test_counting_back_from_the_last_day_comes_to_the_same_number(start: date, days: int, unit: Unit) -> None:
    end = CALENDAR.last_day(start, days, unit)

    assert CALENDAR.days_between(start, end, unit) == days
    assert CALENDAR.days_between(CALENDAR.first_day(end, days, unit) - timedelta(days=1), end, unit) == days


@given(KNOWN_DAYS, st.integers(1, 40))
def test_every_day_after_the_start_either_counts_or_is_skipped_with_a_reason(start: date, days: int) -> None:
    end = CALENDAR.last_day(start, days, "working_days")
    skipped = CALENDAR.skipped(start, end)

    assert len(skipped) + days == (end - start).days
    assert all(day.why for day in skipped)


def test_skipped_days_say_why() -> None:
    skipped = CALENDAR.skipped(date(2026, 3, 13), date(2026, 3, 25))

    assert [(day.date.day, day.why) for day in skipped] == [
        (14, "Sabtu"),
        (15, "Minggu"),
        (18, "Cuti Bersama Hari Suci Nyepi"),
        (19, "Hari Suci Nyepi"),
        (20, "Cuti Bersama Hari Raya Idul Fitri"),
        (21, "Hari Raya Idul Fitri"),
        (22, "Hari kedua dari Hari Raya Idul Fitri"),
        (23, "Cuti Bersama Hari Raya Idul Fitri"),
        (24, "Cuti Bersama Hari Raya Idul Fitri"),
    ]


def test_a_day_ends_one_second_before_midnight_in_the_region() -> None:
    assert CALENDAR.end_of(date(2026, 3, 25)) == datetime(2026, 3, 25, 15, 59, 59, tzinfo=UTC)
    assert CALENDAR.end_of(date(2026, 3, 25)).tzinfo is UTC, "whatever the zone of the machine"


def test_a_moment_late_in_the_evening_in_london_is_the_next_day_in_lasusua() -> None:
    assert CALENDAR.local_day(datetime(2026, 3, 12, 17, 0, tzinfo=UTC)) == date(2026, 3, 13)


def test_29_february_counts_in_a_leap_year() -> None:
    assert CALENDAR.last_day(date(2024, 2, 28), 1, "working_days") == date(2024, 2, 29)


def test_a_year_without_cuti_bersama_is_not_covered() -> None:
    days = [
        DayOff(date(2026, 12, 24), "Cuti bersama", "joint_leave"),
        DayOff(date(2027, 12, 24), "Cuti bersama", "joint_leave"),
        DayOff(date(2028, 1, 1), "Tahun Baru", "national"),
    ]

    assert covered_until(days) == date(2027, 12, 31)
    assert covered_until([days[0], DayOff(date(2028, 12, 22), "Cuti bersama", "joint_leave")]) == date(2026, 12, 31)
    assert covered_until([days[2]]) is None


def test_the_calendar_is_covered_to_the_end_of_2027() -> None:
    assert CALENDAR.covers(date(2027, 12, 31))
    assert not CALENDAR.covers(date(2028, 1, 1))
    assert CALENDAR.covers(date(2024, 1, 1))
    assert not CALENDAR.covers(date(2023, 12, 31))


def test_a_day_counted_over_days_nobody_decreed_yet_is_provisional_and_names_the_first_such_year() -> None:
    def unknown(start: str, due: str, unit: Unit = "working_days") -> int | None:
        first, last = date.fromisoformat(start), date.fromisoformat(due)
        year = CALENDAR.unknown_year(first, last, unit)
        assert CALENDAR.is_provisional(first, last, unit) is (year is not None)
        return year

    assert unknown("2027-12-20", "2027-12-31") is None
    assert unknown("2027-12-20", "2028-01-03") == 2028
    assert unknown("2027-12-20", "2029-02-01") == 2028, "the first of them"
    assert unknown("2028-12-20", "2029-01-03") == 2028
    assert unknown("2024-01-02", "2024-01-10") is None, "what lies before the start does not matter"
    assert unknown("2023-12-29", "2024-01-10") == 2023
    assert unknown("2027-12-20", "2028-01-03", "calendar_days") is None, "every day counts, whatever is decreed"


def test_no_day_counts_up_to_a_day_that_is_not_after_the_start() -> None:
    for unit in ("calendar_days", "working_days"):
        assert CALENDAR.days_between(date(2026, 3, 16), date(2026, 3, 16), unit) == 0
        assert CALENDAR.days_between(date(2026, 3, 16), date(2026, 3, 13), unit) == 0


def test_the_week_of_an_office_holds_from_its_first_to_its_last_day() -> None:
    week = Week(date(2026, 3, 16), date(2026, 3, 20))

    assert [day for day in range(14, 23) if week.holds(date(2026, 3, day))] == [16, 17, 18, 19, 20]
    assert Week(date(2026, 3, 16)).holds(date(2099, 12, 31))
