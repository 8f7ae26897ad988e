"""What people see of notify: outbox and clock in a sandbox, log and templates at the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.notify.store.tables import resends
from shared.ids import new_id
from tests.component.notify.conftest import World


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, service: Any) -> Iterator[World]:
    world = World(service("notify"))
    world.peers()
    yield world


@pytest.fixture(scope="module")
def client(world: World) -> Any:
    return world.notify.web().test_client()


def desk(world: World, role: str) -> tuple[Any, UUID]:
    """A browser signed in at the desk with a role, and who that is."""
    token = f"token-of-{role}-{new_id().hex}"
    officer = world.signs_in(role, token)
    browser = world.notify.web().test_client()
    browser.set_cookie("aduan_meja", token)
    return browser, officer


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def test_the_outbox_shows_who_got_what(world: World, client: Any) -> None:
    complaint = world.reporter("sms")
    world.registers(complaint)
    phone = world.contacts[complaint]["phone"]
    world.shown(phone)
    page = client.get("/pesan/kotak-keluar", query_string={"kepada": phone}).text
    assert phone in page
    assert "Kode: K7Q2-M9XF-4TC, simpan dan rahasiakan." in page
    assert "1 bagian" in page
    assert client.get("/pesan/").headers["Location"] == "/pesan/kotak-keluar"
    other = client.get("/pesan/kotak-keluar?kepada=%2B620000000").text
    assert "Belum ada pesan." in other
    assert "Outbox of the sandbox" in client.get("/pesan/kotak-keluar?lang=en").text


def test_hostile_words_are_words(world: World, client: Any) -> None:
    complaint = world.reporter("email", subject="<script>alert(1)</script>", thread="<a@b.example>")
    world.answers(complaint, "<img src=x onerror=alert(1)> {{ 7*7 }} {code}")
    address = world.contacts[complaint]["email"]
    world.shown(address)
    page = client.get("/pesan/kotak-keluar", query_string={"kepada": address}).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; {{ 7*7 }} {code}" in page


def test_the_outbox_api_gives_what_is_new(world: World, client: Any) -> None:
    complaint = world.reporter("sms")
    world.registers(complaint)
    phone = world.contacts[complaint]["phone"]
    world.shown(phone)
    [first] = client.get("/api/notify/v1/sandbox/messages", query_string={"to": phone}).json["messages"]
    assert (first["to"], first["channel"], first["complaint_id"]) == (phone, "sms", str(complaint))
    after = {"complaint_id": str(complaint), "after": first["number"]}
    assert client.get("/api/notify/v1/sandbox/messages", query_string=after).json["messages"] == []
    bad = client.get("/api/notify/v1/sandbox/messages?complaint_id=nonsense&after=x")
    assert bad.status_code == 422
    assert bad.mimetype == "application/problem+json"


def test_the_clock_moves_for_all_and_only_forward(world: World, client: Any) -> None:
    before = client.get("/api/notify/v1/sandbox/clock").json["offset_seconds"]
    moved = client.post("/api/notify/v1/sandbox/clock", json={"days": 2, "hours": 1}).json
    assert round(moved["offset_seconds"] - before, 3) == 2 * 86400 + 3600
    for wrong in ({"days": -1}, {"days": 400}, {}, {"days": "NaN"}, {"years": 1}):
        answer = client.post("/api/notify/v1/sandbox/clock", json=wrong)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), wrong
    assert client.get("/api/notify/v1/sandbox/clock").json["offset_seconds"] == moved["offset_seconds"]


def test_the_clock_page_needs_its_own_form(world: World, client: Any) -> None:
    assert client.post("/pesan/jam", data={"hari": "1"}).status_code == 400
    form = client.get("/pesan/jam").text
    before = client.get("/api/notify/v1/sandbox/clock").json["offset_seconds"]
    answer = client.post("/pesan/jam", data={"hari": "1", "csrf_token": csrf(form)})
    assert answer.status_code == 303
    assert round(client.get("/api/notify/v1/sandbox/clock").json["offset_seconds"] - before, 3) == 86400
    assert client.post("/pesan/jam", data={"hari": "satu", "csrf_token": csrf(form)}).status_code == 422
    assert client.post("/pesan/jam", data={"apa": "kembali", "csrf_token": csrf(form)}).status_code == 303
    assert client.get("/api/notify/v1/sandbox/clock").json["offset_seconds"] == 0


def test_outside_a_sandbox_there_is_no_outbox_and_no_clock(world: World, settings: pytest.MonkeyPatch) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADUAN_SANDBOX", "0")
        client = world.notify.web().test_client()
        for path in (
            "/pesan/kotak-keluar",
            "/pesan/jam",
            "/api/notify/v1/sandbox/messages",
            "/api/notify/v1/sandbox/clock",
        ):
            assert client.get(path).status_code == 404
        assert client.post("/api/notify/v1/sandbox/clock", json={"days": 1}).status_code == 404
        assert client.get("/pesan/").headers["Location"] == "/pesan/catatan"


def test_the_log_is_for_the_desk(world: World, client: Any) -> None:
    assert client.get("/pesan/catatan").headers["Location"].startswith("/meja/masuk?next=")
    assert client.get("/api/notify/v1/notifications").status_code == 401
    officer, _ = desk(world, "officer")
    assert officer.get("/pesan/catatan").status_code == 403
    assert officer.get("/pesan/templat").status_code == 200


def test_a_failed_message_is_seen_and_sent_again_and_who_did_it_is_recorded(world: World) -> None:
    complaint = world.reporter("sms", email=None)
    contact = world.contacts.pop(complaint)
    # The reporter cannot be found, and there is no coordinator to tell, nor was there one for a while.
    world.officers.clear()
    world.notify.shift(days=2)
    world.settled()
    world.notify.shift(days=1)
    world.registers(complaint)
    failed = world.row("failed", complaint_id=complaint, audience="reporter")
    world.row("failed", complaint_id=complaint, audience="coordinator")
    operator, officer_id = desk(world, "operator")
    page = operator.get("/pesan/catatan").text
    assert "penerima tidak dikenal lagi" in page
    assert "tidak ada petugas untuk dikabari" in page
    assert "Laporan Anda kami terima" in page
    assert "{" not in page
    assert contact["phone"] not in page

    world.contacts[complaint] = contact
    address = f"/pesan/catatan/{failed.notification_id}/kirim-ulang"
    assert operator.post(address).status_code == 400  # without the form's token
    assert operator.post(address, data={"csrf_token": csrf(page)}).status_code == 303
    world.row("sent", complaint_id=complaint, audience="reporter")
    assert len(world.shown(contact["phone"])) == 1
    with world.notify.store.read() as session:
        [again] = session.execute(select(resends).where(resends.c.notification_id == failed.notification_id)).all()
    assert (again.officer_id, again.number) == (officer_id, 1)
    assert operator.post(address, data={"csrf_token": csrf(page)}).status_code == 409

    coordinator = world.officer("coordinator")
    nobody = world.row("failed", complaint_id=complaint, audience="coordinator")
    again_at = f"/pesan/catatan/{nobody.notification_id}/kirim-ulang"
    assert operator.post(again_at, data={"csrf_token": csrf(page)}).status_code == 303
    world.row("sent", complaint_id=complaint, recipient=coordinator)
    world.row("held", complaint_id=complaint, recipient=complaint, audience="coordinator")
    unknown = f"/pesan/catatan/{new_id()}/kirim-ulang"
    assert operator.post(unknown, data={"csrf_token": csrf(page)}).status_code == 404


def test_a_supervisor_reads_the_log_and_sends_nothing(world: World) -> None:
    supervisor, _ = desk(world, "supervisor")
    page = supervisor.get("/pesan/catatan").text
    assert "Kirim ulang" not in page
    templates = supervisor.get("/pesan/templat").text
    assert "reporter.receipt" in templates
    refused = supervisor.post(
        f"/pesan/catatan/{new_id()}/kirim-ulang", data={"csrf_token": csrf(supervisor.get("/pesan/jam").text)}
    )
    assert refused.status_code == 403


def test_the_api_lists_messages_without_addresses(world: World, client: Any) -> None:
    world.signs_in("coordinator", "api-token")
    complaint = world.reporter("sms")
    world.registers(complaint)
    world.row("sent", complaint_id=complaint, audience="reporter")
    headers = {"Authorization": "Bearer api-token"}
    answer = client.get(f"/api/notify/v1/notifications?complaint_id={complaint}&state=sent", headers=headers)
    [told] = [n for n in answer.json["notifications"] if n["audience"] == "reporter"]
    assert (told["template"], told["channel"], told["parts"]) == ("reporter.receipt", "sms", 1)
    assert world.contacts[complaint]["phone"] not in answer.text
    assert client.get("/api/notify/v1/notifications?state=lost", headers=headers).status_code == 422


def test_the_api_describes_itself(client: Any) -> None:
    document = client.get("/api/notify/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert {"/api/notify/v1/notifications", "/api/notify/v1/sandbox/clock"} <= document["paths"].keys()
