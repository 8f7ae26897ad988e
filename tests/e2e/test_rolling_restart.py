"""Every process of ours is started anew, one by one, under load: nobody is turned away, nothing comes twice."""

from __future__ import annotations

import itertools
import os
import re
import secrets
import smtplib
import threading
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
import requests

from demo.people import Reporter
from demo.world import World
from deploy.local import commands
from shared.contracts.vocabulary import SERVICES
from tests.e2e.books import Books
from tests.e2e.browsing import Browser
from tests.e2e.processes import Processes
from tests.e2e.test_restarts import effects, take_back
from tests.harness import eventually

pytestmark = pytest.mark.e2e

CALLED_BACK = 2
"""Messages RabbitMQ may call back on their way to a consumer that cancels, and hand to its successor with the mark of a
redelivery, though nobody had got them: a quorum queue does so with what it sends while it takes the cancelling
(rabbitmq-server, pull request 3746). Seen with a bare client: 45 of 6,150 in 300 restarts, none got before."""

OURS = sorted(["intake-smtp", *(f"{service}-{role}" for service in SERVICES for role in ("web", "worker"))])


class Crowd:
    """People and programs at every entrance, each doing one thing after the other. Every answer is looked at."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.wrong: list[str] = []
        self.accepted: list[str] = []
        self.answered = 0

    def does(self, what: str, act: Callable[[], None], pause: float) -> None:
        """Let somebody do the same again and again. Whatever is no good answer is kept with its time."""

        def run() -> None:
            while not self._stop.wait(pause):
                at = time.strftime("%T")
                try:
                    act()
                    self.answered += 1
                except Exception as error:
                    self.wrong.append(f"{at} {what}: {type(error).__name__} {error}"[:300])

        self._threads.append(threading.Thread(target=run, daemon=True))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(timeout=60)

    def look(self, browser: Browser, path: str, *words: str) -> Callable[[], None]:
        """Open a page that needs other services, and find what they know on it."""

        def act() -> None:
            page = browser.get(path)
            assert page.status_code == 200, page.status_code
            assert [word for word in words if word not in page.text] == [], path

        return act

    def report_by_sms(self) -> None:
        address = f"+62817{secrets.randbelow(10**8):08d}"
        fields = {"from": address, "to": "1708", "id": str(uuid.uuid4()), "charset": "UTF-8"}
        fields |= {"text": "KOLUT Tiang listrik miring", "secret": os.environ["INTAKE_SMS_SECRET"]}
        answer = requests.post(f"{self._world.address}/sms/kannel", data=fields, timeout=30)
        assert answer.status_code == 200, answer.status_code
        self.accepted.append(address)

    def report_by_api(self) -> None:
        address = f"{secrets.token_hex(6)}@contoh.example"
        body = {"body": "Lampu jalan di Lasusua mati.", "email": address}
        answer = requests.post(f"{self._world.address}/api/intake/v1/complaints", json=body, timeout=30)
        assert answer.status_code == 201, answer.status_code
        self.accepted.append(address)

    def report_by_mail(self) -> None:
        address = f"{secrets.token_hex(6)}@contoh.example"
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = address, "lapor@kolutkab.example", "Jembatan"
        mail["Message-ID"] = f"<{uuid.uuid4()}@contoh.example>"
        mail.set_content("Jembatan gantung di Tolala putus.")
        host, _, port = os.environ["ADUAN_SMTP_ADDRESS"].rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as conversation:
            assert conversation.send_message(mail) == {}
        self.accepted.append(address)


def redelivered_by_broker(processes: Processes) -> float:
    """How often the broker has handed any message to a consumer a second time, since it was started."""
    port = processes.system.ports["amqp-metrics"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        found = re.findall(r"^rabbitmq_global_messages_redelivered_total\{.*\} (\S+)$", answer.read().decode(), re.M)
    return sum(map(float, found))


def outcomes(metrics: str) -> Counter[str]:
    """What became of the events a worker took, since it was started."""
    found: Counter[str] = Counter()
    for outcome, number in re.findall(r'^lapor_messages_consumed_total\{.*outcome="(\w+)".*\} (\S+)$', metrics, re.M):
        found[outcome] += round(float(number))
    return found


@pytest.mark.timeout(400)
def test_a_rolling_restart_under_load_fails_no_request_and_hands_nobody_a_message_twice(
    world: World, books: Books, processes: Processes
) -> None:
    reporter = Reporter(world, f"{secrets.token_hex(6)}@contoh.example")
    reporter.complain(title="Halte tanpa atap", body="Halte di Lasusua tanpa atap.", email=reporter.address)
    complaint_id = reporter.complaint_id()
    books.wait_until_quiet()
    desk = Browser(world).sign_in("/meja", "koordinator")
    board = Browser(world).sign_in("/meja", "inspektorat")
    ombudsman = Browser(world).sign_in("/ombudsman", "ombudsman")
    anybody = Browser(world)

    crowd = Crowd(world)
    crowd.does("a text message", crowd.report_by_sms, 2.5)
    apis = itertools.count()
    crowd.does("a report by API", lambda: crowd.report_by_api() if next(apis) < 40 else None, 4.0)
    crowd.does("a mail", crowd.report_by_mail, 4.0)
    crowd.does("the form", crowd.look(anybody, "/lapor", "Dinas Kesehatan"), 1.0)
    crowd.does("a case at the desk", crowd.look(desk, f"/meja/laporan/{complaint_id}", "Halte di Lasusua"), 1.0)
    crowd.does("the board", crowd.look(board, "/tenggat/", "Tenggat"), 1.0)
    crowd.does("the log of messages", crowd.look(board, "/pesan/catatan"), 1.0)
    crowd.does("the Ombudsman's desk", crowd.look(ombudsman, "/ombudsman/"), 1.0)

    before = {name: processes.pid(name) for name in OURS}
    redelivered = redelivered_by_broker(processes)
    with crowd.at_work():
        eventually(lambda: crowd.answered > 20, what="the crowd gets no answers")
        assert commands.restart(processes.place) == 0
        asked = crowd.answered
        eventually(lambda: crowd.answered > asked + 20, what="the crowd gets no answers any more")
    assert [name for name in OURS if processes.pid(name) == before[name]] == []
    assert crowd.wrong == []
    assert redelivered_by_broker(processes) - redelivered <= CALLED_BACK
    books.wait_until_quiet(120)
    taken = sum((outcomes(processes.metrics(f"{service}-worker")) for service in SERVICES), Counter[str]())
    assert taken["ok"] > 0
    assert taken["duplicate"] == 0
    once = {"complaints": 1, "cases": 1, "verification clocks": 1, "receipts": 1}
    for address in crowd.accepted:
        (receipt,) = [m for m in world.messages(address) if m["template"] == "reporter.receipt"]
        assert effects(books, receipt) == once
        take_back(Reporter(world, address))
    assert len(crowd.accepted) > 15
