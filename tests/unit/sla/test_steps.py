"""Reminders before a limit, levels after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from services.sla.domain.clocks import Clock
from services.sla.domain.rules import Plan
from services.sla.domain.steps import Progress, Taken, dailies, escalations, next_step, progress, steps
from tests.unit.sla.stories import CALENDAR, PLAN, at, clock, fact, told
from tests.unit.sla.test_timelines import OFFERED_AFTER

BEGUN = (
    fact("2026-03-13", "registered"),
    fact("2026-03-16", "verified", class_="non_supervisory"),
    fact("2026-03-16", "dispatched", agency_id="pupr"),
)


def planned(found: Clock) -> list[tuple[str, str]]:
    return [
        (step.name, step.at.astimezone(CALENDAR.zone).strftime("%Y-%m-%d %H:%M"))
        for step in steps(found, PLAN, CALENDAR)
        if step.kind != "clock.daily"
    ]


def test_verification_reminds_on_its_second_and_third_day_then_tells_coordinator_and_supervisor() -> None:
    assert planned(clock(told(BEGUN[0]), "verification")) == [
        ("remind-50", "2026-03-17 00:00"),
        ("remind-80", "2026-03-25 00:00"),
        ("due", "2026-03-26 00:00"),
        ("escalate-coordinator", "2026-03-26 00:00"),
        ("escalate-supervisor", "2026-03-29 00:00"),
    ]


def test_follow_up_goes_level_by_level() -> None:
    assert planned(clock(told(*BEGUN), "follow_up")) == [
        ("remind-50", "2026-03-26 00:00"),
        ("remind-80", "2026-03-30 00:00"),
        ("due", "2026-03-31 00:00"),
        ("escalate-officer", "2026-03-31 00:00"),
        ("escalate-head", "2026-04-02 00:00"),
        ("escalate-coordinator", "2026-04-05 00:00"),
        ("escalate-supervisor", "2026-04-10 00:00"),
    ]


def test_the_legal_limit_offers_the_ombudsman_when_it_passes() -> None:
    assert planned(clock(told(*BEGUN), "legal"))[2:] == [
        ("due", "2026-05-16 00:00"),
        ("escalate-head", "2026-05-16 00:00"),
        ("escalate-coordinator", "2026-05-16 00:00"),
        ("escalate-supervisor", "2026-05-16 00:00"),
        ("escalate-ombudsman", "2026-05-16 00:00"),
    ]


def test_without_an_agency_the_coordinator_is_the_first_level() -> None:
    returned = told(*BEGUN, fact("2026-03-25", "returned", agency_id="pupr"))

    assert [name for name, _ in planned(clock(returned, "follow_up")) if name.startswith("escalate")] == [
        "escalate-coordinator",
        "escalate-supervisor",
    ]


def test_the_reporter_is_reminded_on_day_7_21_and_28_and_nobody_is_late() -> None:
    asked = told(BEGUN[0], fact("2026-03-16", "completeness_requested"))

    assert planned(clock(asked, "completeness")) == [
        ("remind-25", "2026-03-24 00:00"),
        ("remind-70", "2026-04-07 00:00"),
        ("remind-95", "2026-04-14 00:00"),
        ("due", "2026-04-16 00:00"),
    ]


def test_a_paused_clock_has_no_steps_and_a_resumed_one_is_not_reminded_of_what_lies_behind() -> None:
    asked = (*BEGUN, fact("2026-03-27", "completeness_requested"))

    assert planned(clock(told(*asked), "follow_up")) == []
    resumed = told(*asked, fact("2026-04-06", "completed"))
    assert planned(clock(resumed, "follow_up"))[:2] == [("remind-80", "2026-04-07 00:00"), ("due", "2026-04-08 00:00")]


def test_after_another_class_only_reminders_that_lie_ahead_remain() -> None:
    story = told(*BEGUN, fact("2026-05-22", "reclassified", class_="supervisory"))

    # Half of the sixty working days ended on 8 May; four fifths end on 8 June.
    assert next(name for name, _ in planned(clock(story, "settlement"))) == "remind-80"


@pytest.mark.parametrize("name", OFFERED_AFTER)
def test_the_way_to_the_ombudsman_is_told_in_the_moment_it_opens_as_the_timelines_say(name: str) -> None:
    limit = clock(told(BEGUN[0]) if name == "receipt" else told(*BEGUN), name)
    offers = [step.at for step in escalations(limit, PLAN) if step.level == "ombudsman"]

    assert offers == [limit.passes_at]


def test_an_answer_silences_the_legal_clock() -> None:
    answered = told(*BEGUN, fact("2026-03-27", "answered", agency_id="pupr", substantive=True))

    assert planned(clock(answered, "legal")) == []
    assert clock(answered, "objection").passes_at == at("2026-04-14", "00:00")
    assert planned(clock(answered, "objection")) == [("due", "2026-04-14 00:00")]


def test_a_step_knows_what_it_is_and_whom_it_tells() -> None:
    made = {
        step.name: (step.kind, step.percent, step.level)
        for step in steps(clock(told(*BEGUN), "follow_up"), PLAN, CALENDAR)
    }

    assert made["remind-50"] == ("clock.remind", 50, "")
    assert made["due"] == ("clock.due", 0, "")
    assert made["escalate-head"] == ("clock.escalate", 0, "head")


def test_the_next_step_is_the_first_that_was_not_taken_in_this_round() -> None:
    found = clock(told(*BEGUN), "follow_up")
    names = [step.name for step in steps(found, PLAN, CALENDAR)]
    taken = {Taken(found.clock_id, 0, name) for name in names[:2]}
    other_round = {Taken(found.clock_id, 1, name) for name in names}

    first, third = next_step(found, PLAN, CALENDAR, set()), next_step(found, PLAN, CALENDAR, taken)
    assert first and first.name == names[0]
    assert third and third.name == names[2]
    assert next_step(found, PLAN, CALENDAR, other_round) == first
    assert next_step(found, PLAN, CALENDAR, {Taken(found.clock_id, 0, name) for name in names}) is None


def test_a_clock_without_levels_or_with_the_reporters_own_time_raises_none() -> None:
    asked = told(BEGUN[0], fact("2026-03-16", "completeness_requested"))

    assert escalations(clock(asked, "completeness"), PLAN) == []
    assert escalations(clock(told(*BEGUN), "legal"), Plan()) == []
    assert escalations(clock(told(*BEGUN, fact("2026-03-25", "completeness_requested")), "legal"), PLAN) == []


def test_a_reminder_of_the_very_moment_in_which_the_end_moved_is_stale() -> None:
    midnight = told(BEGUN[0], fact("2026-03-25", "objected", clock="00:00"))
    found = replace(clock(midnight, "verification"), runs_since=at("2026-03-25", "00:00"))

    assert planned(found)[0][0] == "due"


def test_between_the_levels_and_after_them_the_one_told_last_hears_of_it_on_every_working_day() -> None:
    found = clock(told(*BEGUN), "follow_up")
    told_again = dailies(found, PLAN, CALENDAR)

    assert [(CALENDAR.local_day(step.at).isoformat(), step.level) for step in told_again] == [
        ("2026-04-01", "officer"),
        # 2 April tells the head, 3 April is Good Friday, 5 April tells the coordinator.
        ("2026-04-06", "coordinator"),
        ("2026-04-07", "coordinator"),
        ("2026-04-08", "coordinator"),
        ("2026-04-09", "coordinator"),
        # 10 April tells the supervisor.
        ("2026-04-13", "supervisor"),
        ("2026-04-14", "supervisor"),
        ("2026-04-15", "supervisor"),
    ]
    assert [step.at for step in steps(found, PLAN, CALENDAR)] == sorted(
        step.at for step in steps(found, PLAN, CALENDAR)
    )


def test_reminders_may_be_overtaken_and_the_breach_and_the_levels_never() -> None:
    for step in steps(clock(told(*BEGUN), "follow_up"), PLAN, CALENDAR):
        assert step.can_be_overtaken == step.name.startswith(("remind", "daily"))


def test_the_reporters_own_time_and_a_case_that_rests_are_not_told_of_daily() -> None:
    asked = told(BEGUN[0], fact("2026-03-16", "completeness_requested"))
    assert list(dailies(clock(asked, "completeness"), PLAN, CALENDAR)) == []
    answered = told(*BEGUN, fact("2026-03-27", "answered", agency_id="pupr", substantive=True))
    assert list(dailies(clock(answered, "legal"), PLAN, CALENDAR)) == []


def test_of_several_reminders_that_fell_due_only_the_last_is_told_and_none_once_the_limit_has_passed() -> None:
    planned_ = list(steps(clock(told(*BEGUN), "follow_up"), PLAN, CALENDAR))
    half, most, due, officer = planned_[:4]

    def names(now: datetime) -> tuple[list[str], str | None, str | None]:
        made = progress(half, iter(planned_[1:]), now)
        return [one.name for one in made.taken], made.told and made.told.name, made.following and made.following.name

    assert names(half.at) == (["remind-50"], "remind-50", "remind-80")
    assert names(most.at) == (["remind-50", "remind-80"], "remind-80", "due")
    assert names(due.at) == (["remind-50", "remind-80"], None, "due")
    assert (due.kind, officer.at) == ("clock.due", due.at)


def test_what_is_never_overtaken_is_taken_alone_and_told_however_late() -> None:
    planned_ = list(steps(clock(told(*BEGUN), "follow_up"), PLAN, CALENDAR))
    years_later = at("2030-01-01", "00:00")

    for place in (2, 3):
        step, following = planned_[place : place + 2]
        assert progress(step, iter(planned_[place + 1 :]), years_later) == Progress((step,), step, following)
    assert progress(planned_[-1], iter(()), years_later) == Progress((planned_[-1],), planned_[-1], None)


def test_reminders_that_fell_due_together_tell_the_last_one_though_nothing_follows() -> None:
    half, most = list(steps(clock(told(*BEGUN), "follow_up"), PLAN, CALENDAR))[:2]

    assert progress(half, iter([most]), most.at) == Progress((half, most), most, None)


def test_a_daily_reminder_says_which_day_after_the_limit_it_is_and_is_a_step_like_the_others() -> None:
    found = clock(told(*BEGUN), "follow_up")
    again = list(dailies(found, PLAN, CALENDAR))

    assert [(step.name, step.kind, step.days) for step in again[:2]] == [
        ("daily-1", "clock.daily", 1),
        ("daily-6", "clock.daily", 6),
    ]
    assert [step for step in steps(found, PLAN, CALENDAR) if step.kind == "clock.daily"] == again


def test_a_clock_for_which_the_plan_has_no_daily_reminder_has_none() -> None:
    found = clock(told(*BEGUN), "follow_up")

    assert list(dailies(found, Plan(escalations=PLAN.escalations), CALENDAR)) == []
