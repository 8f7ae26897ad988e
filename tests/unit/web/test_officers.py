"""Who may use a view, as far as no account is needed to say so; and services that ask the desk who is signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import MetaData

from shared.errors import NotFound, Unavailable
from shared.ids import new_id
from shared.store import StoreDefinition
from shared.web import make_app, requires, signed_in
from shared.web import officers as module
from shared.web.signin import _safe

PAGE = "/meja/rahasia/0190f2c4-0000-7000-8000-000000000001"


def test_a_page_sends_strangers_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get(PAGE + "?halaman=2")
    assert answer.status_code == 303
    assert answer.location == "/meja/masuk?next=%2Fmeja%2Frahasia%2F0190f2c4-0000-7000-8000-000000000001%3Fhalaman%3D2"


def test_words_sent_after_the_session_ended_are_given_back_beside_the_way_to_sign_in(client: FlaskClient) -> None:
    page = client.get("/meja/").text
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    answer = client.post(f"{PAGE}/buang", data={"csrf_token": token, "why": "Tim sudah turun ke lokasi tadi pagi."})
    assert answer.status_code == 401
    assert "Tim sudah turun ke lokasi tadi pagi.</textarea>" in answer.text
    assert 'href="/meja/masuk?next=%2Fmeja%2Frahasia%2F0190f2c4-0000-7000-8000-000000000001"' in answer.text


def test_an_api_answers_strangers_with_401(client: FlaskClient) -> None:
    answer = client.get("/api/routing/v1/mine")
    assert (answer.status_code, answer.json["slug"]) == (401, "unauthenticated")


def test_a_cookie_opens_no_api_and_a_bearer_token_no_page(client: FlaskClient) -> None:
    # The database is away: had the token been looked at, the answer would be 503.
    client.set_cookie("aduan_meja", "token")
    assert client.get("/api/routing/v1/mine").status_code == 401
    client.delete_cookie("aduan_meja")
    assert client.get(PAGE, headers={"Authorization": "Bearer token"}).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "meja",
        "/a\nb",
        "/" + "x" * 600,
        "",
        None,
    ],
)
def test_signing_in_leads_nowhere_but_to_our_own_pages(app: Flask, wanted: str | None) -> None:
    with app.test_request_context("/meja/masuk"):
        assert _safe(wanted) == "/meja/"
        assert _safe("/tenggat/?halaman=2") == "/tenggat/?halaman=2"


# A service that keeps no accounts. The other service is the outside here.

metadata = MetaData()
STORE = StoreDefinition.of("sla", metadata, load=lambda tx: None)


class Routing:
    """Answers as routing's `session` does."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False

    def ask(self, service: str, name: str, token: str) -> dict[str, Any]:
        assert (service, name) == ("routing", "session")
        self.asked.append(token)
        if self.away:
            raise Unavailable("routing_away")
        if not token.startswith("good."):
            raise NotFound("session")
        return {
            "officer_id": new_id(),
            "name": "Ibu Koordinator",
            "role": "coordinator",
            "agency_id": None,
            "expires_at": datetime(2026, 1, 1, tzinfo=UTC),
        }


@pytest.fixture
def routing(monkeypatch: pytest.MonkeyPatch) -> Routing:
    fresh = Routing()
    monkeypatch.setattr(module, "_asked", module._Asked())
    return fresh


@pytest.fixture
def board(app: Flask, routing: Routing, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    import dataclasses

    from tests.unit.web.conftest import SETTINGS

    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    @requires("coordinator")
    def front() -> str:
        officer = signed_in()
        return officer.name if officer else ""

    @pages.get("/atasan")
    @requires("supervisor")
    def above() -> str:
        return "rahasia"

    made = make_app("sla", prefix="/tenggat", blueprints=[pages], templates="tests.unit.web.sample", definition=STORE)
    made.extensions["aduan"] = dataclasses.replace(made.extensions["aduan"], rpc=routing)
    yield made.test_client()


def test_the_desks_cookie_counts_at_other_services_and_is_asked_for_once_in_five_seconds(
    board: FlaskClient, routing: Routing, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.set_cookie("aduan_meja", "good")
    assert [board.get("/tenggat/").text for _ in range(3)] == ["Ibu Koordinator"] * 3
    assert len(routing.asked) == 1
    monkeypatch.setattr(module._Asked, "SECONDS", 0.0)
    monkeypatch.setattr(module, "_asked", module._Asked())
    board.get("/tenggat/")
    board.get("/tenggat/")
    assert len(routing.asked) == 3


def test_the_token_goes_to_routing_with_the_browser_that_showed_it(board: FlaskClient, routing: Routing) -> None:
    board.set_cookie("aduan_meja", "good")
    board.get("/tenggat/", headers={"User-Agent": "one"})
    board.get("/tenggat/", headers={"User-Agent": "two"})
    assert len(set(routing.asked)) == 2
    assert all(len(token) <= 200 for token in routing.asked)


def test_a_session_nobody_knows_leads_to_the_desks_sign_in_page(board: FlaskClient) -> None:
    board.set_cookie("aduan_meja", "bad")
    assert board.get("/tenggat/").location == "/meja/masuk?next=%2Ftenggat%2F"


def test_another_role_is_told_so(board: FlaskClient) -> None:
    board.set_cookie("aduan_meja", "good")
    answer = board.get("/tenggat/atasan")
    assert answer.status_code == 403
    assert "rahasia" not in answer.text


def test_while_routing_is_away_the_page_says_that_signing_in_cannot_be_checked(
    board: FlaskClient, routing: Routing
) -> None:
    routing.away = True
    board.set_cookie("aduan_meja", "good")
    answer = board.get("/tenggat/")
    assert answer.status_code == 503
    assert "tidak dapat memeriksa siapa yang masuk" in answer.text
