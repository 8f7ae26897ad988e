"""The compiled contract takes and refuses what the schema of the event takes and refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from marshmallow import ValidationError, fields

from shared.contracts import ContractBroken, EventType, catalogue
from shared.contracts.catalogue import all_events
from shared.contracts.compiled import Contract
from shared.contracts.fields import schema

ALL = list(all_events())
TRIED: list[Any] = [
    None, "", " ", "x", "x" * 121, "id", 0, 1, -1, 2**40, 1.5, 1.0, True, [], {}, "2026-02-30", "2026-03-13",
    "2026-03-13T10:00:00", "2026-03-13T10:00:00+08:00", "2026-03-13T02:00:00Z", "01947d2e-0000-7000-8000-000000000000",
    "not-a-uuid", "true", "1",
]  # fmt: skip
LAX = {
    # marshmallow reads more than we ever write: words and numbers for yes and no, numbers in words, dates with a time.
    fields.Boolean: {"true", "1", 0, 1},
    fields.Float: {"1", True},
    fields.Integer: {1.0},
    fields.UUID: set(),
}


def by_schema(event: EventType, data: dict[str, Any]) -> dict[str, Any] | None:
    try:
        loaded: dict[str, Any] = event.schema.load(data)
    except ValidationError:
        return None
    return loaded


def by_contract(event: EventType, data: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return event.read(json.dumps(data).encode(), event.version)
    except ContractBroken:
        return None


@pytest.mark.parametrize("event", ALL, ids=lambda e: e.type)
def test_both_read_a_sample_alike_and_it_comes_back_the_same(event: EventType) -> None:
    sample = catalogue.sample(event)
    read = by_contract(event, sample)
    assert read is not None and read == by_schema(event, sample)
    assert by_contract(event, json.loads(event.write(read))) == read


@pytest.mark.parametrize("event", ALL, ids=lambda e: e.type)
def test_both_take_and_refuse_the_same_values(event: EventType) -> None:
    for name, field in event.schema.fields.items():
        key = field.data_key or name
        lax = next((values for kind, values in LAX.items() if isinstance(field, kind)), set())
        for value in TRIED:
            if not isinstance(value, list | dict) and value in lax:
                continue
            changed = {**catalogue.sample(event), key: value}
            assert by_contract(event, changed) == by_schema(event, changed), f"{key}: {value!r}"


@pytest.mark.parametrize("event", ALL, ids=lambda e: e.type)
def test_both_refuse_a_missing_and_an_unknown_field(event: EventType) -> None:
    sample = catalogue.sample(event)
    required = {field.data_key or name for name, field in event.schema.fields.items() if field.required}
    for key in required:
        assert by_contract(event, {k: v for k, v in sample.items() if k != key}) is None
    assert by_contract(event, {**sample, "name": "Siti"}) is None


def test_what_is_said_must_be_what_the_contract_says() -> None:
    event = ALL[0]
    read = event.read(json.dumps(catalogue.sample(event)).encode(), event.version)
    with pytest.raises(ContractBroken):
        event.write({**read, "complaint_id": 7})
    with pytest.raises(ContractBroken):
        event.write({})


def test_a_fault_is_told_by_its_place_and_never_by_its_value() -> None:
    event = next(e for e in ALL if e.name == "complaint.registered")
    sample = {**catalogue.sample(event), "channel": "Siti, 0812 3456 7890"}
    with pytest.raises(ContractBroken) as broken:
        event.read(json.dumps(sample).encode(), event.version)
    assert str(broken.value) == "$.channel"


def test_a_field_nobody_has_told_it_about_is_no_contract() -> None:
    with pytest.raises(TypeError, match="Url"):
        Contract(schema("Odd", link=fields.Url(required=True)))
