"""The contracts for those outside: JSON Schemas, an AsyncAPI 3 document, samples and a page per event.

All of it is made from the registry; `python -m shared.cli contracts docs/events`
writes it, and a test holds that what is written is what the registry says.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields, validate

from shared.contracts import events_of
from shared.contracts.registry import EventType
from shared.contracts.vocabulary import SERVICES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SUBJECT = UUID("01931b2e-7c00-7000-8000-000000000001")
_WHEN = datetime(2026, 3, 13, 2, 15, tzinfo=UTC)


def all_events() -> list[EventType]:
    """Every event any service can say, by service."""
    return [event for service in SERVICES for event in events_of(service)]


def json_schema(event: EventType) -> dict[str, Any]:
    """The data of an event as JSON Schema 2020-12."""
    plugin = MarshmallowPlugin()
    APISpec("", "", "3.1.0", plugins=[plugin])
    assert plugin.converter
    made: dict[str, Any] = plugin.converter.schema2jsonschema(event.schema)  # type: ignore[no-untyped-call]
    return {
        "$schema": DIALECT,
        "$id": f"urn:aduan:{event.type}",
        "title": event.type,
        "description": event.summary,
        "type": "object",
        **{key: made[key] for key in ("properties", "required") if key in made},
        "additionalProperties": False,
    }


def sample(event: EventType) -> dict[str, Any]:
    """Data of an event as it may look on the wire; always the same."""
    sampled: dict[str, Any] = event.schema.dump(
        {name: _value(name, field) for name, field in event.schema.fields.items()}
    )
    return sampled


def headers(event: EventType) -> dict[str, str]:
    """The headers that travel with the sample."""
    return {
        "cloudEvents:specversion": "1.0",
        "cloudEvents:id": "01931b2e-7c00-7000-8000-0000000000ff",
        "cloudEvents:source": f"/aduan/{event.source}",
        "cloudEvents:type": event.type,
        "cloudEvents:subject": str(_SUBJECT),
        "cloudEvents:time": _WHEN.isoformat(),
        "cloudEvents:sequence": "1",
        "cloudEvents:traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document of all events."""
    events = all_events()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Aduan: complaint events",
            "version": "1.0.0",
            "description": "What the five services of Aduan say to each other and to anybody who listens. No event "
            "carries personal data. Bodies are JSON; CloudEvents 1.0 attributes are AMQP headers.",
        },
        "defaultContentType": "application/json",
        "servers": {"broker": {"host": "rabbitmq:5672", "protocol": "amqp", "pathname": "/aduan"}},
        "channels": {
            _key(event): {
                "address": event.name,
                "title": event.name,
                "messages": {"event": {"$ref": f"#/components/messages/{_key(event)}"}},
                "bindings": {
                    "amqp": {
                        "is": "routingKey",
                        "exchange": {
                            "name": f"{event.source}.events",
                            "type": "topic",
                            "durable": True,
                            "autoDelete": False,
                            "vhost": "/aduan",
                        },
                        "bindingVersion": "0.3.0",
                    }
                },
            }
            for event in events
        },
        "operations": {
            f"say.{_key(event)}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{_key(event)}"},
                "summary": event.summary,
            }
            for event in events
        },
        "components": {
            "messages": {
                _key(event): {
                    "name": event.type,
                    "summary": event.summary,
                    "contentType": "application/json",
                    "headers": {"$ref": "#/components/schemas/cloudevent"},
                    "payload": {"schemaFormat": f"application/schema+json;version={DIALECT}", "schema": _inner(event)},
                    "examples": [{"headers": headers(event), "payload": sample(event)}],
                }
                for event in events
            },
            "schemas": {"cloudevent": _HEADERS_SCHEMA},
        },
    }


def page(event: EventType) -> str:
    """The page of an event, in Markdown."""
    schema = json_schema(event)
    required = set(schema.get("required", ()))
    rows = [
        f"| `{name}` | {_kind(described)} | {'yes' if name in required else 'no'} |"
        for name, described in schema["properties"].items()
    ]
    return "\n".join(
        [
            f"# {event.source}: {event.name}",
            "",
            event.summary,
            "",
            f"Exchange `{event.source}.events`, routing key `{event.name}`, type `{event.type}`.",
            "",
            "| field | what | always |",
            "|---|---|---|",
            *rows,
            "",
            "Headers and body as they may look on the wire:",
            "",
            "```json",
            json.dumps(headers(event), indent=2),
            json.dumps(sample(event), indent=2),
            "```",
            "",
        ]
    )


def write(folder: Path) -> None:
    """Write everything into a folder: `asyncapi.json`, `schemas/`, `samples/`, a page per event and an index."""
    for inner in ("schemas", "samples"):
        (folder / inner).mkdir(parents=True, exist_ok=True)
    for path, content in contents().items():
        (folder / path).write_text(content)


def contents() -> dict[str, str]:
    """What `write` writes: path within the folder → text."""
    made = {"asyncapi.json": _json(asyncapi())}
    index = [
        "# Events",
        "",
        "Made from `shared/contracts/` by `python -m shared.cli contracts docs/events`. A published version never",
        "changes; [asyncapi.json](asyncapi.json) has all of it for programs.",
        "",
        "| service | event | what happened |",
        "|---|---|---|",
    ]
    for event in all_events():
        made[f"schemas/{event.type}.json"] = _json(json_schema(event))
        made[f"samples/{event.type}.json"] = _json({"headers": headers(event), "body": sample(event)})
        made[f"{_key(event)}.md"] = page(event)
        index.append(f"| {event.source} | [{event.name}]({_key(event)}.md) | {event.summary} |")
    made["README.md"] = "\n".join([*index, ""])
    return made


def _key(event: EventType) -> str:
    return f"{event.source}.{event.name}"


def _inner(event: EventType) -> dict[str, Any]:
    return {key: value for key, value in json_schema(event).items() if key not in ("$schema", "$id")}


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _kind(described: dict[str, Any]) -> str:
    kinds = described.get("type", "string")
    kind = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if choices := [str(c) for c in described.get("enum", ()) if c is not None]:
        return f"{kind}: {', '.join(choices)}"
    return f"{kind}, {described['format']}" if "format" in described else kind


def _value(name: str, field: fields.Field[Any]) -> Any:
    """A plausible value of a field; the newest thing a reader wants to see is never null."""
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            return next(iter(validator.choices))
    if isinstance(field, fields.UUID):
        return _SUBJECT
    if isinstance(field, fields.DateTime):
        return _WHEN
    if isinstance(field, fields.Date):
        return date(2026, 3, 27)
    if isinstance(field, fields.Boolean):
        return True
    if isinstance(field, fields.Integer):
        return 1
    if isinstance(field, fields.Float):
        return 0.8
    return _WORDS.get(name, "example")


_WORDS = {
    "region": "74.08",
    "district_code": "74.08.15",
    "village_code": "74.08.15.2003",
    "category": "pekerjaan-umum-dan-penataan-ruang.infrastruktur-jalan",
    "agency_id": "pupr",
    "previous_agency_id": "dishub",
    "competent_agency_id": "pupr",
    "case_number": "KOLUT-2026-000123",
    "number": "OMB-KOLUT-2026-0001",
    "rule_set": "permenpanrb-62-2018",
    "source": "PermenPANRB 62/2018",
    "template": "reporter.receipt",
    "reason": "refused",
}

_HEADERS_SCHEMA = {
    "type": "object",
    "description": "CloudEvents 1.0, AMQP binding, binary mode; `sequence` counts per source and subject from 1.",
    "required": [
        f"cloudEvents:{name}" for name in ("specversion", "id", "source", "type", "subject", "time", "sequence")
    ],
    "properties": {
        "cloudEvents:specversion": {"const": "1.0"},
        "cloudEvents:id": {"type": "string", "format": "uuid"},
        "cloudEvents:source": {"type": "string", "format": "uri-reference"},
        "cloudEvents:type": {"type": "string"},
        "cloudEvents:subject": {"type": "string", "format": "uuid"},
        "cloudEvents:time": {"type": "string", "format": "date-time"},
        "cloudEvents:sequence": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "cloudEvents:traceparent": {"type": "string"},
    },
}
