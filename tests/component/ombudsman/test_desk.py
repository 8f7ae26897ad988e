"""The Ombudsman's desk: who may do what, what it shows, and that nothing happens twice."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from services.ombudsman.store.tables import files, looks, recommendations, referrals
from services.ombudsman.verify import verify
from tests.component.ombudsman.conftest import Others, Story, sign_in
from tests.harness import Service
from tests.unit.ombudsman import dossiers

API = "/api/ombudsman/v1"
WORDS = "Dinas PUPR membuka jalan darurat dalam 14 hari dan mengumumkan jadwal perbaikan."


@pytest.fixture(scope="module")
def app(ombudsman: Service) -> Flask:
    made: Flask = ombudsman.web()
    made.testing = True
    return made


@pytest.fixture
def number(story: Story) -> str:
    """A referral that was just forwarded."""
    return str(story.forwarded()["number"])


@pytest.fixture
def her(app: Flask) -> FlaskClient:
    """Somebody at the Ombudsman, signed in."""
    return sign_in(app, "ombudsman")


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    return sign_in(app, "operator")


def _form(client: FlaskClient, number: str) -> dict[str, str]:
    """The hidden parts of a form on the referral's page."""
    page = client.get(f"/ombudsman/rujukan/{number}").text
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
        for name in ("csrf_token", "form_key")
    }


def _post(client: FlaskClient, number: str, deed: str, **said: str) -> Any:
    return client.post(f"/ombudsman/rujukan/{number}/{deed}", data={**_form(client, number), **said})


def _row(ombudsman: Service, number: str) -> Any:
    with ombudsman.store.read() as session:
        return session.execute(select(referrals).where(referrals.c.number == number)).one()


def _token(app: Flask, name: str) -> dict[str, str]:
    answer = app.test_client().post(f"{API}/sessions", json={"name": name, "password": "aduan-sandbox"})
    assert answer.status_code == 201
    return {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]


def test_the_page_shows_the_complaint_its_clocks_its_words_and_the_proof(her: FlaskClient, number: str) -> None:
    page = her.get(f"/ombudsman/rujukan/{number}").text

    for shown in (
        "Jalan poros Tolala putus sejak banjir Desember",
        "Siti Aminah",
        "Dikembalikan oleh Kecamatan Tolala: bukan wewenangnya",
        "UU 25/2009 Pasal 50 ayat (1)",
        "Bukti pengiriman",
        "Meja Ombudsman di sistem ini",
        "jadwal-survei-siti-aminah.pdf",
    ):
        assert shown in page


def test_the_page_is_there_in_english_too(her: FlaskClient, number: str) -> None:
    page = her.get(f"/ombudsman/rujukan/{number}?lang=en").text

    assert "Proof of delivery" in page
    assert "Returned by Kecamatan Tolala: not competent" in page


def test_the_list_has_number_state_date_and_days(her: FlaskClient, number: str) -> None:
    page = her.get("/ombudsman/").text

    row = page[page.index(number) :]
    assert "Baru diterima" in row
    assert "disertakan" in row


def test_acknowledging_recommending_and_closing_are_told_to_the_others(
    ombudsman: Service, her: FlaskClient, number: str
) -> None:
    complaint_id = _row(ombudsman, number).complaint_id

    assert _post(her, number, "terima", agenda_number=" 0412/LM/III/2026 ").status_code == 303
    assert ombudsman.said("referral.acknowledged", complaint_id)["number"] == number
    assert _post(her, number, "rekomendasi", words=WORDS).status_code == 303
    assert ombudsman.said("referral.recommended", complaint_id)["number"] == number
    told = ombudsman.ask("referral", as_="notify", complaint_id=complaint_id)
    assert (told["state"], told["recommendation"]) == ("recommended", WORDS)
    assert "Menutup rujukan tidak mengakhiri kewajiban" in her.get(f"/ombudsman/rujukan/{number}").text
    assert _post(her, number, "tutup", reason="Jalan darurat sudah dibuka.").status_code == 303
    assert ombudsman.said("referral.closed", complaint_id)["number"] == number
    assert "menunggu laporan pelaksanaan" in her.get(f"/ombudsman/rujukan/{number}").text
    assert _post(her, number, "pelaksanaan", how="Surat").status_code == 303
    assert "menunggu laporan pelaksanaan" not in her.get(f"/ombudsman/rujukan/{number}").text

    page = her.get(f"/ombudsman/rujukan/{number}").text
    assert "0412/LM/III/2026" in page
    assert WORDS in page
    assert "Jalan darurat sudah dibuka." in page
    assert number in her.get("/ombudsman/?tab=selesai").text


def test_the_report_on_a_recommendation_is_due_sixty_days_after_it(
    ombudsman: Service, her: FlaskClient, number: str
) -> None:
    _post(her, number, "terima")
    _post(her, number, "rekomendasi", words=WORDS)

    with ombudsman.store.read() as session:
        made = session.execute(
            select(recommendations).where(recommendations.c.referral_id == _row(ombudsman, number).referral_id)
        ).one()
    day = made.at.astimezone(ZoneInfo("Asia/Makassar")).date()
    assert made.due_date == day + timedelta(days=60)
    assert made.source == "UU 37/2008 Pasal 38"


def test_a_form_sent_twice_acts_once_and_gives_the_same_answer(
    ombudsman: Service, her: FlaskClient, number: str
) -> None:
    form = {**_form(her, number), "agenda_number": "1"}

    answers = [her.post(f"/ombudsman/rujukan/{number}/terima", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    complaint_id = _row(ombudsman, number).complaint_id
    ombudsman.said("referral.acknowledged", complaint_id)
    assert len(ombudsman.all_said("referral.acknowledged", complaint_id)) == 1


def test_what_is_not_possible_at_this_stage_is_refused_and_changes_nothing(
    ombudsman: Service, her: FlaskClient, number: str
) -> None:
    answer = _post(her, number, "rekomendasi", words=WORDS)

    assert answer.status_code == 409
    assert _row(ombudsman, number).state == "forwarded"


@pytest.mark.parametrize("words", ["", "   pendek   ", "a" * 10_001])
def test_too_few_or_too_many_words_are_refused_and_what_was_typed_stays(
    ombudsman: Service, her: FlaskClient, number: str, words: str
) -> None:
    _post(her, number, "terima")

    answer = _post(her, number, "rekomendasi", words=words)

    assert answer.status_code == 422
    assert "Ada yang perlu diperbaiki" in answer.text
    assert words.strip()[:100] in answer.text
    assert _row(ombudsman, number).state == "acknowledged"


def test_a_form_without_its_token_is_refused(ombudsman: Service, her: FlaskClient, number: str) -> None:
    answer = her.post(f"/ombudsman/rujukan/{number}/terima", data={"form_key": "x" * 20})

    assert answer.status_code == 400
    assert _row(ombudsman, number).state == "forwarded"


def test_nobody_who_is_not_signed_in_sees_anything(app: Flask, number: str) -> None:
    stranger = app.test_client()

    for path in ("", f"rujukan/{number}", f"rujukan/{number}/berkas.pdf", "kotak-surat"):
        answer = stranger.get(f"/ombudsman/{path}")
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/ombudsman/masuk?")
    for path in ("/referrals", f"/referrals/{number}", f"/referrals/{number}/file.json"):
        assert stranger.get(API + path).status_code == 401


def test_the_operator_sees_where_it_stands_but_never_the_file(
    ombudsman: Service, app: Flask, operator: FlaskClient, number: str
) -> None:
    page = operator.get(f"/ombudsman/rujukan/{number}")
    bearer = _token(app, "operator")

    assert page.status_code == 200
    assert "Bukti pengiriman" in page.text
    for hidden in ("Siti", "Tolala", "Nyatakan diterima"):
        assert hidden not in page.text
    assert operator.get(f"/ombudsman/rujukan/{number}/berkas.json").status_code == 403
    for kind in ("json", "pdf"):
        assert app.test_client().get(f"{API}/referrals/{number}/file.{kind}", headers=bearer).status_code == 403
    refused = app.test_client().post(f"{API}/referrals/{number}/acknowledgement", json={}, headers=bearer)
    assert refused.status_code == 403
    assert _row(ombudsman, number).state == "forwarded"


def test_the_ombudsman_cannot_resume_a_delivery(app: Flask, number: str) -> None:
    answer = app.test_client().post(f"{API}/referrals/{number}/resumption", headers=_token(app, "ombudsman"))

    assert answer.status_code == 403


def test_a_file_not_yet_handed_over_is_read_by_nobody(ombudsman: Service, her: FlaskClient, number: str) -> None:
    with ombudsman.store.begin() as tx:
        tx.session.execute(
            update(referrals).where(referrals.c.number == number).values(state="sending", forwarded_at=None)
        )

    page = her.get(f"/ombudsman/rujukan/{number}")

    assert "Berkas belum diserahkan" in page.text
    assert "Siti" not in page.text
    assert her.get(f"/ombudsman/rujukan/{number}/berkas.pdf").status_code == 404


def test_a_session_shown_by_another_browser_is_worth_nothing_any_more(app: Flask, number: str) -> None:
    hers = app.test_client()
    sign_in(app, "ombudsman", hers, browser="Peramban A")
    cookie = hers.get_cookie("aduan_ombudsman", path="/ombudsman")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("aduan_ombudsman", cookie.value, path="/ombudsman")

    stolen = thief.get(f"/ombudsman/rujukan/{number}", headers={"User-Agent": "Peramban B"})

    assert stolen.status_code == 303
    again = hers.get(f"/ombudsman/rujukan/{number}", headers={"User-Agent": "Peramban A"})
    assert again.status_code == 303  # the theft ended it for both


def test_accounts_of_the_desk_of_the_government_do_not_count_here(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("aduan_meja", "whatever", path="/")

    assert client.get("/ombudsman/").status_code == 303
    refused = client.post(f"{API}/sessions", json={"name": "koordinator", "password": "aduan-sandbox"})
    assert refused.status_code == 401


def test_both_files_download_as_they_were_sent_and_every_look_is_recorded(
    ombudsman: Service, her: FlaskClient, number: str
) -> None:
    row = _row(ombudsman, number)
    with ombudsman.store.read() as session:
        kept = session.execute(select(files).where(files.c.referral_id == row.referral_id)).one()

    as_json = her.get(f"/ombudsman/rujukan/{number}/berkas.json")
    as_pdf = her.get(f"/ombudsman/rujukan/{number}/berkas.pdf")

    assert (as_json.data, as_pdf.data) == (kept.json, kept.pdf)
    assert as_pdf.headers["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
    with ombudsman.store.read() as session:
        seen = session.execute(
            select(looks.c.what, func.count()).where(looks.c.referral_id == row.referral_id).group_by(looks.c.what)
        ).all()
    assert dict(seen) == {"json": 1, "pdf": 1}


def test_a_question_is_asked_at_the_desk_and_its_field_comes_back_when_it_says_too_little(
    ombudsman: Service, story: Story, her: FlaskClient, number: str
) -> None:
    complaint_id = _row(ombudsman, number).complaint_id
    _post(her, number, "terima")
    refused = _post(her, number, "tanya", of="reporter", question="Kapan?")
    assert refused.status_code == 422
    assert "Kapan?" in refused.text

    assert _post(her, number, "tanya", of="agency", question="Mengapa belum diperbaiki?").status_code == 303

    assert ombudsman.said("referral.more_requested", complaint_id)["of"] == "agency"
    page = her.get(f"/ombudsman/rujukan/{number}").text
    assert "Mengapa belum diperbaiki?" in page
    assert "menunggu jawaban" in page and "menunggu jawaban" in her.get("/ombudsman/").text
    story.answered(complaint_id, substantive=False)
    ombudsman.said("referral.supplemented", complaint_id)
    assert "jawaban atas pertanyaan" in her.get(f"/ombudsman/rujukan/{number}").text


def test_the_agency_is_asked_nothing_that_names_a_reporter_who_is_anonymous_to_it(
    ombudsman: Service, story: Story, others: Others, app: Flask, her: FlaskClient
) -> None:
    complaint_id = story.registered()
    others.anonymous.add(complaint_id)
    story.due(complaint_id)
    number = str(ombudsman.said("referral.forwarded", complaint_id)["number"])
    _post(her, number, "terima")
    named = "Apakah benar saudari AMINAH sudah datang ke kantor?"

    refused = _post(her, number, "tanya", of="agency", question=named)
    assert refused.status_code == 422
    assert "yang anonim bagi instansi" in refused.text
    assert "saudari AMINAH" in refused.text  # what was typed is still there
    for words in ("Hubungi 0812 3456 7890 untuk memperbaikinya.", "Perbaiki jalan di depan rumah Siti."):
        assert _post(her, number, "rekomendasi", words=words).status_code == 422
    assert ombudsman.all_said("referral.more_requested", complaint_id) == []

    assert _post(her, number, "tanya", of="reporter", question=named).status_code == 303
    ombudsman.said("referral.more_requested", complaint_id)


def test_the_signed_bundle_downloads_and_is_genuine_under_the_key_anybody_can_fetch(
    app: Flask, her: FlaskClient, number: str, tmp_path: Path
) -> None:
    (tmp_path / "rujukan.zip").write_bytes(her.get(f"/ombudsman/rujukan/{number}/berkas.zip").data)
    (tmp_path / "kunci.pem").write_bytes(app.test_client().get("/ombudsman/kunci-publik.pem").data)

    assert number in verify(tmp_path / "rujukan.zip", tmp_path / "kunci.pem")
    assert app.test_client().get(f"/ombudsman/rujukan/{number}/berkas.zip").status_code == 303


def test_hostile_words_are_shown_as_words(
    story: Story, others: Others, her: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} ' or 1=1 --\x0b \u202e \U0001f6a7"
    told = dossiers.intake

    monkeypatch.setattr(dossiers, "intake", lambda consent=True: {**told(consent), "title": hostile, "body": hostile})
    number = story.forwarded()["number"]

    page = her.get(f"/ombudsman/rujukan/{number}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert her.get(f"/ombudsman/rujukan/{number}/berkas.pdf").data.startswith(b"%PDF-")


@pytest.mark.parametrize("number", ["OMB-KOLUT-2026-9999", "' or 1=1 --", "../../etc/passwd", "%00"])
def test_an_unknown_number_is_not_found(app: Flask, her: FlaskClient, number: str) -> None:
    assert her.get(f"/ombudsman/rujukan/{number}").status_code in (400, 404)
    answer = app.test_client().get(f"{API}/referrals/{number}", headers=_token(app, "ombudsman"))
    assert answer.status_code in (400, 404)
    assert answer.mimetype == "application/problem+json"


def test_programs_do_the_same_with_an_idempotency_key(ombudsman: Service, app: Flask, number: str) -> None:
    client, bearer = app.test_client(), _token(app, "ombudsman")
    key = {**bearer, "Idempotency-Key": f"terima-{number}"}
    path = f"{API}/referrals/{number}"

    first = client.post(f"{path}/acknowledgement", json={"agenda_number": "7"}, headers=key)
    again = client.post(f"{path}/acknowledgement", json={"agenda_number": "7"}, headers=key)
    other = client.post(f"{path}/acknowledgement", json={"agenda_number": "8"}, headers=key)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert first.json["agenda_number"] == "7"  # type: ignore[index]
    recommended = client.post(f"{path}/recommendation", json={"words": WORDS}, headers=bearer)
    assert recommended.json["recommendation"] == WORDS  # type: ignore[index]
    closed = client.post(f"{path}/closing", json={"reason": "Sudah dilaksanakan."}, headers=bearer)
    assert closed.json["state"] == "closed"  # type: ignore[index]
    refused = client.post(f"{path}/closing", json={"reason": "Sekali lagi."}, headers=bearer)
    assert (refused.status_code, refused.json["slug"]) == (409, "wrong_state")  # type: ignore[index]


def test_programs_get_the_list_the_file_and_clear_errors(ombudsman: Service, app: Flask, number: str) -> None:
    client, bearer = app.test_client(), _token(app, "ombudsman")

    listed = client.get(f"{API}/referrals?state=forwarded", headers=bearer)
    file = client.get(f"{API}/referrals/{number}/file.json", headers=bearer)
    wrong = client.get(f"{API}/referrals?state=lost", headers=bearer)

    assert number in [item["number"] for item in listed.json["referrals"]]  # type: ignore[index]
    assert json.loads(file.data)["referral"]["number"] == number
    assert wrong.status_code == 422
    assert "state" in wrong.json["errors"]  # type: ignore[index]


def test_the_file_of_one_referral_says_whose_it_is(ombudsman: Service, app: Flask, number: str) -> None:
    content = app.test_client().get(f"{API}/referrals/{number}/file.json", headers=_token(app, "ombudsman")).json

    row = _row(ombudsman, number)
    assert content is not None
    assert UUID(content["referral"]["referral_id"]) == row.referral_id
    assert UUID(content["referral"]["complaint_id"]) == row.complaint_id
