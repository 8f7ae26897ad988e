"""Workers of an earlier commit and of this one on the same queues and the same tables. `make test-upgrade` runs it.

The tables are those of this commit, as after the first step of an upgrade. The earlier commit is the last one before
this that changed the services or the kit, or the one that FROM names.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from demo.people import Official, Reporter, photo
from demo.stories import ROAD
from demo.world import World
from deploy.local import settings
from shared.contracts.vocabulary import SERVICES
from tests.e2e.books import Books
from tests.e2e.processes import Processes
from tests.e2e.test_restarts import Stream, effects, take_back
from tests.harness import ROOT, eventually, free_port, ready

REPORTS = 24


@pytest.fixture(scope="session")
def earlier() -> Path:
    """The code of the earlier commit, in a folder of its own."""
    commit = (
        os.environ.get("ADUAN_UPGRADE_FROM")
        or git("rev-list", "-n", "2", "HEAD", "--", "shared", "services").split()[1]
    )
    folder = ROOT / ".run" / "earlier" / git("rev-parse", "--short", commit).strip()
    if not folder.exists():
        folder.mkdir(parents=True)
        packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    print(f"from {folder.name}: {git('log', '-1', '--format=%s', commit)}")
    return folder


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@contextmanager
def worker(service: str, code: Path, processes: Processes, log: Path) -> Iterator[int]:
    """A worker of the given code beside the system's own; yields where its metrics are. It must end well when told."""
    port = free_port()
    environment = settings.worker(processes.system, service) | {"ADUAN_METRICS_PORT": str(port)}
    command = [sys.executable, "-m", "shared.worker", service]
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=code, env=environment, stdout=output, stderr=output)
    try:
        eventually(
            lambda: ready(port), seconds=60, what=f"the earlier {service} is not ready: {log.read_text()[-2000:]}"
        )
        yield port
    finally:
        process.terminate()
        assert process.wait(timeout=40) == 0, log.read_text()[-2000:]


def heard(metrics: str) -> float:
    """How many events a worker took part in applying."""
    return sum(map(float, re.findall(r'^lapor_messages_consumed_total\{.*outcome="ok".*\} (\S+)$', metrics, re.M)))


def metrics_at(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def answered_at_the_desk(world: World) -> str:
    """One complaint that goes all the way; returns its reporter's address."""
    reporter = Reporter(world, "+628180000" + str(free_port()).zfill(5))
    reporter.sms("KOLUT Jalan desa berlubang di Batu Putih")
    complaint = reporter.complaint_id()
    coordinator, agency = Official(world, "koordinator"), Official(world, "pupr")
    coordinator.may("verify", complaint)
    coordinator.verify(complaint, "non_supervisory", ROAD, "pupr")
    agency.may("answer", complaint)
    agency.answer(complaint, "Lubang telah ditimbun.", photo("Jalan"))
    world.message(reporter.address, "reporter.answer")
    return reporter.address


@pytest.mark.timeout(300)
def test_workers_of_two_versions_share_queues_and_tables(
    world: World, books: Books, processes: Processes, earlier: Path, tmp_path: Path
) -> None:
    """Given the system of this commit, and a worker of each service of an earlier one beside it
    When reports come in and are dealt with
    Then both take their part, each report has each effect once, and nothing is parked."""
    books.wait_until_quiet()
    before = {service: heard(processes.metrics(f"{service}-worker")) for service in SERVICES}
    with ExitStack() as stack:
        ports = {
            service: stack.enter_context(worker(service, earlier, processes, tmp_path / f"{service}.log"))
            for service in SERVICES
        }
        with Stream(world) as stream:
            addresses = [answered_at_the_desk(world)]
            eventually(lambda: len(stream.addresses) >= REPORTS, seconds=90, what="nothing is accepted")
        addresses += stream.addresses
        books.wait_until_quiet(90)
        of_earlier = {service: heard(metrics_at(port)) for service, port in ports.items()}
    of_this = {service: heard(processes.metrics(f"{service}-worker")) - before[service] for service in SERVICES}
    print(f"events applied by the earlier workers: {of_earlier}, by those of this commit: {of_this}")
    for service in ("intake", "routing", "sla", "notify"):  # ombudsman applies what nobody said here
        assert min(of_earlier[service], of_this[service]) > 0, service
    once = {"complaints": 1, "cases": 1, "verification clocks": 1, "receipts": 1}
    for address in addresses:
        (receipt,) = [m for m in world.messages(address) if m["template"] == "reporter.receipt"]
        assert effects(books, receipt) == once
        take_back(Reporter(world, address))
    for service in SERVICES:
        assert books.ask(service, "select source, name, reason from held where state = 'parked'") == []
