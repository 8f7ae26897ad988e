"""Rule sets written, looked at beforehand, proposed and activated by two officers, on real parts."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services.sla.domain.derive import derive
from services.sla.handlers.activate_rules import activate
from services.sla.handlers.withdraw_rules import withdraw
from services.sla.store import histories, tables
from services.sla.store.book import book
from shared.errors import Conflict, NotFound
from tests.component.sla.desk import Complaint, at, officer
from tests.harness import Service, eventually

NOBODY = UUID(int=0)
OFFICERS = {"sekda": "supervisor", "inspektorat": "supervisor", "koordinator": "coordinator", "pupr": "officer"}
SET = "/rule-sets/darurat/versions"
SOP = "/rule-sets/sop-kolaka-utara/versions"


def session(token: str) -> dict[str, Any]:
    name = token.partition(".")[0]
    if name not in OFFICERS:
        raise NotFound("no_session")
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    one = {"officer_id": uuid5(NOBODY, name), "name": name, "role": OFFICERS[name]}
    return {**one, "agency_id": "pupr" if name == "pupr" else None, "expires_at": expires_at}


@pytest.fixture
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    started = service("sla", worker=False)
    started.set_time(at("2026-03-16", "11:00"))
    started.start_worker()
    started.peer("routing", {"session": session, "agencies": lambda: {"agencies": []}})
    yield started
    started.stop_worker()


@pytest.fixture
def web(sla: Service) -> FlaskClient:
    client: FlaskClient = sla.web().test_client()
    return client


def api(web: FlaskClient, method: str, path: str, who: str = "sekda", body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {who}"}
    return web.open(f"/api/sla/v1{path}", method=method, headers=headers, json=body)


def limit(**changes: Any) -> dict[str, Any]:
    given = {"clock": "follow_up", "class": None, "category": "pekerjaan-umum-dan-penataan-ruang", "region": None}
    return {**given, "days": 2, "unit": "working_days", "source": "SE MenPANRB 53/2020", **changes}


def written(based_on: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "based_on": based_on,
        "name": "Keadaan darurat",
        "source": "SE MenPANRB 53/2020",
        "valid_from": "2026-03-01",
        "valid_to": "2026-12-31",
        "limits": [limit()],
        **changes,
    }


def dispatched(sla: Service, category: str = "pekerjaan-umum-dan-penataan-ruang.jembatan") -> Complaint:
    """A complaint about public works with an agency since Monday: five working days end on 30 March."""
    made = Complaint(sla)
    made.registered(at("2026-03-13"))
    made._routing("case.verified", class_="non_supervisory", category=category, verified_at=at("2026-03-16"))
    made.dispatched(at("2026-03-16", "10:05"))
    made.shows(follow_up="running")
    return made


def test_a_rule_set_comes_into_force_by_two_officers_and_moves_what_its_preview_said(
    sla: Service, web: FlaskClient
) -> None:
    concerned, other = dispatched(sla), dispatched(sla, "kesehatan.rumah-sakit")
    sla.set_time(at("2026-03-26", "09:00"))

    assert api(web, "POST", SET, body=written()).status_code == 201
    assert api(web, "POST", f"{SET}/2/propose").get_json()["slug"] == "no_preview"
    told = api(web, "POST", f"{SET}/2/preview").get_json()
    assert (told["expected"], told["seen"], told["moved"], told["late"]) == (2, 2, 1, 1)
    assert told["by_agency"] == {"pupr": [1, 1]}
    assert told["worst"][0]["complaint_id"] == str(concerned.id) and told["worst"][0]["after"] == "2026-03-25"
    assert api(web, "POST", f"{SET}/2/propose").get_json()["state"] == "proposed"
    assert api(web, "POST", f"{SET}/2/activate").get_json()["slug"] == "four_eyes"
    assert api(web, "POST", f"{SET}/2/activate", "inspektorat").get_json()["state"] == "active"

    eventually(lambda: concerned.clocks()["follow_up", 1]["due_date"] == date(2026, 3, 25))
    concerned.shows(follow_up="breached")
    assert concerned.clocks()["follow_up", 1]["rule_set"] == "darurat"
    assert other.clocks()["follow_up", 1]["due_date"] == date(2026, 3, 30)
    event = sla.said("rules.activated")
    assert (event["rule_set"], event["edition"], event["moved"], event["late"]) == ("darurat", 2, 1, 1)
    eventually(lambda: concerned.told("clock.breached"))
    # Late since the rule came into force, not since a day that was no limit then.
    eventually(lambda: _done(sla))
    with sla.store.read() as session_:
        work = session_.execute(select(tables.recomputations)).one()
        assert work.seen == 2 and work.moved <= 1  # 0 when a timer of the case came first and had it computed
        rules, case = book(session_), histories.histories_of(session_, [concerned.id])[concerned.id]
        derived = derive(concerned.id, case, rules.rules, rules.almanac("74.08"), "74.08")
        kept = [one.clock for one in histories.clocks_of(session_, [concerned.id])[concerned.id].values()]
        assert {one.clock_id: one for one in derived.clocks} == {one.clock_id: one for one in kept}
        assert all(breach.at.date() >= date(2026, 3, 26) for breach in derived.breaches)


def test_the_reporters_own_time_is_not_made_shorter(sla: Service, web: FlaskClient) -> None:
    told = dispatched(sla)
    told.answered(at("2026-03-16", "10:30"))
    told.shows(objection="running")
    due = told.clocks()["objection", 1]["due_date"]
    shorter = written(limits=[limit(clock="objection", days=3, category=None, region="74.08")])
    assert api(web, "POST", SOP, body=shorter).status_code == 201

    assert api(web, "POST", f"{SOP}/2/preview").get_json()["moved"] == 0
    assert api(web, "POST", f"{SOP}/2/propose").status_code == 200
    assert api(web, "POST", f"{SOP}/2/activate", "inspektorat").status_code == 200

    eventually(lambda: _done(sla))
    assert told.clocks()["objection", 1]["due_date"] == due


def test_the_calculator_counts_by_what_holds_for_a_case_of_the_region_and_its_topic(
    sla: Service, web: FlaskClient
) -> None:
    local = limit(clock="verification", category=None, region="74.08", days=1)
    proposed(sla, web, written(limits=[local, limit()]))
    assert api(web, "POST", f"{SET}/2/activate", "inspektorat").status_code == 200

    def days(query: str) -> int:
        return int(api(web, "GET", f"/due-date?start=2026-03-26&{query}").get_json()["days"])

    topic = "pekerjaan-umum-dan-penataan-ruang"
    assert days("clock=verification") == days("clock=verification&region=74.08") == 1
    assert (days("clock=follow_up"), days(f"clock=follow_up&category={topic}.jembatan")) == (5, 2)
    shown = web.get(f"/tenggat/kalkulator?mulai=2026-03-26&batas=follow_up::{topic}").get_data(as_text=True)
    assert "Verifikasi: 1 hari kerja" in shown and "Verifikasi: 3 hari kerja" not in shown
    assert "Pekerjaan umum dan penataan ruang: 2 hari kerja" in shown and "2 hari kerja setelah 26 Maret" in shown


def _done(sla: Service) -> bool:
    with sla.store.read() as session_:
        return bool(session_.execute(select(tables.recomputations.c.ended_at)).scalar())


def proposed(sla: Service, web: FlaskClient, version: dict[str, Any] | None = None) -> None:
    assert api(web, "POST", SET, body=version or written()).status_code == 201
    assert api(web, "POST", f"{SET}/2/preview").status_code == 201
    assert api(web, "POST", f"{SET}/2/propose").status_code == 200


@pytest.mark.parametrize("second", ["activate", "withdraw"])
def test_of_two_officers_in_the_same_second_one_wins_and_the_other_is_told_who(
    sla: Service, web: FlaskClient, second: str
) -> None:
    proposed(sla, web)
    OFFICERS["bupati"] = "supervisor"
    told: list[Conflict | None] = []
    start = threading.Barrier(2)

    def act(name: str, deed: Any) -> None:
        start.wait()
        try:
            with sla.store.begin() as tx:
                deed(tx, officer(name), "darurat", 2)
            told.append(None)
        except Conflict as refusal:
            told.append(refusal)

    both = [("inspektorat", activate), ("bupati", activate if second == "activate" else withdraw)]
    threads = [threading.Thread(target=act, args=one) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    refused = [one for one in told if one is not None]
    assert told.count(None) == 1 and len(refused) == 1
    assert refused[0].slug == "version_moved_on" and " oleh " in refused[0].detail_id
    with sla.store.read() as session_:
        editions = session_.execute(select(tables.rule_editions)).all()
        state = session_.execute(
            select(tables.rule_versions.c.state).where(tables.rule_versions.c.number == 2)
        ).scalar()
    assert len(editions) == (2 if state == "active" else 1)


def test_the_database_itself_wants_two_officers(sla: Service, web: FlaskClient) -> None:
    proposed(sla, web)
    t = tables.rule_versions
    one = uuid5(NOBODY, "sekda")
    with pytest.raises(IntegrityError, match="four_eyes"), sla.store.begin() as tx:
        tx.session.execute(update(t).where(t.c.number == 2).values(activated_by=one, edition=1, state="active"))


@pytest.mark.parametrize(
    ("path", "changes", "slug"),
    [
        ("/rule-sets/tidak-ada/versions", {}, "unknown_rule_set"),
        (SET, {"limits": [limit(days=0)]}, "days_out_of_range"),
        (SET, {"limits": [limit(days=1001)]}, "days_out_of_range"),
        (SET, {"limits": [limit(clock="minum-teh")]}, "unknown_clock"),
        (SET, {"limits": [limit(clock="")]}, "no_clock"),
        (SET, {"limits": [limit(**{"class": "raja"})]}, "unknown_class"),
        (SET, {"limits": [limit(category="naga")]}, "unknown_category"),
        (SET, {"limits": [limit(region="99.99")]}, "unknown_region"),
        (SET, {"limits": [limit(unit="weeks")]}, "unknown_unit"),
        (SET, {"valid_from": "1900-01-01"}, "date_out_of_range"),
        (SET, {"valid_to": "2100-01-01"}, "date_out_of_range"),
        (SET, {"valid_to": "2026-02-01"}, "ends_before_it_begins"),
        (SET, {"valid_from": "2026-02-29"}, "invalid"),
        (SET, {"based_on": 7}, "version_moved_on"),
        (SET, {"replaces": "tidak-ada"}, "unknown_replaced"),
        (SET, {"replaces": "darurat"}, "unknown_replaced"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_a_sentence_and_changes_nothing(
    sla: Service, web: FlaskClient, path: str, changes: dict[str, Any], slug: str
) -> None:
    answer = api(web, "POST", path, body=written(**changes))

    assert answer.mimetype == "application/problem+json" and answer.get_json()["slug"] == slug
    assert len(api(web, "GET", SET).get_json()) == 1


@pytest.mark.parametrize(
    ("changes", "slug", "named"),
    [
        ({"limits": []}, "no_limits", "kosong"),
        ({"valid_from": None, "valid_to": None}, "no_first_day", "mulai berlaku"),
        ({"limits": [limit(category=None)]}, "rules_contradict", "permenpanrb-62-2018"),
        ({"limits": [limit(), limit(days=3)]}, "rules_contradict", "darurat"),
        ({"limits": [], "ends": True, "replaces": "uu-25-2009"}, "replacement_by_an_end", "mengakhiri"),
        ({"replaces": "permenpanrb-62-2018"}, "rules_have_a_gap", "verification"),
        ({"limits": [limit(clock="legal", days=90, unit="calendar_days")]}, "weaker_than_the_law", "uu-25-2009"),
        ({"limits": [limit(clock="legal", days=60)]}, "weaker_than_the_law", "60 hari kerja"),
        ({"limits": [limit(clock="completeness", days=3)]}, "weaker_than_the_law", "waktu pelapor"),
    ],
)
def test_what_cannot_come_into_force_is_refused_before_it_is_proposed(
    web: FlaskClient, changes: dict[str, Any], slug: str, named: str
) -> None:
    assert api(web, "POST", SET, body=written(**changes)).status_code == 201

    for deed in ("preview", "propose"):
        told = api(web, "POST", f"{SET}/2/{deed}").get_json()
        assert told["slug"] == slug and named in told["detail"]


def test_no_clock_is_left_without_a_limit(web: FlaskClient) -> None:
    ending = written(ends=True, limits=[], valid_to=None, valid_from="2026-06-01")
    path = "/rule-sets/permenpanrb-62-2018/versions"
    assert api(web, "POST", path, body=ending).status_code == 201

    told = api(web, "POST", f"{path}/2/preview").get_json()
    assert told["slug"] == "rules_have_a_gap" and "1 Juni 2026" in told["detail"]


def successor(web: FlaskClient, **changes: Any) -> dict[str, Any]:
    """PermenPANRB 5/2025 as if it had been read: the limits of the one before it, seven days for the first reply."""
    old = api(web, "GET", "/rule-sets/permenpanrb-62-2018/versions").get_json()[0]
    limits = [{name: one[name] for name in limit()} for one in old["limits"]]
    for one in limits:
        one |= {"days": 7} if one["clock"] == "follow_up" else {}
    heir = {"limits": limits, "valid_from": "2026-03-16", "valid_to": None, "replaces": "permenpanrb-62-2018"}
    return written(**{**heir, **changes})


def test_a_regulation_takes_the_place_of_the_one_it_repeals(sla: Service, web: FlaskClient) -> None:
    path = "/rule-sets/permenpanrb-5-2025/versions"
    before, since = dispatched(sla), dispatched(sla)
    assert before.clocks()["follow_up", 1]["due_date"] == date(2026, 3, 30)

    assert api(web, "POST", path, body=successor(web, replaces=None)).status_code == 201
    refused = api(web, "POST", f"{path}/2/preview").get_json()
    assert refused["slug"] == "rules_contradict" and "digantikan" in refused["detail"]
    assert api(web, "POST", path, body={**successor(web), "based_on": 2}).status_code == 201
    assert api(web, "POST", f"{path}/3/preview").get_json()["moved"] == 2
    assert api(web, "POST", f"{path}/3/propose").status_code == 200
    assert api(web, "POST", f"{path}/3/activate", "inspektorat").get_json()["replaces"] == "permenpanrb-62-2018"

    eventually(lambda: _done(sla))
    assert since.clocks()["follow_up", 1]["due_date"] == date(2026, 4, 1)
    assert since.clocks()["follow_up", 1]["rule_set"] == "permenpanrb-5-2025"
    # What began before its first day keeps the limit of the old one.
    assert api(web, "GET", "/due-date?start=2026-03-13&clock=follow_up").get_json()["days"] == 5
    assert api(web, "GET", "/due-date?start=2026-03-16&clock=follow_up").get_json()["days"] == 7
    old = next(one for one in api(web, "GET", "/rule-sets").get_json() if one["id"] == "permenpanrb-62-2018")
    assert (old["valid_to"], old["replaced_by"]) == ("2026-03-15", "permenpanrb-5-2025")
    page = web.get("/tenggat/aturan").get_data(as_text=True)
    assert "Sesudah itu digantikan" in page and "15 Maret 2026" in page

    # Nobody writes into what was repealed; its successor is the place.
    again = {**successor(web, replaces=None), "valid_from": "2026-06-01"}
    assert api(web, "POST", "/rule-sets/permenpanrb-62-2018/versions", body=again).status_code == 201
    told = api(web, "POST", "/rule-sets/permenpanrb-62-2018/versions/2/preview").get_json()
    assert told["slug"] == "rule_set_replaced" and "16 Maret 2026" in told["detail"]


def test_only_supervisors_write_and_coordinators_read(web: FlaskClient) -> None:
    assert api(web, "POST", SET, "koordinator", written()).status_code == 403
    assert api(web, "GET", SET, "koordinator").status_code == 200
    assert api(web, "GET", SET, "pupr").status_code == 403
    assert api(web, "GET", SET, "nobody").status_code == 401


def test_the_page_leads_a_supervisor_from_the_draft_to_the_proposal(web: FlaskClient) -> None:
    browser = web.application.test_client()
    browser.set_cookie("aduan_meja", "sekda")

    def send(page: str, action: str, **fields: str) -> Any:
        shown = browser.get(page).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
        assert token, shown[:500]
        return browser.post(action, data={"csrf_token": token.group(1), **fields})

    form = "/tenggat/aturan/sop-kolaka-utara/draf"
    fields = {"versi": "1", "nama": "SOP", "sumber": "SOP", "mulai": "2026-03-01", "jam_1": "follow_up", "hari_1": "3"}
    fields |= {"satuan_1": "working_days", "daerah_1": "74.08", "dasar_1": "SOP pasal 3"}
    wrong = send(form, form, **{**fields, "hari_1": "0"})
    assert wrong.status_code == 422 and "1 sampai 1000 hari" in wrong.get_data(as_text=True)
    forgotten = {name: value for name, value in fields.items() if name != "jam_1"}
    asked = send(form, form, **{**forgotten, "jam_2": "verification", "hari_2": "2", "dasar_2": "SOP"})
    assert asked.status_code == 422 and "Pilih batas apa yang dimaksud" in asked.get_data(as_text=True)
    assert 'value="SOP pasal 3"' in asked.get_data(as_text=True)
    saved = send(form, form, **fields)
    assert saved.status_code == 303 and saved.location.endswith("/sop-kolaka-utara/versi/2")

    assert send(saved.location, f"{saved.location}/pratinjau").status_code == 303
    assert "0 laporan terbuka akan bergeser" in browser.get(saved.location).get_data(as_text=True)
    assert send(saved.location, f"{saved.location}/usulkan").status_code == 303
    assert "pengawas lain yang mengaktifkan" in browser.get(saved.location).get_data(as_text=True)
    history = browser.get("/tenggat/aturan/sop-kolaka-utara").get_data(as_text=True)
    assert "diusulkan, sekda" in history
    assert "tidak dapat diaktifkan selama kosong" in browser.get("/tenggat/aturan").get_data(as_text=True)
