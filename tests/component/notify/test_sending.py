"""Events come in, messages go out: planned once, worded for each, kept where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import Forbidden
from shared.ids import new_id
from tests.component.notify.conftest import SENTENCE, World
from tests.harness import eventually


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, service: Any) -> Iterator[World]:
    world = World(service("notify"))
    world.peers()
    yield world


def test_the_receipt_comes_on_the_channel_she_used_with_code_and_date(world: World) -> None:
    complaint = world.reporter("sms")
    world.registers(complaint)
    [sms] = world.shown(world.contacts[complaint]["phone"])
    assert sms.text == (
        "Laporan Anda kami terima. Kode: K7Q2-M9XF-4TC, simpan dan rahasiakan. "
        "Diperiksa paling lambat 25 Maret 2026. Tanya kabar: balas STATUS K7Q2-M9XF-4TC"
    )
    assert (sms.channel, sms.parts, sms.complaint_id) == ("sms", 1, complaint)
    said = world.notify.said("notification.sent", complaint)
    assert (said["template"], said["channel"], said["audience"]) == ("reporter.receipt", "sms", "reporter")


def test_an_english_reporter_by_mail_gets_an_english_letter_in_her_thread(world: World) -> None:
    complaint = world.reporter("email", language="en", thread="<1@mail.example>", subject="Broken road")
    world.registers(complaint)
    [mail] = world.shown(world.contacts[complaint]["email"])
    assert mail.subject == "Re: Broken road"
    assert "We have received your report. The coordinator checks it by 25 March 2026" in mail.text
    assert "Your report's code: K7Q2-M9XF-4TC\nSee your report: http://localhost/lacak" in mail.text


def test_an_event_that_comes_again_tells_nobody_again(world: World) -> None:
    complaint = world.reporter("sms", clock="follow_up")
    event_id = new_id()
    data = {
        "complaint_id": complaint,
        "case_number": "KOLUT-2026-000123",
        "agency_id": "pupr",
        "previous_agency_id": None,
        "dispatch": 1,
        "dispatched_at": world.notify.now(),
    }
    for _ in range(3):
        world.notify.says_numbered("routing", "case.dispatched", complaint, 1, data, event_id=event_id)
    phone = world.contacts[complaint]["phone"]
    assert "diteruskan ke Dinas Pekerjaan Umum dan Penataan Ruang" in world.shown(phone)[0].text
    world.settled()
    assert len(world.shown(phone)) == 1


def test_who_left_no_address_reads_it_on_her_page_and_only_intake_may_show_it(world: World) -> None:
    complaint = world.reporter("web")
    world.answers(complaint, "Lampu sudah kami ganti.")
    world.row("sent", complaint_id=complaint)
    [record] = world.notify.ask("history", as_="intake", complaint_id=complaint)["notifications"]
    assert (record["channel"], record["state"], record["audience"]) == ("page", "sent", "reporter")
    assert record["subject"] == "Laporan Anda dijawab"
    assert "Lampu sudah kami ganti." in record["words"]
    assert "K7Q2" not in record["words"]
    for other in ("routing", "ombudsman"):
        [record] = world.notify.ask("history", as_=other, complaint_id=complaint)["notifications"]
        assert (record["subject"], record["words"]) == (None, None)
    with pytest.raises(Forbidden):
        world.notify.ask("history", as_="sla", complaint_id=complaint)


def test_words_on_the_page_are_sealed_in_the_store(world: World) -> None:
    complaint = world.reporter("web")
    world.answers(complaint, "Rahasia keluarga")
    row = world.row("sent", complaint_id=complaint)
    assert b"Rahasia" not in bytes(row.words)
    assert row.words_sha256 and row.length


def test_no_address_and_no_word_of_a_person_lies_in_the_notifications_table(world: World) -> None:
    complaint = world.reporter("sms")
    world.answers(complaint, "Kata-kata instansi")
    row = world.row("sent", complaint_id=complaint)
    everything = str(row._asdict())
    assert world.contacts[complaint]["phone"] not in everything
    assert "Kata-kata" not in everything
    assert "K7Q2" not in everything


def test_a_long_answer_is_cut_for_sms_and_says_where_to_read_on(world: World) -> None:
    complaint = world.reporter("sms", clock="objection")
    world.answers(complaint, "Perbaikan dianggarkan pada perubahan APBD. " * 40)
    [sms] = world.shown(world.contacts[complaint]["phone"])
    assert sms.parts == 3
    assert "... (selengkapnya: http://localhost/lacak) Setuju: balas PUAS K7Q2-M9XF-4TC." in sms.text
    assert sms.text.endswith("Keberatan: balas TIDAK K7Q2-M9XF-4TC alasan, paling lambat 25 Maret 2026.")


def test_a_message_waits_a_moment_for_its_date_and_then_goes_without(world: World) -> None:
    complaint = world.reporter("sms")
    running = world.clocks.pop(complaint)
    world.registers(complaint)
    eventually(lambda: "ClockUnknown" in world.notify.log(), what="it did not wait for the clock")
    world.clocks[complaint] = running
    assert "paling lambat 25 Maret 2026" in world.shown(world.contacts[complaint]["phone"])[0].text
    without = world.reporter("sms")
    world.clocks.pop(without)
    world.registers(without)
    assert "Diperiksa secepatnya." in world.shown(world.contacts[without]["phone"], seconds=25)[0].text


def test_officers_are_told_each_once_in_their_language_and_without_personal_data(world: World) -> None:
    complaint = world.reporter("sms", clock="follow_up")
    world.case(complaint, "pupr", "dispatched")
    first, second = world.officer("officer", "pupr"), world.officer("officer", "pupr", "en")
    world.officer("officer", "dinkes")
    dispatched = {"agency_id": "pupr", "previous_agency_id": None, "dispatch": 1}
    world.says_of_case("case.dispatched", complaint, **dispatched, dispatched_at=world.notify.now())
    for officer in (first, second):
        world.row("sent", complaint_id=complaint, recipient=officer)
    addresses = [o["email"] for o in world.officers if o["officer_id"] in (first, second)]
    indonesian, english = (world.shown(address)[0] for address in addresses)
    assert indonesian.subject == "KOLUT-2026-000123: laporan untuk Dinas Pekerjaan Umum dan Penataan Ruang"
    assert english.subject == "KOLUT-2026-000123: report for Dinas Pekerjaan Umum dan Penataan Ruang"
    assert "paling lambat 25 Maret 2026" in indonesian.text
    for mail in (indonesian, english):
        assert "K7Q2" not in mail.text
        assert world.contacts[complaint]["phone"] not in mail.text
    world.settled()
    assert {r.recipient for r in world.rows(complaint_id=complaint, audience="officer")} == {first, second}


def test_what_the_reporter_writes_goes_to_whoever_holds_the_case(world: World) -> None:
    coordinator, officer = world.officer("coordinator"), world.officer("officer", "dinkes")
    at_coordinator, at_agency = world.reporter("sms"), world.reporter("sms")
    world.case(at_agency, "dinkes", "in_progress")
    for complaint in (at_coordinator, at_agency):
        message = {"message_id": new_id(), "kind": "reply", "channel": "sms", "attachments": 0}
        world.notify.says(
            "intake",
            "complaint.message_received",
            complaint,
            {"complaint_id": complaint, "received_at": world.notify.now(), **message},
        )
    assert world.row("sent", complaint_id=at_coordinator, recipient=coordinator).audience == "coordinator"
    assert world.row("sent", complaint_id=at_agency, recipient=officer).audience == "officer"
    for complaint in (at_coordinator, at_agency):
        assert "kami sampaikan kepada petugas" in world.shown(world.contacts[complaint]["phone"])[0].text


def test_an_agency_without_an_officer_is_a_failure_that_can_be_seen(world: World) -> None:
    complaint = world.reporter("sms")
    world.case(complaint, "pupr")
    raised = {"level": "head", "raised_at": world.notify.now()}
    clock = world.clocks[complaint][0]
    data = {k: clock[k] for k in ("complaint_id", "clock_id", "due_date")}
    world.notify.says(
        "sla", "escalation.raised", complaint, {**data, "clock": "settlement", "agency_id": "pupr", **raised}
    )
    assert world.row("failed", complaint_id=complaint).reason == "no_officer"
    failed = world.notify.said("notification.failed", complaint)
    assert (failed["reason"], failed["audience"], failed["channel"]) == ("no_officer", "head", "email")


def test_an_officer_without_an_address_is_a_failure_too(world: World) -> None:
    complaint = world.reporter("sms")
    officer = world.officer("head", "dinkes", email=None)
    world.case(complaint, "dinkes")
    said = {"complaint_id": complaint, "message_id": new_id(), "channel": "sms", "at": world.notify.now()}
    world.notify.says("intake", "complaint.objected", complaint, said)
    assert world.row("failed", complaint_id=complaint, recipient=officer).reason == "no_address"


def test_one_person_gets_only_so_many_automatic_answers_in_an_hour(world: World) -> None:
    phone = "+6281299990001"
    asked = [world.inquires("unknown_keyword", phone=phone) for _ in range(8)]
    eventually(lambda: len([r for r in world.rows(state="held") if r.recipient in asked]) == 3)
    assert len(world.shown(phone, count=5)) == 5
    other = "+6281299990002"
    world.inquires("help", phone=other)
    assert "Melapor: KOLUT" in world.shown(other)[0].text
    world.notify.shift(hours=1)
    world.inquires("help", phone=phone)
    assert len(world.shown(phone, count=6)) == 6


def test_status_says_where_it_stands_and_the_very_sentence_of_the_page(world: World) -> None:
    complaint = world.reporter("sms", clock="settlement")
    world.case(complaint, "pupr", "in_progress")
    world.inquires("status", phone="+6281299990003", complaint_id=complaint)
    [sms] = world.shown("+6281299990003")
    where = "Laporan K7Q2-M9XF-4TC: sedang dikerjakan Dinas Pekerjaan Umum dan Penataan Ruang."
    assert sms.text == f"{where} {SENTENCE}"  # what sla says, word for word, as the page shows it


def test_a_reminder_whose_limit_has_passed_is_held_back(world: World) -> None:
    complaint = world.reporter("sms")
    clock = {k: v for k, v in world.clocks[complaint][0].items() if k in ("complaint_id", "clock_id", "due_date")}
    due_at = world.notify.now() - timedelta(hours=1)
    data = {**clock, "agency_id": None, "clock": "completeness", "fraction": 0.95, "due_at": due_at}
    world.notify.says("sla", "clock.due_soon", complaint, data)
    assert world.row("held", complaint_id=complaint).reason == "too_late"
    assert world.notify.ask("history", as_="intake", complaint_id=complaint)["notifications"] == []


def test_an_unknown_complaint_fails_and_is_not_tried_for_days(world: World) -> None:
    complaint = world.reporter("sms")
    contact = world.contacts.pop(complaint)
    world.contacts[new_id()] = contact
    world.notify.says(
        "intake",
        "complaint.withdrawn",
        complaint,
        {"complaint_id": complaint, "reason": "reporter", "withdrawn_at": world.notify.now()},
    )
    assert world.row("failed", complaint_id=complaint).reason == "unknown_recipient"


def test_the_sixtieth_day_is_told_to_everyone_above(world: World) -> None:
    world.officers.clear()
    complaint = world.reporter("sms")
    world.case(complaint, "pupr", "in_progress")
    people = [world.officer(role, "pupr") for role in ("officer", "head")]
    people += [world.officer(role) for role in ("coordinator", "supervisor")]
    referral = {"referral_id": new_id(), "number": "OMB-KOLUT-2026-0001", "with_identity": False}
    world.notify.says(
        "ombudsman",
        "referral.forwarded",
        complaint,
        {"complaint_id": complaint, **referral, "forwarded_at": world.notify.now()},
    )
    for person in people:
        assert world.row("sent", complaint_id=complaint, recipient=person).template == "desk.forwarded"
    [sms] = world.shown(world.contacts[complaint]["phone"])
    assert "(nomor OMB-KOLUT-2026-0001) tanpa identitas Anda" in sms.text
    assert sms.text.endswith("balas OMBUDSMAN YA K7Q2-M9XF-4TC")


def test_who_is_meant_in_several_ways_is_told_once(world: World) -> None:
    world.officers.clear()
    coordinator = world.officer("coordinator")
    world.officer("supervisor")
    complaint = world.reporter("sms")  # no agency has the case: its officers and head are the coordinators
    referral = {"referral_id": new_id(), "number": "OMB-KOLUT-2026-0002", "with_identity": True}
    data = {"complaint_id": complaint, **referral, "forwarded_at": world.notify.now()}
    world.notify.says("ombudsman", "referral.forwarded", complaint, data)
    world.row("sent", complaint_id=complaint, recipient=coordinator)
    world.settled()
    address = next(o["email"] for o in world.officers if o["officer_id"] == coordinator)
    assert len(world.shown(address)) == 1


def test_a_crash_in_the_middle_sends_nothing_twice_and_loses_nothing(world: World) -> None:
    complaints = [world.reporter("sms") for _ in range(20)]
    for complaint in complaints:
        world.registers(complaint)
    eventually(lambda: len([r for r in world.rows(state="sent") if r.complaint_id in complaints]) >= 3)
    world.notify.kill_worker()
    world.notify.start_worker()
    # What was being sent at the crash comes back when its lease ends; the sandbox need not wait for it.
    world.notify.shift(minutes=3)
    for complaint in complaints:
        assert len(world.shown(world.contacts[complaint]["phone"], seconds=40)) == 1
    world.settled()
    assert all(len(world.shown(world.contacts[c]["phone"])) == 1 for c in complaints)
