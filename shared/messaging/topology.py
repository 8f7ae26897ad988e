"""The whole wiring of the broker, as data: exchanges, queues, bindings, policies and one user per service.

Each service says its events on the topic exchange `<service>.events`. A
subscription is one quorum queue `<service>.<source>` that gets everything the
source says: only so are the sequence numbers of a complaint without gaps for
the reader. What the broker gives up on goes to `<service>.dead`.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Any

from shared.contracts.vocabulary import SERVICES

VHOST = "aduan"
STREAM = "complaints.log"
UNROUTED = "unrouted"
DEAD = "dead"

SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "intake": ("routing", "sla", "ombudsman"),
    "routing": ("intake", "sla", "ombudsman"),
    "sla": ("intake", "routing", "ombudsman"),
    "notify": ("intake", "routing", "sla", "ombudsman"),
    "ombudsman": ("intake", "routing", "sla"),
}
"""Who listens to whom."""

DELIVERY_LIMIT = 20
"""Deliveries before the broker itself sets a message aside: a backstop against crash loops."""

EVERYTHING: Mapping[str, str] = {"configure": ".*", "write": ".*", "read": ".*"}
"""What the administrator `operator` may do."""


def events_exchange(source: str) -> str:
    return f"{source}.events"


def queue_name(service: str, source: str) -> str:
    return f"{service}.{source}"


def dead_queue(service: str) -> str:
    return f"{service}.{DEAD}"


def exchanges() -> list[dict[str, Any]]:
    made = [{"name": events_exchange(s), "type": "topic"} for s in SERVICES]
    made += [
        {"name": "nameko-rpc", "type": "topic"},
        {"name": DEAD, "type": "direct"},
        {"name": UNROUTED, "type": "fanout"},
    ]
    return [{**e, "durable": True, "auto_delete": False, "internal": False, "arguments": {}} for e in made]


def queues() -> list[dict[str, Any]]:
    quorum = {"x-queue-type": "quorum"}
    made = [{"name": queue_name(s, source), "arguments": quorum} for s in SERVICES for source in SUBSCRIPTIONS[s]]
    made += [{"name": dead_queue(s), "arguments": quorum} for s in SERVICES]
    made += [{"name": f"rpc-{s}", "arguments": {}} for s in SERVICES]
    made += [
        {"name": UNROUTED, "arguments": {"x-queue-type": "quorum", "x-max-length": 100_000}},
        {"name": STREAM, "arguments": {"x-queue-type": "stream", "x-max-age": "5Y"}},
    ]
    return [{**q, "durable": True, "auto_delete": False} for q in made]


def bindings() -> list[dict[str, Any]]:
    made = [(events_exchange(source), queue_name(s, source), "#") for s in SERVICES for source in SUBSCRIPTIONS[s]]
    made += [(events_exchange(s), STREAM, "#") for s in SERVICES]
    made += [(DEAD, dead_queue(s), s) for s in SERVICES]
    made += [("nameko-rpc", f"rpc-{s}", f"{s}.*") for s in SERVICES]
    made += [(UNROUTED, UNROUTED, "")]
    return [
        {"source": source, "destination": queue, "destination_type": "queue", "routing_key": key, "arguments": {}}
        for source, queue, key in made
    ]


def policies() -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {
            "name": f"dead-letters-of-{s}",
            "pattern": rf"^{s}\.(?!{DEAD}$)",
            "apply-to": "queues",
            "priority": 1,
            "definition": {
                "dead-letter-exchange": DEAD,
                "dead-letter-routing-key": s,
                "dead-letter-strategy": "at-least-once",
                "overflow": "reject-publish",
                "delivery-limit": DELIVERY_LIMIT,
            },
        }
        for s in SERVICES
    ]
    made.append(
        {
            "name": "unrouted-events",
            "pattern": r"\.events$",
            "apply-to": "exchanges",
            "priority": 1,
            "definition": {"alternate-exchange": UNROUTED},
        }
    )
    return made


def permissions(service: str) -> dict[str, str]:
    """What a service's broker user may do: say its events, ask, read its own queues. Nothing of the others.

    All parts are made and bound by `definitions`, none by a service. That it may declare its own question queue lets
    `live.check_own` see whether the broker's is the declared one; to bind that queue to questions of others it would
    have to write to it and read `nameko-rpc`.

    Answers go out on the default exchange, which reaches every queue by its name: listeners take what came that way
    for nobody's (`envelope.DETOUR`).
    """
    mine = rf"{service}\.({'|'.join((*SUBSCRIPTIONS[service], DEAD))})"
    return {
        "configure": rf"^rpc-{service}$",
        "write": rf"^({service}\.events|nameko-rpc|amq\.default)$",
        "read": rf"^({mine}|rpc-{service})$",
    }


def hashed(password: str) -> str:
    """A password as RabbitMQ's definitions carry it: salted SHA-256."""
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def stream_bindings() -> list[dict[str, Any]]:
    """What flows into the stream of all events."""
    return [binding for binding in bindings() if binding["destination"] == STREAM]


def definitions(
    passwords: Mapping[str, str], operator_password: str, vhost: str = VHOST, *, at_start: bool = False
) -> dict[str, Any]:
    """RabbitMQ's definitions file for this wiring. `passwords` has one password per service.

    `at_start` is the file that a broker takes in at each start: without what
    flows into the stream, for RabbitMQ 4 cannot bind a stream that exists
    while it starts, and would never come up again (rabbitmq-server issue
    14772). `bind_stream` does that afterwards, and it lasts.
    """
    flows = [b for b in bindings() if not (at_start and b["destination"] == STREAM)]
    return {
        "vhosts": [{"name": vhost}],
        "users": [
            {
                "name": service,
                "password_hash": hashed(passwords[service]),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
            }
            for service in SERVICES
        ]
        + [
            {
                "name": "operator",
                "password_hash": hashed(operator_password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"],
            }
        ],
        "permissions": [{"user": s, "vhost": vhost, **permissions(s)} for s in SERVICES]
        + [{"user": "operator", "vhost": vhost, **EVERYTHING}],
        "exchanges": [{**e, "vhost": vhost} for e in exchanges()],
        "queues": [{**q, "vhost": vhost} for q in queues()],
        "bindings": [{**b, "vhost": vhost} for b in flows],
        "policies": [{**p, "vhost": vhost} for p in policies()],
    }
