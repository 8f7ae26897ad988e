"""Calendars that become known while clocks run, and offices whose days differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.almanac import EVER, Almanac, Edition
from services.sla.domain.calendar import Calendar, DayOff, Week
from services.sla.domain.changes import changes
from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import Fact, in_order
from services.sla.domain.rules import Rule, RuleBook
from tests.unit.sla.stories import ALMANAC, CALENDAR, COMPLAINT, HOME, RULES, at, clock, due, fact
from tests.unit.sla.test_properties import histories

REGISTERED = fact("2026-03-13", "registered")
BEGUN = (
    REGISTERED,
    fact("2026-03-16", "verified", class_="non_supervisory"),
    fact("2026-03-16", "dispatched", agency_id="rsud"),
)
"""With the calendar of the seed: follow-up due on 30 March, settlement on 13 April, both 2026."""


def plus(calendar: Calendar, *days: str, kind: str = "national") -> Calendar:
    added = {date.fromisoformat(day): DayOff(date.fromisoformat(day), "Hari tambahan", kind) for day in days}
    return replace(calendar, days_off={**calendar.days_off, **added})


def minus(calendar: Calendar, *days: str) -> Calendar:
    gone = {date.fromisoformat(day) for day in days}
    return replace(calendar, days_off={day: off for day, off in calendar.days_off.items() if day not in gone})


def became(*later: tuple[datetime, Calendar]) -> Almanac:
    """The seed's calendar, followed by others."""
    return Almanac((Edition(EVER, CALENDAR), *(Edition(moment, calendar) for moment, calendar in later)))


def under(almanac: Almanac, *facts: Fact) -> Derivation:
    return derive(COMPLAINT, facts, RULES, almanac, HOME)


def test_a_calendar_that_never_changed_is_everybodys_at_any_moment() -> None:
    almanac = Almanac.of(CALENDAR)

    assert almanac == Almanac((Edition(EVER, CALENDAR),))
    assert almanac.newest() is almanac.newest("rsud") is almanac.known_at("rsud", EVER) is CALENDAR


def test_a_day_off_that_becomes_known_while_a_clock_runs_makes_it_longer() -> None:
    found = under(became((at("2026-03-17"), plus(CALENDAR, "2026-03-26"))), *BEGUN)

    assert due(found, "follow_up") == "2026-03-31"
    assert due(found, "settlement") == "2026-04-14"
    assert [(s.before.isoformat(), s.after.isoformat(), s.at) for s in found.shifts] == [
        ("2026-04-13", "2026-04-14", at("2026-03-17")),
        ("2026-03-30", "2026-03-31", at("2026-03-17")),
    ]
    assert clock(found, "follow_up").runs_since == at("2026-03-17")


def test_a_day_off_that_is_taken_back_never_makes_a_running_clock_shorter_but_counts_for_the_next_one() -> None:
    almanac = became((at("2026-03-17"), minus(CALENDAR, "2026-03-18", "2026-03-20", "2026-03-23", "2026-03-24")))
    again = fact("2026-03-17", "dispatched", clock="11:00", agency_id="dlh")
    found = under(almanac, *BEGUN, again)

    assert due(under(almanac, *BEGUN), "follow_up") == "2026-03-30"
    assert found.shifts == []
    assert due(found, "settlement") == "2026-04-13"
    assert due(found, "follow_up", 2) == "2026-03-25"


def test_each_calendar_counts_from_its_own_moment_and_each_end_it_moved_is_told_of_its_clock() -> None:
    first = plus(CALENDAR, "2026-03-26")
    almanac = became((at("2026-03-17"), first), (at("2026-03-19"), plus(first, "2026-03-27")))
    found = under(almanac, *BEGUN)

    assert [
        (shift.clock_id, shift.at, shift.before.isoformat(), shift.after.isoformat())
        for shift in found.shifts
        if shift.clock_id == clock(found, "follow_up").clock_id
    ] == [
        (clock(found, "follow_up").clock_id, at("2026-03-17"), "2026-03-30", "2026-03-31"),
        (clock(found, "follow_up").clock_id, at("2026-03-19"), "2026-03-31", "2026-04-01"),
    ]


def test_a_calendar_counts_for_what_happens_in_the_very_moment_it_became_known() -> None:
    answered = fact("2026-03-17", "answered", agency_id="rsud", substantive=False)
    found = under(became((at("2026-03-17"), plus(CALENDAR, "2026-03-26"))), *BEGUN, answered)

    assert due(found, "follow_up") == "2026-03-31"


def test_a_day_off_of_an_office_alone_moves_its_clocks_and_nobody_elses() -> None:
    own = (Edition(EVER, CALENDAR), Edition(at("2026-03-17"), plus(CALENDAR, "2026-03-26")))
    almanac = Almanac((Edition(EVER, CALENDAR),), {"rsud": own})
    elsewhere = (*BEGUN[:2], fact("2026-03-16", "dispatched", agency_id="dlh"))

    assert due(under(almanac, *BEGUN), "follow_up") == "2026-03-31"
    assert due(under(almanac, *elsewhere), "follow_up") == "2026-03-30"


def test_a_decree_and_another_edition_of_the_rules_of_the_same_moment_both_count() -> None:
    moment = at("2026-03-17")
    longer = Rule("sop", "follow_up", None, 7, "working_days", "x", "SOP", date(2026, 1, 1), region=HOME)
    edition = RuleBook([*RULES.rules, longer], moment, RULES, 2)
    almanac = became((moment, plus(CALENDAR, "2026-03-26")))

    assert due(derive(COMPLAINT, BEGUN, edition, almanac, HOME), "follow_up") == "2026-04-02"


def test_days_of_the_calendar_that_a_pause_gave_back_are_counted_as_such_under_a_new_calendar() -> None:
    paused = (*BEGUN, fact("2026-03-26", "completeness_requested"), fact("2026-04-06", "completed"))
    almanac = became((at("2026-04-07"), plus(CALENDAR, "2026-04-08")))

    assert due(under(almanac, *paused), "legal") == due(under(ALMANAC, *paused), "legal") == "2026-05-26"


def test_calendar_days_do_not_mind_a_new_calendar() -> None:
    almanac = became((at("2026-03-17"), plus(CALENDAR, "2026-03-26", "2026-05-15")))

    assert due(under(almanac, *BEGUN), "legal") == due(under(ALMANAC, *BEGUN), "legal") == "2026-05-15"


def test_a_day_told_that_becomes_a_day_off_moves_to_the_next_working_day() -> None:
    taken_back = minus(CALENDAR, "2026-03-18", "2026-03-20")
    almanac = became((at("2026-03-17"), taken_back), (at("2026-03-19"), plus(taken_back, "2026-03-30")))

    assert due(under(almanac, *BEGUN), "follow_up") == "2026-03-31"


def test_what_was_late_when_the_day_became_known_stays_late_unless_by_that_day_it_was_not() -> None:
    late = under(became((at("2026-04-02"), plus(CALENDAR, "2026-03-27"))), *BEGUN)
    saved = under(became((at("2026-03-31"), plus(CALENDAR, "2026-03-30"))), *BEGUN)

    stays = clock(late, "follow_up")
    assert (stays.due_date, stays.round, stays.breached_at) == (date(2026, 3, 30), 0, at("2026-03-31", "00:00"))
    again = clock(saved, "follow_up")
    assert (again.due_date, again.round, again.breached_at) == (date(2026, 3, 31), 1, None)
    assert (again.runs_since, again.passes_at) == (at("2026-03-31"), at("2026-04-01", "00:00"))


@pytest.mark.parametrize(("time", "round_"), [("23:59:59", 1), ("23:59:59.001", 0)])
def test_a_decree_saves_what_is_in_time_by_it_up_to_the_last_second(time: str, round_: int) -> None:
    found = under(became((at("2026-03-31", time), plus(CALENDAR, "2026-03-30"))), *BEGUN)

    assert clock(found, "follow_up").round == round_


def test_what_had_stopped_keeps_its_day_and_a_settled_clock_learns_the_new_days_only_when_its_answer_falls() -> None:
    answered = fact("2026-03-25", "answered", agency_id="rsud", substantive=True)
    almanac = became((at("2026-03-26"), plus(CALENDAR, "2026-03-30", "2026-03-31")))
    settled = under(almanac, *BEGUN, answered)
    objected = under(almanac, *BEGUN, answered, fact("2026-03-27", "objected"))

    assert due(settled, "follow_up") == "2026-03-30"
    assert due(settled, "settlement") == "2026-04-13"
    left = CALENDAR.days_between(date(2026, 3, 25), date(2026, 4, 13), "working_days")
    new = plus(CALENDAR, "2026-03-30", "2026-03-31")
    assert clock(objected, "settlement").due_date == new.last_day(date(2026, 3, 27), left, "working_days")


def test_an_office_with_a_six_day_week_counts_saturdays_from_the_day_its_week_holds() -> None:
    six = replace(CALENDAR, weeks=(Week(date(2026, 3, 28), saturdays=True),))

    assert not six.is_working_day(date(2026, 3, 21)), "before it held"
    assert six.is_working_day(date(2026, 3, 28))
    assert six.last_day(date(2026, 3, 27), 1, "working_days") == date(2026, 3, 28)
    assert six.why_off(date(2026, 3, 29)) == "Minggu"
    assert not six.is_working_day(date(2027, 5, 1)), "1 May is off on a Saturday too"


def test_an_office_that_works_through_cuti_bersama_still_keeps_national_and_local_days() -> None:
    calendar = plus(CALENDAR, "2026-03-25", kind="local")
    through = replace(calendar, weeks=(Week(date(2026, 1, 1), date(2026, 12, 31), through_joint_leave=True),))

    assert through.is_working_day(date(2026, 3, 18)) and not calendar.is_working_day(date(2026, 3, 18))
    assert not through.is_working_day(date(2026, 3, 19)), "Nyepi"
    assert not through.is_working_day(date(2026, 3, 25)), "given by the regent"
    assert not through.is_working_day(date(2027, 2, 5)), "after its week has ended"


def test_a_clock_uses_the_calendar_of_the_agency_that_holds_it() -> None:
    through = replace(CALENDAR, weeks=(Week(date(2026, 1, 1), through_joint_leave=True),))
    almanac = Almanac((Edition(EVER, CALENDAR),), {"rsud": (Edition(EVER, through),)})
    found = under(almanac, *BEGUN)

    assert due(found, "follow_up") == "2026-03-24"
    assert due(found, "settlement") == "2026-04-07", (
        "verified and dispatched in one act: told once, by the agency's days"
    )
    assert due(found, "verification") == "2026-03-25", "the coordinator's, by the region's days"
    later = (REGISTERED, BEGUN[1], fact("2026-03-16", "dispatched", clock="10:05", agency_id="rsud"))
    assert due(under(almanac, *later), "settlement") == "2026-04-13", "a day was told before: it is not made earlier"
    assert due(under(almanac, *BEGUN, fact("2026-03-17", "returned", agency_id="rsud")), "settlement") == "2026-04-13"


def test_a_hand_over_does_not_undo_what_was_late() -> None:
    late = (*BEGUN, fact("2026-04-14", "dispatched", agency_id="dlh"))
    longer = Almanac((Edition(EVER, CALENDAR),), {"dlh": (Edition(EVER, plus(CALENDAR, "2026-04-07")),)})

    assert due(under(longer, *late), "settlement") == "2026-04-13"
    assert clock(under(longer, *late), "settlement").breached_at == at("2026-04-14", "00:00")


@pytest.mark.parametrize(
    ("zone", "utc"), [("Asia/Jakarta", "16:59:59"), ("Asia/Makassar", "15:59:59"), ("Asia/Jayapura", "14:59:59")]
)
def test_a_limit_ends_with_the_last_second_of_its_day_where_the_office_is(zone: str, utc: str) -> None:
    there = replace(CALENDAR, zone=ZoneInfo(zone))
    almanac = Almanac((Edition(EVER, CALENDAR),), {"rsud": (Edition(EVER, there),)})

    assert clock(under(almanac, *BEGUN), "follow_up").due_at.isoformat() == f"2026-03-30T{utc}+00:00"


def test_29_february_is_a_day_like_any_other() -> None:
    assert CALENDAR.last_day(date(2024, 2, 28), 1, "working_days") == date(2024, 2, 29)
    assert CALENDAR.last_day(date(2024, 2, 29), 1, "working_days") == date(2024, 3, 1)
    assert CALENDAR.last_day(date(2024, 2, 29), 366, "calendar_days") == date(2025, 3, 1)


DAYS = st.dates(date(2025, 11, 1), date(2027, 6, 30))


@st.composite
def almanacs(draw: st.DrawFn) -> Almanac:
    """The seed's calendar and up to three later ones, each with days added and taken back."""
    editions = [Edition(EVER, CALENDAR)]
    moments = draw(st.lists(st.integers(1, 600_000), max_size=3, unique=True))
    for minutes in sorted(moments):
        added = [day.isoformat() for day in draw(st.lists(DAYS, max_size=6))]
        gone = draw(st.lists(st.sampled_from([day.isoformat() for day in CALENDAR.days_off]), max_size=6))
        moment = datetime(2025, 11, 3, 1, tzinfo=at("2026-01-01").tzinfo) + timedelta(minutes=minutes, seconds=30)
        editions.append(Edition(moment, minus(plus(editions[-1].calendar, *added), *gone)))
    return Almanac(tuple(editions))


@settings(max_examples=settings.default.max_examples * 3 // 2)
@given(histories(), almanacs())
def test_no_calendar_ever_makes_a_day_earlier_that_was_told(history: list[Fact], almanac: Almanac) -> None:
    """Each calendar that becomes known leaves every open clock where it was, or later, whatever has happened."""
    for known in range(1, len(almanac.region)):
        moment = almanac.region[known].since
        before = [one for one in in_order(history) if one.at <= moment]
        old = {c.clock_id: c for c in under(Almanac(almanac.region[:known]), *before).clocks}
        for new in under(Almanac(almanac.region[: known + 1]), *before).clocks:
            assert new.due_at >= old[new.clock_id].due_at
            if new.stopped_at is not None:
                assert new == old[new.clock_id]


@given(histories(), almanacs(), st.randoms())
def test_the_same_facts_and_calendars_give_the_same_clocks(history: list[Fact], almanac: Almanac, chance: Any) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)
    found = under(almanac, *history)

    assert under(almanac, *shuffled) == found
    assert changes({c.clock_id: c for c in found.clocks}, found.clocks, at("2027-07-01")) == []


@given(histories(), almanacs())
def test_what_comes_true_does_not_depend_on_calendars_that_become_known_later(
    history: list[Fact], almanac: Almanac
) -> None:
    """Each breach and each stop is the same whether or not what became known after the last fact is left out."""
    last = max(one.at for one in history)
    known = tuple(edition for edition in almanac.region if edition.since <= last)
    shorter, longer = under(Almanac(known), *history), under(almanac, *history)

    stopped = [c for c in shorter.clocks if c.stopped_at is not None]
    assert stopped == [c for c in longer.clocks if c.stopped_at is not None]
