"""Programs that have none of our code: a plain nameko service, a reader of the stream, and whoever reads our logs."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from demo.people import CODE, Reporter
from demo.world import World
from shared.contracts.vocabulary import SERVICES
from shared.messaging.topology import STREAM
from tests.e2e.books import Books
from tests.e2e.processes import Processes
from tests.harness import eventually

pytestmark = pytest.mark.e2e

PLAIN_NAMEKO = """
import json
from nameko.events import event_handler

class Newsroom:
    name = "newsroom"

    @event_handler("intake", "complaint.registered", reliable_delivery=False)
    def hear(self, event):
        print("heard", json.dumps(event), flush=True)
"""


@pytest.fixture
def broker_url() -> str:
    return f"{os.environ['ADUAN_TEST_AMQP_URL']}/aduan"


@pytest.fixture
def newsroom(broker_url: str, tmp_path: Path) -> Iterator[Path]:
    """A nameko service as its own documentation would have it; yields the file of what it prints."""
    (tmp_path / "newsroom.py").write_text(PLAIN_NAMEKO)
    output = tmp_path / "output"
    nameko = str(Path(sys.executable).with_name("nameko"))
    with output.open("wb") as file:
        process = subprocess.Popen(
            [nameko, "run", "--broker", broker_url, "newsroom"], cwd=tmp_path, stdout=file, stderr=file
        )
        try:
            eventually(lambda: "Connected to amqp" in output.read_text(), seconds=30, what="nameko did not connect")
            yield output
        finally:
            process.terminate()
            process.wait(timeout=20)


def stream(broker_url: str) -> list[Any]:
    """Every event since the beginning, as the broker hands it to whoever asks."""
    found: list[Any] = []
    with Connection(broker_url) as connection:
        channel = connection.default_channel
        channel.basic_qos(0, 500, False)

        def take(message: Any) -> None:
            found.append(message)
            message.channel.basic_ack(message.delivery_tag)

        channel.basic_consume(STREAM, callback=take, arguments={"x-stream-offset": "first"})
        while True:
            try:
                connection.drain_events(timeout=2.0)
            except TimeoutError:
                return found


def test_a_plain_nameko_service_hears_our_events(world: World, newsroom: Path) -> None:
    reporter = Reporter(world, f"{secrets.token_hex(6)}@contoh.example")
    reporter.complain(body="Trotoar di Lasusua berlubang.", email=reporter.address, district_code="74.08.01")
    complaint_id = reporter.complaint_id()

    def heard() -> dict[str, Any] | None:
        lines = [json.loads(found) for found in re.findall(r"^heard (.+)$", newsroom.read_text(), re.M)]
        return next((line for line in lines if line["complaint_id"] == complaint_id), None)

    event = eventually(heard, what="nothing was heard")
    assert (event["channel"], event["district_code"]) == ("api", "74.08.01")


def test_a_newcomer_reads_all_events_from_the_beginning(world: World, books: Books, broker_url: str) -> None:
    reporter = Reporter(world, f"{secrets.token_hex(6)}@contoh.example")
    reporter.complain(body="Halte di Lasusua tanpa atap.", email=reporter.address)
    complaint_id = reporter.complaint_id()
    books.wait_until_quiet()
    events = stream(broker_url)
    about = [message for message in events if message.headers.get("cloudEvents:subject") == complaint_id]
    told = [message.headers["cloudEvents:type"] for message in about]
    assert told[0] == "id.aduan.intake.complaint.registered.v1"
    assert {"id.aduan.sla.clock.started.v1", "id.aduan.notify.notification.sent.v1"} <= set(told)
    registered = {m.headers["cloudEvents:subject"] for m in events if m.headers.get("cloudEvents:type") == told[0]}
    assert registered >= {str(row.complaint_id) for row in books.ask("intake", "select complaint_id from complaints")}


def test_no_event_no_log_and_no_metric_says_who_anybody_is_or_what_she_wrote(
    world: World, books: Books, processes: Processes, broker_url: str, phone: Reporter, siti: Reporter
) -> None:
    mark = secrets.token_hex(6)
    siti.complain(title=f"Judul {mark}", body=f"Isi laporan {mark}", name=f"Siti {mark}", email=siti.address)
    phone.sms(f"KOLUT Jembatan {mark} putus, kata Budi {mark}")
    phone.mail(f"Surat {mark}", f"Telepon saya {phone.address}, nama saya Budi {mark}")
    for reporter in (siti, phone):
        reporter.complaint_id()
    books.wait_until_quiet()
    sent = books.ask("notify", "select text from sandbox_messages where channel = 'sms' or recipient like '%contoh%'")
    private = {mark, siti.address, phone.address, *(code for row in sent for code in CODE.findall(row.text))}
    assert {siti.code, phone.code} <= private

    def leaks(words: str) -> set[str]:
        return {secret for secret in private if secret in words}

    for message in stream(broker_url):
        said = f"{message.headers} {message.body!r}"
        assert leaks(said) == set(), said
    for log in sorted(processes.place.logs.glob("*.log")):
        assert leaks(log.read_text(errors="replace")) == set(), log
    for program in [f"{service}-{role}" for service in SERVICES for role in ("web", "worker")] + ["smtp"]:
        assert leaks(processes.metrics(program)) == set(), program
