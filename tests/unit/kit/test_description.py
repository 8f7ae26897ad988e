"""The wiring in words: nothing of it is left out."""

from __future__ import annotations

import json

import pytest

from shared import cli
from shared.contracts.catalogue import all_events
from shared.contracts.vocabulary import SERVICES
from shared.messaging import topology
from shared.messaging.description import described, lines


def test_every_part_of_the_wiring_is_told() -> None:
    text = "\n".join(lines(described()))
    parts = [part["name"] for part in (*topology.exchanges(), *topology.queues(), *topology.policies())]
    assert [part for part in parts if f"  {part} " not in text] == []
    assert [event.name for event in all_events() if f"{event.name} " not in text] == []
    for service in SERVICES:
        assert f"listens to {', '.join(topology.SUBSCRIPTIONS[service])}" in text
        assert all(right in text for right in topology.permissions(service).values())


def test_a_queue_is_told_with_its_kind_what_flows_in_and_who_reads_it() -> None:
    told = {line.split()[0]: line for line in lines(described()) if line.startswith("  ")}
    assert told["sla.intake"].split(None, 1)[1] == "quorum; intake.events (#) -> worker of sla"
    assert told["rpc-sla"].split(None, 1)[1] == "classic; nameko-rpc (sla.*) -> worker of sla"
    assert told["unrouted"].split(None, 1)[1].startswith("quorum, x-max-length 100000; unrouted (all) -> whoever")


def test_programs_get_the_same_as_json_and_no_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["describe", "--json"]) == 0
    wiring = json.loads(capsys.readouterr().out)
    assert wiring == described()
    assert {"name": "case.closed", "version": 1} in [
        {key: event[key] for key in ("name", "version")}
        for exchange in wiring["exchanges"]
        for event in exchange["events"]
    ]
    assert "password" not in json.dumps(wiring)
