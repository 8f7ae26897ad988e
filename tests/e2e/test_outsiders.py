"""Programs that have none of our code: a plain nameko service, a reader of the stream, and whoever reads our logs."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import amqp
import pytest
from kombu import Connection

from demo.people import CODE, Reporter
from demo.world import World
from shared.contracts.vocabulary import SERVICES
from shared.messaging.topology import STREAM
from tests.e2e.books import Books
from tests.e2e.processes import Processes
from tests.harness import ROOT, eventually

pytestmark = pytest.mark.e2e

CONSUMERS = ROOT / "docs" / "consumers"


@pytest.fixture
def broker_url() -> str:
    return f"{os.environ['ADUAN_TEST_AMQP_URL']}/aduan"


@pytest.fixture
def outsider() -> Iterator[Callable[[str], str]]:
    """`outsider("newsroom")`: the address of the broker for a user with the rights docs/consumers/README.md gives."""
    rabbitmqctl = os.environ["ADUAN_TEST_RABBITMQCTL"]
    (script,) = re.findall(r"^```sh\n(.+?)^```$", (CONSUMERS / "README.md").read_text(), re.M | re.S)
    made: list[str] = []

    def add(name: str) -> str:
        made.append(name)
        printed = script.replace("listener=newsroom", f"listener={name}").replace("rabbitmqctl ", f"{rabbitmqctl} ")
        subprocess.run(["sh", "-e", "-c", printed], check=True, capture_output=True, timeout=120)
        host = os.environ["ADUAN_TEST_AMQP_URL"].rpartition("@")[2]
        return f"amqp://{name}:secret@{host}/aduan"

    yield add
    for name in made:
        subprocess.run([rabbitmqctl, "delete_user", name], check=True, capture_output=True, timeout=60)


@contextmanager
def running(command: list[str], url: str, output: Path, ready: str) -> Iterator[Path]:
    """A program of docs/consumers as it is printed there; yields the file of what it says once it is ready."""
    with output.open("wb") as file:
        environment = {**os.environ, "BROKER": url}
        process = subprocess.Popen(command, cwd=CONSUMERS, env=environment, stdout=file, stderr=file)
        try:
            eventually(lambda: ready in output.read_text(), seconds=60, what=f"{command} does not listen")
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


def test_a_plain_nameko_service_hears_our_events(
    world: World, outsider: Callable[[str], str], broker_url: str, tmp_path: Path
) -> None:
    nameko = str(Path(sys.executable).with_name("nameko"))
    command = [nameko, "run", "--config", "newsroom.yaml", "newsroom"]
    with running(command, outsider("newsroom"), tmp_path / "output", "Connected to amqp") as newsroom:
        complaint_id = complains(world, "Trotoar di Lasusua berlubang.", district_code="74.08.01")

        def heard() -> dict[str, Any] | None:
            lines = [json.loads(found) for found in re.findall(r"^heard (.+)$", newsroom.read_text(), re.M)]
            return next((line for line in lines if line["complaint_id"] == complaint_id), None)

        event = eventually(heard, what="nothing was heard")
        assert (event["channel"], event["district_code"]) == ("api", "74.08.01")
    delete_queue(broker_url, "evt-intake-complaint.registered--newsroom.hear")


def test_a_program_with_another_library_hears_everything_once_and_in_order(
    world: World, books: Books, outsider: Callable[[str], str], broker_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, "observatory.py"]
    with running(command, outsider("observatory"), tmp_path / "output", "listening") as observatory:
        complaint_id = complains(world, "Jembatan kayu di Batu Putih lapuk.")
        books.wait_until_quiet()
        forged = forges(broker_url, "observatory.events", complaint_id)

        def heard() -> list[tuple[str, int]]:
            lines = re.findall(rf"^heard id\.aduan\.(\w+)\.\S+ {complaint_id} (\d+) ", observatory.read_text(), re.M)
            return [(source, int(sequence)) for source, sequence in lines]

        said = [m for m in stream(broker_url) if m.headers.get("cloudEvents:subject") == complaint_id]
        eventually(lambda: len(heard()) == len({m.headers["cloudEvents:id"] for m in said}), what="not all was heard")
        for source in ("intake", "sla", "notify"):
            numbers = [sequence for of, sequence in heard() if of == source]
            assert numbers == list(range(1, len(numbers) + 1)) != []
        assert forged not in [sequence for _, sequence in heard()]
    delete_queue(broker_url, "observatory.events")


def test_an_archive_replays_the_stream_from_the_beginning_and_goes_on_where_it_ended(
    world: World, books: Books, outsider: Callable[[str], str], broker_url: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "BROKER": outsider("archive")}
    file = tmp_path / "events.jsonl"

    def archive() -> list[dict[str, Any]]:
        command = [sys.executable, "archive.py", str(file)]
        subprocess.run(command, cwd=CONSUMERS, env=environment, check=True, timeout=100)
        return [json.loads(line) for line in file.read_text().splitlines()]

    books.wait_until_quiet()
    before = archive()
    complaint_id = complains(world, "Talud di Ranteangin longsor.")
    books.wait_until_quiet()
    after = archive()
    assert after[: len(before)] == before
    offsets = [line["offset"] for line in after]
    assert offsets == sorted(set(offsets))
    assert complaint_id not in {line.get("cloudEvents:subject") for line in before}
    everything = [m.headers.get("cloudEvents:id") for m in stream(broker_url)]
    assert [line.get("cloudEvents:id") for line in after] == everything


def complains(world: World, words: str, **more: str) -> str:
    """Somebody complains; the complaint's id."""
    reporter = Reporter(world, f"{secrets.token_hex(6)}@contoh.example")
    reporter.complain(body=words, email=reporter.address, **more)
    return str(reporter.complaint_id())


def forges(broker_url: str, queue: str, complaint_id: str) -> int:
    """Somebody puts an event in intake's name into the queue, by the queue's name; the number it bears."""
    headers = {"type": "id.aduan.intake.complaint.withdrawn.v1", "source": "/aduan/intake", "subject": complaint_id}
    headers = {f"cloudEvents:{name}": value for name, value in headers.items()} | {"cloudEvents:sequence": "99"}
    with Connection(broker_url) as connection:
        channel = connection.default_channel
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("{}", application_headers=headers), "", queue)
    return 99


def delete_queue(broker_url: str, name: str) -> None:
    with Connection(broker_url) as connection:
        connection.default_channel.queue_delete(name)


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
    for program in [f"{service}-{role}" for service in SERVICES for role in ("web", "worker")] + ["intake-smtp"]:
        assert leaks(processes.metrics(program)) == set(), program
