"""The sample face of the kit, without database or broker: what needs neither must work without them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

SETTINGS = {
    "ADUAN_SECRET_KEY": "a secret of a test, long enough to be one",
    "ADUAN_DATABASE_URL": "postgresql+psycopg://nobody:nothing@127.0.0.1:1/nowhere",
    "ADUAN_AMQP_URL": "amqp://nobody:nothing@127.0.0.1:1/nowhere",
    "ADUAN_FILES_URL": "memory://kit",
}


@pytest.fixture(scope="session")
def app() -> Flask:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        patch.delenv("ADUAN_METRICS_PORT", raising=False)
        patch.delenv("ADUAN_PUBLIC_URL", raising=False)
        from tests.unit.web.sample import create_app

        return create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADUAN_SECRET_KEY", SETTINGS["ADUAN_SECRET_KEY"])
