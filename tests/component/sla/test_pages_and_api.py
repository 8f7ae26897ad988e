"""Board, report, calculator, calendar and rules, as people and programs see them."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy import insert, select, text, update

from services.sla.store import board
from services.sla.store.tables import LIMITED, cases, clocks, open_limits
from shared.errors import NotFound
from shared.ids import new_id
from tests.component.sla.desk import Complaint, at
from tests.harness import Service, eventually

OFFICERS = {
    "koordinator": ("coordinator", None),
    "inspektorat": ("supervisor", "inspektorat"),
    "pupr": ("officer", "pupr"),
    "kepala-dlh": ("head", "dlh"),
    "operator": ("operator", None),
}
HOSTILE = ["<script>alert(1)</script>", "2026-02-30", "9" * 400, "' or 1=1 --", "%00", "-1", "1e9", "\u202e"]


def session(token: str) -> dict[str, Any]:
    """Routing's answer to who is signed in: in these tests the token is the officer's name."""
    name = token.partition(".")[0]
    if name not in OFFICERS:
        raise NotFound("no_session")
    role, agency_id = OFFICERS[name]
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return {"officer_id": new_id(), "name": name, "role": role, "agency_id": agency_id, "expires_at": expires_at}


def agencies() -> dict[str, Any]:
    named = {"pupr": "Dinas Pekerjaan Umum dan Penataan Ruang", "dlh": "Dinas Lingkungan Hidup"}
    return {
        "agencies": [
            {"agency_id": agency_id, "name": name, "kind": "agency", "head_title": None}
            for agency_id, name in named.items()
        ]
    }


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    """Four complaints: one late at pupr, one answered by pupr, one at dlh, one that nobody has looked at."""
    started = service("sla", worker=False)
    started.set_time(at("2026-03-13"))
    started.start_worker()
    started.routing = started.peer("routing", {"session": session, "agencies": agencies})  # type: ignore[attr-defined]
    late, answered, fresh, unseen = (Complaint(started, f"KOLUT-2026-00000{n}") for n in range(1, 5))
    for complaint, channel in ((late, "sms"), (answered, "web"), (fresh, "web"), (unseen, "email")):
        complaint.registered(
            at("2026-03-13"), channel=channel, district_code=None if channel == "email" else "74.08.01"
        )
    for complaint, agency_id, class_ in (
        (late, "pupr", "information"),
        (answered, "pupr", "information"),
        (fresh, "dlh", "supervisory"),
    ):
        complaint.verified(at("2026-03-16"), class_)
        complaint.dispatched(at("2026-03-16"), agency_id)
    answered.answered(at("2026-03-26"))
    answered.shows(settlement="met")
    fresh.shows(legal="running")
    late.shows(legal="running")
    started.set_time(at("2026-04-01"))
    eventually(lambda: len(late.told("clock.breached")) == 2)
    eventually(lambda: fresh.told("clock.breached"))
    eventually(lambda: len(unseen.told("clock.breached")) == 2)
    started.late = late  # type: ignore[attr-defined]
    started.fresh = fresh  # type: ignore[attr-defined]
    yield started


@pytest.fixture(scope="module")
def web(sla: Service) -> FlaskClient:
    client: FlaskClient = sla.web().test_client()
    return client


def page(web: FlaskClient, path: str, who: str = "", language: str = "id") -> Any:
    browser = web.application.test_client()
    if who:
        browser.set_cookie("aduan_meja", who)
    return browser.get(path, headers={"Accept-Language": language})


def api(web: FlaskClient, path: str, who: str = "") -> Any:
    return web.get(f"/api/sla/v1{path}", headers={"Authorization": f"Bearer {who}"} if who else {})


# The board


def test_the_coordinator_sees_what_is_late_everywhere(web: FlaskClient, sla: Service) -> None:
    shown = page(web, "/tenggat/", "koordinator").get_data(as_text=True)

    assert "Dinas Lingkungan Hidup" in shown and "Dinas Pekerjaan Umum" in shown and "Admin koordinator" in shown
    assert f"/meja/laporan/{sla.late.id}" in shown  # type: ignore[attr-defined]
    assert "terlambat 2 hari" in shown
    assert "30 Maret 2026" in shown


def test_an_officer_sees_her_agency_only_whatever_she_asks_for(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/?instansi=dlh", "pupr").get_data(as_text=True)

    assert "KOLUT-2026-000001" in shown
    assert "KOLUT-2026-000003" not in shown and "Dinas Lingkungan Hidup" not in shown


def test_the_board_can_be_narrowed_to_one_agency_and_to_the_coordinator(web: FlaskClient) -> None:
    of_dlh = page(web, "/tenggat/?instansi=dlh", "inspektorat").get_data(as_text=True)
    own = page(web, "/tenggat/?instansi=koordinator", "koordinator").get_data(as_text=True)

    assert "KOLUT-2026-000003" in of_dlh and "KOLUT-2026-000001" not in of_dlh
    assert "laporan baru" in own and "KOLUT-2026-000001" not in own


def test_the_board_counts_by_agency_and_how_late_and_each_number_leads_to_its_cases(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/", "koordinator").get_data(as_text=True)

    assert re.search(r'class="number hot-4">\s*<a href="/tenggat/\?instansi=pupr&amp;tingkat=1-5">', shown)
    listed = page(web, "/tenggat/?instansi=pupr&tingkat=1-5", "koordinator").get_data(as_text=True)
    other = page(web, "/tenggat/?instansi=pupr&tingkat=60%2B", "koordinator").get_data(as_text=True)
    assert "KOLUT-2026-000001" in listed and "KOLUT-2026-000001" not in other


def test_what_is_answered_is_not_late_any_more(web: FlaskClient, sla: Service) -> None:
    """The second complaint was answered two days after its limit; nobody has to act on it."""
    assert "KOLUT-2026-000002" not in page(web, "/tenggat/", "koordinator").get_data(as_text=True)


def test_the_counts_of_the_board_are_those_of_the_clocks_whatever_happened_to_them(sla: Service) -> None:
    def by_reading() -> dict[tuple[str | None, str, date], int]:
        with sla.store.read() as session_:
            rows = session_.execute(select(clocks.c.agency_id, clocks.c.clock, clocks.c.due_date).where(text(LIMITED)))
            return dict(Counter((row.agency_id, row.clock, row.due_date) for row in rows))

    def kept() -> dict[tuple[str | None, str, date], int]:
        with sla.store.read() as session_:
            sums: Counter[tuple[str | None, str, date]] = Counter()
            for row in session_.execute(select(open_limits)):
                sums[row.agency_id, row.clock, row.due_date] += row.count
            return {key: count for key, count in sums.items() if count}

    assert kept() == by_reading() != {}
    with sla.store.read() as session:
        session.execute(update(clocks).values(agency_id="dinkes").where(clocks.c.agency_id == "dlh"))
        session.execute(update(clocks).values(passes_at=None).where(clocks.c.clock == "legal"))
        board.add_up(session)
        seen: Counter[tuple[str | None, str, date]] = Counter()
        for row in session.execute(select(open_limits)):
            assert row.count > 0
            seen[row.agency_id, row.clock, row.due_date] += 1
        assert seen and set(seen.values()) == {1}
        assert not [key for key in seen if key[0] == "dlh" or key[1] == "legal"]
    assert kept() == by_reading()


def test_an_agency_with_nothing_late_is_told_so(web: FlaskClient) -> None:
    assert "Tidak ada yang terlambat" in page(web, "/tenggat/?instansi=kominfo", "koordinator").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/tenggat/", "/tenggat/laporan", "/tenggat/laporan.csv", "/tenggat/laporan/umur.svg"])
def test_who_is_not_signed_in_is_sent_to_the_desk(web: FlaskClient, path: str) -> None:
    for who in ("", "nobody"):
        answer = page(web, path, who)
        assert answer.status_code == 303 and answer.location.startswith("/meja/masuk?next=")


def test_an_operator_has_no_business_there(web: FlaskClient) -> None:
    assert page(web, "/tenggat/", "operator").status_code == 403


# The report

PERIOD = "dari=2026-03-01&sampai=2026-03-31"


def test_the_report_counts_what_came_what_was_handled_and_what_was_late(web: FlaskClient) -> None:
    told = api(web, "/reports?from=2026-03-01&to=2026-03-31", "koordinator").get_json()

    # Answered on the fourth working day after 13 March: 16, 17, 25, 26 March.
    assert told["total"] == {"received": 4, "handled": 1, "late": 3, "median_days": 4, "p90_days": 4}
    assert {row["value"]: (row["received"], row["handled"], row["late"]) for row in told["by_agency"]} == {
        "pupr": (2, 1, 1),
        "dlh": (1, 0, 1),
        None: (1, 0, 1),
    }
    assert {row["value"]: row["received"] for row in told["by_channel"]} == {"web": 2, "sms": 1, "email": 1}
    assert {row["value"]: row["received"] for row in told["by_class"]} == {"information": 2, "supervisory": 1, None: 1}
    assert {row["value"]: row["received"] for row in told["by_district"]} == {"74.08.01": 3, None: 1}
    assert told["ages"] == {"0-5": 0, "6-14": 0, "15-60": 4, "60+": 0}


def test_an_officers_report_is_of_her_agency_whatever_she_asks_for(web: FlaskClient) -> None:
    told = api(web, "/reports?from=2026-03-01&to=2026-03-31&agency_id=pupr", "kepala-dlh").get_json()

    assert told["agency_id"] == "dlh" and told["total"]["received"] == 1


def test_complaints_outside_the_period_are_not_counted(web: FlaskClient) -> None:
    told = api(web, "/reports?from=2026-03-14&to=2026-03-31", "koordinator").get_json()

    assert told["total"] == {"received": 0, "handled": 0, "late": 0, "median_days": None, "p90_days": None}
    assert told["by_agency"] == []


def test_the_page_shows_the_figures_with_names_charts_and_tables(web: FlaskClient) -> None:
    shown = page(web, f"/tenggat/laporan?{PERIOD}", "koordinator").get_data(as_text=True)

    for words in ("Dinas Lingkungan Hidup", "Lasusua", "Permintaan informasi", "Situs web", "Belum diteruskan"):
        assert words in shown
    assert "/tenggat/laporan/agency.svg?dari=2026-03-01" in shown


@pytest.mark.parametrize("name", ["agency", "class", "channel", "district", "umur"])
def test_every_chart_is_a_picture_without_script(web: FlaskClient, name: str) -> None:
    answer = page(web, f"/tenggat/laporan/{name}.svg?{PERIOD}", "koordinator")

    assert answer.mimetype == "image/svg+xml" and b"<svg" in answer.data
    assert b"<script" not in answer.data
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_there_is_no_chart_of_something_else(web: FlaskClient) -> None:
    assert page(web, f"/tenggat/laporan/nama.svg?{PERIOD}", "koordinator").status_code == 404


def table(answer: Any) -> list[list[str]]:
    """The lines of the Indonesian CSV."""
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_the_csv_says_where_it_comes_from_and_has_every_group(web: FlaskClient) -> None:
    answer = page(web, f"/tenggat/laporan.csv?{PERIOD}", "koordinator")
    lines = table(answer)

    assert lines[0] == ["Sumber", "Aduan, catatan tenggat (sla)"]
    assert lines[1] == ["Periode", "2026-03-01", "2026-03-31"]
    assert lines[3][0] == "Dibuat" and lines[3][1].startswith("1 April 2026 10.0")
    assert ["Semua", "", "", "4", "1", "3", "4", "4"] in lines
    assert ["Instansi", "dlh", "Dinas Lingkungan Hidup", "1", "0", "1", "", ""] in lines
    assert "laporan-2026-03-01-2026-03-31.csv" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"])
def test_an_agency_out_of_an_address_is_no_formula_in_the_csv(web: FlaskClient, formula: str) -> None:
    answer = page(web, f"/tenggat/laporan.csv?{PERIOD}&{urlencode({'instansi': formula})}", "koordinator")
    assert ["Instansi", f"'{formula}"] in table(answer)


def test_the_csv_falls_into_columns_in_an_indonesian_and_in_an_english_spreadsheet(web: FlaskClient) -> None:
    indonesian = page(web, f"/tenggat/laporan.csv?{PERIOD}", "koordinator")
    english = page(web, f"/tenggat/laporan.csv?{PERIOD}&lang=en", "koordinator")
    assert "Semua;;;4;1;3;4;4" in indonesian.data.decode("utf-8-sig")
    assert "All,,,4,1,3,4,4" in english.data.decode("utf-8-sig")


def test_without_a_period_the_report_is_of_last_month(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/laporan", "koordinator").get_data(as_text=True)

    assert "1 Maret 2026" in shown and "31 Maret 2026" in shown


@pytest.mark.parametrize("query", ["dari=2026-03-02&sampai=2026-03-01", "dari=2000-01-01&sampai=2026-03-01", "dari=x"])
def test_an_impossible_period_is_refused_clearly(web: FlaskClient, query: str) -> None:
    for path in ("/tenggat/laporan", "/tenggat/laporan.csv", "/tenggat/laporan/umur.svg"):
        assert page(web, f"{path}?{query}", "koordinator").status_code == 422


def test_the_tables_of_figures_scroll_by_themselves_on_a_telephone(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/laporan?dari=2025-05-01&sampai=2025-05-31", "koordinator").get_data(as_text=True)
    wide = [table for table in shown.split("<table")[:-1] if "Diterima" in shown.partition(table)[2][:400]]
    assert wide and all(before.endswith('<div class="scroll">') for before in wide)


def test_figures_agree_with_counting_by_hand(web: FlaskClient, sla: Service) -> None:
    chance = Random(7408)
    rows = [
        {
            "complaint_id": new_id(),
            "region": "74.08",
            "channel": chance.choice(["web", "sms", "email"]),
            "state": "closed",
            "agency_id": chance.choice(["pupr", "dlh", None]),
            "received_at": at("2025-05-02"),
            "received_on": at("2025-05-02").date(),
            "first_answered_at": at("2025-06-02") if (days := chance.choice([None, *range(40)])) is not None else None,
            "answer_days": days,
            "finished_at": at("2025-07-01") if chance.random() < 0.5 else None,
            "first_late_at": at("2025-05-20") if chance.random() < 0.3 else None,
        }
        for _ in range(300)
    ]
    with sla.store.begin() as tx:
        tx.session.execute(insert(cases), rows)

    told = api(web, "/reports?from=2025-05-01&to=2025-05-31", "koordinator").get_json()

    def by_hand(mine: list[dict[str, Any]]) -> dict[str, Any]:
        days = sorted(row["answer_days"] for row in mine if row["answer_days"] is not None)
        return {
            "received": len(mine),
            "handled": sum(1 for row in mine if row["first_answered_at"] or row["finished_at"]),
            "late": sum(1 for row in mine if row["first_late_at"]),
            "median_days": days[math.ceil(0.5 * len(days)) - 1],
            "p90_days": days[math.ceil(0.9 * len(days)) - 1],
        }

    assert told["total"] == by_hand(rows)
    for name, column in (("by_agency", "agency_id"), ("by_channel", "channel")):
        for group in told[name]:
            value = group.pop("value")
            assert group == by_hand([row for row in rows if row[column] == value]), value


# What everybody may see


def test_the_calculator_shows_the_last_day_and_every_day_that_does_not_count(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/kalkulator?mulai=2026-03-13&batas=verification:").get_data(as_text=True)

    assert "25 Maret 2026" in shown and "23.59 WITA" in shown
    assert "Hari Suci Nyepi" in shown and "Sabtu" in shown and "9 hari tidak dihitung" in shown


def test_the_calculator_speaks_english(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/kalkulator?mulai=2026-03-13&batas=verification:", language="en").get_data(as_text=True)

    assert "25 March 2026" in shown and "Saturday" in shown and "Hari Suci Nyepi" in shown


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("mulai=1900-01-01&batas=verification:", "Tanggal mulai harus antara tahun 2000 dan 2099."),
        ("mulai=2100-01-01&batas=sendiri&hari=3&satuan=working_days", "antara tahun 2000 dan 2099"),
        ("mulai=2026-02-29&batas=verification:", "Tanggal ini tidak"),
        ("mulai=2026-03-13&batas=sendiri&hari=0&satuan=working_days", "1"),
        ("mulai=2026-03-13&batas=sendiri&satuan=working_days", "isi jumlah hari"),
    ],
)
def test_a_date_or_limit_that_cannot_be_is_answered_in_a_sentence(web: FlaskClient, asked: str, sentence: str) -> None:
    answer = page(web, f"/tenggat/kalkulator?{asked}")
    shown = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert sentence in shown[shown.index('id="salah"') :]


def test_the_calculator_draws_the_days_it_counts(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/kalkulator?mulai=2026-03-13&batas=verification:").get_data(as_text=True)
    leap = page(web, "/tenggat/kalkulator?mulai=2028-02-29&batas=sendiri&hari=1&satuan=calendar_days")

    assert "Maret 2026</caption>" in shown and "mulai, tidak dihitung" in shown
    assert 'class="due">25' in shown and shown.count('class="counted"') == 2 and shown.count('class="off"') == 9
    assert "1 Maret 2028" in leap.get_data(as_text=True)


def test_a_limit_of_ones_own(web: FlaskClient) -> None:
    own = page(web, "/tenggat/kalkulator?mulai=2026-03-13&batas=sendiri&hari=60&satuan=calendar_days")

    assert "12 Mei 2026" in own.get_data(as_text=True)


def test_a_date_the_calendar_does_not_reach_is_marked_provisional(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/kalkulator?mulai=2027-12-20&batas=settlement:supervisory").get_data(as_text=True)

    assert "Sementara" in shown
    assert api(web, "/due-date?start=2027-12-20&days=60&unit=working_days").get_json()["provisional"] is True
    assert api(web, "/due-date?start=2027-12-20&days=60&unit=calendar_days").get_json()["provisional"] is False


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["mulai", "batas", "hari", "satuan"])
def test_hostile_input_to_the_calculator_gets_a_clear_error(web: FlaskClient, field: str, hostile: str) -> None:
    asked = {"mulai": "2026-03-13", "batas": "sendiri", "hari": "3", "satuan": "working_days", field: hostile}
    answer = web.get("/tenggat/kalkulator", query_string=asked)

    assert answer.status_code in (400, 422)
    assert "<script>alert" not in answer.get_data(as_text=True)


def test_the_api_calculates_by_rule(web: FlaskClient) -> None:
    told = api(web, "/due-date?start=2026-03-13&clock=settlement&class=supervisory").get_json()

    assert told["due_date"] == "2026-06-24" and told["days"] == 60 and "60 hari kerja" in told["source"]
    assert told["due_at"] == "2026-06-24T15:59:59+00:00"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("start=2026-03-13", 422),
        ("start=2026-03-13&days=0", 422),
        ("start=2026-03-13&days=1001", 422),
        ("start=2026-03-13&days=3&unit=weeks", 422),
        ("start=2026-02-29&days=3", 422),
        ("start=1900-01-01&days=3", 422),
        ("start=2100-01-01&days=3", 422),
        ("start=2001-01-01&clock=verification", 422),
        ("start=2026-03-13&clock=settlement", 422),
        ("start=2026-03-13&days=3&region=99.99", 404),
        ("start=2024-02-29&days=3", 200),
    ],
)
def test_a_question_is_answered_or_refused_with_a_problem(web: FlaskClient, query: str, status: int) -> None:
    answer = api(web, f"/due-date?{query}")

    assert answer.status_code == status
    if status != 200:
        assert answer.mimetype == "application/problem+json" and answer.get_json()["detail"]


def test_the_calendar_shows_a_year_and_says_when_it_is_not_known(web: FlaskClient) -> None:
    known, unknown = page(web, "/tenggat/kalender?tahun=2026"), page(web, "/tenggat/kalender?tahun=2028")

    assert "Cuti Bersama Hari Suci Nyepi" in known.get_data(as_text=True)
    assert "belum diketahui" not in known.get_data(as_text=True)
    assert "Cuti bersama tahun ini belum diketahui" in unknown.get_data(as_text=True)
    assert len(api(web, "/calendar?year=2026").get_json()["days"]) == 25
    assert api(web, "/calendar?year=2028").get_json()["known"] is False


@pytest.mark.parametrize("year", HOSTILE)
def test_a_year_that_is_none_is_refused(web: FlaskClient, year: str) -> None:
    assert web.get("/tenggat/kalender", query_string={"tahun": year}).status_code in (400, 422)


def test_the_rules_are_shown_with_source_and_doubts(web: FlaskClient) -> None:
    shown = page(web, "/tenggat/aturan").get_data(as_text=True)

    assert "PermenPANRB 5/2025 (isi belum diketahui)" in shown and "UU 25/2009 pasal 50" in shown
    assert "Yang masih diragukan" in shown
    sets = {row["id"]: row for row in api(web, "/rule-sets").get_json()}
    assert sets["permenpanrb-5-2025"]["active"] is False and sets["permenpanrb-5-2025"]["rules"] == []
    limits = sets["permenpanrb-62-2018"]["rules"]
    settling = {rule["class"]: rule["days"] for rule in limits if rule["clock"] == "settlement"}
    assert settling == {"information": 5, "aspiration": 5, "non_supervisory": 14, "supervisory": 60}
    assert len(limits) == 7 and {rule["class"] for rule in limits if rule["clock"] != "settlement"} == {None}


def test_the_clocks_of_a_complaint_are_for_the_desk_and_its_agency(web: FlaskClient, sla: Service) -> None:
    address = f"/clocks?complaint_id={sla.fresh.id}"  # type: ignore[attr-defined]

    assert len(api(web, address, "koordinator").get_json()["clocks"]) == 5
    assert len(api(web, address, "kepala-dlh").get_json()["clocks"]) == 5
    assert api(web, address, "pupr").status_code == 404
    assert api(web, address).status_code == 401
    assert page(web, f"/api/sla/v1{address}", "koordinator").status_code == 401, "a cookie does not count there"
    assert api(web, f"/clocks?complaint_id={new_id()}", "koordinator").status_code == 404


def test_pages_name_what_is_missing_when_routing_is_away(sla: Service, web: FlaskClient) -> None:
    answer = sla.routing.answers.pop("agencies")  # type: ignore[attr-defined]
    try:
        shown = page(web, "/tenggat/", "koordinator").get_data(as_text=True)
    finally:
        sla.routing.answers["agencies"] = answer  # type: ignore[attr-defined]

    assert "Nama instansi sedang tidak tersedia" in shown and ">dlh<" in shown


def test_the_api_describes_itself(web: FlaskClient) -> None:
    document = web.get("/api/sla/v1/openapi.json").get_json()

    validate(document)
    names = {"due-date", "clocks", "reports", "calendar", "rule-sets", "recomputations"}
    proposals = {"", "/ical", "/{number}", "/{number}/activation", "/{number}/rejection"}
    names |= {"calendar/versions", "calendar/versions/{version}", "calendar/offices"}
    names |= {f"calendar/proposals{rest}" for rest in proposals}
    names |= {"rule-sets/{rule_set}/versions", "rule-sets/{rule_set}/versions/{number}"}
    deeds = ("preview", "propose", "activate", "withdraw")
    names |= {f"rule-sets/{{rule_set}}/versions/{{number}}/{deed}" for deed in deeds}
    assert set(document["paths"]) >= {f"/api/sla/v1/{name}" for name in names}
