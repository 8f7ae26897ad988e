"""What every web face does alike: errors, limits, headers, language, forms, the API document."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from structlog.testing import capture_logs

from shared import metrics
from shared.web.inputs import LARGEST_FIELDS

THINGS = "/api/routing/v1/things"


def posted(client: FlaskClient, path: str = "/meja/kirim", **fields: Any) -> Any:
    """Send the sample form as a browser would: with the token of the page it is on."""
    page = client.get("/meja/").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', page))
    return client.post(path, data={**hidden, **fields})


# Errors


def test_a_refusal_is_a_page_for_people(client: FlaskClient) -> None:
    answer = client.get("/meja/bentrok")
    assert answer.status_code == 409
    assert answer.mimetype == "text/html"
    assert "Laporan sudah dijawab." in answer.text
    assert "The report has been answered." in client.get("/meja/bentrok?lang=en").text


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(client: FlaskClient) -> None:
    page, problem = client.get("/tidak-ada"), client.get("/api/routing/v1/tidak-ada")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Halaman tidak ditemukan" in page.text
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert problem.json == {
        "type": "urn:aduan:problem:not_found",
        "title": "Halaman tidak ditemukan",
        "status": 404,
        "detail": "Periksa alamatnya, atau mulai dari halaman depan.",
        "slug": "not_found",
    }


def test_wrong_fields_are_told_in_the_language_of_the_request(client: FlaskClient) -> None:
    wrong = {"name": "ab", "size": 9, "other": 1}
    indonesian = client.post(THINGS, json=wrong).json
    english = client.post(THINGS, json=wrong, headers={"Accept-Language": "en-GB,en;q=0.8"}).json
    assert indonesian["status"] == english["status"] == 422
    assert indonesian["errors"] == {
        "name": ["Harus antara 3 dan 10 huruf."],
        "size": ["Harus antara 1 dan 5."],
        "other": ["Isian ini tidak dikenal."],
    }
    assert english["errors"]["other"] == ["This field is not known."]
    assert english["errors"]["name"] == ["This must have between 3 and 10 characters."]


def test_an_unexpected_error_tells_a_number_that_is_in_the_log_and_nothing_else(client: FlaskClient) -> None:
    before = metrics.UNHANDLED.labels(where="web")._value.get()
    with capture_logs() as lines:
        answer = client.get("/meja/gagal")
    (error,) = (line for line in lines if line["event"] == "unexpected_error")
    assert answer.status_code == 500
    assert error["incident"] in answer.text
    assert "Siti" not in answer.text + json.dumps(lines)
    assert "0812" not in json.dumps(lines)
    assert any("fail" in place for place in error["places"])
    assert metrics.UNHANDLED.labels(where="web")._value.get() == before + 1


def test_a_database_that_is_away_is_told_as_such(client: FlaskClient) -> None:
    answer = client.post("/api/routing/v1/sessions", json={"name": "a", "password": "b"})
    assert (answer.status_code, answer.json["slug"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.get(THINGS)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


# Limits


def test_a_body_over_the_limit_is_refused_on_pages_and_api(client: FlaskClient) -> None:
    long = "x" * (LARGEST_FIELDS + 1)
    assert posted(client, name=long).status_code == 413
    answer = client.post(THINGS, json={"name": long})
    assert (answer.status_code, answer.json["slug"]) == (413, "too_large")


def test_a_view_may_have_a_smaller_limit_of_its_own(client: FlaskClient) -> None:
    assert client.post("/api/routing/v1/small", data=b"x" * 100).status_code == 204
    assert client.post("/api/routing/v1/small", data=b"x" * 101).status_code == 413


def test_a_body_without_a_length_is_refused_rather_than_cut_off(client: FlaskClient) -> None:
    streamed = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post("/api/routing/v1/small", input_stream=io.BytesIO(b"x" * 200), environ_overrides=streamed)
    assert (answer.status_code, answer.json["slug"]) == (411, "length_required")


@pytest.mark.parametrize("path", ["/api/routing/v1/small", "/meja/kirim", "/tidak-ada", THINGS])
def test_what_is_refused_is_heard_out_first(client: FlaskClient, path: str) -> None:
    # Closing on unread bytes resets the connection, and the gateway would say 503 in place of our refusal.
    body = io.BytesIO(b"x" * (LARGEST_FIELDS + 1))
    assert client.post(path, input_stream=body, content_length=LARGEST_FIELDS + 1).status_code >= 400
    assert body.read() == b""


def test_a_form_with_a_thousand_parts_is_refused(client: FlaskClient) -> None:
    parts = {f"f{n}": (io.BytesIO(b"x"), "x.txt") for n in range(1000)}
    answer = client.post("/meja/kirim", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "kind", "slug"),
    [
        (b'{"name": "a\\u0000b"}', "application/json", "bad_encoding"),
        (b'{"name": ["a", {"b": "\\ud800"}]}', "application/json", "bad_encoding"),
        (b'{"a\\u0000": 1}', "application/json", "bad_encoding"),
        (b'{"name": "caf\xe9"}', "application/json", "bad_encoding"),
        (b"{", "application/json", "bad_request"),
        (b"[" * 100_000, "application/json", "too_deep"),
        (b"\xff\xfe", "application/json", "bad_request"),
    ],
)
def test_text_that_is_no_text_is_refused(client: FlaskClient, body: bytes, kind: str, slug: str) -> None:
    answer = client.post(THINGS, data=body, content_type=kind)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json["slug"] == slug


@pytest.mark.parametrize("address", ["/meja/?q=%00", "/meja/?q=%ff", "/meja/%00", "/meja/%ff%fe"])
def test_broken_characters_in_an_address_are_refused(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"name=caf%E9", "application/x-www-form-urlencoded"),
        (b"name=caf\xe9", "application/x-www-form-urlencoded"),
        (b"name=a%00b", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\ncaf\xe9\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_broken_characters_in_a_form_are_refused_kindly(client: FlaskClient, body: bytes, kind: str) -> None:
    answer = client.post("/meja/kirim", data=body, content_type=kind)
    assert answer.status_code == 400
    assert "Kirim teks dalam UTF-8." in answer.text


# Forms


def test_a_form_of_ours_is_taken(client: FlaskClient) -> None:
    assert posted(client, name="Siti").text.startswith("Terima kasih, Siti.")


def test_a_form_without_its_token_is_refused_kindly(client: FlaskClient) -> None:
    answer = client.post("/meja/kirim", data={"name": "Siti"})
    assert answer.status_code == 400
    assert "Formulir sudah tidak berlaku" in answer.text


def test_what_was_typed_into_a_form_that_expired_is_given_back(client: FlaskClient) -> None:
    story = "Petugas <loket> meminta uang.\nSaya takut."
    answer = client.post("/meja/kirim", data={"csrf_token": "old", "form_key": "k" * 32, "name": "Siti", "body": story})
    assert answer.status_code == 400
    assert "Petugas &lt;loket&gt; meminta uang.\nSaya takut.</textarea>" in answer.text
    assert "Siti" not in answer.text
    assert "k" * 32 not in answer.text


def test_what_was_typed_is_given_back_when_the_fault_is_ours_and_stays_out_of_the_log(client: FlaskClient) -> None:
    with capture_logs() as lines:
        answer = posted(client, "/meja/gagal", body="Petugas loket meminta uang.")
    assert answer.status_code == 500
    assert "Petugas loket meminta uang.</textarea>" in answer.text
    assert 'href="/meja/gagal"' in answer.text
    assert "loket" not in json.dumps(lines)


def test_the_address_of_a_form_opened_as_a_page_leads_to_the_page_it_is_on(client: FlaskClient) -> None:
    answer = client.get("/meja/rahasia/0190f2c4-0000-7000-8000-000000000001/buang?lang=en")
    assert (answer.status_code, answer.location) == (
        303,
        "/meja/rahasia/0190f2c4-0000-7000-8000-000000000001?lang=en",
    )


def test_the_answer_to_a_form_offers_no_link_that_would_lose_it(client: FlaskClient) -> None:
    assert 'hreflang="en"' in client.get("/meja/bentrok").text
    assert 'hreflang="en"' not in client.post("/meja/kirim", data={"name": "Siti"}).text


def test_a_form_sent_twice_has_the_same_key_and_a_new_one_another(client: FlaskClient) -> None:
    page = client.get("/meja/").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', page))
    keys = [client.post("/meja/kirim", data=hidden).text.rsplit(" ", 1)[1] for _ in range(2)]
    assert keys == [hidden["form_key"]] * 2
    assert posted(client).text.rsplit(" ", 1)[1] not in keys


def test_a_program_needs_no_form_token(client: FlaskClient) -> None:
    assert client.post(THINGS, json={"name": "batu"}).status_code == 201


# Language


def test_the_language_is_asked_for_then_remembered_then_the_browsers_then_indonesian(client: FlaskClient) -> None:
    def language(**kwargs: Any) -> str:
        found = re.search(r'<html lang="(\w+)">', client.get(kwargs.pop("path", "/meja/"), **kwargs).text)
        assert found
        return found[1]

    english = {"Accept-Language": "en-US,en;q=0.9"}
    assert language() == "id"
    assert language(headers={"Accept-Language": "de"}) == "id"
    assert language(headers=english) == "en"
    assert language(headers=english, path="/meja/?lang=id") == "id"
    assert language(headers=english) == "id"  # the cookie
    assert language(path="/meja/?lang=xx") == "id"


def test_the_other_language_is_one_link_away_and_keeps_the_rest_of_the_address(client: FlaskClient) -> None:
    assert 'href="/meja/?halaman=2&amp;lang=en"' in client.get("/meja/?halaman=2&lang=id").text


# Headers


def test_every_answer_is_protected(client: FlaskClient) -> None:
    for path in ("/meja/", "/tidak-ada", "/api/routing/v1/openapi.json", "/meja/static/aduan.css"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Permissions-Policy" in headers


def test_pages_hold_no_script_and_no_style_of_their_own(client: FlaskClient) -> None:
    for path in ("/meja/", "/meja/masuk", "/api/routing/v1/", "/tidak-ada"):
        page = client.get(path).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)


def test_pages_are_not_kept_and_static_files_are_kept_for_good(client: FlaskClient) -> None:
    page = client.get("/meja/")
    assert page.headers["Cache-Control"] == "no-store"
    (address,) = re.findall(r'href="(/meja/static/aduan.css\?v=\w+)"', page.text)
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get("/meja/static/aduan.css?v=old").headers["Cache-Control"]


def test_the_form_cookie_is_the_services_own_and_hidden_from_scripts(client: FlaskClient) -> None:
    cookie = client.get("/meja/").headers["Set-Cookie"]
    assert cookie.startswith("aduan_routing_form=")
    assert {"HttpOnly", "Path=/meja", "SameSite=Lax"} <= set(cookie.split("; "))


def test_behind_https_cookies_are_secure(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    from tests.unit.web.conftest import SETTINGS
    from tests.unit.web.sample import create_app

    for name, value in {**SETTINGS, "ADUAN_PUBLIC_URL": "https://aduan.example"}.items():
        monkeypatch.setenv(name, value)
    headers = {"X-Forwarded-Proto": "https"}
    answer = create_app().test_client().get("/meja/?lang=en", headers=headers)
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert "Strict-Transport-Security" in answer.headers


# What operations see


def test_the_log_and_metrics_name_the_route_and_never_the_address(client: FlaskClient) -> None:
    path = "/meja/rahasia/0190f2c4-0000-7000-8000-000000000001?nama=Siti"
    with capture_logs() as lines:
        client.get(path, headers={"X-Forwarded-For": "203.0.113.9", "User-Agent": "Telepon Siti"})
    (line,) = (line for line in lines if line["event"] == "request")
    assert line["route"] == "/meja/rahasia/<uuid:thing_id>"
    assert (line["method"], line["status"]) == ("GET", 303)
    assert not re.search("Siti|0190f2c4|203.0.113", json.dumps(lines))
    count = metrics.HTTP_REQUESTS.labels(method="GET", route=line["route"], status="303")._value.get()
    assert count >= 1


def test_invented_methods_and_addresses_share_one_series(client: FlaskClient) -> None:
    client.open("/tidak-ada-1", method="GREP")
    client.open("/tidak-ada-2", method="SING")
    assert metrics.HTTP_REQUESTS.labels(method="OTHER", route="none", status="404")._value.get() >= 2


def test_in_flight_returns_to_where_it_was(client: FlaskClient) -> None:
    before = metrics.HTTP_IN_FLIGHT._value.get()
    for path in ("/meja/", "/meja/gagal", "/tidak-ada"):
        client.get(path)
    assert metrics.HTTP_IN_FLIGHT._value.get() == before


def test_a_request_id_is_kept_when_it_is_one_and_replaced_when_not(client: FlaskClient) -> None:
    assert client.get("/meja/", headers={"X-Request-ID": "abc-12345678"}).headers["X-Request-ID"] == "abc-12345678"
    assert client.get("/meja/", headers={"X-Request-ID": "Bu Siti <x>"}).headers["X-Request-ID"] != "Bu Siti <x>"


# The API document


def test_the_api_is_described_by_valid_openapi_3_1(client: FlaskClient) -> None:
    document = client.get("/api/routing/v1/openapi.json").json
    validate(document)
    assert document["openapi"].startswith("3.1")
    default = document["components"]["responses"]["DEFAULT_ERROR"]
    assert "application/problem+json" in default["content"]
    assert document["paths"]["/api/routing/v1/mine"]["get"]["security"] == [{"session": []}]
    assert "security" not in document["paths"]["/api/routing/v1/things"]["post"]


def test_the_api_page_lists_every_operation_with_its_fields(client: FlaskClient) -> None:
    page = client.get("/api/routing/v1/").text
    for words in ("/api/routing/v1/things", "Make a thing.", "/api/routing/v1/sessions", "integer", "Authorization"):
        assert words in page
