from __future__ import annotations
import pytest


@pytest.fixture(scope="module")
def intake(service):
    return service("intake")


def test_home(intake):
    app = intake.web()
    app.testing = True
    app.config["SHOW_ERRORS"] = True
    c = app.test_client()
    r = c.get("/")
    print(r.status_code, r.text[:3000])
    r = c.get("/lapor")
    print(r.status_code, r.text[:6000])
    r = c.get("/privasi")
    print(r.status_code)
    r = c.get("/lacak")
    print(r.status_code)
    r = c.get("/api/intake/v1/openapi.json")
    print(r.status_code, r.text[:1500])
    assert 0
