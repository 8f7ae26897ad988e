"""Nobody answers: reminders, breaches, escalation level by level, the sixtieth day. Each once, each dated rightly."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from services.sla.store.tables import cases, clocks, steps
from tests.component.sla.desk import WITA, Complaint, at
from tests.harness import Service, eventually

BREACHES = [
    ("follow_up", "2026-03-31"),
    ("settlement", "2026-04-14"),
    ("legal", "2026-05-16"),
]
LEVELS = [
    ("follow_up", "officer", "2026-03-31"),
    ("follow_up", "head", "2026-04-02"),
    ("follow_up", "coordinator", "2026-04-05"),
    ("follow_up", "supervisor", "2026-04-10"),
    ("settlement", "officer", "2026-04-14"),
    ("settlement", "head", "2026-04-17"),
    ("settlement", "coordinator", "2026-04-21"),
    ("settlement", "supervisor", "2026-04-28"),
    ("legal", "head", "2026-05-16"),
    ("legal", "coordinator", "2026-05-16"),
    ("legal", "supervisor", "2026-05-16"),
    ("legal", "ombudsman", "2026-05-16"),
]
REMINDERS = [
    ("follow_up", 0.5),
    ("follow_up", 0.8),
    ("settlement", 0.5),
    ("settlement", 0.8),
    ("legal", 0.5),
    ("legal", 0.8),
]


def reminders(complaint: Complaint) -> list[tuple[str, float]]:
    return [(event["clock"], event["fraction"]) for event in complaint.told("clock.due_soon")]


def breaches(complaint: Complaint) -> list[str]:
    return [event["clock"] for event in complaint.told("clock.breached")]


def levels(complaint: Complaint) -> list[tuple[str, str, str]]:
    """Clock, level and the day whose first second a level was told at, in the order told."""
    return [
        (event["clock"], event["level"], midnight(event["raised_at"])) for event in complaint.told("escalation.raised")
    ]


def midnight(moment: datetime) -> str:
    local = moment.astimezone(WITA)
    assert local.time() == time.min, local
    return local.date().isoformat()


def all_has_happened(complaint: Complaint) -> bool:
    assert len(levels(complaint)) >= len(LEVELS)
    assert complaint.told("forwarding.due")
    return True


def expect_everything_once(complaint: Complaint, *, day_by_day: bool) -> None:
    """After a jump over the limits the reminders before them were overtaken: noted, and told to nobody."""
    assert sorted(reminders(complaint)) == (sorted(REMINDERS) if day_by_day else [])
    with complaint.sla.store.read() as session:
        noted = session.execute(
            select(clocks.c.clock, steps.c.name, steps.c.overtaken)
            .join(clocks, clocks.c.clock_id == steps.c.clock_id)
            .where(clocks.c.complaint_id == complaint.id, steps.c.name.startswith("remind"))
        ).all()
    # Nobody had asked for the reminders of the coordinator's own clocks: she verified in time.
    assert sorted((row.clock, int(row.name[7:]) / 100) for row in noted) == sorted(REMINDERS)
    assert {row.overtaken for row in noted} == {not day_by_day}
    assert breaches(complaint) == [clock for clock, _ in BREACHES]
    assert sorted(levels(complaint)) == sorted(LEVELS)
    forwarded = complaint.told("forwarding.due")
    assert [event["due_date"].isoformat() for event in forwarded] == ["2026-05-15"]


def test_day_by_day_every_step_comes_in_its_time(sla: Service, complaint: Complaint) -> None:
    assert reminders(complaint) == []

    sla.set_time(at("2026-03-26", "00:00:01"))
    eventually(lambda: reminders(complaint) == [("follow_up", 0.5)])
    sla.set_time(at("2026-03-30", "23:59:50"))
    eventually(lambda: len(reminders(complaint)) == 2)
    assert breaches(complaint) == [] and complaint.outcomes()["follow_up", 1] == "running"

    sla.set_time(at("2026-03-31", "00:00:01"))
    eventually(lambda: levels(complaint) == LEVELS[:1])
    assert breaches(complaint) == ["follow_up"] and complaint.outcomes()["follow_up", 1] == "breached"

    for day, count in (("2026-04-02", 2), ("2026-04-05", 3), ("2026-04-10", 4)):
        sla.set_time(at(day, "00:00:01"))
        eventually(lambda count=count: levels(complaint) == LEVELS[:count])

    for day, reminder in (("2026-04-20", ("legal", 0.5)), ("2026-05-05", ("legal", 0.8))):
        sla.set_time(at(day))
        eventually(lambda reminder=reminder: reminder in reminders(complaint))
    sla.set_time(at("2026-05-15", "23:59:50"))
    eventually(lambda: levels(complaint) == LEVELS[:8])
    assert complaint.told("forwarding.due") == []

    sla.set_time(at("2026-05-16", "00:00:01"))
    eventually(lambda: all_has_happened(complaint))
    expect_everything_once(complaint, day_by_day=True)


def test_one_jump_of_seventy_days_gives_the_same(sla: Service, complaint: Complaint) -> None:
    sla.shift(days=70)

    eventually(lambda: all_has_happened(complaint))
    expect_everything_once(complaint, day_by_day=False)
    raised = sla.ask("dossier", as_="ombudsman", complaint_id=complaint.id)["escalations"]
    assert [(row["clock"], row["level"], midnight(row["raised_at"])) for row in raised] == sorted(
        LEVELS, key=lambda step: (step[2], step[0], step[1])
    )


def test_a_worker_that_was_down_for_the_time_catches_up_once(sla: Service, complaint: Complaint) -> None:
    sla.kill_worker()
    sla.shift(days=70)
    sla.start_worker()

    eventually(lambda: all_has_happened(complaint))
    expect_everything_once(complaint, day_by_day=False)


def test_an_answer_in_time_leaves_nothing_to_tell(sla: Service, complaint: Complaint) -> None:
    complaint.answered(at("2026-03-16", "10:30"))
    complaint.shows(settlement="met", objection="running")

    sla.shift(days=70)

    eventually(lambda: complaint.told("clock.expired"))
    assert breaches(complaint) == [] and levels(complaint) == [] and reminders(complaint) == []
    assert complaint.told("forwarding.due") == []
    assert [event["clock"] for event in complaint.told("clock.expired")] == ["objection"]
    assert complaint.outcomes()["objection", 1] == "expired"


def test_an_answer_stops_the_levels_that_have_not_been_told(sla: Service, complaint: Complaint) -> None:
    sla.set_time(at("2026-04-02", "09:00"))
    eventually(lambda: levels(complaint) == LEVELS[:2])

    complaint.answered(at("2026-04-02", "09:00"))
    complaint.shows(follow_up="late", settlement="met")
    sla.shift(days=70)

    eventually(lambda: complaint.told("clock.expired"))
    assert levels(complaint) == LEVELS[:2]


def test_an_answer_known_late_but_given_in_time_is_in_time_and_one_given_late_is_late(
    sla: Service, complaint: Complaint
) -> None:
    """The worker was down while both happened; what counts is when it happened."""
    late = Complaint(sla)
    late.registered(at("2026-03-13"))
    late.verified(at("2026-03-16"))
    late.dispatched(at("2026-03-16", "10:05"))
    late.shows(follow_up="running")
    sla.kill_worker()
    complaint.answered(at("2026-03-30", "23:59:59"))
    late.answered(at("2026-03-31", "00:00:00"))
    sla.start_worker()

    complaint.shows(follow_up="met")
    late.shows(follow_up="late", settlement="met")
    eventually(lambda: breaches(late) == ["follow_up"])
    assert breaches(complaint) == []
    assert late.told("clock.breached")[0]["due_at"] == at("2026-03-30", "23:59:59")


def test_an_answer_that_falls_after_the_sixtieth_day_is_forwarded_at_once(sla: Service, complaint: Complaint) -> None:
    complaint.answered(at("2026-03-16", "10:30"))
    complaint.shows(settlement="met")
    sla.set_time(at("2026-05-20", "10:00"))
    assert complaint.told("forwarding.due") == []

    complaint.objected(at("2026-05-20", "10:00"))

    eventually(lambda: complaint.told("forwarding.due"))
    assert complaint.told("forwarding.due")[0]["due_date"].isoformat() == "2026-05-15"


def test_a_complaint_nobody_looks_at_reaches_the_ombudsman_on_its_sixtieth_day(sla: Service) -> None:
    sla.set_time(at("2026-03-13", "11:00"))
    ignored = Complaint(sla)
    ignored.registered(at("2026-03-13"))
    ignored.shows(verification="running", receipt="running")

    sla.shift(days=70)

    eventually(lambda: ignored.told("forwarding.due"))
    assert [event["due_date"].isoformat() for event in ignored.told("forwarding.due")] == ["2026-05-12"]
    assert sorted(breaches(ignored)) == ["legal", "receipt", "verification"]
    started = [event for event in ignored.told("clock.started") if event["clock"] == "legal"]
    assert started[0]["started_at"] == at("2026-03-13")


def test_a_file_never_completed_expires_and_nobody_is_late(sla: Service) -> None:
    sla.set_time(at("2026-03-13", "11:00"))
    asked = Complaint(sla)
    asked.registered(at("2026-03-13"))
    asked.asked(at("2026-03-13", "10:30"))
    asked.shows(completeness="running")

    sla.shift(days=31)

    eventually(lambda: asked.told("clock.expired"))
    assert asked.told("clock.expired")[0]["clock"] == "completeness"
    assert asked.told("clock.due_soon") == [] and breaches(asked) == []  # its time was over when they were due


def test_forwarding_is_due_once_even_when_the_case_is_reopened_and_ignored_again(
    sla: Service, complaint: Complaint
) -> None:
    sla.shift(days=70)
    eventually(lambda: complaint.told("forwarding.due"))
    complaint.closed(sla.now(), "coordinator")
    complaint.reopened(sla.now())
    complaint.shows(legal_1="late", legal_2="running")

    sla.shift(days=70)

    eventually(lambda: breaches(complaint).count("legal") == 2)
    assert len(complaint.told("forwarding.due")) == 1


def test_what_was_told_is_kept_in_the_figures(sla: Service, complaint: Complaint) -> None:
    sla.shift(days=70)
    eventually(lambda: all_has_happened(complaint))
    complaint.forwarded(sla.now())

    def case() -> Any:
        with sla.store.read() as session:
            row = session.execute(select(cases).where(cases.c.complaint_id == complaint.id)).one()
        assert row.forwarded_at
        return row

    row = eventually(case)
    assert row.first_late_at == at("2026-03-31", "00:00")
    assert row.forwarding_due_at == at("2026-05-16", "00:00")
