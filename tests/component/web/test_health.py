"""A web process tells whether it is ready: its database counts, the broker does not."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request

import pytest

from shared.ids import new_id
from shared.web import observe
from tests.harness import Databases, free_port
from tests.unit.web.conftest import SETTINGS
from tests.unit.web.sample import create_app


def asked(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    chosen = free_port()
    for name, value in {**SETTINGS, "ADUAN_METRICS_PORT": str(chosen)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(observe, "_served", threading.Event())
    return chosen


def test_ready_while_the_broker_is_away_and_served_once_for_two_apps(
    databases: Databases, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADUAN_DATABASE_URL", databases.empty(f"test_health_{new_id().hex[-12:]}"))
    create_app()
    app = create_app()
    app.test_client().get("/meja/")
    assert asked(port, "/health/ready") == (200, '{"ready": true, "wrong": {}}')
    status, metrics = asked(port, "/metrics")
    assert status == 200
    assert 'lapor_http_requests_total{method="GET",route="/meja/",status="200"}' in metrics


def test_alive_but_not_ready_while_the_database_is_away(port: int) -> None:
    create_app()
    assert asked(port, "/health/live")[0] == 200
    status, body = asked(port, "/health/ready")
    assert status == 503
    assert json.loads(body)["wrong"] == {"database": "the database does not answer"}
