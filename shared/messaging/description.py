"""The whole wiring as a person reads it, or a program: `python -m shared.cli describe`, `… describe --json`.

Made from the same tables as the broker's definitions and the contracts, so it
says what a broker set up by them has; `shared.cli check` says whether it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.contracts.registry import events_of, methods_of
from shared.contracts.vocabulary import SERVICES
from shared.messaging import topology


def described(vhost: str = topology.VHOST) -> dict[str, Any]:
    """The wiring as JSON values: no passwords, and the events and questions that travel on it."""
    return {
        "vhost": vhost,
        "exchanges": [{**exchange, "events": _events(exchange["name"])} for exchange in topology.exchanges()],
        "queues": [{**queue, "reader": _reader(queue["name"])} for queue in topology.queues()],
        "bindings": topology.bindings(),
        "policies": topology.policies(),
        "users": [
            {"name": service, "listens_to": list(topology.SUBSCRIPTIONS[service]), **topology.permissions(service)}
            for service in SERVICES
        ]
        + [{"name": "operator", "listens_to": [], **topology.EVERYTHING}],
        "questions": [
            {
                "service": service,
                "method": question.name,
                "callers": sorted(question.callers),
                "deadline_seconds": question.deadline,
                "summary": question.summary,
            }
            for service in SERVICES
            for question in methods_of(service)
        ],
    }


def _events(exchange: str) -> list[dict[str, Any]]:
    source = exchange.removesuffix(".events")
    if source not in SERVICES:
        return []
    return [{"name": e.name, "version": e.version, "type": e.type, "summary": e.summary} for e in events_of(source)]


def _reader(queue: str) -> str | None:
    """The service that takes from the queue; None for what is there for whoever asks."""
    owner = queue.removeprefix("rpc-") if queue.startswith("rpc-") else queue.partition(".")[0]
    return owner if owner in SERVICES else None


def lines(wiring: dict[str, Any]) -> Iterator[str]:
    """What `described` gave, to be read: one block for each kind of part."""
    yield f"virtual host {wiring['vhost']}"
    yield from _exchanges(wiring)
    yield from _queues(wiring)
    yield from ("", "policies")
    for policy in wiring["policies"]:
        rules = ", ".join(f"{name} {value}" for name, value in policy["definition"].items())
        yield f"  {policy['name']:<27} {policy['apply-to']} {policy['pattern']}"
        yield f"  {'':<27} {rules}"
    yield from ("", "users, and what each may do (regular expressions)")
    for user in wiring["users"]:
        yield f"  {user['name']:<10} listens to {', '.join(user['listens_to']) or 'nobody: the administrator'}"
        for right in ("configure", "write", "read"):
            yield f"  {'':<10} {right:<9} {user[right]}"
    yield from ("", "questions (RPC): who may ask, and for how many seconds the asker waits")
    for question in wiring["questions"]:
        asked = f"{question['service']}.{question['method']}"
        yield f"  {asked:<27} {', '.join(question['callers'])}, {question['deadline_seconds']:g} s"


def _exchanges(wiring: dict[str, Any]) -> Iterator[str]:
    yield from ("", "exchanges, and the events said on them")
    for exchange in wiring["exchanges"]:
        yield f"  {exchange['name']:<27} {exchange['type']}"
        for event in exchange["events"]:
            yield f"    {event['name']:<33} v{event['version']}  {event['summary']}"


def _queues(wiring: dict[str, Any]) -> Iterator[str]:
    yield from ("", "queues: kind, what flows in, who takes it out")
    for queue in wiring["queues"]:
        given = dict(queue["arguments"])
        kind = given.pop("x-queue-type", "classic")
        more = "".join(f", {name} {value}" for name, value in given.items())
        flows_in = ", ".join(
            f"{b['source']} ({b['routing_key'] or 'all'})"
            for b in wiring["bindings"]
            if b["destination"] == queue["name"]
        )
        taken = f"worker of {queue['reader']}" if queue["reader"] else "whoever asks"
        yield f"  {queue['name']:<27} {kind}{more}; {flows_in} -> {taken}"
