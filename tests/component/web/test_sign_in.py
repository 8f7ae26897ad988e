"""Signing in on a real PostgreSQL: accounts, sessions, locks, stolen cookies."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from shared import accounts as module
from shared import metrics
from shared.accounts import LOCKED_FOR, WRONG_PASSWORDS, fingerprint, hash_password, presented, session_of, sign_in
from shared.clock import real_now
from shared.ids import new_id
from shared.store import Store
from tests.harness import Databases
from tests.unit.web.conftest import SETTINGS
from tests.unit.web.sample import STORE, create_app, metadata

ACCOUNTS, SESSIONS = metadata.tables["accounts"], metadata.tables["sessions"]
PASSWORD = "jalan poros tolala"
SECRET_PAGE = "/meja/rahasia/0190f2c4-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        url = databases.empty(f"test_signin_{new_id().hex[-12:]}")
        for name, value in {**SETTINGS, "ADUAN_DATABASE_URL": url}.items():
            patch.setenv(name, value)
        patch.delenv("ADUAN_METRICS_PORT", raising=False)
        patch.delenv("ADUAN_PUBLIC_URL", raising=False)
        made = create_app()
        store: Store = made.extensions["aduan"].store
        STORE.metadata.create_all(store.engine)
        yield made
        store.engine.dispose()


@pytest.fixture
def store(app: Flask) -> Iterator[Store]:
    """The store with one coordinator, one officer and one who left."""
    found: Store = app.extensions["aduan"].store
    secret = hash_password(PASSWORD)
    with found.begin() as tx:
        for name, role, agency, active in (
            ("koordinator", "coordinator", None, True),
            ("pupr", "officer", "pupr", True),
            ("pensiun", "coordinator", None, False),
        ):
            row = {"account_id": new_id(), "name": name, "display_name": f"Ibu {name}", "role": role}
            tx.session.execute(insert(ACCOUNTS).values(**row, agency_id=agency, password_hash=secret, active=active))
    yield found
    with found.begin() as tx:
        tx.session.execute(ACCOUNTS.delete())


@pytest.fixture
def client(app: Flask, store: Store) -> FlaskClient:
    return app.test_client()


def entered(client: FlaskClient, name: str = "koordinator", password: str = PASSWORD, **fields: str) -> Any:
    """Sign in by the page, as a browser does."""
    page = client.get("/meja/masuk").text
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    return client.post("/meja/masuk", data={"csrf_token": token, "name": name, "password": password, **fields})


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("aduan_meja")
    assert cookie is not None
    return cookie.value


def opened(store: Store, name: str = "koordinator", password: str = PASSWORD, **kwargs: Any) -> str | None:
    with store.begin() as tx:
        return sign_in(tx, name, password, **kwargs)


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    monkeypatch.setattr(module, "real_now", lambda: real_now() + by)


# The page


def test_the_right_password_opens_the_desk_and_leads_back_to_where_one_wanted(client: FlaskClient) -> None:
    answer = entered(client, next="/tenggat/?halaman=2")
    assert (answer.status_code, answer.location) == (303, "/tenggat/?halaman=2")
    assert client.get(SECRET_PAGE).text == "Ibu koordinator"


def test_the_desks_cookie_is_hidden_from_scripts_and_goes_to_all_services_of_the_desk(client: FlaskClient) -> None:
    cookies = {c.split("=")[0]: c for c in entered(client).headers.getlist("Set-Cookie")}
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookies["aduan_meja"].split("; "))


def test_a_name_may_be_written_in_capitals_and_with_spaces_around(client: FlaskClient) -> None:
    assert entered(client, name="  Koordinator ").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [("koordinator", "salah"), ("tidak-ada", PASSWORD), ("pensiun", PASSWORD), ("", ""), ("x" * 500, "y" * 5000)],
)
def test_whatever_is_wrong_the_answer_is_the_same(client: FlaskClient, name: str, password: str) -> None:
    answer = entered(client, name=name, password=password)
    assert answer.status_code == 401
    assert "Nama atau kata sandi tidak cocok." in answer.text
    assert client.get_cookie("aduan_meja") is None


def test_an_unknown_name_takes_as_long_as_a_known_one(store: Store) -> None:
    def seconds(name: str) -> float:
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            assert opened(store, name, "salah") is None
            taken.append(time.perf_counter() - started)
        return statistics.median(taken)

    seconds("tidak-ada")  # the first one makes the hash nobody has
    known, unknown = seconds("koordinator"), seconds("tidak-ada")
    assert unknown > known / 2


def test_signing_in_twice_gives_another_token(client: FlaskClient) -> None:
    entered(client)
    first = token_of(client)
    entered(client)
    assert token_of(client) != first


def test_a_form_from_before_signing_in_does_not_count_afterwards(client: FlaskClient) -> None:
    before = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/meja/").text)[0]
    entered(client)
    assert client.post("/meja/kirim", data={"csrf_token": before, "name": "x"}).status_code == 400


def test_a_token_set_before_signing_in_is_not_taken_over(client: FlaskClient) -> None:
    client.set_cookie("aduan_meja", "planted")
    entered(client)
    assert token_of(client) != "planted"


def test_signing_out_ends_the_session_for_good(client: FlaskClient) -> None:
    entered(client)
    token = token_of(client)
    page = client.get("/meja/").text
    (form,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    answer = client.post("/meja/keluar", data={"csrf_token": form})
    assert answer.location == "/meja/masuk"
    assert "Anda sudah keluar." in client.get("/meja/masuk").text
    assert client.get_cookie("aduan_meja") is None
    client.set_cookie("aduan_meja", token)
    assert client.get(SECRET_PAGE).status_code == 303


def test_another_site_cannot_sign_anybody_out(client: FlaskClient) -> None:
    entered(client)
    assert client.post("/meja/keluar").status_code == 400
    assert client.get(SECRET_PAGE).status_code == 200


def test_the_token_itself_is_nowhere_in_the_database(client: FlaskClient, store: Store) -> None:
    entered(client)
    token = token_of(client)
    with store.read() as session:
        rows = str(session.execute(select(SESSIONS)).all())
    assert token not in rows
    assert token.encode().hex() not in rows


def test_a_role_opens_only_its_own_pages(client: FlaskClient) -> None:
    entered(client, name="pupr")
    assert client.get(SECRET_PAGE).status_code == 403


# Locks


def test_after_ten_wrong_passwords_even_the_right_one_waits_fifteen_minutes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(WRONG_PASSWORDS):
        assert opened(store, password="salah") is None
    assert opened(store) is None
    assert opened(store, "pupr") is not None  # nobody else is locked out
    later(monkeypatch, LOCKED_FOR - timedelta(seconds=5))
    assert opened(store) is None
    later(monkeypatch, LOCKED_FOR + timedelta(seconds=5))
    assert opened(store) is not None


def test_nine_wrong_passwords_and_a_right_one_begin_the_count_anew(store: Store) -> None:
    for _ in range(2):
        for _ in range(WRONG_PASSWORDS - 1):
            assert opened(store, password="salah") is None
        assert opened(store) is not None


# Time


def test_a_session_unused_for_eight_hours_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = opened(store)
    assert token
    later(monkeypatch, timedelta(hours=7, minutes=59))
    assert session_of(store, token)  # and is in use again
    later(monkeypatch, timedelta(hours=11, minutes=59))
    assert session_of(store, token)


def test_unused_it_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = opened(store)
    assert token
    later(monkeypatch, timedelta(hours=8, seconds=1))
    assert session_of(store, token) is None


def test_after_twelve_hours_it_is_over_however_busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = opened(store)
    assert token
    for hours in (4, 8, 11):
        later(monkeypatch, timedelta(hours=hours))
        assert session_of(store, token)
    later(monkeypatch, timedelta(hours=12, seconds=1))
    assert session_of(store, token) is None


def test_sessions_do_not_follow_the_shifted_clock_of_a_sandbox(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from shared import clock

    monkeypatch.setenv("ADUAN_SANDBOX", "1")
    monkeypatch.setenv("ADUAN_CLOCK_FILE", str(tmp_path / "clock"))
    token = opened(store)
    assert token
    clock.shift(timedelta(days=60))
    assert session_of(store, token)


def test_an_account_that_was_closed_has_no_sessions(store: Store) -> None:
    token = opened(store)
    assert token
    with store.begin() as tx:
        tx.session.execute(update(ACCOUNTS).values(active=False))
    assert session_of(store, token) is None


def test_old_sessions_are_cleared_away_at_the_next_sign_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(store)
    later(monkeypatch, timedelta(days=1))
    opened(store)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(SESSIONS)) == 1


# Stolen cookies


def test_a_cookie_shown_by_another_browser_is_refused_counted_and_worthless_from_then_on(
    client: FlaskClient, app: Flask
) -> None:
    entered(client)
    before = metrics.SIGN_INS.labels(outcome="stolen")._value.get()
    thief = app.test_client()
    thief.set_cookie("aduan_meja", token_of(client))
    assert thief.get(SECRET_PAGE, headers={"User-Agent": "Pencuri/1.0"}).status_code == 303
    assert metrics.SIGN_INS.labels(outcome="stolen")._value.get() == before + 1
    assert client.get(SECRET_PAGE).status_code == 303


def test_a_token_handed_on_by_another_service_carries_its_browser(store: Store) -> None:
    browser = fingerprint("Telepon Ibu")
    token = opened(store, user_agent_hash=browser)
    assert token
    officer = session_of(store, presented(token, browser))
    assert officer
    assert (officer.role, officer.agency_id) == ("coordinator", None)
    assert session_of(store, presented(token, fingerprint("Pencuri/1.0"))) is None
    assert session_of(store, presented(token, browser)) is None


@pytest.mark.parametrize("token", ["", "x", ".", "a.b.c", "\x00", "\ud800", "' or 1=1 --", "x" * 10_000])
def test_nonsense_is_nobodys_token(store: Store, token: str) -> None:
    assert session_of(store, token) is None


# Programs


def test_a_program_signs_in_uses_its_token_and_signs_out(client: FlaskClient) -> None:
    answer = client.post("/api/routing/v1/sessions", json={"name": "koordinator", "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json["officer"]["role"] == "coordinator"
    bearer = {"Authorization": f"Bearer {answer.json['token']}"}
    assert client.get("/api/routing/v1/mine", headers=bearer).json["name"] == "milik"
    assert client.delete("/api/routing/v1/sessions", headers=bearer).status_code == 204
    assert client.get("/api/routing/v1/mine", headers=bearer).status_code == 401


def test_a_program_with_a_wrong_password_is_told_so(client: FlaskClient, store: Store) -> None:
    answer = client.post("/api/routing/v1/sessions", json={"name": "koordinator", "password": "salah"})
    assert (answer.status_code, answer.json["slug"]) == (401, "wrong_name_or_password")
    with store.read() as session:
        assert session.scalar(select(ACCOUNTS.c.failed_count).where(ACCOUNTS.c.name == "koordinator")) == 1


def test_a_program_of_another_role_is_told_so(client: FlaskClient) -> None:
    answer = client.post("/api/routing/v1/sessions", json={"name": "pupr", "password": PASSWORD})
    bearer = {"Authorization": f"Bearer {answer.json['token']}"}
    refused = client.get("/api/routing/v1/mine", headers=bearer)
    assert (refused.status_code, refused.json["slug"]) == (403, "role")
