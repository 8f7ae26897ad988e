"""A live broker compared with the declared wiring, by a service's own user and by an administrator."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.vocabulary import SERVICES
from shared.messaging import live, topology
from shared.messaging.publisher import SETTLE
from shared.messaging.stream import bind_stream
from tests.conftest import virtual_host
from tests.harness import ROOT, Broker, free_port


def exported() -> dict[str, Any]:
    """What an administrator exports."""
    command = [os.environ["ADUAN_TEST_RABBITMQCTL"], "--silent", "export_definitions", "-"]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    return found


def break_wiring(definitions: dict[str, Any]) -> None:
    """One fault of each kind."""
    parts: dict[str, dict[str, Any]] = {q["name"]: q for q in definitions["queues"]}
    parts["sla.routing"]["arguments"] = {}
    parts["rpc-sla"]["arguments"] = {"x-queue-type": "quorum"}
    definitions["queues"].remove(parts["sla.intake"])
    definitions["bindings"] = [
        b
        for b in definitions["bindings"]
        if b["destination"] != "sla.intake" and (b["source"], b["destination"]) != ("ombudsman.events", "sla.ombudsman")
    ]
    policies = {p["name"]: p for p in definitions["policies"]}
    policies["dead-letters-of-sla"]["definition"]["delivery-limit"] = 3
    definitions["policies"].remove(policies["unrouted-events"])
    definitions["policies"].append(
        {**policies["dead-letters-of-routing"], "name": "somebody's", "pattern": r"^routing\.intake$", "priority": 9}
    )
    rights = {p["user"]: p for p in definitions["permissions"]}
    rights["notify"]["write"] = ".*"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with virtual_host(f"broken-{os.getpid()}", tmp_path_factory.mktemp("broken"), break_wiring) as made:
        yield made


def test_a_broker_set_up_by_the_definitions_is_as_declared(broker: Broker) -> None:
    assert {s: live.check_own(broker.url(s), s) for s in SERVICES} == {s: [] for s in SERVICES}
    assert live.compare(exported(), broker.vhost) == []


def test_what_a_broker_takes_in_at_its_start_lacks_only_what_flows_into_the_stream_which_is_bound_afterwards(
    tmp_path: Path,
) -> None:
    def as_at_start(definitions: dict[str, Any]) -> None:
        (vhost,) = (each["name"] for each in definitions["vhosts"])
        at_start = topology.definitions(dict.fromkeys(SERVICES, ""), "", vhost, at_start=True)
        definitions["bindings"] = at_start["bindings"]

    with virtual_host(f"start-{os.getpid()}", tmp_path, as_at_start) as started:
        missing = [f"binding {service}.events -> complaints.log (#) is missing" for service in SERVICES]
        assert live.compare(exported(), started.vhost) == missing
        for _ in range(2):
            bind_stream(started.url("operator"))
        assert live.compare(exported(), started.vhost) == []


def test_a_service_is_told_each_part_it_uses_that_is_missing_or_of_another_kind(broken: Broker) -> None:
    missing, differs = live.check_own(broken.url("sla"), "sla")
    assert missing == "queue sla.intake is missing"
    assert differs.startswith("queue rpc-sla is not as declared: PRECONDITION_FAILED")
    assert live.check_own(broken.url("intake"), "intake") == []


def test_an_administrator_is_told_every_part_that_is_missing_or_not_as_declared(broken: Broker) -> None:
    assert live.compare(exported(), broken.vhost) == [
        "queue sla.intake is missing",
        "queue sla.routing: arguments is {} and must be {'x-queue-type': 'quorum'}",
        "queue rpc-sla: arguments is {'x-queue-type': 'quorum'} and must be {}",
        "binding intake.events -> sla.intake (#) is missing",
        "binding ombudsman.events -> sla.ombudsman (#) is missing",
        "policy dead-letters-of-sla: definition is {'dead-letter-exchange': 'dead', 'dead-letter-routing-key': 'sla', "
        "'dead-letter-strategy': 'at-least-once', 'delivery-limit': 3, 'overflow': 'reject-publish'} and must be "
        "{'dead-letter-exchange': 'dead', 'dead-letter-routing-key': 'sla', 'dead-letter-strategy': 'at-least-once', "
        "'delivery-limit': 20, 'overflow': 'reject-publish'}",
        "policy unrouted-events is missing",
        r"permission of notify: write is .* and must be ^(notify\.events|nameko-rpc|amq\.default)$",
        "policy somebody's takes the place of ours for routing.intake",
    ]


def test_an_export_that_does_not_tell_all_is_not_taken_for_a_clean_one(broker: Broker) -> None:
    (sentence,) = live.compare({"queues": exported()["queues"]}, broker.vhost)
    assert sentence.startswith("the export says nothing of bindings, exchanges, permissions, policies, users")


@pytest.mark.parametrize(("vhost", "status"), [("broker", 0), ("broken", 1)])
def test_the_command_ends_with_what_is_wrong(
    vhost: str, status: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    where: Broker = request.getfixturevalue(vhost)
    file = tmp_path / "exported.json"
    file.write_text(json.dumps(exported()))
    ended = subprocess.run(
        [sys.executable, "-m", "shared.cli", "check", "sla", "--definitions", str(file), "--vhost", where.vhost],
        cwd=ROOT,
        env={**os.environ, "ADUAN_AMQP_URL": where.url("sla")},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == status, ended.stderr
    assert ("queue sla.intake is missing" in ended.stderr.splitlines()) == bool(status)
    assert ended.stdout.endswith("the broker is wired as declared\n") != bool(status)


def worker(url: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "shared.worker", "sla"],
        cwd=ROOT,
        env={**os.environ, **environment, "ADUAN_AMQP_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def settings_of_sla(service: Any) -> dict[str, str]:
    """A database and everything else a worker of sla needs."""
    environment: dict[str, str] = service("sla", worker=False).environment
    return environment


def test_a_worker_begins_nothing_on_a_broker_that_is_wired_otherwise(
    broken: Broker, settings_of_sla: dict[str, str]
) -> None:
    process = worker(broken.url("sla"), settings_of_sla)
    words, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "queue sla.intake is missing; queue rpc-sla is not as declared" in words
    assert '"event": "subscribed"' not in words


def test_a_worker_with_the_wrong_password_says_so(broker: Broker, settings_of_sla: dict[str, str]) -> None:
    process = worker(broker.url("sla").replace(broker.passwords["sla"], "wrong"), settings_of_sla)
    words, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the broker does not let sla in" in words


def says(process: subprocess.Popen[str], awaited: str) -> None:
    """Read what a worker says until it says this."""
    assert process.stdout
    told = process.stdout.readline()
    while awaited not in told:
        assert told, f"the worker ended without: {awaited}"
        told = process.stdout.readline()


def test_a_worker_that_waited_for_its_broker_says_nothing_before_the_broker_has_settled(
    broker: Broker, settings_of_sla: dict[str, str]
) -> None:
    """RabbitMQ 3.10 confirms what it is given in its first moments, and it never comes into the stream."""
    near, control = free_port(), free_port()
    process = worker(broker.url("sla").replace(broker.host, f"127.0.0.1:{near}"), settings_of_sla)
    says(process, "waiting for the broker")
    _, port = broker.host.split(":")
    lines = subprocess.Popen([sys.executable, "-m", "chaos.lines", str(control), f"amqp={near}:{port}"], cwd=ROOT)
    try:
        says(process, "the broker is there")
        began = time.monotonic()
        says(process, '"event": "ready"')
        assert time.monotonic() - began > SETTLE - 0.2
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    finally:
        process.kill()
        lines.kill()
        lines.wait()


def test_a_worker_that_waits_for_its_broker_stops_when_told(settings_of_sla: dict[str, str]) -> None:
    process = worker(f"amqp://sla:x@127.0.0.1:{free_port()}/aduan", settings_of_sla)
    says(process, "waiting for the broker")
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert time.monotonic() - began < 5
