"""Stolen sessions, keys of other doors, and deeds at the desk that are not possible or come twice."""

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


def test_a_stolen_session_ends_for_the_thief_and_the_owner(world: World, books: Books) -> None:
    owner = Browser(world).sign_in("/meja", "koordinator")
    thief = Browser(world, agent="curl/7.88.1")
    thief.http.cookies.update(owner.http.cookies)
    with books.unchanged():
        assert "/masuk" in thief.get("/meja/").url
        assert "/masuk" in owner.get("/meja/").url


def test_a_key_of_one_door_opens_no_other(world: World, books: Books, siti: Reporter) -> None:
    siti.complain(body="Jembatan di Tolala rusak.", email=siti.address)
    complaint_id = siti.complaint_id()
    desk = world.sign_in("routing", "pupr")
    reporter = world.call("POST", "/api/intake/v1/tracking", json={"code": siti.code})["token"]
    over = world.sign_in("routing", "koordinator")
    world.call("DELETE", "/api/routing/v1/sessions", token=over)
    case = f"/api/routing/v1/cases/{complaint_id}"
    doors = (
        (desk, "/api/ombudsman/v1/referrals", 401),
        (desk, "/api/intake/v1/complaint", 401),
        (desk, case, 404),  # not her agency's: as if it were not there
        (reporter, case, 401),
        (reporter, "/api/ombudsman/v1/referrals", 401),
        (over, case, 401),
        (over, "/api/sla/v1/clocks", 401),
    )
    with books.unchanged():
        for token, path, status in doors:
            answer = requests.get(world.address + path, headers={"Authorization": f"Bearer {token}"}, timeout=10)
            assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), path


def test_the_desk_refuses_what_it_cannot_do_and_does_once_what_is_sent_twice(
    world: World, books: Books, siti: Reporter
) -> None:
    siti.complain(body="Pintu air di Ngapa rusak.", email=siti.address)
    complaint_id = siti.complaint_id()
    coordinator = Official(world, "koordinator")
    coordinator.may("verify", complaint_id)
    token = world.sign_in("routing", "koordinator")
    case = f"/api/routing/v1/cases/{complaint_id}"
    right = {"class": "non_supervisory", "category": "pekerjaan-umum-dan-penataan-ruang", "agency_id": "pupr"}

    def deed(what: str, key: str | None = None, **kwargs: Any) -> int:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        return requests.post(f"{world.address}{case}/{what}", headers=headers, timeout=30, **kwargs).status_code

    bad: tuple[tuple[str, dict[str, Any]], ...] = (
        ("verification", {"data": b"{"}),
        ("verification", {"json": {**right, "class": "sihir"}}),
        ("verification", {"json": {**right, "category": "sihir"}}),
        ("verification", {"json": {**right, "agency_id": "sihir"}}),
        ("answers", {"data": {"words": "Sudah."}}),
        ("dispatches", {"json": {"agency_id": "pupr"}}),
        ("archiving", {"json": {"reason": "sihir", "words": "x"}}),
        ("completeness-requests", {"json": {"words": " "}}),
        ("merging", {"json": {"lead": "KOLUT-2026-999999", "words": "Sama."}}),
    )
    with books.unchanged():
        for what, kwargs in bad:
            assert deed(what, **kwargs) in (400, 403, 409, 422), what
    key = str(uuid.uuid4())
    assert deed("verification", key, json=right) == 201
    books.wait_until_quiet()
    with books.unchanged():
        assert deed("verification", key, json=right) == 201
        assert deed("verification", key, json={**right, "agency_id": "dishub"}) == 409
        assert deed("verification", json=right) == 409
