"""On the real broker: an event that a listener lost is said again out of the stream, and what waited for it follows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from kombu import Connection

from shared.ids import new_id
from shared.messaging.say_again import say_again
from shared.messaging.stream import bind_stream
from tests.harness import ROOT, Broker, Service, eventually


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service], broker: Broker) -> Iterator[Service]:
    bind_stream(broker.url("operator"))
    yield service("sla")


def registered(sla: Service) -> UUID:
    """A complaint sla knows: the first event of intake about it."""
    complaint_id = new_id()
    data = {
        "complaint_id": complaint_id,
        "channel": "web",
        "language": "id",
        "received_at": sla.now(),
        "region": "74.08",
        "district_code": None,
        "village_code": None,
        "category": None,
        "agency_id": None,
        "anonymous": False,
        "confidential": False,
        "ombudsman_consent": True,
        "event_date": None,
        "attachments": 0,
    }
    sla.says("intake", "complaint.registered", complaint_id, data)
    eventually(lambda: len(clocks(sla, complaint_id)) == 2)
    return complaint_id


def clocks(sla: Service, complaint_id: UUID) -> list[dict[str, Any]]:
    return list(sla.ask("clocks", as_="routing", complaint_id=complaint_id)["clocks"])


def outcomes(sla: Service, complaint_id: UUID) -> set[str]:
    return {clock["outcome"] for clock in clocks(sla, complaint_id)}


def lost(sla: Service, complaint_id: UUID) -> None:
    """Routing says that it verified the complaint while nothing of routing reaches sla."""
    with Connection(sla.broker.url("operator")) as connection:
        connection.default_channel.queue_unbind("sla.routing", "routing.events", "#")
        try:
            verified(sla, complaint_id)
        finally:
            connection.default_channel.queue_bind("sla.routing", "routing.events", "#")


def verified(sla: Service, complaint_id: UUID) -> None:
    data = {"class_": "non_supervisory", "category": "infrastruktur", "verified_at": sla.now()}
    sla.says("routing", "case.verified", complaint_id, _of(complaint_id) | data)


def withdrawn_by_archiving(sla: Service, complaint_id: UUID) -> None:
    data = {"item_id": new_id(), "reason": "other_channel", "archived_at": sla.now() + timedelta(hours=1)}
    sla.says("routing", "case.archived", complaint_id, _of(complaint_id) | data)


def _of(complaint_id: UUID) -> dict[str, Any]:
    return {"complaint_id": complaint_id, "case_number": "KOLUT-2026-000001"}


def test_what_waits_behind_a_lost_event_follows_once_it_is_said_again_and_again_changes_nothing(sla: Service) -> None:
    complaint_id = registered(sla)
    lost(sla, complaint_id)
    withdrawn_by_archiving(sla, complaint_id)
    eventually(lambda: waiting(sla, complaint_id) == 1)
    assert outcomes(sla, complaint_id) == {"running"}

    url = sla.broker.url("operator")
    assert say_again(url, "routing", complaint_id, {1, 7}) == {1}

    eventually(lambda: waiting(sla, complaint_id) == 0)
    eventually(lambda: "running" in outcomes(sla, complaint_id) and len(clocks(sla, complaint_id)) == 5)
    before = clocks(sla, complaint_id)
    assert say_again(url, "routing", complaint_id, {1, 2}, since=datetime.now(UTC) - timedelta(hours=1)) == {1, 2}
    registered(sla)  # what was said before it has been heard
    assert clocks(sla, complaint_id) == before


def waiting(sla: Service, complaint_id: UUID) -> int:
    held = sla.store.definition.kit.held
    with sla.store.read() as session:
        return len(session.execute(held.select().where(held.c.subject == complaint_id)).all())


def test_the_command_says_what_it_did_and_fails_for_what_the_stream_does_not_have(sla: Service) -> None:
    complaint_id = registered(sla)
    command = [sys.executable, "-m", "shared.cli", "say-again", "intake", str(complaint_id), "1", "2"]
    environment = os.environ | {"ADUAN_AMQP_URL": sla.broker.url("operator")}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stdout == f"intake {complaint_id} 1: said again\n"
    assert ended.stderr.endswith("not in complaints.log: 2\n")
