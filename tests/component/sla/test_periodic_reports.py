"""The periodic report, from the period's end to the office that reads it: made once, never changed, put right anew."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Row, select

from services.sla.handlers.publish import publish_anew
from services.sla.store.tables import recommendations, reports
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from tests.component.sla.desk import Complaint, at
from tests.component.sla.test_pages_and_api import agencies, page, session
from tests.harness import Service, eventually

EARLY = 14
"""Complaints pupr answers too late, in March."""


def browser(web: FlaskClient, who: str) -> FlaskClient:
    client: FlaskClient = web.application.test_client()
    client.set_cookie("aduan_meja", who)
    return client


def post(client: FlaskClient, form_at: str, to: str, **fields: str) -> Any:
    """Fill in a form and send it."""
    form = client.get(form_at).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert found, form
    return client.post(to, data={"csrf_token": found[1], **fields})


def made(sla: Service, frequency: str = "monthly", agency_id: str | None = None) -> list[Row[Any]]:
    """The editions of March's reports."""
    t = reports.c
    with sla.store.read() as session_:
        return list(
            session_.execute(
                select(reports)
                .where(t.frequency == frequency, t.agency_id.is_not_distinct_from(agency_id))
                .where(*([t.first == date(2026, 3, 1)] if frequency == "monthly" else []))
                .order_by(t.edition)
            )
        )


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    """A March of complaints, two replicas of the worker, an office that wants to know; then April begins."""
    started = service("sla", worker=False)
    started.set_time(at("2026-03-02"))
    with started.store.begin() as tx:
        started.store.definition.load(tx)  # as at every start: the periods that run now are watched
    started.peer("routing", {"session": session, "agencies": agencies})
    started.start_worker()
    replica: subprocess.Popen[bytes] | None = started._worker
    started.start_worker()
    many = [Complaint(started, f"KOLUT-2026-{number:06d}") for number in range(1, EARLY + 1)]
    for number, complaint in enumerate(many):
        complaint.registered(at("2026-03-02"), channel="sms" if number < 2 else "web", confidential=number < 6)
        complaint.verified(at("2026-03-03"))
        complaint.dispatched(at("2026-03-03"))
    few = Complaint(started, "KOLUT-2026-000099")
    few.registered(at("2026-03-04"), channel="web")
    few.verified(at("2026-03-05"))
    few.dispatched(at("2026-03-05"), "dlh")
    many[-1].shows(follow_up="running")
    few.shows(follow_up="running")
    web = started.web().test_client()
    sent = post(
        browser(web, "inspektorat"),
        "/tenggat/penerima",
        "/tenggat/penerima",
        kantor="Sekretariat Daerah",
        surel="setda@kolutkab.example",
        bahasa="id",
        kekerapan="monthly",
        instansi="",
        mulai="2026-03-01",
    )
    assert sent.status_code == 303
    started.set_time(at("2026-03-20"))
    eventually(lambda: few.told("clock.breached"))
    for complaint in many[:10]:
        complaint.answered(at("2026-03-20", "09:00"))
    for complaint in many[:10]:
        complaint.shows(follow_up="late")
    started.web_client = web  # type: ignore[attr-defined]
    started.set_time(at("2026-04-01", "02:00"))
    eventually(lambda: made(started), seconds=30)
    yield started
    assert replica is not None
    replica.kill()
    replica.wait()


@pytest.fixture
def web(sla: Service) -> FlaskClient:
    client: FlaskClient = sla.web_client  # type: ignore[attr-defined]
    return client


def test_the_end_of_a_period_makes_its_report_once_whatever_replicas_there_are(sla: Service) -> None:
    [region] = made(sla)
    [of_pupr] = made(sla, agency_id="pupr")
    eventually(lambda: sla.said("report.published", region.report_id))
    assert len(sla.all_said("report.published", region.report_id)) == 1
    said = sla.all_said("report.published", of_pupr.report_id)[0]
    assert (said["frequency"], str(said["first"]), str(said["last"]), said["agency_id"], said["edition"]) == (
        "monthly",
        "2026-03-01",
        "2026-03-31",
        "pupr",
        1,
    )
    weeks = {"2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"}
    eventually(lambda: {str(row.first) for row in made(sla, "weekly")} >= weeks)


def test_its_figures_agree_with_counting_by_hand(sla: Service) -> None:
    [region] = made(sla)
    raw, shown = region.figures, region.content
    assert raw["total"]["received"] == EARLY + 1 and raw["total"]["answered"] == 10
    assert raw["total"]["median_days"] == 11  # the 2nd to the 20th without two weekends, the 18th, 19th and 20th
    assert raw["deeds"]["verified"] == EARLY + 1 and raw["deeds"]["answered"] == 10
    assert (shown["confidential"], shown["total"]["received"]) == (6, EARLY + 1)
    assert shown["ages"]["15-60"] == EARLY + 1
    follow_up = next(row for row in shown["on_time"] if row["clock"] == "follow_up")
    assert (follow_up["judged"], follow_up["percent"]) == (EARLY + 1, 0)


def test_small_cells_are_hidden_and_so_is_what_would_give_them_away(sla: Service) -> None:
    [region], [of_dlh] = made(sla), made(sla, agency_id="dlh")
    by_agency = {agency: cells["received"] for agency, cells in region.content["groups"]["agency"].items()}
    assert by_agency == {"dlh": None, "pupr": None}  # one complaint at dlh: pupr's number and the total would tell
    assert of_dlh.content["total"]["received"] is None
    assert {cells["received"] for cells in region.content["groups"]["channel"].values()} == {None}  # two by SMS


def test_what_is_found_has_its_evidence_and_a_recommendation_with_an_owner_and_a_day(
    sla: Service, web: FlaskClient
) -> None:
    [region] = made(sla)
    late = next(one for one in region.content["findings"] if (one["kind"], one["where"]) == ("late", "follow_up"))
    assert late["agency_id"] == "pupr"
    assert (late["part"], late["whole"]) == (None, None)  # the region's number without them would tell of dlh's one
    shown = page(web, f"/tenggat/berkala/{region.report_id}", "koordinator").get_data(as_text=True)
    assert "Dinas Pekerjaan Umum dan Penataan Ruang: Tanggapan pertama: * dari * tepat waktu" in shown
    with sla.store.read() as session_:
        rows = session_.execute(select(recommendations)).all()
    assert ("late", "pupr", "proposed") in {(row.kind, row.owner, row.status) for row in rows}
    assert len({row.key for row in rows}) == len(rows)  # weekly and monthly reports found the same: said once


def test_an_office_is_told_of_each_edition_once_by_its_id_alone(sla: Service) -> None:
    [region] = [row for row in made(sla) if row.edition == 1]
    [told] = eventually(lambda: sla.all_said("report.addressed", region.report_id))
    assert "setda" not in str(told)
    office = sla.ask("report_addressee", as_="notify", addressee_id=told["addressee_id"])
    assert office == {"office": "Sekretariat Daerah", "email": "setda@kolutkab.example", "language": "id"}
    document = sla.ask(
        "report_document", as_="notify", deadline=30.0, report_id=told["report_id"], language=office["language"]
    )
    assert (document["name"], document["media_type"]) == (
        "laporan-bulanan-2026-03-01-edisi-1.pdf",
        "application/pdf",
    )
    assert document["content"].startswith("JVBERi")  # %PDF-
    with pytest.raises(NotFound):
        sla.ask("report_document", as_="notify", report_id=new_id(), language="id")


def test_it_is_a_page_a_pdf_a_csv_and_pictures_in_both_languages(sla: Service, web: FlaskClient) -> None:
    [region] = made(sla)[:1]
    address = f"/tenggat/berkala/{region.report_id}"
    assert "Complaints by channel" in page(web, address, "koordinator", "en").get_data(as_text=True)
    paper, table = page(web, f"{address}.pdf", "koordinator"), page(web, f"{address}.csv", "koordinator")
    assert paper.data.startswith(b"%PDF-") and paper.data == page(web, f"{address}.pdf", "koordinator").data
    assert "Ringkasan;Laporan diterima;15" in table.get_data(as_text=True)
    assert page(web, f"{address}/umur.svg", "koordinator").mimetype == "image/svg+xml"
    assert page(web, f"{address}/apa.svg", "koordinator").status_code == 404
    listed = page(web, "/tenggat/berkala?kekerapan=monthly", "koordinator").get_data(as_text=True)
    assert str(region.report_id) in listed


def test_an_officer_reads_her_agencys_reports_only_and_changes_nothing(sla: Service, web: FlaskClient) -> None:
    [region], [of_pupr], [of_dlh] = (made(sla, agency_id=agency)[:1] for agency in (None, "pupr", "dlh"))
    assert page(web, f"/tenggat/berkala/{of_pupr.report_id}", "pupr").status_code == 200
    for row in (region, of_dlh):
        for ending in ("", ".pdf", ".csv", "/umur.svg"):
            assert page(web, f"/tenggat/berkala/{row.report_id}{ending}", "pupr").status_code == 404
    for who in ("pupr", "koordinator"):
        assert page(web, "/tenggat/penerima", who).status_code == 403


def test_what_became_known_later_changes_no_report_but_comes_in_a_new_edition(sla: Service, web: FlaskClient) -> None:
    [first] = made(sla)
    before = page(web, f"/tenggat/berkala/{first.report_id}", "koordinator").get_data(as_text=True)
    late = Complaint(sla, "KOLUT-2026-000100")
    late.registered(at("2026-03-31", "23:30"))
    late.shows(verification="running")
    assert made(sla)[0].content == first.content

    supervisor = browser(web, "inspektorat")
    address = f"/tenggat/berkala/{first.report_id}"
    assert post(supervisor, address, address, alasan="x").status_code == 422
    answer = post(supervisor, address, address, alasan="Satu laporan 31 Maret baru diketahui kemudian.")
    assert answer.status_code == 303
    [one, two] = made(sla)
    assert (one.content, two.edition) == (first.content, 2)
    assert two.figures["total"]["received"] == EARLY + 2
    assert UUID(answer.location.rpartition("/")[2]) == two.report_id
    assert "baru diketahui kemudian" in supervisor.get(answer.location).get_data(as_text=True)
    assert "Ada edisi yang lebih baru" in page(web, address, "koordinator").get_data(as_text=True)
    assert "Edisi 1" in before
    assert post(supervisor, answer.location, address, alasan="Dari edisi lama, sekali lagi.").status_code == 409
    eventually(lambda: sla.all_said("report.addressed", two.report_id))


def test_the_supervisor_says_what_becomes_of_a_recommendation_and_the_next_report_tells_it(
    sla: Service, web: FlaskClient
) -> None:
    with sla.store.read() as session_:
        t = recommendations.c
        row = session_.execute(select(recommendations).where(t.kind == "late", t.place == "follow_up")).first()
    assert row
    supervisor, address = browser(web, "inspektorat"), f"/tenggat/rekomendasi/{row.recommendation_id}"
    assert post(supervisor, "/tenggat/rekomendasi", address, keadaan="done", kata=" ").status_code == 422
    assert post(supervisor, "/tenggat/rekomendasi", address, keadaan="accepted", kata="").status_code == 303
    done = post(supervisor, "/tenggat/rekomendasi", address, keadaan="done", kata="Dua petugas pengganti ditunjuk.")
    assert done.status_code == 303
    assert post(supervisor, "/tenggat/penerima", address, keadaan="rejected", kata="Tidak.").status_code == 409

    sla.set_time(at("2026-05-01", "02:00"))
    april = eventually(lambda: [r for r in every(sla) if str(r.first) == "2026-04-01"], seconds=30)[0]
    told = [one for one in april.content["recommendations"] if one["recommendation_id"] == str(row.recommendation_id)]
    assert [(one["status"], one["words"], one["new"]) for one in told] == [
        ("done", "Dua petugas pengganti ditunjuk.", False)
    ]
    shown = page(web, f"/tenggat/berkala/{april.report_id}", "koordinator").get_data(as_text=True)
    assert "dilaksanakan: Dua petugas pengganti ditunjuk." in shown


def every(sla: Service) -> list[Row[Any]]:
    """All monthly reports of the region."""
    t = reports.c
    with sla.store.read() as session_:
        return list(session_.execute(select(reports).where(t.frequency == "monthly", t.agency_id.is_(None))))


def test_of_two_supervisors_in_the_same_second_one_makes_the_edition_and_the_other_is_told(sla: Service) -> None:
    """Both look at the newest edition; the second one's transaction begins while the first one's is open."""
    newest = made(sla)[-1]
    told: list[Conflict] = []
    begun = threading.Event()

    def second() -> None:
        with sla.store.begin() as tx:
            tx.session.execute(select(1))
            begun.set()
            try:
                publish_anew(tx, newest.report_id, "Salah hitung, kata orang kedua.", new_id())
            except Conflict as refusal:
                told.append(refusal)

    other = threading.Thread(target=second)
    with sla.store.begin() as tx:
        publish_anew(tx, newest.report_id, "Salah hitung, kata orang pertama.", new_id())
        other.start()
        assert begun.wait(10)
        other.join(0.5)
        assert other.is_alive(), "she waits until the first one's edition is there or not"
    other.join(10)

    assert [refusal.slug for refusal in told] == ["newer_edition"]
    assert [row.edition for row in made(sla)][-2:] == [newest.edition, newest.edition + 1]
