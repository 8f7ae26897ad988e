"""The whole life of a case on real parts: from its registration to its end, with every turn it can take."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.errors import NotFound
from shared.ids import new_id
from tests.component.routing.conftest import CATEGORY, Desk, photo, visible
from tests.harness import eventually


def test_a_complaint_is_verified_dispatched_answered_with_evidence_and_accepted(desk: Desk) -> None:
    complaint = desk.complaint()
    coordinator, officer = desk.browser("koordinator"), desk.browser("pupr")

    queue = coordinator.get("/meja/")
    assert "Jalan rusak di depan pasar" in visible(queue)
    page = coordinator.case(complaint)
    assert "Lubangnya dalam" in visible(page)
    assert "Saran: Dinas Pekerjaan Umum dan Penataan Ruang, karena kata “jalan rusak” ada dalam laporan" in visible(
        page
    )

    done = coordinator.do(
        complaint, "verify", class_="non_supervisory", category=CATEGORY, agency_id="pupr", note="Mohon segera dicek."
    )
    assert done.status_code == 303
    verified = desk.service.said("case.verified", complaint)
    dispatched = desk.service.said("case.dispatched", complaint)
    assert (verified["class_"], verified["category"]) == ("non_supervisory", CATEGORY)
    assert (dispatched["agency_id"], dispatched["previous_agency_id"], dispatched["dispatch"]) == ("pupr", None, 1)
    assert desk.state(complaint) == "dispatched"

    page = officer.case(complaint)
    assert "Mohon segera dicek." in visible(page)
    done = officer.do(complaint, "answer", kind="interim", words="Tim kami berangkat besok pagi.")
    assert done.status_code == 303
    assert desk.state(complaint) == "in_progress"

    done = officer.do(
        complaint, "answer", [(photo(), "jalan.jpg")], kind="final", words="Lubang sudah ditambal.", why_no_evidence=""
    )
    assert done.status_code == 303, done.text
    assert desk.state(complaint) == "answered"
    interim, final = eventually(lambda: (a := desk.service.all_said("case.answered", complaint)) and len(a) == 2 and a)
    assert (interim["substantive"], final["substantive"], final["evidence"]) == (False, True, 1)

    said = desk.service.ask("said", as_="notify", item_id=final["item_id"])
    assert (said["words"], said["evidence"]) == ("Lubang sudah ditambal.", 1)
    assert said["agency_name"] == "Dinas Pekerjaan Umum dan Penataan Ruang"

    desk.hears(
        "intake",
        "complaint.rated",
        complaint,
        lambda: desk.state(complaint) == "closed",
        satisfied=True,
        rating=5,
        channel="web",
        at=desk.service.now(),
    )
    assert desk.service.said("case.closed", complaint)["how"] == "confirmed"

    whats = [e["what"] for e in desk.entries(complaint)]
    assert whats == ["registered", "verified", "dispatched", "interim", "answered", "rated", "closed"]


def test_case_numbers_follow_each_other_and_carry_region_and_year(desk: Desk) -> None:
    first, second = (desk.where(desk.complaint())["case_number"] for _ in range(2))
    prefix, year, count = first.split("-")
    assert (prefix, len(count)) == ("KOLUT", 6)
    assert second == f"KOLUT-{year}-{int(count) + 1:06d}"


def test_the_reporter_is_asked_for_more_and_completes_it(desk: Desk) -> None:
    complaint = desk.complaint()
    desk.browser("koordinator").do(complaint, "ask_completeness", words="Di desa mana letak jalannya?")
    asked = desk.service.said("case.completeness_requested", complaint)
    assert desk.service.ask("said", as_="notify", item_id=asked["item_id"])["words"] == "Di desa mana letak jalannya?"
    assert desk.state(complaint) == "awaiting_completion"

    message = new_id()
    desk.reporter.texts[complaint]["messages"] = [
        {
            "message_id": message,
            "kind": "reply",
            "channel": "sms",
            "received_at": desk.service.now(),
            "body": "Di Desa Totallang.",
            "attachments": [],
        }
    ]
    desk.service.says(
        "intake",
        "complaint.message_received",
        complaint,
        {
            "complaint_id": complaint,
            "message_id": message,
            "kind": "reply",
            "channel": "sms",
            "received_at": desk.service.now(),
            "attachments": 0,
        },
    )
    desk.hears(
        "intake",
        "complaint.completed",
        complaint,
        lambda: desk.state(complaint) == "unverified",
        message_id=message,
        completed_at=desk.service.now(),
    )
    assert "baru dari pelapor" in visible(desk.browser("koordinator").get("/meja/"))
    page = visible(desk.browser("koordinator").case(complaint))
    assert page.count("Di Desa Totallang.") == 1, "a completion is shown once, not also as a message"
    # Once she has seen it, it is no news any more.
    assert "baru dari pelapor" not in visible(desk.browser("koordinator").case(complaint))


def test_what_is_not_completed_in_time_counts_as_withdrawn(desk: Desk) -> None:
    complaint = desk.complaint()
    desk.program("koordinator").post(f"/cases/{complaint}/completeness-requests", words="Mohon sebutkan tempatnya.")
    desk.hears(
        "intake",
        "complaint.withdrawn",
        complaint,
        lambda: desk.state(complaint) == "withdrawn",
        reason="not_completed",
        withdrawn_at=desk.service.now(),
    )
    refused = desk.program("koordinator").post(
        f"/cases/{complaint}/verification", **{"class": "information"}, category="kesehatan"
    )
    assert (refused.status_code, refused.json["slug"]) == (409, "finished")


def test_a_wrong_agency_returns_it_once_and_it_is_sent_again_without_any_clock_starting_anew(desk: Desk) -> None:
    complaint = desk.dispatched("dishub")
    done = desk.browser("dishub").do(complaint, "return", competent_agency_id="pupr", words="Jalan ini urusan PUPR.")
    assert done.status_code == 303
    returned = desk.service.said("case.returned", complaint)
    assert (returned["agency_id"], returned["competent_agency_id"], returned["returns"]) == ("dishub", "pupr", 1)
    case = desk.where(complaint)
    assert (case["state"], case["agency_id"], case["returns"]) == ("in_progress", None, 1)

    page = visible(desk.browser("koordinator").case(complaint))
    assert "Menurut instansi, yang berwenang: Dinas Pekerjaan Umum dan Penataan Ruang" in page
    assert "karena disebut oleh instansi yang mengembalikan" in page
    desk.browser("koordinator").do(complaint, "dispatch", agency_id="pupr")
    again = eventually(lambda: desk.service.all_said("case.dispatched", complaint)[1:])[0]
    assert (again["agency_id"], again["previous_agency_id"], again["dispatch"]) == ("pupr", "dishub", 2)

    entries = desk.entries(complaint)
    assert [e["what"] for e in entries] == ["registered", "verified", "dispatched", "returned", "dispatched"]
    assert entries[3]["words"] is None, "the reason for the desk is not for the reporter"


def test_a_second_return_by_the_same_agency_is_refused(desk: Desk) -> None:
    complaint = desk.dispatched("dishub")
    dishub = desk.program("dishub")
    first = dishub.post(f"/cases/{complaint}/returns", competent_agency_id="pupr", words="Bukan wewenang Dishub.")
    assert first.status_code == 201
    desk.program("koordinator").post(f"/cases/{complaint}/dispatches", agency_id="dishub")
    second = dishub.post(f"/cases/{complaint}/returns", competent_agency_id="pupr", words="Tetap bukan wewenang kami.")
    assert (second.status_code, second.json["slug"]) == (409, "returned_before")
    assert desk.where(complaint)["returns"] == 1
    assert "return" not in dishub.get(f"/cases/{complaint}").json["allowed"]
    page = desk.browser("dishub").case(complaint)
    assert "sudah pernah mengembalikan" in visible(page)
    assert "Bukan wewenang kami" not in visible(page)


def test_an_objection_opens_it_again_and_the_second_answer_stands(desk: Desk) -> None:
    complaint = desk.answered()
    message = new_id()
    desk.hears(
        "intake",
        "complaint.objected",
        complaint,
        lambda: desk.state(complaint) == "in_progress",
        message_id=message,
        channel="email",
        at=desk.service.now(),
    )
    reopened = desk.service.said("case.reopened", complaint)
    assert (reopened["why"], reopened["agency_id"]) == ("objection", "pupr")
    for name in ("pupr", "kepala-pupr"):
        queue = visible(desk.browser(name).get("/meja/?tab=running"))
        assert "keberatan" in queue, f"{name} sees that the reporter objects"
    again = desk.program("pupr").answer(complaint, words="Sudah diaspal ulang.", files=[photo()])
    assert again.status_code == 201
    assert desk.state(complaint) == "answered"
    assert not desk.program("pupr").get(f"/cases/{complaint}").json["objected"]


def test_silence_closes_an_answered_case_and_an_old_expiry_does_not_close_a_new_answer(desk: Desk) -> None:
    complaint = desk.answered()
    now = desk.service.now()
    old = desk.clock(complaint, "objection", due_at=now - timedelta(days=3), due_date=(now - timedelta(days=3)).date())
    desk.service.says("sla", "clock.expired", complaint, {"complaint_id": complaint} | old)
    due = now + timedelta(days=14)
    desk.hears(
        "sla",
        "clock.expired",
        complaint,
        lambda: desk.state(complaint) == "closed",
        **desk.clock(complaint, "objection", due_at=due, due_date=due.date()),
    )
    closed = desk.service.said("case.closed", complaint)
    assert closed["how"] == "silence"
    assert abs(closed["closed_at"] - due) < timedelta(seconds=1), "dated by the limit, however late it is heard"


def test_an_objection_that_crosses_the_closing_still_counts(desk: Desk) -> None:
    complaint = desk.answered()
    due = desk.service.now() + timedelta(minutes=1)
    desk.hears(
        "sla",
        "clock.expired",
        complaint,
        lambda: desk.state(complaint) == "closed",
        **desk.clock(complaint, "objection", due_at=due, due_date=due.date()),
    )
    desk.hears(
        "intake",
        "complaint.objected",
        complaint,
        lambda: desk.state(complaint) == "in_progress",
        message_id=new_id(),
        channel="sms",
        at=desk.service.now(),
    )


def test_the_coordinator_closes_with_a_reason_only_after_an_answer(desk: Desk) -> None:
    complaint = desk.dispatched()
    early = desk.program("koordinator").post(f"/cases/{complaint}/closing", words="Sudah selesai di lapangan.")
    assert (early.status_code, early.json["slug"]) == (409, "not_answered")
    desk.program("pupr").answer(complaint, words="Jalan sudah ditambal.", files=[photo()])
    done = desk.browser("koordinator").do(complaint, "close", words="Sudah diperiksa di lapangan.")
    assert done.status_code == 303
    assert desk.service.said("case.closed", complaint)["how"] == "coordinator"
    closed = desk.entries(complaint)[-1]
    assert (closed["what"], closed["words"]) == ("closed", "Sudah diperiksa di lapangan.")


def test_the_coordinator_rejects_an_answer_and_reopens_a_closed_case(desk: Desk) -> None:
    complaint = desk.answered()
    coordinator = desk.program("koordinator")
    assert coordinator.post(f"/cases/{complaint}/reopening", words="Fotonya bukan tempat ini.").status_code == 201
    assert desk.state(complaint) == "in_progress"
    assert desk.service.said("case.reopened", complaint)["why"] == "coordinator"
    desk.program("pupr").answer(complaint, words="Ini foto yang benar.", files=[photo()])
    coordinator.post(f"/cases/{complaint}/closing", words="Sekarang sudah jelas.")
    assert coordinator.post(f"/cases/{complaint}/reopening", words="Ternyata rusak lagi.").status_code == 201
    assert desk.state(complaint) == "in_progress"


def test_archiving_needs_a_reason_the_reporter_is_told_and_she_may_object(desk: Desk) -> None:
    complaint = desk.complaint()
    coordinator = desk.browser("koordinator")
    refused = coordinator.do(complaint, "archive", reason="spam", words="ya")
    assert refused.status_code == 422
    assert "Tuliskan paling sedikit 10 huruf." in visible(refused)
    done = coordinator.do(complaint, "archive", reason="other_channel", words="Silakan hubungi PLN di nomor 123.")
    assert done.status_code == 303
    archived = desk.service.said("case.archived", complaint)
    assert archived["reason"] == "other_channel"
    assert desk.service.ask("said", as_="notify", item_id=archived["item_id"])["words"].startswith("Silakan hubungi")
    desk.hears(
        "intake",
        "complaint.objected",
        complaint,
        lambda: desk.state(complaint) == "unverified",
        message_id=new_id(),
        channel="web",
        at=desk.service.now(),
    )
    reopened = desk.service.said("case.reopened", complaint)
    assert (reopened["why"], reopened["agency_id"]) == ("objection", None)


def test_the_class_may_change_with_a_reason(desk: Desk) -> None:
    complaint = desk.dispatched()
    coordinator = desk.program("koordinator")
    same = coordinator.post(
        f"/cases/{complaint}/reclassification", **{"class": "non_supervisory"}, words="Sama saja dengan tadi."
    )
    assert (same.status_code, same.json["slug"]) == (422, "same_class")
    done = coordinator.post(
        f"/cases/{complaint}/reclassification", **{"class": "supervisory"}, words="Ada dugaan pungutan liar."
    )
    assert done.status_code == 201
    said = desk.service.said("case.reclassified", complaint)
    assert (said["class_"], said["previous_class"]) == ("supervisory", "non_supervisory")
    assert desk.where(complaint)["agency_id"] == "inspektorat", "what is berkadar pengawasan is examined there"


def test_the_reporters_of_merged_cases_get_the_same_answer_and_keep_their_own_veto(desk: Desk) -> None:
    lead = desk.dispatched()
    follower = desk.complaint(title="Lubang di depan pasar")
    number = desk.where(lead)["case_number"]
    done = desk.browser("koordinator").do(follower, "merge", lead=number.lower(), words="Lubang yang sama.")
    assert done.status_code == 303
    assert desk.service.said("case.merged", follower)["lead_complaint_id"] == lead
    assert desk.service.said("case.verified", follower)["category"] == CATEGORY
    assert desk.state(follower) == "merged"
    assert "jangan sebut nama" in visible(desk.browser("pupr").case(lead))

    desk.program("pupr").answer(lead, words="Lubang sudah ditambal.", files=[photo()])
    assert desk.state(lead) == desk.state(follower) == "answered"
    assert desk.service.said("case.answered", follower)["evidence"] == 1
    shown = desk.entries(follower)[-1]
    assert shown["words"] == "Lubang sudah ditambal."
    file = desk.app.test_client().get(shown["evidence"][0]["url"])
    assert (file.status_code, file.mimetype) == (200, "image/jpeg")

    desk.hears(
        "intake",
        "complaint.objected",
        follower,
        lambda: desk.state(follower) == "in_progress",
        message_id=new_id(),
        channel="web",
        at=desk.service.now(),
    )
    assert desk.state(lead) == "answered", "one reporter's veto is not another's"


def test_followers_come_back_when_their_lead_ends_without_an_answer(desk: Desk) -> None:
    lead, follower = desk.dispatched(), desk.complaint()
    number = desk.where(lead)["case_number"]
    merged = desk.program("koordinator").post(f"/cases/{follower}/merging", lead=number, words="Lubang yang sama.")
    assert merged.status_code == 201
    desk.hears(
        "intake",
        "complaint.withdrawn",
        lead,
        lambda: desk.state(lead) == "withdrawn",
        reason="reporter",
        withdrawn_at=desk.service.now(),
    )
    case = desk.where(follower)
    assert (case["state"], case["agency_id"]) == ("in_progress", None)


@pytest.mark.parametrize("lead", ["KOLUT-1999-000001", "bukan nomor"])
def test_a_case_cannot_follow_one_that_is_not_there(desk: Desk, lead: str) -> None:
    complaint = desk.complaint()
    refused = desk.program("koordinator").post(f"/cases/{complaint}/merging", lead=lead, words="Lubang yang sama.")
    assert (refused.status_code, refused.json["slug"]) == (422, "lead_unknown")
    assert desk.state(complaint) == "unverified"


def test_a_late_case_stands_in_front_until_its_clock_stops(desk: Desk) -> None:
    desk.dispatched("dlh")
    complaint = desk.dispatched("dlh")
    breach = desk.clock(complaint, "settlement", agency_id="dlh")
    officer = desk.program("dlh")

    def first() -> bool:
        line = officer.get("/cases", tab="new").json["cases"][0]
        return bool(line["late"]) and line["case_number"] == desk.where(complaint)["case_number"]

    desk.hears("sla", "clock.breached", complaint, first, **breach)
    assert officer.get("/cases", tab="late").json["counts"]["late"] == 1
    raised = {k: breach[k] for k in ("clock_id", "clock", "agency_id", "due_date")}
    desk.hears(
        "sla",
        "escalation.raised",
        complaint,
        lambda: officer.get(f"/cases/{complaint}").json["escalation"] == "head",
        level="head",
        raised_at=desk.service.now(),
        **raised,
    )
    stopped = {k: breach[k] for k in ("clock_id", "clock", "agency_id")}
    desk.hears(
        "sla",
        "clock.stopped",
        complaint,
        lambda: officer.get("/cases", tab="late").json["counts"]["late"] == 0,
        outcome="late",
        stopped_at=desk.service.now(),
        **stopped,
    )


def test_forwarding_to_the_ombudsman_is_a_flag_beside_the_state(desk: Desk) -> None:
    complaint = desk.dispatched("dinsos")
    referral = {"referral_id": new_id(), "number": "OMB-KOLUT-2026-0001"}
    desk.hears(
        "ombudsman",
        "referral.forwarded",
        complaint,
        lambda: desk.program("dinsos").get(f"/cases/{complaint}").json["under_ombudsman"],
        with_identity=False,
        forwarded_at=desk.service.now(),
        **referral,
    )
    assert desk.state(complaint) == "dispatched"
    assert desk.entries(complaint)[-1]["what"] == "forwarded"
    dossier = desk.service.ask("dossier", as_="ombudsman", complaint_id=complaint)
    assert dossier["agency_name"] == "Dinas Sosial"
    desk.hears(
        "ombudsman",
        "referral.closed",
        complaint,
        lambda: not desk.program("dinsos").get(f"/cases/{complaint}").json["under_ombudsman"],
        closed_at=desk.service.now(),
        **referral,
    )


def test_what_was_heard_of_another_source_first_waits_for_the_registration(desk: Desk) -> None:
    complaint = new_id()
    desk.service.says(
        "sla",
        "clock.due_soon",
        complaint,
        {"complaint_id": complaint, "fraction": 0.5} | desk.clock(complaint, "verification"),
    )
    with pytest.raises(NotFound):
        desk.service.ask("case", as_="sla", complaint_id=complaint)
    desk.complaint(complaint_id=complaint)
    eventually(lambda: "hampir jatuh tempo" in visible(desk.browser("koordinator").get("/meja/?tab=new")), seconds=30)
