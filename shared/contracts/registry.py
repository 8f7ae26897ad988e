"""The shape of an event and of a question, and the registry that knows them all."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from marshmallow import Schema

from shared.contracts.compiled import Contract, ContractBroken
from shared.contracts.vocabulary import SERVICES

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class EventType:
    """One thing that can happen: who says it, its name, its version and the shape of its data.

    `upcasters[n]` turns data of version n into data of version n + 1.
    """

    source: str
    name: str
    schema: Schema
    summary: str
    version: int = 1
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The CloudEvents type, e.g. `id.aduan.intake.complaint.registered.v1`."""
        return f"id.aduan.{self.source}.{self.name}.v{self.version}"

    def write(self, data: Mapping[str, Any]) -> str:
        """Python values as the JSON of the newest version. Raises ContractBroken."""
        return _compiled(self.source, self.name).write(data)

    def read(self, body: bytes, version: int) -> dict[str, Any]:
        """JSON of any published version as Python values of the newest one. Raises ContractBroken."""
        contract = _compiled(self.source, self.name)
        if version == self.version:
            return contract.read(body)
        try:
            data = json.loads(body)
            for step in range(version, self.version):
                data = self.upcasters[step](data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ContractBroken(f"version {version}: {type(error).__name__}") from None
        return contract.convert(data)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one complaint (the subject; for `inquiry.received` the inquiry).

    `sequence` counts per source and subject from 1, without gaps.
    `data` has Python values (UUID, datetime) as the contract's schema loads them.
    """

    id: UUID
    source: str
    name: str
    subject: UUID
    sequence: int
    time: datetime
    data: Mapping[str, Any]
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """How a question about many things is put together and taken apart.

    `asked` is the list of keys in the request, `told` the list in the answer,
    `key` the field of each told thing that says which of the asked it is about.
    """

    asked: str
    told: str
    key: str


@dataclass(frozen=True, slots=True)
class Method:
    """One question another service may put: who answers, who may ask, both shapes.

    Questions only: asked twice, one changes nothing but the record of looks.
    What changes something is an event, or a command over HTTP with its key.
    """

    service: str
    name: str
    request: Schema
    response: Schema
    callers: frozenset[str]
    summary: str
    deadline: float = 3.0
    """Seconds the caller waits unless it says otherwise."""
    keyed: Keyed | None = None
    """For a question about up to 200 things: several askers of one thing each can share it."""


def source_module(service: str) -> Any:
    """The module `shared.contracts.<service>` that declares what the service says and answers."""
    return importlib.import_module(f"shared.contracts.{service}")


@cache
def _events() -> dict[tuple[str, str], EventType]:
    return {(e.source, e.name): e for service in SERVICES for e in source_module(service).EVENTS}


@cache
def _compiled(source: str, name: str) -> Contract:
    return Contract(event_type(source, name).schema)


@cache
def _methods() -> dict[tuple[str, str], Method]:
    return {(m.service, m.name): m for service in SERVICES for m in source_module(service).METHODS}


def event_type(source: str, name: str) -> EventType:
    """The contract of an event. Raises KeyError for one that nobody declared."""
    return _events()[source, name]


def method(service: str, name: str) -> Method:
    """The contract of an RPC method. Raises KeyError for one that nobody declared."""
    return _methods()[service, name]


def events_of(source: str) -> Iterator[EventType]:
    """All events a service can say."""
    return (e for (s, _), e in _events().items() if s == source)


def methods_of(service: str) -> Iterator[Method]:
    """All methods a service answers."""
    return (m for (s, _), m in _methods().items() if s == service)
