"""The lock against a conflict of interest, at the real desk: nothing of a case reaches whom it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from lxml import html
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from services.routing.store.tables import accounts, items, locks
from shared.ids import new_id
from tests.component.routing.conftest import CATEGORY, Desk, photo, visible
from tests.component.routing.test_who_may_what import DEEDS, entries

SECRET = "Kepala dinas meminta uang"


def named(desk: Desk, complaint: UUID, agency_id: str) -> Any:
    """The coordinator locks an agency out."""
    return desk.program("koordinator").post(
        f"/cases/{complaint}/locks", agency_id=agency_id, words="Laporan ini tentang kepala dinasnya."
    )


def reclassified(desk: Desk, complaint: UUID, class_: str = "supervisory") -> Any:
    answer = desk.program("koordinator").post(
        f"/cases/{complaint}/reclassification", **{"class": class_}, words="Ada dugaan pungutan liar."
    )
    assert answer.status_code == 201, answer.text
    return answer


def number_of(desk: Desk, complaint: UUID) -> str:
    return str(desk.where(complaint)["case_number"])


def sees_nothing(desk: Desk, name: str, complaint: UUID) -> None:
    """By page, list, search, count, API and deed: the case is not there for her."""
    number = number_of(desk, complaint)
    browser, program = desk.browser(name), desk.program(name)
    for tab in ("new", "running", "late", "answered", "done", "returned"):
        page = browser.get(f"/meja/?tab={tab}").text
        assert number not in page
        assert SECRET not in page
    for sought in (number, number.rsplit("-", 1)[1]):
        assert "Tidak ada laporan di sini." in browser.get(f"/meja/?nomor={sought}").text
        answer = program.get("/cases", q=sought).json
        assert (answer["cases"], set(answer["counts"].values())) == ([], {0})
    unknown, hers = browser.case(new_id()), browser.case(complaint)
    assert unknown.status_code == hers.status_code == 404
    assert visible(unknown) == visible(hers), "nothing tells one from the other"
    assert program.get(f"/cases/{complaint}").status_code == 404
    for path, body in {**DEEDS, "locks": {"agency_id": "dinkes", "words": "Mereka yang salah."}}.items():
        refused = program.post(f"/cases/{complaint}/{path}", **body)
        assert (refused.status_code, refused.json["slug"]) == (404, "unknown_case"), path
    assert program.answer(complaint, words="Tidak ada apa-apa di sini.", files=[photo()]).status_code == 404


# -- how a case becomes locked ---------------------------------------------------------------------


def test_the_agency_that_has_a_case_loses_it_to_the_inspektorat_when_it_becomes_supervisory(desk: Desk) -> None:
    complaint = desk.dispatched("disdag", title=SECRET)
    assert number_of(desk, complaint) in desk.browser("disdag").get("/meja/").text
    reclassified(desk, complaint)
    assert (desk.state(complaint), desk.where(complaint)["agency_id"]) == ("dispatched", "inspektorat")
    said = desk.service.all_said("case.dispatched", complaint)[-1]
    assert (said["agency_id"], said["previous_agency_id"], said["dispatch"]) == ("inspektorat", "disdag", 2)
    for name in ("disdag", "kepala-disdag"):
        sees_nothing(desk, name, complaint)
    for name in ("koordinator", "penghubung-inspektorat", "kepala-inspektorat"):
        page = visible(desk.browser(name).case(complaint))
        assert SECRET in page
        assert "Terkunci bagi Dinas Perdagangan." in page
    offered = html.fromstring(desk.browser("koordinator").case(complaint).text)
    assert offered.xpath("//select[@name='accuse-agency_id']/option[@selected]/@value") in ([], [""]), (
        "nobody is presumed"
    )
    answered = desk.program("penghubung-inspektorat").answer(
        complaint, words="Sudah kami periksa.", substantive="false"
    )
    assert answered.status_code == 201


def test_an_agency_never_hears_of_a_case_that_was_supervisory_from_the_start(desk: Desk) -> None:
    complaint = desk.complaint(title=SECRET, agency_id="dpmd")
    coordinator = desk.program("koordinator")
    wanted = {"class": "supervisory", "category": CATEGORY}
    refused = coordinator.post(f"/cases/{complaint}/verification", **wanted, agency_id="dpmd")
    assert (refused.status_code, refused.json["slug"]) == (422, "inspectorate_only")
    assert desk.state(complaint) == "unverified", "nothing of it is done"
    assert coordinator.post(f"/cases/{complaint}/verification", **wanted).status_code == 201
    assert desk.where(complaint)["agency_id"] == "inspektorat"
    assert coordinator.get(f"/cases/{complaint}").json["locks"] == [{"agency_id": "dpmd", "proposed": False}]
    assert named(desk, complaint, "bkd").status_code == 201
    assert len(desk.service.all_said("case.locked", complaint)) == 1, "she is told once"
    sees_nothing(desk, "dpmd", complaint)
    assert "dpmd" not in str(
        [s for s in desk.service.all_said() if str(complaint) in str(s) and "registered" not in str(s)]
    )


def test_the_coordinator_names_the_accused_by_form_before_she_verifies(desk: Desk) -> None:
    complaint = desk.complaint(title=SECRET)
    coordinator = desk.browser("koordinator")
    assert coordinator.do(complaint, "accuse", agency_id="satpol-pp", words="Tentang komandannya.").status_code == 303
    assert "Dikunci bagi Satuan Polisi Pamong Praja, yang dilaporkan" in visible(coordinator.case(complaint))
    refused = coordinator.do(
        complaint, "verify", class_="non_supervisory", category=CATEGORY, agency_id="satpol-pp", note=""
    )
    assert refused.status_code == 422
    assert "laporan ini mengenai instansi itu sendiri" in visible(refused)
    done = coordinator.do(
        complaint, "verify", class_="non_supervisory", category=CATEGORY, agency_id="bappeda", note=""
    )
    assert done.status_code == 303
    assert desk.where(complaint)["agency_id"] == "bappeda"
    sees_nothing(desk, "satpol-pp", complaint)
    assert SECRET in visible(desk.browser("bappeda").case(complaint)), "another agency may handle it"
    assert SECRET in visible(desk.browser("kepala-inspektorat").case(complaint)), "and the Inspektorat watches"


def test_an_answer_of_the_accused_does_not_stand(desk: Desk) -> None:
    complaint = desk.answered("distan", title=SECRET)
    assert named(desk, complaint, "distan").status_code == 201
    assert (desk.state(complaint), desk.where(complaint)["agency_id"]) == ("dispatched", "inspektorat")
    assert [e["what"] for e in desk.entries(complaint)][-2:] == ["answered", "dispatched"]
    reopened = desk.service.said("case.reopened", complaint)
    assert (reopened["agency_id"], reopened["why"]) == ("inspektorat", "coordinator")
    sees_nothing(desk, "distan", complaint)
    refused = desk.program("koordinator").post(f"/cases/{complaint}/closing", words="Sudah dijawab dinasnya.")
    assert (refused.status_code, refused.json["slug"]) == (409, "not_answered")


def test_a_closed_case_that_she_objects_to_comes_back_to_the_inspektorat(desk: Desk) -> None:
    complaint = desk.answered("dispora", title=SECRET)
    closing = {"words": "Jawabannya sudah jelas sekali."}
    assert desk.program("koordinator").post(f"/cases/{complaint}/closing", **closing).status_code == 201
    assert named(desk, complaint, "dispora").status_code == 201
    assert desk.state(complaint) == "closed"
    sees_nothing(desk, "dispora", complaint)
    desk.hears(
        "intake",
        "complaint.objected",
        complaint,
        lambda: desk.state(complaint) == "dispatched",
        message_id=new_id(),
        channel="web",
        at=desk.service.now(),
    )
    assert desk.where(complaint)["agency_id"] == "inspektorat"
    reopened = desk.service.said("case.reopened", complaint)
    assert (reopened["agency_id"], reopened["why"]) == ("inspektorat", "objection")
    sees_nothing(desk, "dispora", complaint)


def test_a_case_about_the_inspektorat_itself_stays_with_the_coordinator(desk: Desk) -> None:
    complaint = desk.complaint(title=SECRET)
    wanted = {"class": "supervisory", "category": CATEGORY}
    desk.program("koordinator").post(f"/cases/{complaint}/verification", **wanted)
    assert desk.where(complaint)["agency_id"] == "inspektorat"
    assert named(desk, complaint, "inspektorat").status_code == 201
    assert (desk.state(complaint), desk.where(complaint)["agency_id"]) == ("in_progress", None)
    assert desk.service.said("case.reopened", complaint)["agency_id"] is None
    for name in ("penghubung-inspektorat", "kepala-inspektorat"):
        assert desk.browser(name).case(complaint).status_code == 404
        assert desk.program(name).get("/cases", q=number_of(desk, complaint)).json["cases"] == []
        assert number_of(desk, complaint) not in desk.browser(name).get("/meja/?tab=oversight").text
    sent = desk.program("koordinator").post(f"/cases/{complaint}/dispatches", agency_id="bapenda")
    assert sent.status_code == 201


def test_a_case_that_follows_a_lead_leaves_it_when_it_is_locked(desk: Desk) -> None:
    lead, follower = desk.dispatched("dishub"), desk.complaint(title=SECRET)
    merged = {"lead": number_of(desk, lead), "words": "Perkara yang sama."}
    assert desk.program("koordinator").post(f"/cases/{follower}/merging", **merged).status_code == 201
    assert number_of(desk, follower) in desk.browser("dishub").case(lead).text
    assert named(desk, follower, "dishub").status_code == 201
    assert (desk.state(follower), desk.where(follower)["agency_id"]) == ("in_progress", None)
    assert number_of(desk, follower) not in desk.browser("dishub").case(lead).text
    again = desk.program("koordinator").post(f"/cases/{follower}/merging", **merged)
    assert (again.status_code, again.json["slug"]) == (409, "locked_not_merged")


def test_the_case_keeps_its_lock_when_it_is_no_longer_supervisory(desk: Desk) -> None:
    complaint = desk.dispatched("diskop-ukm", title=SECRET)
    reclassified(desk, complaint)
    reclassified(desk, complaint, "non_supervisory")
    refused = desk.program("koordinator").post(f"/cases/{complaint}/dispatches", agency_id="diskop-ukm")
    assert (refused.status_code, refused.json["slug"]) == (422, "agency_locked")
    sees_nothing(desk, "diskop-ukm", complaint)


# -- what others are told --------------------------------------------------------------------------


def test_the_inspektorat_has_a_view_of_everything_supervisory_and_counts_it(desk: Desk) -> None:
    complaint = desk.complaint(title=SECRET)
    desk.program("koordinator").post(f"/cases/{complaint}/verification", **{"class": "supervisory"}, category=CATEGORY)
    ordinary = desk.dispatched("dukcapil")
    head = desk.program("kepala-inspektorat")
    told = head.get("/cases", tab="oversight").json
    shown = {line["case_number"] for line in told["cases"]}
    assert number_of(desk, complaint) in shown
    assert number_of(desk, ordinary) not in shown
    assert told["counts"]["oversight"] >= len(shown)
    assert head.get("/cases", q=number_of(desk, ordinary)).json["cases"] == []
    assert "Pengawasan" in visible(desk.browser("kepala-inspektorat").get("/meja/?tab=oversight"))
    assert desk.program("dukcapil").get("/cases", tab="oversight").status_code == 422
    assert "Pengawasan" not in visible(desk.browser("dukcapil").get("/meja/?tab=oversight"))


def test_a_supervisor_sees_that_there_is_one_but_neither_reads_it_nor_learns_whom_it_is_about(desk: Desk) -> None:
    complaint = desk.dispatched("setda", title=SECRET)
    reclassified(desk, complaint)
    (line,) = desk.program("sekda").get("/cases", tab="running", q=number_of(desk, complaint)).json["cases"]
    assert (line["complaint_id"], line["title"], line["agency_id"]) == (None, None, "inspektorat")
    page = desk.browser("sekda").get(f"/meja/?nomor={number_of(desk, complaint)}").text
    assert SECRET not in page
    assert str(complaint) not in page
    assert desk.browser("sekda").case(complaint).status_code == 404
    sees_nothing(desk, "kepala-setda", complaint)


def test_notify_alone_is_told_which_agency_must_not_hear_of_a_case(desk: Desk) -> None:
    complaint, other = desk.dispatched("disnakertrans"), desk.dispatched("disnakertrans")
    named(desk, complaint, "disnakertrans")
    told = desk.service.ask("locks", as_="notify", complaint_ids=[complaint, other])
    assert told == {"locks": [{"complaint_id": complaint, "agency_id": "disnakertrans"}]}
    with pytest.raises(Exception, match="not_your_question"):
        desk.service.ask("locks", as_="sla", complaint_ids=[complaint])


def test_the_reporter_is_not_told_whom_the_desk_takes_for_accused_nor_why(desk: Desk) -> None:
    complaint = desk.dispatched("disperikanan")
    named(desk, complaint, "disperikanan")
    told = desk.entries(complaint)
    assert [e["what"] for e in told] == ["registered", "verified", "dispatched", "dispatched"]
    assert "kepala dinasnya" not in str(told)


# -- attempts --------------------------------------------------------------------------------------


def test_what_somebody_of_the_accused_agency_tries_is_noted_on_the_case_once_an_hour(desk: Desk) -> None:
    complaint = desk.dispatched("disbunnak", title=SECRET)
    named(desk, complaint, "disbunnak")
    before = entries(desk, complaint)
    sees_nothing(desk, "disbunnak", complaint)
    assert entries(desk, complaint) == before + 1
    shown = visible(desk.browser("kepala-inspektorat").case(complaint))
    assert "Percobaan dari Dinas Perkebunan dan Peternakan membuka laporan ini, ditolak" in shown
    assert "Pejabat Penghubung Dinas Perkebunan dan Peternakan" in shown, "and who it was"
    desk.service.shift(hours=1)
    desk.browser("disbunnak").get(f"/meja/?nomor={number_of(desk, complaint)}")
    assert entries(desk, complaint) == before + 2, "a search by its number is one, too"
    desk.browser("dukcapil").case(complaint)
    assert entries(desk, complaint) == before + 2, "a stranger's look is none"


# -- lifting ---------------------------------------------------------------------------------------


def lifting(desk: Desk, who: str, complaint: UUID, path: str, agency_id: str) -> Any:
    return desk.program(who).post(f"/cases/{complaint}/{path}", agency_id=agency_id, words="Ternyata bukan mereka.")


def test_a_lock_is_lifted_by_the_coordinator_and_the_head_of_the_inspektorat_together(desk: Desk) -> None:
    complaint = desk.dispatched("damkar", title=SECRET)
    named(desk, complaint, "damkar")
    early = lifting(desk, "kepala-inspektorat", complaint, "liftings", "damkar")
    assert (early.status_code, early.json["slug"]) == (409, "not_proposed")
    assert lifting(desk, "koordinator", complaint, "lifting-proposals", "damkar").status_code == 201
    sees_nothing(desk, "damkar", complaint)
    for who in ("koordinator", "penghubung-inspektorat"):
        refused = lifting(desk, who, complaint, "liftings", "damkar")
        assert (refused.status_code, refused.json["slug"]) == (403, "not_yours")
    head = desk.browser("kepala-inspektorat")
    assert "belum disetujui orang kedua" in visible(head.case(complaint))
    assert head.do(complaint, "lift", agency_id="damkar", words="Setuju, bukan mereka.").status_code == 303
    assert desk.program("koordinator").get(f"/cases/{complaint}").json["locks"] == []
    assert desk.browser("damkar").case(complaint).status_code == 404, "the lock is open; the case is not sent yet"
    assert desk.program("koordinator").post(f"/cases/{complaint}/dispatches", agency_id="damkar").status_code == 201
    assert SECRET in visible(desk.browser("damkar").case(complaint))
    history = visible(desk.browser("koordinator").case(complaint))
    for heading in ("Dikunci bagi", "Diusulkan membuka kunci bagi", "dibuka"):
        assert heading in history
    again = lifting(desk, "koordinator", complaint, "lifting-proposals", "damkar")
    assert (again.status_code, again.json["slug"]) == (422, "not_locked")


def test_nobody_lifts_a_lock_alone_not_even_in_the_store(desk: Desk) -> None:
    complaint = desk.dispatched("bpbd")
    named(desk, complaint, "bpbd")
    with desk.service.store.read() as session:
        coordinator = session.scalar(select(accounts.c.account_id).where(accounts.c.name == "koordinator"))
    alone = update(locks).where(locks.c.complaint_id == complaint)
    for proposed_by in (None, coordinator):
        with pytest.raises(IntegrityError), desk.service.store.begin() as tx:
            tx.session.execute(
                alone.values(proposed_by=proposed_by, lifted_by=coordinator, lifted_at=tx.now + timedelta(seconds=1))
            )


def test_a_lock_of_the_inspektorat_is_lifted_by_another_coordinator(desk: Desk) -> None:
    with desk.service.store.begin() as tx:
        first = tx.session.execute(select(accounts).where(accounts.c.name == "koordinator")).mappings().one()
        tx.session.execute(insert(accounts).values({**first, "account_id": new_id(), "name": "koordinator-2"}))
    complaint = desk.complaint()
    named(desk, complaint, "inspektorat")
    lifting(desk, "koordinator", complaint, "lifting-proposals", "inspektorat")
    assert lifting(desk, "koordinator", complaint, "liftings", "inspektorat").status_code == 403
    assert lifting(desk, "koordinator-2", complaint, "liftings", "inspektorat").status_code == 201


def test_the_same_lock_sent_twice_is_one(desk: Desk) -> None:
    complaint, key = desk.dispatched("dpppa"), new_id().hex
    body = {"agency_id": "dpppa", "words": "Tentang kepala dinasnya."}
    first, second = (desk.program("koordinator").post(f"/cases/{complaint}/locks", key, **body) for _ in range(2))
    assert first.json == second.json
    refused = desk.program("koordinator").post(f"/cases/{complaint}/locks", **body)
    assert (refused.status_code, refused.json["slug"]) == (422, "agency_locked")
    with desk.service.store.read() as session:
        noted = session.scalars(select(items.c.what).where(items.c.complaint_id == complaint)).all()
    assert noted.count("locked") == 1
