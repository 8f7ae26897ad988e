"""An older version of an event is lifted, step by step, to the one the program knows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import ContractBroken, catalogue, registry
from shared.contracts.compiled import Contract
from shared.contracts.fields import code, identifier, moment, schema, word
from shared.contracts.registry import EventType
from shared.ids import new_id
from shared.messaging import envelope

GOLDEN = Path(__file__).parent / "golden"

CLOSED = EventType(
    "routing",
    "case.closed",
    schema("Closed", complaint_id=identifier(), reason=word(("accepted", "silence")), rule=code(), closed_at=moment()),
    "A case was closed.",
    version=3,
    upcasters={
        # 2 said why, in a word; 3 says under which rule.
        1: lambda data: {**data, "reason": "silence" if data.pop("automatic") else "accepted"},
        2: lambda data: {**data, "rule": "permenpanrb-62-2018"},
    },
)
WHEN = datetime(2026, 3, 13, tzinfo=UTC)


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry knows the third version of the event."""
    monkeypatch.setattr(registry, "_compiled", lambda source, name: Contract(CLOSED.schema))
    monkeypatch.setattr(envelope, "event_type", lambda source, name: CLOSED)


def said(version: int, **data: Any) -> dict[str, Any]:
    """What a service of that version says."""
    return {"complaint_id": str(new_id()), "closed_at": WHEN.isoformat(), **data}


@pytest.mark.parametrize(
    ("version", "data"),
    [
        (1, {"automatic": True}),
        (2, {"reason": "silence"}),
        (3, {"reason": "silence", "rule": "permenpanrb-62-2018"}),
    ],
)
def test_every_version_is_read_as_the_newest(version: int, data: dict[str, Any]) -> None:
    read = CLOSED.read(json.dumps(said(version, **data)).encode(), version)
    assert (read["reason"], read["rule"], read["closed_at"]) == ("silence", "permenpanrb-62-2018", WHEN)


def test_what_is_no_event_of_its_version_is_refused_after_lifting_too() -> None:
    for version, data in ((1, {}), (2, {"reason": "whim"}), (3, {"reason": "silence"})):
        with pytest.raises(ContractBroken):
            CLOSED.read(json.dumps(said(version, **data)).encode(), version)


def test_an_old_event_on_the_wire_reaches_the_use_case_as_the_newest() -> None:
    subject = new_id()
    headers = envelope.headers(
        event_id=new_id(),
        source="routing",
        type_=replace(CLOSED, version=1).type,
        subject=subject,
        time=WHEN,
        sequence=1,
        traceparent=None,
    )
    event = envelope.read_event("routing", headers, json.dumps(said(1, automatic=False)).encode())
    assert event.data["reason"] == "accepted"


def test_a_version_from_the_future_is_kept_for_a_newer_program() -> None:
    headers = envelope.headers(
        event_id=new_id(),
        source="routing",
        type_=replace(CLOSED, version=4).type,
        subject=new_id(),
        time=WHEN,
        sequence=1,
        traceparent=None,
    )
    with pytest.raises(envelope.Undecodable, match="newer than this program"):
        envelope.read_event("routing", headers, json.dumps(said(4)).encode())


@pytest.mark.parametrize("event", catalogue.all_events(), ids=lambda e: e.type)
def test_every_version_so_far_has_its_golden_file_and_its_way_up(event: EventType) -> None:
    versions = range(1, event.version + 1)
    names = {f"id.aduan.{event.source}.{event.name}.v{version}.json" for version in versions}
    assert {file.name for file in GOLDEN.glob(f"id.aduan.{event.source}.{event.name}.v*.json")} == names
    assert set(event.upcasters) == set(versions[:-1])


def test_no_published_event_disappears() -> None:
    published = {file.stem.rpartition(".v")[0] for file in GOLDEN.glob("*.json")}
    assert published == {f"id.aduan.{event.source}.{event.name}" for event in catalogue.all_events()}
