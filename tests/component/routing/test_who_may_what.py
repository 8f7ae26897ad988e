"""Who sees and does what at the desk, by page and API: nothing leaks, is done twice, or acts on its own."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from services.routing.store.tables import accounts, cases, evidence, items, signin
from shared.ids import new_id
from tests.component.routing.conftest import API, CATEGORY, Browser, Desk, photo, visible

DEEDS = {
    "verification": {"class": "information", "category": "kesehatan"},
    "completeness-requests": {"words": "Mohon sebutkan tempatnya."},
    "dispatches": {"agency_id": "dinkes"},
    "returns": {"competent_agency_id": "dinkes", "words": "Bukan wewenang kami."},
    "closing": {"words": "Sudah selesai semuanya."},
    "archiving": {"reason": "spam", "words": "Ini pesan sampah saja."},
    "reclassification": {"class": "aspiration", "words": "Ternyata sebuah usulan."},
    "merging": {"lead": "KOLUT-2026-000001", "words": "Sama dengan yang itu."},
    "reopening": {"words": "Belum selesai di lapangan."},
    "notes": {"words": "Catatan untuk meja saja."},
}


def entries(desk: Desk, complaint_id: UUID) -> int:
    with desk.service.store.read() as session:
        return session.scalar(select(func.count()).where(items.c.complaint_id == complaint_id)) or 0


# -- other people's cases --------------------------------------------------------------------------


def test_an_officer_does_not_see_another_agencys_case_by_page_or_api(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil", title="Antrean KTP berjam-jam")
    number = desk.where(complaint)["case_number"]
    stranger = desk.browser("dinsos")
    for tab in ("new", "running", "late", "answered", "done", "returned"):
        page = stranger.get(f"/meja/?tab={tab}").text
        assert number not in page
        assert "Antrean KTP" not in page
    assert "Tidak ada laporan di sini." in stranger.get(f"/meja/?nomor={number}").text
    unknown, hers = stranger.case(new_id()), stranger.case(complaint)
    assert unknown.status_code == hers.status_code == 404
    assert visible(unknown) == visible(hers), "nothing tells one from the other"

    program = desk.program("dinsos")
    assert program.get(f"/cases/{complaint}").status_code == 404
    assert program.get("/cases", q=number).json["cases"] == []
    assert program.get("/cases", agency="dukcapil").json["cases"] == []


def test_no_deed_on_another_agencys_case_is_possible_or_leaves_a_trace(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    before = entries(desk, complaint)
    for path, body in DEEDS.items():
        for target in (complaint, new_id()):
            refused = desk.program("dinsos").post(f"/cases/{target}/{path}", **body)
            assert (refused.status_code, refused.json["slug"]) == (404, "unknown_case"), path
    refused = desk.program("dinsos").answer(complaint, words="Kami jawab saja sendiri.", files=[photo()])
    assert refused.status_code == 404
    assert entries(desk, complaint) == before


def test_an_officer_cannot_do_the_coordinators_deeds_on_her_own_case(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    for path, body in DEEDS.items():
        if path in ("returns", "notes"):
            continue
        refused = desk.program("dukcapil").post(f"/cases/{complaint}/{path}", **body)
        assert (refused.status_code, refused.json["slug"]) == (403, "not_yours"), path
    assert set(desk.program("dukcapil").get(f"/cases/{complaint}").json["allowed"]) == {
        "return",
        "reply",
        "promise",
        "answer",
        "note",
    }


def test_a_case_she_returned_is_only_a_number_and_a_date_to_her(desk: Desk) -> None:
    complaint = desk.dispatched("disdag", title="Pasar becek")
    number = desk.where(complaint)["case_number"]
    desk.program("disdag").post(f"/cases/{complaint}/returns", competent_agency_id="pupr", words="Bukan urusan kami.")
    desk.program("koordinator").post(f"/cases/{complaint}/dispatches", agency_id="pupr")
    browser = desk.browser("disdag")
    returned = browser.get("/meja/?tab=returned").text
    assert number in returned
    assert "Pasar becek" not in returned
    assert browser.case(complaint).status_code == 404
    assert desk.program("disdag").get(f"/cases/{complaint}").status_code == 404


def test_supervisors_read_all_cases_but_change_none(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    for name in ("sekda", "inspektorat"):
        page = desk.browser(name).case(complaint)
        assert page.status_code == 200
        assert "Tindakan" not in visible(page)
        refused = desk.program(name).post(f"/cases/{complaint}/notes", words="Mohon dipercepat.")
        assert refused.status_code == 403


def test_a_confidential_case_is_read_by_the_coordinator_and_its_agency_only(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil", title="Pungutan di loket", confidential=True)
    number = desk.where(complaint)["case_number"]
    for name in ("koordinator", "dukcapil", "kepala-dukcapil"):
        assert "Pungutan di loket" in visible(desk.browser(name).case(complaint))
    for name in ("sekda", "inspektorat"):
        queue = desk.browser(name).get(f"/meja/?tab=running&nomor={number}").text
        assert number in queue
        assert "Pungutan di loket" not in queue
        assert str(complaint) not in queue
        assert desk.browser(name).case(complaint).status_code == 404
        (line,) = desk.program(name).get("/cases", tab="running", q=number).json["cases"]
        assert (line["complaint_id"], line["title"]) == (None, None)
    looked = {reader for i, reader, _ in desk.reporter.looks if i == complaint}
    assert len(looked) == 3, "every look is told to intake, and only those were made"


def test_confidential_cases_are_not_merged(desk: Desk) -> None:
    lead, complaint = desk.dispatched("dukcapil"), desk.complaint(confidential=True)
    refused = desk.program("koordinator").post(
        f"/cases/{complaint}/merging", lead=desk.where(lead)["case_number"], words="Perkara yang sama."
    )
    assert (refused.status_code, refused.json["slug"]) == (409, "confidential_not_merged")


def test_the_operator_runs_the_machine_and_reads_no_case(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    operator = desk.browser("operator")
    assert operator.get("/meja/").location == "/meja/instansi"
    assert operator.get("/meja/instansi").status_code == 200
    assert operator.case(complaint).status_code == 403
    assert desk.program("operator").get("/cases").status_code == 403


def test_the_reporter_is_told_agencies_but_no_officers_and_no_notes(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    desk.browser("dukcapil").do(complaint, "note", words="Pelapor ini sering mengeluh.")
    desk.program("dukcapil").answer(complaint, words="Sedang kami proses.", substantive="false")
    told = desk.service.ask("timeline", as_="intake", complaint_id=complaint)
    assert told["agency_name"] == "Dinas Kependudukan dan Pencatatan Sipil"
    assert [e["what"] for e in told["entries"]] == ["registered", "verified", "dispatched", "interim"]
    assert "sering mengeluh" not in str(told)
    assert "Pejabat Penghubung" not in str(told)
    assert "sering mengeluh" in visible(desk.browser("koordinator").case(complaint))


# -- sessions and forms ----------------------------------------------------------------------------


def test_without_signing_in_there_is_no_desk(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    nobody = Browser(desk.app, None)
    for address in ("/meja/", f"/meja/laporan/{complaint}", "/meja/instansi"):
        answer = nobody.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/meja/masuk")
    client = desk.app.test_client()
    assert client.get(f"{API}/cases").status_code == 401
    assert client.get(f"{API}/cases", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert client.post(f"{API}/cases/{complaint}/closing", json={"words": "Sudah selesai."}).status_code == 401


def test_a_stolen_session_ends_for_the_thief_and_the_owner(desk: Desk) -> None:
    owner = Browser(desk.app, "dlh")
    stolen = owner.client.get_cookie("aduan_meja", path="/")
    assert stolen is not None
    thief = Browser(desk.app, None)
    thief.agent = "Another browser altogether"
    thief.client.set_cookie("aduan_meja", stolen.value)
    assert thief.get("/meja/").status_code == 303
    assert owner.get("/meja/").status_code == 303, "the session is revoked"


def test_an_expired_session_leads_back_to_the_sign_in_page(desk: Desk) -> None:
    browser = Browser(desk.app, "dispus")
    assert browser.get("/meja/?tab=late").status_code == 200
    with desk.service.store.begin() as tx:
        dispus = select(accounts.c.account_id).where(accounts.c.name == "dispus").scalar_subquery()
        past = datetime.now(UTC) - timedelta(minutes=1)
        tx.session.execute(
            update(signin.sessions).where(signin.sessions.c.account_id == dispus).values(expires_at=past)
        )
    answer = browser.get("/meja/?tab=late")
    assert answer.status_code == 303
    assert "next=%2Fmeja%2F%3Ftab%3Dlate" in answer.location, "and back to where she was"


def test_a_session_is_over_when_its_account_is_closed(desk: Desk) -> None:
    browser = Browser(desk.app, "disarsip")
    assert browser.get("/meja/").status_code == 200
    with desk.service.store.begin() as tx:
        tx.session.execute(update(accounts).where(accounts.c.name == "disarsip").values(active=False))
    assert browser.get("/meja/").status_code == 303


def test_a_browsers_cookie_opens_no_api_and_a_programs_token_no_page(desk: Desk) -> None:
    browser, program = desk.browser("dukcapil"), desk.program("dukcapil")
    assert browser.get(f"{API}/cases").status_code == 401
    assert desk.app.test_client().get("/meja/", headers=program.headers).status_code == 303


def test_a_form_without_its_token_changes_nothing(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    browser = desk.browser("dukcapil")
    before = entries(desk, complaint)
    answer = browser.client.post(
        f"/meja/laporan/{complaint}/note",
        data={"note-words": "Kiriman dari situs lain."},
        headers={"User-Agent": browser.agent},
    )
    assert answer.status_code == 400
    assert entries(desk, complaint) == before


# -- at the same time, and twice -------------------------------------------------------------------


def test_two_officers_in_the_same_second_act_once_and_the_second_is_told(desk: Desk) -> None:
    complaint = desk.complaint()
    version = desk.program("koordinator").get(f"/cases/{complaint}").json["version"]
    start, answers = threading.Barrier(2), []

    def act(agency_id: str) -> None:
        start.wait()
        answers.append(
            desk.program("koordinator").post(
                f"/cases/{complaint}/verification",
                **{"class": "non_supervisory"},
                category=CATEGORY,
                agency_id=agency_id,
                version=version,
            )
        )

    threads = [threading.Thread(target=act, args=(agency,)) for agency in ("pupr", "dishub")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.status_code for a in answers) == [201, 409]
    (refused,) = [a.json for a in answers if a.status_code == 409]
    assert refused["slug"] == "changed_by_other"
    assert "diubah orang lain" in refused["detail"]
    assert entries(desk, complaint) == 3, "registered, verified, dispatched: once"
    assert desk.where(complaint)["dispatches"] == 1


def test_an_answer_typed_on_an_old_page_is_not_lost(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    officer, head = desk.browser("dukcapil"), desk.browser("kepala-dukcapil")
    old = officer.case(complaint)
    head.do(complaint, "answer", kind="interim", words="Sedang kami periksa berkasnya.")
    refused = officer.submit(
        old,
        "//*[@id='answer']//form",
        {"answer-kind": "interim", "answer-words": "Jawaban panjang yang susah payah diketik."},
    )
    assert refused.status_code == 409
    assert "diubah orang lain" in visible(refused)
    assert "Jawaban panjang yang susah payah diketik." in refused.text
    # The page that came back is the newest one: sending it again works.
    again = officer.submit(
        refused,
        "//*[@id='answer']//form",
        {"answer-kind": "interim", "answer-words": "Jawaban panjang yang susah payah diketik."},
    )
    assert again.status_code == 303


def test_a_message_of_the_reporter_meanwhile_does_not_refuse_an_answer_but_stays_news(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    officer = desk.browser("dukcapil")
    page = officer.case(complaint)
    desk.hears(
        "intake",
        "complaint.message_received",
        complaint,
        lambda: len(desk.program("koordinator").get(f"/cases/{complaint}").json["timeline"]) == 4,
        message_id=new_id(),
        kind="addition",
        channel="sms",
        received_at=desk.service.now(),
        attachments=0,
    )
    fields = {"answer-kind": "interim", "answer-words": "Sedang kami periksa berkasnya."}
    assert officer.submit(page, "//*[@id='answer']//form", fields).status_code == 303
    assert "baru dari pelapor" in visible(officer.get("/meja/?tab=running")), "she has not read it yet"


def test_a_form_sent_twice_does_its_deed_once(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    officer = desk.browser("dukcapil")
    page = officer.case(complaint)
    fields = {"answer-kind": "final", "answer-words": "KTP sudah dapat diambil.", "answer-why_no_evidence": ""}
    first, second = (officer.submit(page, "//*[@id='answer']//form", fields, [(photo(), "ktp.jpg")]) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, second.location)
    assert [e["what"] for e in desk.entries(complaint)].count("answered") == 1
    with desk.service.store.read() as session:
        shown = session.scalar(
            select(func.count())
            .select_from(evidence.join(items, items.c.item_id == evidence.c.item_id))
            .where(items.c.complaint_id == complaint)
        )
    assert shown == 1


def test_a_return_sent_twice_is_one_return(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    officer = desk.browser("dukcapil")
    page = officer.case(complaint)
    fields = {"return-competent_agency_id": "dinsos", "return-words": "Ini urusan bantuan sosial."}
    answers = [officer.submit(page, "//*[@id='return']//form", fields) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert desk.where(complaint)["returns"] == 1


def test_an_idempotency_key_gives_the_same_answer_and_another_request_under_it_is_refused(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    program, key = desk.program("dukcapil"), new_id().hex
    first = program.answer(complaint, key, words="Sedang kami proses.", substantive="false")
    second = program.answer(complaint, key, words="Sedang kami proses.", substantive="false")
    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    other = program.answer(complaint, key, words="Sesuatu yang lain.", substantive="false")
    assert (other.status_code, other.json["slug"]) == (409, "key_reused")
    assert [e["what"] for e in desk.entries(complaint)].count("interim") == 1


# -- bad input -------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} '; drop table cases; -- \u202egnp.exe"


def test_hostile_text_is_shown_and_does_nothing(desk: Desk) -> None:
    complaint = desk.complaint(title=HOSTILE, body=HOSTILE)
    desk.program("koordinator").post(
        f"/cases/{complaint}/verification",
        **{"class": "information"},
        category="kesehatan",
        agency_id="dinkes",
        note=HOSTILE,
    )
    desk.program("dinkes").answer(complaint, words=HOSTILE, substantive="false")
    for page in (desk.browser("dinkes").case(complaint), desk.browser("dinkes").get("/meja/?tab=running")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "{{ 7*7 }}" in page.text
        assert (
            "script-src" not in page.headers["Content-Security-Policy"]
            or "unsafe" not in page.headers["Content-Security-Policy"]
        )
    assert desk.entries(complaint)[-1]["words"].startswith("<script>"), "kept as it was written"


def test_an_enormous_answer_is_refused_and_changes_nothing(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    before = entries(desk, complaint)
    program = desk.program("dukcapil")
    long = program.answer(complaint, words="a" * 10_001, substantive="false")
    assert (long.status_code, long.json["slug"]) == (422, "words_too_long")
    longer = program.answer(complaint, words="a" * 3_000_000, substantive="false")
    assert longer.status_code == 413
    huge = program.answer(complaint, words="Ini buktinya.", files=[b"\xff\xd8\xff" + b"0" * (11 * 1024 * 1024)])
    assert (huge.status_code, huge.json["slug"]) == (413, "file_too_large")
    page = desk.browser("dukcapil").do(complaint, "answer", kind="interim", words="b" * 10_001)
    assert page.status_code == 422
    assert "Paling banyak 10.000 huruf." in visible(page)
    assert entries(desk, complaint) == before


@pytest.mark.parametrize(
    ("octets", "slug"),
    [
        (b"MZ\x90\x00 not a picture \x00\x01", "file_type"),
        (b"\xff\xd8\xff broken", "picture_broken"),
        (b"", "file_empty"),
    ],
)
def test_evidence_that_cannot_be_taken_is_named(desk: Desk, octets: bytes, slug: str) -> None:
    complaint = desk.dispatched("dukcapil")
    refused = desk.program("dukcapil").answer(complaint, words="Ini buktinya.", files=[octets])
    assert (refused.status_code, refused.json["slug"]) == (422, slug)
    assert "bukti.jpg" in refused.json["errors"]["evidence"][0]
    assert desk.state(complaint) == "dispatched"


def test_an_answer_without_evidence_says_why_and_the_reporter_reads_it(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    officer = desk.browser("dukcapil")
    refused = officer.do(complaint, "answer", kind="final", words="Sudah kami jelaskan.", why_no_evidence="")
    assert refused.status_code == 422
    assert "tuliskan mengapa tidak ada bukti" in visible(refused)
    done = officer.do(
        complaint,
        "answer",
        kind="final",
        words="Sudah kami jelaskan.",
        why_no_evidence="Penjelasan diberikan lewat telepon.",
    )
    assert done.status_code == 303
    assert "Penjelasan diberikan lewat telepon." in desk.entries(complaint)[-1]["words"]


def test_too_many_files_are_refused(desk: Desk) -> None:
    complaint = desk.dispatched("dukcapil")
    refused = desk.program("dukcapil").answer(complaint, words="Ini semua buktinya.", files=[photo()] * 6)
    assert (refused.status_code, refused.json["slug"]) == (422, "evidence_too_many")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("verification", {}, "class"),
        ("verification", {"class": "rumor", "category": "kesehatan"}, "class"),
        ("verification", {"class": "information", "category": "tidak-ada"}, "category"),
        ("verification", {"class": "information", "category": "kesehatan", "agency_id": "nasa"}, "agency_id"),
        ("completeness-requests", {"words": "apa"}, "words"),
        ("archiving", {"reason": "boring", "words": "Tidak menarik sama sekali."}, "reason"),
        ("archiving", {"reason": "spam", "words": ["a", "b"]}, "words"),
        ("archiving", {"reason": "spam", "words": "Pesan sampah saja.", "surprise": 1}, "surprise"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(
    desk: Desk, path: str, body: dict[str, object], field: str
) -> None:
    complaint = desk.complaint()
    refused = desk.program("koordinator").client.post(
        f"{API}/cases/{complaint}/{path}", json=body, headers=desk.program("koordinator").headers
    )
    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    assert field in refused.json["errors"]
    assert desk.state(complaint) == "unverified"
    assert entries(desk, complaint) == 1


def test_errors_are_told_in_the_readers_language(desk: Desk) -> None:
    complaint = desk.complaint()
    program = desk.program("koordinator")
    address = f"{API}/cases/{complaint}/closing"
    english = program.client.post(
        address, json={"words": "It is settled."}, headers=program.headers | {"Accept-Language": "en"}
    )
    assert english.json["detail"] == "A case can only be closed after it was answered."
    page = desk.browser("koordinator").get("/meja/", **{"Accept-Language": "en"})
    assert "Not verified yet" in visible(page)


# -- evidence links --------------------------------------------------------------------------------


def test_evidence_is_opened_by_its_link_only_and_not_for_long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = desk.answered("dukcapil")
    (file,) = desk.entries(complaint)[-1]["evidence"]
    anybody = desk.app.test_client()
    shown = anybody.get(file["url"])
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    forged = re.sub(r"berkas/.", "berkas/x", file["url"])
    assert anybody.get(forged).status_code == 404
    assert anybody.get(f"/meja/berkas/{file['evidence_id']}").status_code == 404

    from shared import links

    later = links.real_now() + timedelta(minutes=16)
    monkeypatch.setattr(links, "real_now", lambda: later)
    assert anybody.get(file["url"]).status_code == 404


# -- when others are away --------------------------------------------------------------------------


def test_the_desk_works_on_while_the_other_services_are_away(desk: Desk) -> None:
    complaint = desk.dispatched("kominfo")
    for peer in desk.peers.values():
        peer.answers, kept = {}, peer.answers
        peer.kept = kept  # type: ignore[attr-defined]
    try:
        browser = desk.browser("kominfo")
        queue = visible(browser.get("/meja/"))
        assert "judul tidak tersedia" in queue
        assert "Tenggat sedang tidak tersedia" in queue
        page = browser.case(complaint)
        assert "Isi laporan sedang tidak tersedia" in visible(page)
        done = browser.submit(
            page, "//*[@id='answer']//form", {"answer-kind": "interim", "answer-words": "Sedang kami tangani."}
        )
        assert done.status_code == 303
        answer = desk.program("kominfo").get(f"/cases/{complaint}")
        assert answer.json["text"] is None
        assert answer.json["clocks"] is None
    finally:
        for peer in desk.peers.values():
            peer.answers = peer.kept  # type: ignore[attr-defined]


# -- the queue -------------------------------------------------------------------------------------


def test_the_queue_is_sorted_by_what_is_due_first_and_goes_on_over_pages(desk: Desk) -> None:
    made = [desk.dispatched("dispora") for _ in range(27)]
    for n, complaint in enumerate(reversed(made)):
        desk.clocks.due[complaint] = desk.service.now() + timedelta(days=n + 1)
    program = desk.program("dispora")
    first, second = program.get("/cases").json, program.get("/cases", page=2).json
    assert (len(first["cases"]), first["more"], len(second["cases"]), second["more"]) == (25, True, 2, False)
    shown = [UUID(line["complaint_id"]) for line in first["cases"] + second["cases"]]
    assert shown == list(reversed(made))
    assert first["counts"]["new"] == 27
    page = desk.browser("dispora").get("/meja/")
    assert "Berikutnya" in visible(page)
    number = desk.where(made[3])["case_number"]
    found = desk.browser("dispora").get(f"/meja/?nomor={int(number.rsplit('-', 1)[1])}")
    assert number in found.text
    assert found.text.count("KOLUT-") == 1
    program.answer(made[3], words="Sedang kami proses.", substantive="false")
    assert program.get("/cases", tab="new", q=number).json["cases"][0]["state"] == "in_progress", "whatever the tab"


def test_the_queue_is_filtered_by_agency_and_class(desk: Desk) -> None:
    desk.dispatched("setwan")
    coordinator = desk.program("koordinator")
    assert len(coordinator.get("/cases", tab="running", agency="setwan").json["cases"]) == 1
    assert coordinator.get("/cases", tab="running", agency="setwan", **{"class": "aspiration"}).json["cases"] == []
    assert coordinator.get("/cases", tab="yesterday").status_code == 422
    strange = desk.browser("koordinator").get("/meja/?tab=x&hal=-3&jenis=%00&nomor=' or 1=1&instansi=zz")
    assert strange.status_code in (200, 400)


# -- what other services are told ------------------------------------------------------------------


def test_officers_are_told_by_agency_and_for_the_region(desk: Desk) -> None:
    def told(agency_id: str | None, *roles: str) -> list[tuple[str, str]]:
        answer = desk.service.ask("officers", as_="notify", agency_id=agency_id, roles=list(roles))
        return [(o["role"], o["email"]) for o in answer["officers"]]

    assert told("pupr", "officer") == [("officer", "pupr@kolutkab.example")]
    assert told("pupr", "head") == [("head", "kepala-pupr@kolutkab.example")]
    assert {role for role, _ in told(None, "coordinator", "supervisor", "officer")} == {"coordinator", "supervisor"}
    assert told("nasa", "officer") == []


def test_agencies_are_told_in_order_with_their_heads(desk: Desk) -> None:
    agencies = desk.service.ask("agencies", as_="intake")["agencies"]
    assert len(agencies) == 56
    assert agencies[0]["agency_id"] == "pupr"
    assert {
        "agency_id": "kec-tolala",
        "name": "Kecamatan Tolala",
        "kind": "district",
        "head_title": "Camat Tolala",
    } in agencies
    assert len(desk.app.test_client().get(f"{API}/agencies").json["agencies"]) == 56


def test_other_services_learn_who_is_signed_in(desk: Desk) -> None:
    token = desk.program("pupr").headers["Authorization"].removeprefix("Bearer ")
    told = desk.service.ask("session", as_="sla", token=token)
    assert (told["role"], told["agency_id"]) == ("officer", "pupr")
    with pytest.raises(Exception, match="no_session"):
        desk.service.ask("session", as_="sla", token="nonsense")


def test_the_api_describes_itself(desk: Desk) -> None:
    document = desk.app.test_client().get(f"{API}/openapi.json").json
    from openapi_spec_validator import validate

    validate(document)
    assert {f"{API}/cases/{{complaint_id}}/{path}" for path in [*DEEDS, "answers"]} <= set(document["paths"])


def test_no_event_carries_a_word_anybody_wrote(desk: Desk) -> None:
    complaint = desk.answered("dukcapil")
    with desk.service.store.read() as session:
        words = set(session.scalars(select(items.c.words).where(items.c.words.is_not(None))))
        known = session.scalar(select(func.count()).select_from(cases)) or 0
    assert known
    said = str(desk.service.all_said())
    assert str(complaint) in said
    assert not [w for w in words if w in said]
