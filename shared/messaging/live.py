"""Whether a live broker has the declared wiring: one sentence for each part that is missing or not as declared.

There are two ways to look. A service's own user can ask for the parts it uses
(`check_own`): that they are there, not what kind they are or what is bound to
them; the broker tells that to administrators only. What an administrator
exports is compared whole (`compare`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import amqp
from kombu import Connection

from shared.messaging import topology

SEEN_BY_SERVICE = "the exchanges and queues it uses are there, and its question queue is of the declared kind"
NOT_SEEN_BY_SERVICE = "kind and arguments of the other queues, bindings, policies, rights"

Part = dict[str, Any]


# With the eyes of a service ---------------------------------------------------------------------------


def check_own(url: str, service: str) -> list[str]:
    """What a service's own user finds wrong with the parts it uses. Nothing is made, taken or changed.

    Raises AMQPError or OSError when the broker cannot be reached or does not let the user in.
    """
    mine = [topology.queue_name(service, source) for source in topology.SUBSCRIPTIONS[service]]
    queues = (*mine, topology.dead_queue(service), f"rpc-{service}")
    exchanges = (topology.events_exchange(service), "nameko-rpc")
    own = re.compile(topology.permissions(service)["configure"])
    with Connection(url, connect_timeout=5) as connection:
        look = partial(_wrong, connection)
        found = [
            *(look("exchange", e, _exchange, own) for e in topology.exchanges() if e["name"] in exchanges),
            *(look("queue", q, _queue, own) for q in topology.queues() if q["name"] in queues),
        ]
    return [wrong for wrong in found if wrong]


def _wrong(
    connection: Connection, kind: str, part: Part, declare: Callable[[Any, Part, bool], None], own: re.Pattern[str]
) -> str | None:
    """Ask for a part; what the user may declare is then declared again, which the broker refuses if it differs."""
    name = part["name"]
    for passive in (True, False) if own.match(name) else (True,):
        channel = connection.channel()
        try:
            declare(channel, part, passive)
            channel.close()
        except amqp.NotFound:
            return f"{kind} {name} is missing"
        except amqp.PreconditionFailed as differs:
            return f"{kind} {name} is not as declared: {differs.reply_text}"
        except amqp.AccessRefused:
            return f"{kind} {name} may not be used by this service's user"
    return None


def _exchange(channel: Any, exchange: Part, passive: bool) -> None:
    channel.exchange_declare(exchange["name"], exchange["type"], passive=passive, durable=True, auto_delete=False)


def _queue(channel: Any, queue: Part, passive: bool) -> None:
    channel.queue_declare(queue["name"], passive, durable=True, auto_delete=False, arguments=queue["arguments"])


# With the eyes of an administrator --------------------------------------------------------------------


def compare(live: Mapping[str, Any], vhost: str = topology.VHOST) -> list[str]:
    """What is wrong with definitions as `rabbitmqctl export_definitions` or the management API give them.

    Parts of others, such as queues of a reader outside, are no fault; a policy
    that takes the place of ours is one.
    """
    if unsaid := _KINDS.keys() - live.keys():
        return [f"the export says nothing of {', '.join(sorted(unsaid))}: an administrator exports the whole broker"]
    here = {kind: [part for part in live[kind] if part.get("vhost", vhost) == vhost] for kind in _KINDS}
    declared = topology.definitions(dict.fromkeys(topology.SUBSCRIPTIONS, ""), "", vhost)
    found = []
    for kind, (noun, name, compared) in _KINDS.items():
        known = {name(part): part for part in here[kind]}
        for part in declared[kind]:
            found += _differences(f"{noun} {name(part)}", part, known.get(name(part)), compared)
    return found + _displaced(here["policies"])


_KINDS: dict[str, tuple[str, Callable[[Part], str], tuple[str, ...]]] = {
    "exchanges": ("exchange", lambda e: str(e["name"]), ("type", "durable", "auto_delete", "arguments")),
    "queues": ("queue", lambda q: str(q["name"]), ("durable", "auto_delete", "arguments")),
    "bindings": ("binding", lambda b: f"{b['source']} -> {b['destination']} ({b['routing_key'] or 'all'})", ()),
    "policies": ("policy", lambda p: str(p["name"]), ("pattern", "apply-to", "priority", "definition")),
    "users": ("user", lambda u: str(u["name"]), ("tags",)),
    "permissions": ("permission of", lambda p: str(p["user"]), ("configure", "write", "read")),
}
"""Kind of part → how it is called, by what it is known, and what of it must be as declared."""


def _differences(what: str, declared: Part, found: Part | None, compared: Iterable[str]) -> list[str]:
    if found is None:
        return [f"{what} is missing"]
    return [
        f"{what}: {field} is {_plain(found.get(field))} and must be {_plain(declared[field])}"
        for field in compared
        if _plain(found.get(field)) != _plain(declared[field])
    ]


def _plain(value: Any) -> Any:
    """The same value in one spelling: a classic queue may say that it is one."""
    if isinstance(value, Mapping):
        return {k: v for k, v in sorted(value.items()) if (k, v) != ("x-queue-type", "classic")}
    return value


def _displaced(policies: Iterable[Part]) -> list[str]:
    """Of all policies that fit a part the broker applies the one of highest priority only."""
    ours = {policy["name"] for policy in topology.policies()}
    found = []
    for kind, parts in (("queues", topology.queues()), ("exchanges", topology.exchanges())):
        for part in parts:
            fitting = [
                p for p in policies if p["apply-to"].endswith((kind, "all")) and re.search(p["pattern"], part["name"])
            ]
            mine = [p["priority"] for p in fitting if p["name"] in ours]
            found += [
                f"policy {p['name']} takes the place of ours for {part['name']}"
                for p in fitting
                if mine and p["name"] not in ours and p["priority"] >= max(mine)
            ]
    return found
