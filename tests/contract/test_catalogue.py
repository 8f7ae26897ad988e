"""What is published about the events is what the registry says, and what was published once never changes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from shared.contracts import catalogue, event_type
from shared.contracts.registry import EventType

EVENTS = Path(__file__).parents[2] / "docs" / "events"
GOLDEN = Path(__file__).parent / "golden"
ALL = catalogue.all_events()


@pytest.mark.parametrize("path", sorted(catalogue.contents()))
def test_the_published_catalogue_is_up_to_date(path: str) -> None:
    """When this is red: `python -m shared.cli contracts docs/events` writes it anew."""
    assert (EVENTS / path).read_text() == catalogue.contents()[path]


@pytest.mark.parametrize("event", ALL, ids=lambda e: e.type)
def test_a_sample_is_what_its_schema_and_the_contract_accept(event: EventType) -> None:
    sample = catalogue.sample(event)
    jsonschema.validate(sample, catalogue.json_schema(event))
    event.read(json.dumps(sample).encode(), event.version)


@pytest.mark.parametrize("event", ALL, ids=lambda e: e.type)
def test_a_published_version_never_changes(event: EventType) -> None:
    """The golden file of a version is written once. Another shape is another version, with an upcaster."""
    golden = json.loads((GOLDEN / f"{event.type}.json").read_text())
    assert golden["schema"] == catalogue.json_schema(event)


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda f: f.stem)
def test_every_version_ever_published_can_still_be_read(file: Path) -> None:
    source, _, rest = file.stem.removeprefix("id.aduan.").partition(".")
    name, _, version = rest.rpartition(".v")
    sample = json.loads(file.read_text())["sample"]
    event_type(source, name).read(json.dumps(sample).encode(), int(version))
