"""A dated promise brings the case back by itself; nothing pauses for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from tests.component.sla.desk import Complaint, at
from tests.harness import Service, eventually

DAY = date(2026, 4, 8)


def promises(complaint: Complaint, day: date = DAY, agency_id: str = "pupr") -> None:
    complaint.promised(complaint.sla.now(), day, agency_id)
    eventually(lambda: pending(complaint, day), what="no timer was set")


def pending(complaint: Complaint, day: date) -> bool:
    question = text(
        "select count(*) from timers"
        " where subject = :id and kind = 'promise.due' and state = 'pending' and due_at = :at"
    )
    with complaint.sla.store.read() as session:
        return bool(session.execute(question, {"id": complaint.id, "at": at(day.isoformat(), "00:00")}).scalar_one())


def moments(complaint: Complaint, name: str) -> list[datetime]:
    assert complaint.sla._ears
    return [e.time for e in complaint.sla._ears.events() if e.name == name and e.subject == complaint.id]


def limits(complaint: Complaint) -> dict[str, Any]:
    told = complaint.sla.ask("clocks", as_="routing", complaint_id=complaint.id)["clocks"]
    return {one["clock"]: (one["due_at"], one["outcome"]) for one in told}


def test_a_promise_pauses_nothing_and_comes_back_on_its_day_and_after_it(sla: Service, complaint: Complaint) -> None:
    before = limits(complaint)
    promises(complaint)
    assert limits(complaint) == before

    sla.set_time(at("2026-04-07", "23:59:55"))
    assert complaint.told("promise.due") == []
    sla.set_time(at("2026-04-08", "00:00:01"))
    eventually(lambda: complaint.told("promise.due"))
    assert moments(complaint, "promise.due") == [at("2026-04-08", "00:00")]
    assert complaint.told("promise.due")[0]["promised_for"] == DAY
    assert complaint.told("promise.broken") == []

    sla.set_time(at("2026-04-09", "00:00:01"))
    eventually(lambda: complaint.told("promise.broken"))
    assert moments(complaint, "promise.broken") == [at("2026-04-09", "00:00")]


def test_a_promise_that_is_kept_is_not_spoken_of_again(sla: Service, complaint: Complaint) -> None:
    promises(complaint)
    complaint.answered(at("2026-03-16", "11:00"))
    complaint.shows(settlement="met")
    sla.set_time(at("2026-04-20"))
    eventually(lambda: complaint.told("clock.expired"))
    assert complaint.told("promise.due") == complaint.told("promise.broken") == []


def test_a_later_promise_takes_the_place_of_an_earlier_one(sla: Service, complaint: Complaint) -> None:
    promises(complaint)
    later = date(2026, 4, 15)
    promises(complaint, later)
    sla.set_time(at("2026-04-15", "00:00:01"))
    eventually(lambda: complaint.told("promise.due"))
    assert [event["promised_for"] for event in complaint.told("promise.due")] == [later]
    assert complaint.told("promise.broken") == []


def test_what_another_agency_promised_binds_nobody(sla: Service, complaint: Complaint) -> None:
    promises(complaint)
    complaint.dispatched(at("2026-03-16", "11:30"), agency_id="dishub")
    complaint.shows(follow_up_1="cancelled", follow_up_2="running")
    sla.set_time(at("2026-04-09", "00:00:01"))
    eventually(lambda: complaint.told("clock.breached"))
    assert complaint.told("promise.due") == complaint.told("promise.broken") == []


def test_after_an_outage_over_the_day_only_its_end_is_told_dated_rightly(sla: Service, complaint: Complaint) -> None:
    promises(complaint)
    sla.kill_worker()
    sla.set_time(at("2026-04-10", "09:00"))
    sla.start_worker()
    eventually(lambda: complaint.told("promise.broken"))
    assert moments(complaint, "promise.broken") == [at("2026-04-09", "00:00")]
    assert complaint.told("promise.due") == []


def test_an_objection_to_the_archiving_brings_the_file_back_to_the_coordinator(sla: Service) -> None:
    sla.set_time(at("2026-03-16", "11:00"))
    filed = Complaint(sla)
    filed.registered(at("2026-03-13"))
    filed.archived(at("2026-03-16"))
    filed.shows(verification="met", objection="running")

    filed.objected(at("2026-03-16", "12:00"))
    filed.reopened(at("2026-03-16", "12:00"), agency_id=None, why="objection")

    filed.shows(verification_1="met", verification_2="running", objection="met")
    assert filed.clocks()["verification", 2]["due_date"] == date(2026, 3, 26)
    filed.verified(at("2026-03-16", "13:00"))
    filed.shows(verification_2="met", settlement="running", legal="running")


def test_an_outage_of_two_days_tells_each_thing_once_oldest_first_and_dated_when_it_fell_due(
    sla: Service, complaint: Complaint
) -> None:
    """The limit of the first reply passes on 31 March, its half and four fifths on 26 and 30 March."""
    sla.set_time(at("2026-03-29", "12:00"))
    eventually(lambda: complaint.told("clock.due_soon"))
    told_before = len(complaint.told("clock.due_soon"))
    sla.kill_worker()
    sla.set_time(at("2026-03-31", "12:00"))
    sla.start_worker()
    eventually(lambda: complaint.told("escalation.raised"))
    assert len(complaint.told("clock.due_soon")) == told_before  # the reminder of the 30th was overtaken
    assert moments(complaint, "clock.breached") == [at("2026-03-31", "00:00")]
    assert moments(complaint, "escalation.raised") == [at("2026-03-31", "00:00")]
    sla.set_time(at("2026-04-01", "00:00:01"))
    eventually(lambda: complaint.told("clock.overdue"))
    [again] = complaint.told("clock.overdue")
    assert (again["clock"], again["level"], again["days_late"]) == ("follow_up", "officer", 1)
