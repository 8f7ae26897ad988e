"""Processes are killed while reports come in; every accepted one has each of its effects exactly once."""

from __future__ import annotations

import os
import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from demo.people import CODE, Reporter
from demo.world import World
from tests.e2e.books import Books
from tests.e2e.processes import Processes
from tests.harness import eventually, free_port

pytestmark = pytest.mark.e2e

KILLED = ("routing-worker", "intake-web", "intake-worker", "notify-worker", "sla-worker")


class Stream:
    """Reports that come in one after the other by API and SMS, from senders who do not give up."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.addresses: list[str] = []
        """Whoever heard that her report is accepted."""
        self.tried = 0

    def __enter__(self) -> Stream:
        self._thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._stop.set()
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        # At most so many by API from one address in an hour; text messages have no such bound.
        for number in range(1000):
            if self._stop.is_set():
                return
            (self._by_api if number % 4 == 0 and number < 48 else self._by_sms)(number)
            time.sleep(0.3)

    def _by_api(self, number: int) -> None:
        address = f"{secrets.token_hex(6)}@contoh.example"
        body = {"body": f"Lampu jalan nomor {number} di Lasusua mati.", "email": address}
        self._until_accepted("/api/intake/v1/complaints", 201, json=body, headers={"Idempotency-Key": address})
        self.addresses.append(address)

    def _by_sms(self, number: int) -> None:
        address = f"+62816{secrets.randbelow(10**8):08d}"
        fields = {"from": address, "to": "1708", "id": str(uuid.uuid4()), "charset": "UTF-8"}
        fields |= {"text": f"KOLUT Tiang nomor {number} miring", "secret": os.environ["INTAKE_SMS_SECRET"]}
        self._until_accepted("/sms/kannel", 200, data=fields)
        self.addresses.append(address)

    def _until_accepted(self, path: str, status: int, **kwargs: object) -> None:
        """As a program and as Kannel do: the same again until it is accepted."""
        while True:
            self.tried += 1
            try:
                answer = requests.post(self._world.address + path, timeout=10, **kwargs)  # type: ignore[arg-type]
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code == status:
                return
            assert answer is None or answer.status_code in (502, 503, 504), answer.text
            time.sleep(0.3)


def effects(books: Books, receipt: dict[str, str]) -> dict[str, int]:
    """What an accepted report caused, counted in four databases."""
    given = {"id": receipt["complaint_id"]}
    return {
        "complaints": books.number("intake", "select count(*) from complaints where complaint_id = :id", **given),
        "cases": books.number("routing", "select count(*) from cases where complaint_id = :id", **given),
        "verification clocks": books.number(
            "sla", "select count(*) from clocks where complaint_id = :id and clock = 'verification'", **given
        ),
        "receipts": books.number(
            "notify",
            "select count(*) from sandbox_messages where complaint_id = :id and template = 'reporter.receipt'",
            **given,
        ),
    }


def take_back(reporter: Reporter) -> None:
    """End the report, so that no other test waits behind its reminders when months pass."""
    reporter.complaint_id()
    token = reporter.world.call("POST", "/api/intake/v1/tracking", json={"code": reporter.code})["token"]
    reporter.world.call("POST", "/api/intake/v1/complaint/withdrawal", token=token)


@pytest.mark.timeout(300)
def test_whatever_is_killed_an_accepted_report_has_each_effect_exactly_once(
    world: World, books: Books, processes: Processes
) -> None:
    killed: dict[str, int] = {}
    with Stream(world) as stream:
        for name in KILLED:
            eventually(lambda at=len(stream.addresses): len(stream.addresses) >= at + 4, what="nothing is accepted")
            killed[name] = processes.kill(name)
        for name, pid in killed.items():
            processes.wait_until_back(name, pid)
    # A letter in the hands of a worker that is killed is free for others after two minutes.
    world.call("POST", "/api/notify/v1/sandbox/clock", json={"hours": 0.05})
    books.wait_until_quiet(90)
    once = {"complaints": 1, "cases": 1, "verification clocks": 1, "receipts": 1}
    for address in stream.addresses:
        receipts = [m for m in world.messages(address) if m["template"] == "reporter.receipt"]
        assert len(receipts) == 1, f"{len(receipts)} receipts of {address}"
        assert effects(books, receipts[0]) == once
        take_back(Reporter(world, address))
    assert len(stream.addresses) >= 20
    numbers = books.ask("routing", "select case_number, count(*) from cases group by case_number having count(*) > 1")
    assert numbers == []


@pytest.fixture
def lonely_intake(processes: Processes, tmp_path: Path) -> Iterator[str]:
    """A second web process of intake, on the same database, that finds no broker."""
    environment = processes.intake_web() | {
        "ADUAN_WEB_BIND": "127.0.0.1:{port}",
        "ADUAN_AMQP_URL": f"amqp://intake:wrong@127.0.0.1:{free_port()}/aduan",
    }
    gunicorn = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "services.intake.web:create_app()"]
    with processes.beside(gunicorn, environment, tmp_path / "intake.log") as port:
        yield f"http://127.0.0.1:{port}"


def test_a_report_is_accepted_with_its_code_while_the_broker_is_away(
    world: World, lonely_intake: str, books: Books
) -> None:
    address = f"{secrets.token_hex(6)}@contoh.example"
    body = {"body": "Atap sekolah di Batu Putih bocor sejak hujan pertama.", "email": address}
    accepted = requests.post(f"{lonely_intake}/api/intake/v1/complaints", json=body, timeout=10)
    assert accepted.status_code == 201
    assert CODE.fullmatch(accepted.json()["tracking_code"])
    form = requests.get(f"{lonely_intake}/lapor", timeout=20)
    assert form.status_code == 200
    assert "Daftar instansi sedang tidak tersedia" in form.text
    # The worker, whose broker is there, says what was committed.
    reporter = Reporter(world, address)
    reporter.complaint_id()
    assert reporter.code == accepted.json()["tracking_code"]
