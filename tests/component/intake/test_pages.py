"""The pages: a reporter reports, keeps what she typed, follows her report and does what she may, without JavaScript."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from lxml import html
from sqlalchemy import update

from services.intake.store import queries
from services.intake.store import tables as t
from services.intake.web import peers
from services.intake.web.cookie import COOKIE
from shared.ids import new_id
from tests.component.intake.people import CASE, by_code, client, desk, file, heard, photo, row
from tests.harness import Service, eventually

BODY = "Jalan di depan pasar Lasusua rusak parah sejak Mei."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """In most tests nobody answers; do not wait long for it."""
    monkeypatch.setattr(peers, "PATIENCE", 0.2)


@pytest.fixture
def browser(intake: Service) -> Any:
    return client(intake)


def page(answer: Any) -> Any:
    return html.fromstring(answer.text)


def hidden(browser: Any, address: str, action: str) -> dict[str, str]:
    """The hidden fields of a form on a page, as a browser would send them."""
    (form,) = page(browser.get(address)).xpath(f"//form[@action='{action}']")
    return {field.name: field.value for field in form.xpath(".//input[@type='hidden']")}


def report(browser: Any, **fields: Any) -> Any:
    return browser.post("/lapor", data={**hidden(browser, "/lapor", "/lapor"), "body": BODY, **fields})


def shown_code(answer: Any) -> str:
    (code,) = page(answer).xpath("//*[@class='tracking']/text()")
    return str(code)


def sign_in(intake: Service, browser: Any, **fields: Any) -> UUID:
    """A complaint whose page is open in the browser."""
    filed = file(intake, **fields)
    answer = browser.post("/lacak", data={**hidden(browser, "/lacak", "/lacak"), "code": filed.code})
    assert answer.status_code == 303, answer.text
    return filed.complaint_id


def act(browser: Any, action: str, **fields: Any) -> Any:
    return browser.post(action, data={**hidden(browser, "/laporan-saya", action), **fields}, follow_redirects=True)


# -- reporting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/lapor", "/lacak", "/privasi"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_for_everybody_open_in_both_languages(browser: Any, address: str, language: str) -> None:
    answer = browser.get(address, query_string={"lang": language})
    assert answer.status_code == 200
    opened = page(answer)
    assert opened.get("lang") == language
    assert len(opened.xpath("//h1")) == 1
    assert "<script" not in answer.text
    for control in opened.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        labelled = opened.xpath(f"//label[@for='{control.get('id')}']") or control.xpath("ancestor::label")
        assert labelled or control.get("aria-label"), f"{control.get('name')} has no label"


def test_a_report_is_answered_with_its_code_to_write_down(intake: Service, browser: Any) -> None:
    answer = report(browser, title="Jalan rusak", name="Siti", ombudsman_consent="1")
    assert answer.status_code == 201
    code = shown_code(answer)
    complaint = row(intake, by_code(intake, code))
    assert (complaint.channel, complaint.title, complaint.ombudsman_consent) == ("web", "Jalan rusak", True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_going_back_and_sending_the_same_words_again_gives_the_same_code(intake: Service, browser: Any) -> None:
    first, again = report(browser, files=(photo(), "jalan.jpg")), report(browser, files=(photo(), "jalan.jpg"))
    assert again.status_code == 201
    assert shown_code(again) == shown_code(first)
    assert shown_code(report(browser, location="Depan SD")) != shown_code(first)
    assert shown_code(report(client(intake))) != shown_code(report(browser))


def test_sending_the_form_twice_gives_the_same_code(intake: Service, browser: Any) -> None:
    fields = {**hidden(browser, "/lapor", "/lapor"), "body": BODY}
    first, second = (browser.post("/lapor", data=fields) for _ in range(2))
    assert shown_code(first) == shown_code(second)


def test_the_same_form_with_other_words_asks_before_it_becomes_another_report(intake: Service, browser: Any) -> None:
    fields = {**hidden(browser, "/lapor", "/lapor"), "body": BODY}
    browser.post("/lapor", data=fields)
    answer = browser.post("/lapor", data=fields | {"body": "Lampu jalan juga mati di sana."})
    assert answer.status_code == 422
    assert "sudah pernah dikirim" in answer.text
    again = {field.name: field.value for field in page(answer).xpath("//form[@action='/lapor']//input[@type='hidden']")}
    sent = browser.post("/lapor", data={**again, "body": "Lampu jalan juga mati di sana."})
    assert sent.status_code == 201


def test_a_refused_form_keeps_everything_typed_and_names_every_error(intake: Service, browser: Any) -> None:
    typed = {
        "body": "pendek",
        "title": "Judul saya <b>",
        "event_date": "2099-01-01",
        "district_code": "74.08.15",
        "village_code": "74.08.15.2003",
        "location": "depan pasar",
        "category": "kesehatan",
        "phone": "12",
        "name": "Siti Rahma",
        "anonymous": "1",
    }
    answer = report(browser, **typed)
    assert answer.status_code == 422
    form = page(answer)
    summary = form.xpath("//*[@role='alert']//a/@href")
    assert summary == ["#body", "#event_date", "#phone"]
    for name in ("title", "event_date", "location", "phone", "name"):
        assert form.xpath(f"//input[@name='{name}']/@value") == [typed[name]]
        assert form.xpath(f"//*[@id='{name}']")
    assert form.xpath("//textarea[@name='body']/text()")[0].strip() == "pendek"
    assert form.xpath("//select[@name='district_code']/option[@selected]/@value") == ["74.08.15"]
    assert form.xpath("//select[@name='village_code']//option[@selected]/@value") == ["74.08.15.2003"]
    assert form.xpath("//input[@name='anonymous']/@checked")
    assert form.xpath("//input[@name='phone']/@aria-invalid") == ["true"]


def test_a_photo_that_is_none_leaves_the_words_standing(browser: Any) -> None:
    answer = report(browser, title="Judul", files=(io.BytesIO(b"MZ\x90 program"), "foto.jpg"))
    assert answer.status_code == 422
    assert "foto.jpg" in page(answer).xpath("string(//*[@id='files-error'])")
    assert page(answer).xpath("//input[@name='title']/@value") == ["Judul"]


def test_a_photo_travels_with_the_form(intake: Service, browser: Any) -> None:
    answer = report(browser, files=(io.BytesIO(photo()), "jalan.jpg"))
    assert answer.status_code == 201
    with intake.store.read() as session:
        assert [f.name for f in queries.attachments(session, by_code(intake, shown_code(answer)))] == ["jalan.jpg"]


def test_a_form_without_its_token_changes_nothing(intake: Service, browser: Any) -> None:
    answer = browser.post("/lapor", data={"body": BODY})
    assert answer.status_code == 400
    assert "Formulir" in answer.text


def test_a_flood_from_one_connection_ends_and_keeps_what_was_typed(intake: Service) -> None:
    flooder = client(intake, "203.0.113.77")
    for number in range(60):
        file(intake, flooder, body=f"Banjir laporan nomor {number}")
    answer = report(flooder, title="Judul saya")
    assert answer.status_code == 429
    assert page(answer).xpath("//input[@name='title']/@value") == ["Judul saya"]
    assert report(client(intake, "203.0.113.78")).status_code == 201


def test_words_of_a_reporter_never_become_markup(intake: Service, browser: Any) -> None:
    sign_in(intake, browser, title="<script>alert(1)</script>", body="<img src=x onerror=alert(1)> rusak parah")
    answer = browser.get("/laporan-saya")
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


# -- the code --------------------------------------------------------------------------------------


def test_the_code_never_stands_in_an_address(intake: Service, browser: Any) -> None:
    filed = file(intake)
    answer = browser.post("/lacak", data={**hidden(browser, "/lacak", "/lacak"), "code": filed.code})
    assert answer.headers["Location"] == "/laporan-saya"
    assert filed.code not in browser.get("/laporan-saya").text


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [("K7Q2-M9XF-4WD", 422, "Ada huruf yang keliru"), ("K7Q2-M9XF-4WC", 404, "tidak kami kenal"), ("", 422, "keliru")],
)
def test_a_wrong_code_is_told_kindly(browser: Any, code: str, status: int, sentence: str) -> None:
    answer = browser.post("/lacak", data={**hidden(browser, "/lacak", "/lacak"), "code": code})
    assert answer.status_code == status
    assert sentence in page(answer).xpath("string(//*[@id='code-error'])")
    assert page(answer).xpath("//input[@name='code']/@value") == [code]


@pytest.mark.parametrize("cookie", ["", "nonsense", "x" * 3000])
def test_a_made_up_session_opens_nothing(browser: Any, cookie: str) -> None:
    if cookie:
        browser.set_cookie(COOKIE, cookie)
    assert browser.get("/laporan-saya").status_code == 401


def test_a_session_that_is_over_asks_for_the_code_and_shows_what_was_typed(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    fields = hidden(browser, "/laporan-saya", "/laporan-saya/pesan")
    with intake.store.begin() as tx:
        tx.session.execute(update(t.reporter_sessions).values(expires_at=datetime(2020, 1, 1, tzinfo=UTC)))
    answer = browser.post("/laporan-saya/pesan", data={**fields, "words": "Tulisan panjang saya"})
    assert answer.status_code == 401
    assert "Tulisan panjang saya" in page(answer).xpath("string(//textarea)")
    with intake.store.read() as session:
        assert queries.messages(session, complaint_id) == []


def test_closing_the_report_on_a_device_ends_a_copied_cookie_too(intake: Service, browser: Any) -> None:
    sign_in(intake, browser)
    stolen = browser.get_cookie(COOKIE).value
    assert "ditutup" in act(browser, "/laporan-saya/keluar").text
    thief = client(intake)
    thief.set_cookie(COOKIE, stolen)
    assert thief.get("/laporan-saya").status_code == 401


# -- her own page ----------------------------------------------------------------------------------


def test_while_the_others_are_away_the_page_says_what_is_missing(intake: Service, browser: Any) -> None:
    sign_in(intake, browser, title="Lampu mati")
    opened = page(browser.get("/laporan-saya"))
    assert opened.xpath("string(//h1)") == "Lampu mati"
    missing = opened.xpath("string(//*[@class='box warning'])")
    assert "riwayat dari instansi" in missing
    assert "tenggat" in missing
    assert "Laporan diterima" in opened.xpath("string(//ol[@class='timeline'])")


def test_the_page_tells_what_the_others_know(intake: Service, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "PATIENCE", 5.0)
    complaint_id = sign_in(intake, browser)
    at = datetime(2026, 3, 16, 6, 5, tzinfo=UTC)
    evidence = {
        "evidence_id": new_id(),
        "name": "jalan-baru.jpg",
        "media_type": "image/jpeg",
        "size": 1234,
        "sha256": "a" * 64,
        "url": "/meja/berkas/abc",
    }
    answered = {
        "item_id": new_id(),
        "at": at,
        "what": "answered",
        "agency_name": "Dinas PUPR",
        "words": "Sudah ditambal.",
        "evidence": [evidence],
    }
    clock = {
        "complaint_id": complaint_id,
        "clock_id": new_id(),
        "clock": "objection",
        "agency_id": None,
        "outcome": "running",
        "started_at": at,
        "due_at": at,
        "due_date": date(2026, 3, 30),
        "stopped_at": None,
        "paused_at": None,
        "days": 10,
        "unit": "working_days",
        "rule_set": "x",
        "source": "x",
        "sentence_id": "Anda punya waktu sampai 30 Maret 2026.",
        "sentence_en": "You have until 30 March 2026.",
    }
    notice = {
        "notification_id": new_id(),
        "complaint_id": complaint_id,
        "template": "reporter.answer",
        "channel": "page",
        "audience": "reporter",
        "state": "sent",
        "at": at,
        "subject": "Laporan Anda dijawab",
        "words": "Dinas PUPR menjawab laporan Anda.",
    }
    desk(intake, "case.answered", complaint_id)
    others = [
        intake.peer(
            "routing",
            {
                "timeline": lambda complaint_id: {
                    "state": "answered",
                    "agency_name": "Dinas PUPR",
                    "class_": "non_supervisory",
                    "entries": [answered],
                }
            },
        ),
        intake.peer("sla", {"clocks": lambda complaint_id: {"clocks": [clock]}}),
        intake.peer(
            "notify", {"history": lambda complaint_id: {"notifications": [notice, notice | {"audience": "officer"}]}}
        ),
    ]
    try:
        answer = browser.get("/laporan-saya")
        english = browser.get("/laporan-saya?lang=en")
    finally:
        for peer in others:
            peer.close()
    opened = page(answer)
    assert not opened.xpath("//*[@class='box warning']")
    assert "Sudah ditambal." in opened.xpath("string(//ol[@class='timeline'])")
    assert "Sudah ditambal." in opened.xpath("string(//section[@aria-labelledby='jawaban'])")  # where it is judged
    assert set(opened.xpath("//a[@href='/meja/berkas/abc']/text()")) == {"jalan-baru.jpg"}
    assert "Anda punya waktu sampai 30 Maret 2026." in answer.text
    assert "You have until 30 March 2026." in english.text
    assert answer.text.count("Dinas PUPR menjawab laporan Anda.") == 1
    assert "Jawaban instansi" in opened.xpath("string(//h2[text()='Kabar untuk Anda']/following-sibling::ul)")
    assert CASE in answer.text
    for action in ("nilai", "keberatan", "pesan", "persetujuan", "cabut", "keluar"):
        assert opened.xpath(f"//form[@action='/laporan-saya/{action}']"), action


def test_what_the_ombudsman_recommends_is_read_by_the_reporter(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    now = datetime.now(UTC)
    referral = {"referral_id": new_id(), "complaint_id": complaint_id, "number": "OMB-KOLUT-2026-0007"}
    event = intake.says("ombudsman", "referral.recommended", complaint_id, referral | {"recommended_at": now})
    eventually(lambda: heard(intake, "ombudsman", complaint_id) >= event.sequence, what="it was not heard")
    told = referral | {
        "state": "recommended",
        "with_identity": True,
        "created_at": now,
        "forwarded_at": now,
        "acknowledged_at": now,
        "recommendation": "Buka jalan itu dalam 14 hari.",
    }
    peer = intake.peer("ombudsman", {"referral": lambda complaint_id: told})
    try:
        answer = browser.get("/laporan-saya")
    finally:
        peer.close()
    assert "OMB-KOLUT-2026-0007" in answer.text
    assert "Buka jalan itu dalam 14 hari." in answer.text


def test_the_agencies_of_routing_can_be_chosen_and_no_others(intake: Service, browser: Any) -> None:
    offered = {
        "agencies": [{"agency_id": "pupr", "name": "Dinas PUPR", "kind": "agency", "head_title": None}],
    }
    peer = intake.peer("routing", {"agencies": lambda: offered})
    peers.agencies._ask_at = 0.0
    try:
        assert page(browser.get("/lapor")).xpath("//select[@name='agency_id']/option/@value") == ["", "pupr"]
        assert report(browser, agency_id="pupr").status_code == 201
        refused = report(browser, agency_id="dinas-khayalan")
    finally:
        peer.close()
        peers.agencies._known, peers.agencies._ask_at = None, 0.0
    assert refused.status_code == 422
    assert "#agency_id" in page(refused).xpath("//*[@role='alert']//a/@href")


def test_a_reply_completes_what_was_asked_for(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    desk(intake, "case.completeness_requested", complaint_id)
    assert "Lengkapi laporan" in browser.get("/laporan-saya").text
    answer = act(browser, "/laporan-saya/pesan", words="Tempatnya di Pitulua", files=(io.BytesIO(photo()), "a.jpg"))
    assert "Pesan Anda sudah kami terima" in answer.text
    assert intake.said("complaint.completed", complaint_id)
    assert intake.said("complaint.message_received", complaint_id)["attachments"] == 1


def test_a_message_sent_twice_is_kept_once(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    fields = {**hidden(browser, "/laporan-saya", "/laporan-saya/pesan"), "words": "Sekali saja"}
    for _ in range(2):
        assert browser.post("/laporan-saya/pesan", data=fields).status_code == 303
    with intake.store.read() as session:
        assert len(queries.messages(session, complaint_id)) == 1


def test_an_objection_without_a_reason_comes_back_with_its_error(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    desk(intake, "case.answered", complaint_id)
    answer = act(browser, "/laporan-saya/keberatan", reason=" ")
    assert answer.status_code == 422
    assert page(answer).xpath("//*[@id='reason-error']")
    assert act(browser, "/laporan-saya/keberatan", reason="Masih rusak").status_code == 200
    assert intake.said("complaint.objected", complaint_id)["channel"] == "web"


def test_an_answer_is_accepted_with_a_rating(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    desk(intake, "case.answered", complaint_id)
    assert "Terima kasih" in act(browser, "/laporan-saya/nilai", rating="4").text
    assert intake.said("complaint.rated", complaint_id)["rating"] == 4
    assert row(intake, complaint_id).state == "closed"


def test_after_a_closing_by_silence_she_may_still_say_that_it_is_not_solved(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    desk(intake, "case.answered", complaint_id)
    desk(intake, "case.closed", complaint_id)
    act(browser, "/laporan-saya/nilai", satisfied="0", rating="2")
    assert intake.said("complaint.rated", complaint_id)["satisfied"] is False
    act(browser, "/laporan-saya/keberatan", reason="Belum selesai")
    assert intake.said("complaint.objected", complaint_id)
    desk(intake, "case.reopened", complaint_id)
    desk(intake, "case.answered", complaint_id)
    desk(intake, "case.closed", complaint_id)
    assert "/laporan-saya/keberatan" not in browser.get("/laporan-saya").text  # an ending may be objected to once


def test_consent_is_given_and_taken_back(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    act(browser, "/laporan-saya/persetujuan")
    assert row(intake, complaint_id).ombudsman_consent
    act(browser, "/laporan-saya/persetujuan")
    assert not row(intake, complaint_id).ombudsman_consent


def test_a_withdrawn_report_offers_nothing_more(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser)
    assert "sudah dicabut" in act(browser, "/laporan-saya/cabut").text
    assert row(intake, complaint_id).state == "withdrawn"
    forms = page(browser.get("/laporan-saya")).xpath("//main//form/@action")
    assert forms == ["/laporan-saya/keluar"]


def test_who_looked_is_shown(intake: Service, browser: Any) -> None:
    complaint_id = sign_in(intake, browser, name="Siti")
    assert "Belum ada." in browser.get("/laporan-saya").text
    for _ in range(2):
        intake.ask("text", as_="routing", complaint_id=complaint_id, reader="officer-1", role="coordinator")
    assert "admin koordinator: 2 kali" in browser.get("/laporan-saya").text
