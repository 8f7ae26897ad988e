"""The sample page in headless Chromium: nothing hidden off a small screen, nothing the browser refuses."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.unit.web.conftest import SETTINGS
from tests.unit.web.sample import create_app

pytestmark = pytest.mark.browser
PAGES = ("/meja/", "/meja/masuk", "/api/routing/v1/", "/tidak-ada")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        patch.delenv("ADUAN_METRICS_PORT", raising=False)
        app: Flask = create_app()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = os.environ.get("ADUAN_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("no chromium here")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


def opened(browser: Browser, address: str, path: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 800}, locale="id-ID")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address + path)
    return page, said


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_lies_beyond_the_edge_and_the_browser_refuses_nothing(
    browser: Browser, address: str, path: str, width: int
) -> None:
    page, said = opened(browser, address, path, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not [words for words in said if "404" not in words]
    page.close()


def test_every_field_has_a_label_and_a_wrong_one_its_reason(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address, "/meja/", 320)
    fields: list[Any] = page.query_selector_all("main input:not([type=hidden]), main select, main textarea")
    assert len(fields) > 8
    for field in fields:
        assert field.evaluate("f => f.labels.length > 0"), field.get_attribute("name")
    reason = page.get_attribute("#title", "aria-describedby") or ""
    assert "title-error" in reason.split()
    assert page.inner_text("#title-error").endswith("Wajib diisi.")
    page.close()


def test_the_first_tab_leads_past_the_header(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address, "/meja/", 320)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
    assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 50
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    page.close()


def test_buttons_are_large_enough_for_a_thumb(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address, "/meja/", 320)
    for button in page.query_selector_all("main .button:not(.small), main input:not([type=hidden]), .choice"):
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 24  # WCAG 2.2, 2.5.8
    page.close()
