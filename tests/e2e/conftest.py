"""Fixtures for tests of the whole running system, met from outside as people meet it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from demo.people import Reporter
from demo.world import World
from tests.e2e.books import Books
from tests.e2e.processes import Processes

CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def processes() -> Processes:
    """The processes of the running test system."""
    return Processes.from_environment()


@pytest.fixture(scope="session")
def books() -> Iterator[Books]:
    """What the five services have written down. Nobody has used up her guesses or reports of this hour."""
    opened = Books.from_environment()
    opened.forget_counters()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def world(books: Books) -> World:
    """The running system as people meet it, on a working day: at night nobody is told anything."""
    world = World.from_environment()
    world.until_work()
    return world


@pytest.fixture
def phone(world: World) -> Reporter:
    """A telephone nobody used before."""
    return Reporter(world, f"+62815{secrets.randbelow(10**8):08d}")


@pytest.fixture
def siti(world: World) -> Reporter:
    """A mailbox nobody used before."""
    return Reporter(world, f"siti-{secrets.token_hex(5)}@contoh.example")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = os.environ.get("ADUAN_CHROMIUM") or shutil.which("chromium")
    assert found, "chromium is missing: install the package chromium"
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=list(CHROMIUM))
        yield opened
        opened.close()
