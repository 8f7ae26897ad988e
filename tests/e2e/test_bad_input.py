"""Empty, enormous, wrongly encoded and hostile input at the web entrances of the running system.

Each gets a clear answer, and afterwards all five databases are what they were:
`books.unchanged` compares every table, but for the ones it is told to leave out.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from demo.people import Official, Reporter
from demo.world import World
from tests.e2e.books import Books
from tests.e2e.browsing import Browser

pytestmark = pytest.mark.e2e

API = "/api/intake/v1"
JSON = {"Content-Type": "application/json"}
PROBLEM = "application/problem+json"


def post(world: World, path: str, **kwargs: Any) -> requests.Response:
    return requests.post(world.address + path, timeout=30, **kwargs)


def complaint(**fields: Any) -> dict[str, Any]:
    return {"json": {"body": "Jalan di Tolala rusak sejak lama.", **fields}}


# -- the API -----------------------------------------------------------------------------------------

BAD_COMPLAINTS: dict[str, tuple[dict[str, Any], int, str]] = {
    "nothing": ({"data": b"", "headers": JSON}, 400, "bad_request"),
    "half of a JSON": ({"data": b'{"body": "jalan', "headers": JSON}, 400, "bad_request"),
    "a list": ({"json": ["Jalan rusak"]}, 422, "not_an_object"),
    "no body": ({"json": {"title": "Jalan rusak"}}, 422, "invalid"),
    "a body of blanks": (complaint(body=" \n\t " * 10), 422, "complaint_not_acceptable"),
    "a body that is no text": (complaint(body={"a": 1}), 422, "invalid"),
    "one letter too many": (complaint(body="x" * 10_001), 422, "complaint_not_acceptable"),
    "three million letters": (complaint(body="x" * 3_000_000), 413, "too_large"),
    "thirty megabytes": ({"data": b"x" * 30_000_000, "headers": JSON}, 413, "too_large"),
    "a hundred thousand brackets": ({"data": b"[" * 100_000, "headers": JSON}, 422, "too_deep"),
    "Latin-1": ({"data": '{"body": "café rusak sekali"}'.encode("latin-1"), "headers": JSON}, 400, "bad_encoding"),
    "a NUL": (complaint(body="jalan\0rusak sekali"), 400, "bad_encoding"),
    "half of a surrogate pair": ({"data": rb'{"body": "rusak \ud800 sekali"}', "headers": JSON}, 400, "bad_encoding"),
    "a day that is not": (complaint(event_date="2026-02-31"), 422, "invalid"),
    "a day to come": (complaint(event_date="2099-01-01"), 422, "complaint_not_acceptable"),
    "a district of nowhere": (complaint(district_code="99.99.99"), 422, "complaint_not_acceptable"),
    "an agency of nowhere": (complaint(agency_id="dinas-sihir"), 422, "complaint_not_acceptable"),
    "a number that is none": (complaint(phone="nomor saya"), 422, "complaint_not_acceptable"),
    "an address that is none": (complaint(email="a@b@c\r\nBcc: d@e"), 422, "complaint_not_acceptable"),
    "a key without end": (complaint() | {"headers": {"Idempotency-Key": "k" * 500}}, 422, "key_too_long"),
    "a program as a photo": (
        {"data": {"body": "Jalan di Tolala rusak."}, "files": {"files": ("foto.jpg", b"MZ\x90\0" * 99, "image/jpeg")}},
        422,
        "",
    ),
}


def test_the_api_refuses_a_bad_complaint_in_a_sentence(world: World, books: Books) -> None:
    wrong = []
    with books.unchanged():
        for name, (sent, status, slug) in BAD_COMPLAINTS.items():
            answer = post(world, f"{API}/complaints", **sent)
            problem = answer.json() if answer.headers["Content-Type"] == PROBLEM else {}
            told = problem.get("slug") == slug or not slug
            if (answer.status_code, told) != (status, True) or not problem.get("detail"):
                wrong.append(f"{name}: {answer.status_code} {answer.text[:300]}")
    assert not wrong, "\n".join(wrong)


def test_a_refusal_is_told_in_the_language_of_the_sender(world: World, books: Books) -> None:
    def detail(language: str) -> str:
        sent = complaint(event_date="2099-01-01") | {"headers": {"Accept-Language": language}}
        (sentence,) = post(world, f"{API}/complaints", **sent).json()["errors"]["event_date"]
        return str(sentence)

    with books.unchanged():
        assert "belum tiba" in detail("id")
        assert "not come yet" in detail("en-GB,en;q=0.8")


def test_the_same_complaint_under_the_same_key_is_one_complaint_and_another_one_is_refused(
    world: World, books: Books, siti: Reporter
) -> None:
    key = {"headers": {"Idempotency-Key": str(uuid.uuid4())}}
    first = post(world, f"{API}/complaints", **complaint(email=siti.address), **key)
    siti.complaint_id()
    with books.unchanged():
        again = post(world, f"{API}/complaints", **complaint(email=siti.address), **key)
        other = post(world, f"{API}/complaints", **complaint(email=siti.address, body="Air kotor sejak lama."), **key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json()["tracking_code"] == first.json()["tracking_code"]


# -- codes and tokens --------------------------------------------------------------------------------


def test_unknown_and_mistyped_codes_open_nothing(world: World, books: Books, siti: Reporter) -> None:
    code = siti.complain(body="Jembatan di Tolala rusak.", email=siti.address)
    siti.complaint_id()
    mistyped = ("0" if code[0] != "0" else "1") + code[1:]
    with books.unchanged():
        for written, status in ((mistyped, 422), ("", 422), ("x" * 100_000, 422), ("'; drop table complaints", 422)):
            assert post(world, f"{API}/tracking", json={"code": written}).status_code == status, written[:50]
        assert post(world, f"{API}/tracking", json={"code": "K7Q2-M9XF-4WC"}).status_code == 404
        browser = Browser(world)
        page = browser.send("/lacak", "/lacak", code="K7Q2-M9XF-4WC")
        assert (page.status_code, "Kode ini tidak kami kenal" in page.text) == (404, True)
        for token in ("", "abc", "x" * 5000):
            headers = {"Authorization": f"Bearer {token}"}
            answer = requests.get(f"{world.address}{API}/complaint", headers=headers, timeout=10)
            assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM)


# -- the pages ---------------------------------------------------------------------------------------


def test_the_form_comes_back_with_everything_typed_and_a_forged_one_is_refused(world: World, books: Books) -> None:
    browser = Browser(world)
    with books.unchanged():
        forged = browser.post("/lapor", {"body": "Jalan rusak di mana-mana."})
        assert forged.status_code == 400
        assert "Muat ulang" in forged.text or "lagi" in forged.text
        empty = browser.send("/lapor", "/lapor", body="  ", title="Judul yang sudah diketik", name="Wati")
        assert empty.status_code == 422
        for words in ("Ada yang perlu diperbaiki", "Wajib diisi", "Judul yang sudah diketik", "Wati"):
            assert words in empty.text
        assert browser.send("/lapor", "/lapor", body="x" * 30_000_000).status_code == 413
        assert browser.send("/lapor", "/lapor", body=b"caf\xe9 rusak sekali").status_code == 400


def test_a_form_sent_twice_is_one_complaint(world: World, books: Books, siti: Reporter) -> None:
    browser = Browser(world)
    hidden = browser.form("/lapor", "/lapor")
    fields = {**hidden, "body": "Puskesmas tutup pada jam kerja.", "email": siti.address}
    first = browser.post("/lapor", fields)
    siti.complaint_id()
    with books.unchanged():
        second = browser.post("/lapor", fields)
        changed = browser.post("/lapor", {**fields, "body": "Sekolah tutup pada jam kerja."})
    assert (first.status_code, second.status_code, changed.status_code) == (201, 201, 422)
    assert siti.code in first.text
    assert siti.code in second.text


def test_hostile_words_are_kept_as_words_and_do_nothing(world: World, siti: Reporter) -> None:
    hostile = "<script>alert(1)</script> {{ 7 * 7 }} %(name)s '; drop table complaints; -- \u202e ﷽ 🚧 \x1b[31m"
    siti.complain(title="<img src=x onerror=alert(1)>", body=hostile, email=siti.address)
    complaint_id = siti.complaint_id()
    assert siti.look()["body"] == hostile.replace("\x1b", "").replace("\u202e ", "")
    coordinator = Official(world, "koordinator")
    coordinator.may("verify", complaint_id)
    desk = Browser(world).sign_in("/meja", "koordinator")
    reporter = Browser(world)
    pages = [
        desk.get(f"/meja/laporan/{complaint_id}"),
        desk.get("/meja/"),
        reporter.send("/lacak", "/lacak", code=siti.code),
        reporter.get(f"/pesan/kotak-keluar?kepada={siti.address}"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<img" not in page.text
    for page in (pages[0], pages[2]):
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} %(name)s" in page.text


NONSENSE = (
    "/tidak-ada",
    "/%ff%fe",
    "/?lang=%00%ff",
    "/berkas/../../etc/passwd",
    "/berkas/abc.def.ghi",
    "/meja/laporan/1",
    "/api/intake/v1/tidak-ada",
    "/api/routing/v1/cases?page=-1",
    "/api/sla/v1/due-date",
    "/api/sla/v1/due-date?start=2026-13-01&days=3&unit=working_days",
    "/api/sla/v1/due-date?start=9999-12-30&days=999&unit=working_days",
    "/api/sla/v1/due-date?start=2026-01-01&days=99999999999999999999&unit=working_days",
    "/api/sla/v1/calendar?year=99999999",
    "/tenggat/kalender?tahun=-5",
    "/tenggat/kalkulator?mulai=x&hari=y",
    "/api/notify/v1/sandbox/messages?after=99999999999999999999999",
    "/api/notify/v1/sandbox/messages?after=-1&complaint_id=7",
    "/pesan/kotak-keluar?laporan=7",
    "/pesan/kannel/dlr?token=abc&state=1",
    "/ombudsman/rujukan/OMB-KOLUT-2026-0001/berkas.exe",
    "/api/ombudsman/v1/referrals?page=x",
)


@pytest.mark.parametrize("path", NONSENSE)
def test_an_address_that_makes_no_sense_is_never_our_fault(world: World, path: str) -> None:
    answer = requests.get(world.address + path, timeout=30)
    assert answer.status_code < 500, answer.text[:500]
    assert "Traceback" not in answer.text
