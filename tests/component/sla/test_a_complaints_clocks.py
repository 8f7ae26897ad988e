"""A complaint's clocks on real parts, from registration to objection, and what is said of them."""

from __future__ import annotations

import pytest

from shared.errors import Forbidden, Invalid, NotFound
from shared.ids import new_id
from tests.component.sla.desk import Complaint, at
from tests.harness import Service, eventually


@pytest.fixture
def complaint(sla: Service) -> Complaint:
    sla.set_time(at("2026-03-13"))
    return Complaint(sla)


def test_from_verification_over_a_return_to_an_objection(sla: Service, complaint: Complaint) -> None:
    complaint.registered(at("2026-03-13"))
    complaint.shows(verification="running", receipt="running")
    assert complaint.clocks()["verification", 1]["due_date"].isoformat() == "2026-03-25"

    sla.set_time(at("2026-03-16", "11:00"))
    complaint.verified(at("2026-03-16"))
    complaint.dispatched(at("2026-03-16", "10:05"))
    complaint.shows(verification="met", receipt="met", follow_up="running", settlement="running", legal="running")

    complaint.returned(at("2026-03-16", "10:30"))
    complaint.dispatched(at("2026-03-16", "10:45"), "dlh", 2)
    complaint.shows(follow_up_1="cancelled", follow_up_2="running")
    clocks = complaint.clocks()
    assert clocks["follow_up", 2]["agency_id"] == clocks["settlement", 1]["agency_id"] == "dlh"
    assert clocks["settlement", 1]["due_date"].isoformat() == "2026-04-13"

    sla.set_time(at("2026-03-27", "11:00"))
    complaint.answered(at("2026-03-27"), "dlh")
    complaint.shows(settlement="met", follow_up_2="met", objection="running")

    sla.set_time(at("2026-04-01", "11:00"))
    complaint.objected(at("2026-04-01"))
    complaint.shows(settlement="running", objection="met", legal="running")
    clocks = complaint.clocks()
    assert clocks["settlement", 1]["due_date"].isoformat() == "2026-04-16"
    assert clocks["legal", 1]["due_date"].isoformat() == "2026-05-15"
    assert clocks["settlement", 1]["sentence_id"] == (
        "Instansi menyelesaikan laporan Anda paling lambat 16 April 2026 (14 hari kerja); "
        "batas lainnya 15 Mei 2026 (60 hari kalender, UU)."
    )
    eventually(lambda: complaint.told("clock.resumed"))
    said = [(event["clock"], event["due_date"].isoformat()) for event in complaint.told("clock.resumed")]
    assert said == [("settlement", "2026-04-16")]
    assert complaint.told("clock.breached") == []


def test_a_started_clock_says_its_rule_and_source(complaint: Complaint) -> None:
    complaint.registered(at("2026-03-13"))

    eventually(lambda: len(complaint.told("clock.started")) == 2)
    started = {event["clock"]: event for event in complaint.told("clock.started")}
    assert started["receipt"]["rule_set"] == "uu-25-2009"
    assert started["receipt"]["days"] == 14 and started["receipt"]["unit"] == "calendar_days"
    assert started["receipt"]["due_at"] == at("2026-03-27", "23:59:59")
    assert "pasal 44" in started["receipt"]["source"]


def test_completeness_pauses_and_resumes(sla: Service, complaint: Complaint) -> None:
    complaint.registered(at("2026-03-13"))
    complaint.verified(at("2026-03-13", "10:01"))
    complaint.dispatched(at("2026-03-13", "10:02"))
    complaint.asked(at("2026-03-13", "10:03"))
    complaint.shows(follow_up="paused", settlement="paused", legal="paused", completeness="running")

    sla.set_time(at("2026-03-17", "11:00"))
    complaint.completed(at("2026-03-17"))
    complaint.shows(follow_up="running", settlement="running", legal="running", completeness="met")
    assert complaint.clocks()["legal", 1]["due_date"].isoformat() == "2026-05-16"
    eventually(lambda: len(complaint.told("clock.resumed")) == 3)
    assert len(complaint.told("clock.paused")) == 3


def test_events_of_routing_wait_for_the_registration(complaint: Complaint) -> None:
    complaint.verified(at("2026-03-13", "10:01"))
    complaint.dispatched(at("2026-03-13", "10:02"))
    assert complaint.outcomes() == {}

    complaint.registered(at("2026-03-13"))
    complaint.shows(verification="met", receipt="met", follow_up="running", settlement="running", legal="running")


def test_a_fact_that_becomes_known_late_is_put_in_its_place(complaint: Complaint) -> None:
    complaint.registered(at("2026-03-13"))
    complaint.completed(at("2026-03-13", "10:09"))
    complaint.shows(verification="running")

    complaint.asked(at("2026-03-13", "10:05"))
    complaint.shows(verification_1="met", receipt="met", completeness="met", verification_2="running")


def test_another_class_moves_the_settlement_limit(complaint: Complaint) -> None:
    complaint.registered(at("2026-03-13"))
    complaint.verified(at("2026-03-13", "10:01"))
    complaint.reclassified(at("2026-03-13", "10:02"), "supervisory", "non_supervisory")

    eventually(lambda: complaint.clocks()["settlement", 1]["due_date"].isoformat() == "2026-06-24")
    eventually(lambda: complaint.told("clock.resumed"))


def test_the_queue_is_told_the_earliest_limit_of_each_complaint(sla: Service, complaint: Complaint) -> None:
    other = Complaint(sla)
    complaint.registered(at("2026-03-13"))
    other.registered(at("2026-03-13"))
    other.verified(at("2026-03-13", "10:01"), "supervisory")
    other.shows(legal="running")
    complaint.shows(verification="running")

    due = sla.ask("next_due", as_="routing", complaint_ids=[complaint.id, other.id, new_id()])["due"]

    assert {(row["complaint_id"], row["clock"], row["late"]) for row in due} == {
        (complaint.id, "verification", False),
        (other.id, "legal", False),
    }
    sla.set_time(at("2026-03-26", "00:00:01"))
    late = sla.ask("next_due", as_="routing", complaint_ids=[complaint.id])["due"]
    assert late[0]["late"] is True


def test_the_due_date_calculator_names_each_day_that_did_not_count(sla: Service) -> None:
    answer = sla.ask(
        "due_date", as_="intake", start=at("2026-03-13").date(), days=3, unit="working_days", region="74.08"
    )

    assert answer["due_date"].isoformat() == "2026-03-25"
    assert [day["why"] for day in answer["skipped"]][:3] == ["Sabtu", "Minggu", "Cuti Bersama Hari Suci Nyepi"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"days": 0}, Invalid), ({"days": 1001}, Invalid), ({"region": "99.99"}, NotFound)],
)
def test_an_impossible_question_is_refused(sla: Service, change: dict[str, object], refusal: type[Exception]) -> None:
    question = {"start": at("2026-03-13").date(), "days": 3, "unit": "working_days", "region": "74.08"}

    with pytest.raises(refusal):
        sla.ask("due_date", as_="intake", **(question | change))


def test_more_than_200_complaints_at_once_are_refused(sla: Service) -> None:
    with pytest.raises(Invalid):
        sla.ask("next_due", as_="routing", complaint_ids=[new_id() for _ in range(201)])


def test_only_the_ombudsman_may_have_the_dossier(sla: Service, complaint: Complaint) -> None:
    complaint.registered(at("2026-03-13"))
    complaint.shows(verification="running")

    assert len(sla.ask("dossier", as_="ombudsman", complaint_id=complaint.id)["clocks"]) == 2
    with pytest.raises(Forbidden):
        sla.ask("dossier", as_="routing", complaint_id=complaint.id)


def test_the_same_event_twice_changes_nothing(sla: Service, complaint: Complaint) -> None:
    complaint.registered(at("2026-03-13"))
    event = sla.says(
        "routing",
        "case.verified",
        complaint.id,
        {
            "complaint_id": complaint.id,
            "case_number": complaint.number,
            "class_": "information",
            "category": "jalan",
            "verified_at": at("2026-03-13", "10:01"),
        },
    )
    complaint.shows(settlement="running")
    before = complaint.clocks()

    sla.says_numbered(
        "routing", event.name, complaint.id, event.sequence, dict(event.data), time=event.time, event_id=event.id
    )
    complaint.dispatched(at("2026-03-13", "10:02"))
    complaint.shows(follow_up="running")

    after = complaint.clocks()
    assert {place: after[place]["clock_id"] for place in before} == {
        place: clock["clock_id"] for place, clock in before.items()
    }
    assert len(complaint.told("clock.started")) == len(after)
