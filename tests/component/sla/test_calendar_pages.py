"""Calendars as people and programs see and change them: the year, versions, proposals by form, by API and by file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from flask.testing import FlaskClient

from services.sla.web import ical
from shared.errors import NotFound
from tests.component.sla.desk import at
from tests.harness import Service

NOBODY = UUID(int=0)
OFFICERS = {"sekda": "supervisor", "inspektorat": "supervisor", "koordinator": "coordinator"}
DECREE = {"scope": "ID", "name": "SKB perubahan", "source": "SKB 4/2026"}


def session(token: str) -> dict[str, Any]:
    name = token.partition(".")[0]
    if name not in OFFICERS:
        raise NotFound("no_session")
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    known = {"officer_id": uuid5(NOBODY, name), "name": name, "role": OFFICERS[name], "agency_id": None}
    return {**known, "expires_at": expires_at}


@pytest.fixture(scope="module")
def web(service: Callable[..., Service]) -> Iterator[FlaskClient]:
    started = service("sla", worker=False)
    started.set_time(at("2026-03-16"))
    agencies = {"agencies": [{"agency_id": "pupr", "name": "Dinas PUPR", "kind": "agency", "head_title": None}]}
    started.peer("routing", {"session": session, "agencies": lambda: agencies})
    yield started.web().test_client()


def browser(web: FlaskClient, who: str = "") -> FlaskClient:
    client = web.application.test_client()
    if who:
        client.set_cookie("aduan_meja", who)
    return client


def get(web: FlaskClient, path: str, who: str = "", language: str = "id") -> str:
    answer = browser(web, who).get(f"/tenggat{path}", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


def send(web: FlaskClient, path: str, who: str, fields: dict[str, Any]) -> Any:
    """A form as the browser sends it, with the token of its page."""
    client = browser(web, who)
    page = client.get("/tenggat/kalender/usulan").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(f"/tenggat{path}", data={"csrf_token": token, **fields}, content_type="multipart/form-data")


def api(web: FlaskClient, method: str, path: str, who: str, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {who}", **more.pop("headers", {})}
    return web.open(f"/api/sla/v1{path}", method=method, headers=headers, **more)


def ics(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//contoh//ID"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:1@contoh.example", "DTSTAMP:20260101T000000Z", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_a_year_is_shown_as_a_picture_and_as_a_table_with_its_versions(web: FlaskClient) -> None:
    shown = get(web, "/kalender?tahun=2026")

    assert shown.count('<table class="month">') == 12
    assert '<span class="off national" title="Hari Suci Nyepi' in shown
    assert '<span class="off joint_leave"' in shown and '<span class="off weekend">' in shown
    assert "/tenggat/kalender/versi/2026-11" in shown
    assert "Ubah kalender" not in shown
    assert "Ubah kalender" in get(web, "/kalender", "sekda")
    assert "belum diketahui" in get(web, "/kalender?tahun=2028")
    assert "Dikirim bersama program" in get(web, "/kalender/versi/2026-11")
    assert browser(web).get("/tenggat/kalender/versi/tidak-ada").status_code == 404


def test_a_supervisor_proposes_by_form_and_another_puts_it_into_force(web: FlaskClient) -> None:
    fields = {
        **DECREE,
        "add_date": ["2026-05-04", ""],
        "add_name": ["Cuti bersama tambahan", ""],
        "add_kind": ["joint_leave", "national"],
        "remove_date": ["2026-05-15", ""],
    }
    made = send(web, "/kalender/usulan", "sekda", fields)
    assert made.status_code == 303, made.get_data(as_text=True)
    place = made.location.removeprefix("/tenggat")
    own, other = get(web, place, "sekda"), get(web, place, "inspektorat")

    assert "4 Mei 2026" in own and "15 Mei 2026" in own
    assert "0 laporan terbuka akan bergeser" in own
    assert "/sahkan" not in own and "/sahkan" in other
    assert send(web, f"{place}/pratinjau", "sekda", {}).location.endswith(place)
    refused = send(web, f"{place}/sahkan", "sekda", {})
    assert refused.location.endswith(place)
    assert send(web, f"{place}/sahkan", "inspektorat", {}).location.endswith("/kalender/usulan")
    shown = get(web, "/kalender?tahun=2026")
    assert '<span class="off joint_leave" title="Cuti bersama tambahan">4</span>' in shown
    changed = get(web, "/kalender/versi/ID-2", language="en")
    assert "added" in changed and "taken back" in changed and "SKB perubahan" in changed
    assert "sedang dihitung ulang" in get(web, "/kalender"), "no worker runs in this test"


def test_a_form_that_makes_no_sense_comes_back_with_what_was_typed(web: FlaskClient) -> None:
    for fields, words in (
        ({"add_date": ["2026-03-19"], "add_name": ["Lain"], "add_kind": ["national"]}, "sudah menjadi hari libur"),
        ({"add_date": ["1900-01-01"], "add_name": ["Lain"], "add_kind": ["national"]}, "di luar tahun"),
        ({"add_date": ["besok"], "add_name": ["Lain"], "add_kind": ["national"]}, "tidak dikenal"),
        ({"remove_date": ["2026-03-17"]}, "bukan hari libur"),
        ({}, "Tidak ada hari yang berubah"),
        ({"file": (io.BytesIO(b"bukan kalender"), "libur.ics")}, "bukan kalender iCalendar"),
    ):
        answer = send(web, "/kalender/usulan", "sekda", {**DECREE, **fields})
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 422, fields
        assert words in shown and "SKB 4/2026" in shown, fields


def test_only_supervisors_see_and_make_proposals(web: FlaskClient) -> None:
    assert browser(web).get("/tenggat/kalender/usulan").status_code == 303
    assert browser(web, "koordinator").get("/tenggat/kalender/usulan").status_code == 403
    answer = api(web, "POST", "/calendar/proposals", "koordinator", json={**DECREE, "remove": ["2026-05-28"]})
    assert answer.status_code == 403 and answer.content_type == "application/problem+json"


def test_the_same_by_api_with_a_key_that_makes_it_safe_to_send_again(web: FlaskClient) -> None:
    day = {"date": "2026-06-02", "name": "Hari jadi", "kind": "local"}
    about = {"scope": "74.08", "name": "Keputusan Bupati", "source": "SK 12/2026"}
    first, again = (
        api(
            web,
            "POST",
            "/calendar/proposals",
            "sekda",
            json={**about, "add": [day]},
            headers={"Idempotency-Key": "kunci-pertama-1"},
        )
        for _ in range(2)
    )
    assert first.status_code == again.status_code == 201
    assert first.json["number"] == again.json["number"]
    seen = first.json["preview"]
    assert (seen["expected"], seen["moved"], seen["late"]) == (0, 0, 0) and seen["ended_at"]
    assert first.json["decision"] == "open"
    number = first.json["number"]
    anew = api(web, "POST", f"/calendar/proposals/{number}/preview", "sekda")
    assert anew.status_code == 201 and anew.json["ended_at"]
    own = api(web, "POST", f"/calendar/proposals/{number}/activation", "sekda")
    assert own.status_code == 403 and own.json["slug"] == "second_person"
    assert api(web, "POST", f"/calendar/proposals/{number}/activation", "inspektorat").status_code == 202
    twice = api(web, "POST", f"/calendar/proposals/{number}/activation", "inspektorat")
    assert (twice.status_code, twice.json["slug"]) == (409, "already_decided")
    days = web.get("/api/sla/v1/calendar?year=2026").json["days"]
    assert {**day, "estimated": False} in days
    version = web.get("/api/sla/v1/calendar/versions/74.08-1").json
    assert version["add"] == [{**day, "estimated": False}] and version["remove"] == []
    listed = web.get("/api/sla/v1/calendar/versions").json
    assert {one["version"] for one in listed} == {"2026-11", "ID-2", "74.08-1"}
    works = api(web, "GET", "/recomputations", "koordinator").json
    assert works[0]["cause_id"] == "Kalender berubah: Keputusan Bupati."


def test_an_office_with_days_of_its_own_by_form_and_in_the_calculator(web: FlaskClient) -> None:
    fields = {
        "agency_id": "pupr",
        "office_name": "SK Kepala Dinas",
        "office_source": "SK 3/2026",
        "saturdays": "1",
        "valid_from": "2026-01-01",
    }
    made = send(web, "/kalender/instansi", "sekda", fields)
    assert made.status_code == 303, made.get_data(as_text=True)
    place = made.location.removeprefix("/tenggat")
    assert "Dinas PUPR" in get(web, place, "inspektorat")
    send(web, f"{place}/sahkan", "inspektorat", {})

    asked = "/api/sla/v1/due-date?start=2026-07-03&days=2"
    assert web.get(asked).json["due_date"] == "2026-07-07"
    own = web.get(f"{asked}&agency_id=pupr").json
    assert own["due_date"] == "2026-07-06"
    assert own["skipped"] == [{"date": "2026-07-05", "why": "Minggu"}]


def test_a_file_adds_the_days_that_are_not_there_yet(web: FlaskClient) -> None:
    content = ics(
        "SUMMARY:Hari Suci Nyepi|DTSTART;VALUE=DATE:20260319",
        "SUMMARY:Cuti Bersama tambahan|DTSTART;VALUE=DATE:20260910|DTEND;VALUE=DATE:20260912",
        "SUMMARY:Hari pemungutan suara|DTSTART;VALUE=DATE:20260915",
        "SUMMARY:Batal|DTSTART;VALUE=DATE:20260916|STATUS:CANCELLED",
    )
    answer = api(
        web,
        "POST",
        "/calendar/proposals/ical",
        "sekda",
        query_string=DECREE,
        data=content,
        content_type="text/calendar",
    )
    assert answer.status_code == 201, answer.json
    assert [(day["date"], day["kind"]) for day in answer.json["content"]["add"]] == [
        ("2026-09-10", "joint_leave"),
        ("2026-09-11", "joint_leave"),
        ("2026-09-15", "national"),
    ]


WHOLE = "SUMMARY:Libur|DTSTART;VALUE=DATE:20260910"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "bukan kalender"),
        (b"\xff\xfe\x00\x01" * 50, "bukan kalender"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "bukan kalender"),
        (ics(), "tidak berisi"),
        (ics("DTSTART;VALUE=DATE:20260910"), "tanpa nama"),
        (ics("SUMMARY:Libur"), "hari penuh"),
        (ics("SUMMARY:Libur|DTSTART:20260910T080000Z"), "hari penuh"),
        (ics("SUMMARY:Libur|DTSTART;VALUE=DATE:20260230"), "hari penuh"),
        (ics("SUMMARY:Libur|DTSTART;VALUE=DATE:19000101"), "tahun 1900"),
        (ics("SUMMARY:Libur|DTSTART;VALUE=DATE:21000101"), "tahun 2100"),
        (ics(f"{WHOLE}|DTEND;VALUE=DATE:20260901"), "harus berlangsung"),
        (ics(f"{WHOLE}|DTEND;VALUE=DATE:20990901"), "harus berlangsung"),
        (ics(f"{WHOLE}|DURATION:P9000D"), "harus berlangsung"),
        (ics(f"{WHOLE}|DURATION:P99999999999D"), "harus berlangsung"),
        (ics(f"{WHOLE}|DTEND;VALUE=DATE:2026091"), "harus berlangsung"),
        (ics(f"{WHOLE}|DTEND;VALUE=DATE:20260911|DTEND;VALUE=DATE:20260912"), "harus berlangsung"),
        (ics("SUMMARY:Li\0bur|DTSTART;VALUE=DATE:20260910"), "tidak terbaca"),
        (ics(WHOLE).replace(b"Libur", b"Libur \xe9"), "tidak terbaca"),
        (ics(f"{WHOLE}|RRULE:FREQ=SECONDLY;COUNT=999999999"), "berulang"),
        (ics(f"{WHOLE}|RDATE;VALUE=DATE:20260911"), "berulang"),
        (ics(*[WHOLE] * (ical.MOST_EVENTS + 1)), "paling banyak"),
        (ics("SUMMARY:Cuti bersama|DTSTART;VALUE=DATE:20300910"), "tanpa hari libur nasional tahun itu: 2030-01-01"),
        (ics("SUMMARY:Hari Suci Nyepi|DTSTART;VALUE=DATE:20260319"), "Tidak ada hari yang berubah"),
        (ics(WHOLE) + b"X" * ical.LARGEST, "paling besar"),
    ],
    ids=range(24),
)
def test_a_file_that_makes_no_sense_is_refused_with_a_sentence(web: FlaskClient, content: bytes, words: str) -> None:
    answer = api(
        web,
        "POST",
        "/calendar/proposals/ical",
        "sekda",
        query_string=DECREE,
        data=content,
        content_type="text/calendar",
    )
    assert answer.status_code in (413, 422), answer.get_data()
    assert words in answer.json["detail"], answer.json
    assert answer.content_type == "application/problem+json"


def test_a_name_no_store_can_hold_is_refused_beside_a_file_too(web: FlaskClient) -> None:
    asked = {**DECREE, "name": "SKB\0"}
    answer = api(web, "POST", "/calendar/proposals/ical", "sekda", query_string=asked, data=ics(WHOLE))
    assert (answer.status_code, answer.json["slug"]) == (400, "bad_encoding")


@pytest.mark.parametrize("address", ["/kalender/usulan/{}", "/aturan/uu-25-2009/versi/{}"])
def test_a_number_beyond_all_numbers_is_no_page(web: FlaskClient, address: str) -> None:
    assert browser(web, "sekda").get("/tenggat" + address.format("9" * 30)).status_code == 404
