"""What intake hears from the others, and what it tells whom."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.intake.store import queries
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from tests.component.intake.people import API, CASE, by_code, client, desk, file, heard, row, token
from tests.harness import Service, eventually


def expired(intake: Service, complaint_id: Any, clock: str = "completeness") -> None:
    """sla says that the reporter's time is over."""
    at = datetime.now(UTC)
    intake.says(
        "sla",
        "clock.expired",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "clock_id": new_id(),
            "clock": clock,
            "agency_id": None,
            "due_at": at,
            "due_date": at.date(),
        },
    )


def archived(intake: Service, complaint_id: Any) -> None:
    """routing says that the coordinator put the complaint aside two weeks ago."""
    at = datetime.now(UTC) - timedelta(days=14)
    data = {"complaint_id": complaint_id, "case_number": CASE, "item_id": new_id(), "reason": "too_general"}
    intake.says("routing", "case.archived", complaint_id, data | {"archived_at": at}, time=at)
    eventually(lambda: row(intake, complaint_id).state == "archived")


def look(intake: Service, complaint_id: Any, **more: Any) -> dict[str, Any]:
    asked = {"reader": "officer-1", "role": "coordinator"} | more
    return intake.ask("text", as_="routing", complaint_id=complaint_id, **asked)


# -- hearing ---------------------------------------------------------------------------------------


def test_the_state_follows_the_desk(intake: Service) -> None:
    filed = file(intake)
    for name, state in (
        ("case.verified", "in_progress"),
        ("case.dispatched", "dispatched"),
        ("case.answered", "answered"),
        ("case.reopened", "in_progress"),
        ("case.answered", "answered"),
        ("case.closed", "closed"),
    ):
        desk(intake, name, filed.complaint_id)
        assert row(intake, filed.complaint_id).state == state
    assert row(intake, filed.complaint_id).case_number == CASE
    assert row(intake, filed.complaint_id).answers == 2


def test_an_interim_reply_is_no_answer(intake: Service) -> None:
    filed = file(intake)
    desk(intake, "case.answered", filed.complaint_id, substantive=False)
    assert (row(intake, filed.complaint_id).state, row(intake, filed.complaint_id).answers) == ("in_progress", 0)


def test_the_desk_cannot_bring_back_what_the_reporter_took_back(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    asker.post(f"{API}/complaint/withdrawal", headers=token(asker, filed.code))
    desk(intake, "case.dispatched", filed.complaint_id)
    assert row(intake, filed.complaint_id).state == "withdrawn"


def test_what_is_not_completed_in_time_counts_as_withdrawn(intake: Service) -> None:
    filed = file(intake)
    desk(intake, "case.completeness_requested", filed.complaint_id)
    expired(intake, filed.complaint_id)
    assert intake.said("complaint.withdrawn", filed.complaint_id)["reason"] == "not_completed"
    assert row(intake, filed.complaint_id).state == "withdrawn"


def test_what_was_completed_a_moment_before_stays(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    desk(intake, "case.completeness_requested", filed.complaint_id)
    asker.post(f"{API}/complaint/messages", headers=token(asker, filed.code), json={"words": "Di Pitulua"})
    expired(intake, filed.complaint_id)
    eventually(lambda: heard(intake, "sla", filed.complaint_id) == 1)
    assert row(intake, filed.complaint_id).state == "unverified"
    assert intake.all_said("complaint.withdrawn", filed.complaint_id) == []


def test_an_expiry_waits_for_the_request_it_belongs_to(intake: Service) -> None:
    filed = file(intake)
    expired(intake, filed.complaint_id)
    desk(intake, "case.completeness_requested", filed.complaint_id)
    assert intake.said("complaint.withdrawn", filed.complaint_id)["reason"] == "not_completed"


def test_the_end_of_the_objection_time_ends_no_open_complaint(intake: Service) -> None:
    filed = file(intake)
    desk(intake, "case.answered", filed.complaint_id)
    expired(intake, filed.complaint_id, "objection")
    eventually(lambda: row(intake, filed.complaint_id).objecting_over_at)
    assert row(intake, filed.complaint_id).state == "answered"


@pytest.mark.parametrize("first", ["archived", "expired"])
def test_an_archiving_may_be_objected_to_exactly_as_long_as_the_clock_for_it_runs(
    intake: Service, asker: Any, first: str
) -> None:
    """Ten working days, and not thirty days: whichever of both services is heard first."""
    filed = file(intake, asker)
    key = token(asker, filed.code)
    if first == "archived":
        archived(intake, filed.complaint_id)
        assert "object" in asker.get(f"{API}/complaint", headers=key).json["actions"]
    expired(intake, filed.complaint_id, "objection")
    eventually(lambda: row(intake, filed.complaint_id).objecting_over_at)
    if first == "expired":
        archived(intake, filed.complaint_id)

    assert "object" not in asker.get(f"{API}/complaint", headers=key).json["actions"]
    late = asker.post(f"{API}/complaint/objection", headers=key, json={"words": "Tidak benar"})
    assert (late.status_code, late.json["slug"]) == (409, "not_possible_now")


def test_the_ombudsman_is_shown_beside_the_state(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    for name, at in (("referral.forwarded", "forwarded_at"), ("referral.acknowledged", "acknowledged_at")):
        data = {"complaint_id": filed.complaint_id, "referral_id": new_id(), "number": "R-1", at: datetime.now(UTC)}
        data |= {"with_identity": False} if name == "referral.forwarded" else {}
        intake.says("ombudsman", name, filed.complaint_id, data)
        eventually(lambda name=name: row(intake, filed.complaint_id).referral == name.removeprefix("referral."))
    story = asker.get(f"{API}/complaint", headers=token(asker, filed.code)).json
    assert (story["state"], story["referral"]) == ("unverified", "acknowledged")


# -- telling ---------------------------------------------------------------------------------------


def test_status_tells_nothing_of_who_and_what(intake: Service) -> None:
    filed = file(intake, ombudsman_consent=True)
    told = intake.ask("status", as_="sla", complaint_id=filed.complaint_id)
    assert (told["channel"], told["ombudsman_consent"], told["withdrawn"]) == ("api", True, False)
    with pytest.raises(NotFound):
        intake.ask("status", as_="sla", complaint_id=new_id())


def test_an_officer_reads_words_and_name_and_the_look_is_recorded(intake: Service, asker: Any) -> None:
    answer = asker.post(
        f"{API}/complaints",
        data={"body": "Jalan rusak, lihat foto", "name": "Siti", "files": [(io.BytesIO(b"catatan"), "a.txt")]},
        content_type="multipart/form-data",
    )
    complaint_id = by_code(intake, answer.json["tracking_code"])
    told = look(intake, complaint_id, reader="officer-7", role="officer")
    assert (told["body"], told["reporter_name"]) == ("Jalan rusak, lihat foto", "Siti")
    assert asker.get(told["attachments"][0]["url"]).data == b"catatan"
    with intake.store.read() as session:
        (recorded,) = queries.looks(session, complaint_id)
    assert (recorded.service, recorded.role, recorded.what, recorded.with_identity) == (
        "routing",
        "officer",
        "text",
        True,
    )


def test_an_anonymous_reporter_is_unknown_to_officers_also_in_her_own_words(intake: Service) -> None:
    filed = file(
        intake,
        anonymous=True,
        name="Siti Rahmawati",
        phone="081234567890",
        email="siti@contoh.id",
        title="Keluhan Rahmawati",
        body="Saya siti rahmawati, hubungi 0812-3456-7890 atau SITI@contoh.id. Jalan 12 km rusak.",
    )
    told = look(intake, filed.complaint_id)
    assert told["reporter_name"] is None
    assert told["body"] == "Saya [disamarkan], hubungi [disamarkan] atau [disamarkan]. Jalan 12 km rusak."
    titles = intake.ask("titles", as_="routing", complaint_ids=[filed.complaint_id, new_id()])["titles"]
    assert [t["title"] for t in titles] == ["Keluhan [disamarkan]"]


def test_nobody_but_the_desk_reads_words_and_nobody_but_notify_gets_numbers(intake: Service) -> None:
    filed = file(intake, phone="081234567890")
    for as_ in ("sla", "notify", "ombudsman"):
        with pytest.raises(Forbidden):
            intake.ask("text", as_=as_, complaint_id=filed.complaint_id, reader="x", role="officer")
    for as_ in ("sla", "routing", "ombudsman"):
        with pytest.raises(Forbidden):
            intake.ask("contacts", as_=as_, complaint_ids=[filed.complaint_id])
    with pytest.raises(Forbidden):
        intake.ask("dossier", as_="routing", complaint_id=filed.complaint_id)


def test_contacts_leave_out_what_is_unknown(intake: Service) -> None:
    filed = file(intake, phone="081234567890", language="en")
    (told,) = intake.ask("contacts", as_="notify", complaint_ids=[new_id(), filed.complaint_id])["contacts"]
    assert (told["phone"], told["email"], told["language"]) == ("+6281234567890", None, "en")
    assert told["tracking_code"] == filed.code.replace("-", "")


def test_contacts_of_a_hundred_complaints_are_one_question(intake: Service) -> None:
    sender, phones = client(intake), {}
    for n in range(100):
        sender.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        phones[file(intake, sender, phone=f"0812345670{n:02}").complaint_id] = f"+62812345670{n:02}"
    told = intake.ask("contacts", as_="notify", complaint_ids=list(phones))["contacts"]
    assert {one["complaint_id"]: one["phone"] for one in told} == phones


def test_the_ombudsman_gets_the_identity_only_with_consent(intake: Service) -> None:
    said = {
        "name": "Siti Rahmawati",
        "phone": "081234567890",
        "address": "Jalan Mawar 3 Lasusua",
        "body": "Saya Siti Rahmawati, NIK 7408010101900001, telepon 081234567890. Jalan rusak.",
    }
    consented = file(intake, ombudsman_consent=True, **said)
    told = intake.ask("dossier", as_="ombudsman", complaint_id=consented.complaint_id)
    assert told["identity"]["name"] == "Siti Rahmawati"
    assert told["identity"]["address"] == "Jalan Mawar 3 Lasusua"
    assert "Siti Rahmawati" in told["body"]

    silent = file(intake, **said)
    told = intake.ask("dossier", as_="ombudsman", complaint_id=silent.complaint_id)
    assert told["identity"] is None
    for secret in ("Siti", "Rahmawati", "7408010101900001", "81234567890"):
        assert secret not in told["body"]
    assert "Jalan rusak." in told["body"]
    with intake.store.read() as session:
        (recorded,) = queries.looks(session, silent.complaint_id)
    assert (recorded.service, recorded.what, recorded.with_identity) == ("ombudsman", "dossier", False)


def test_old_guards_are_swept_away(intake: Service) -> None:
    filed = file(intake)
    token(client(intake), filed.code)
    timers = intake.store.definition.kit.timers
    sweeps = select(func.count()).select_from(timers).where(timers.c.kind == "guards.sweep")
    with intake.store.read() as session:
        rounds = session.scalars(sweeps).one()
    intake.shift(hours=7)

    def another() -> bool:
        with intake.store.read() as session:
            return session.scalars(sweeps).one() > rounds

    eventually(another)
