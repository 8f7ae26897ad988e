"""What is written down: in the five databases, in the stream of all events, outside. Only read."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import amqp

from chaos.databases import OURS, Databases, Rows
from chaos.left import Left, read_left
from chaos.plan import SERVICES
from shared.messaging.topology import STREAM, VHOST

_GIVEN_UP = "select kind, key, error from timers where state = 'given_up'"
_MAILS = "select mail_id, outcome from inbound_mails"
_NOTIFICATIONS = (
    "select notification_id, event_id, complaint_id, template, audience, state, channel, reason, planned_at"
    " from notifications"
)


@dataclass(frozen=True)
class Said:
    """One event as it lies in the stream."""

    source: str
    subject: UUID
    sequence: int
    event_id: str
    name: str


@dataclass
class History:
    """Everything the checker looks at."""

    complaints: Rows = field(default_factory=list)  # complaint_id, mark, state
    sms: Rows = field(default_factory=list)  # gateway_id, outcome
    mails: Rows = field(default_factory=list)  # mail_id, outcome
    cases: Rows = field(default_factory=list)  # complaint_id, state
    items: Rows = field(default_factory=list)  # complaint_id, what
    sla_cases: Rows = field(default_factory=list)  # complaint_id, state
    facts: Rows = field(default_factory=list)  # complaint_id, what
    clocks: Rows = field(default_factory=list)  # complaint_id, clock, generation
    notifications: Rows = field(default_factory=list)  # those of _NOTIFICATIONS
    referrals: Rows = field(default_factory=list)  # referral_id, complaint_id, state
    ombudsman: Rows = field(default_factory=list)  # complaint_id
    sequences: dict[str, Rows] = field(default_factory=dict)  # by service: subject, last
    positions: dict[str, Rows] = field(default_factory=dict)  # by listener: source, subject, last
    held: dict[str, Rows] = field(
        default_factory=dict
    )  # by service: id, state, source, name, subject, sequence, reason
    unsaid: dict[str, int] = field(default_factory=dict)  # by service: rows of the outbox
    undone: dict[str, Rows] = field(default_factory=dict)  # by service: timers given up: kind, key, error
    stream: list[Said] = field(default_factory=list)  # in the stream's order
    left: list[Left] = field(default_factory=list)


@dataclass(frozen=True)
class Before:
    """What was there before the storm, and is not looked at."""

    subjects: Collection[UUID] = frozenset()
    held: Collection[tuple[str, int]] = frozenset()
    given_up: Collection[tuple[str, str, str]] = frozenset()
    mails: Collection[UUID] = frozenset()

    @classmethod
    def of(cls, databases: Databases) -> Before:
        said, held, given_up = set(), set(), set()
        for service in SERVICES:
            said |= {row.subject for row in databases.ask(service, "select subject from sequences")}
            held |= {(service, row.id) for row in databases.ask(service, "select id from held")}
            given_up |= {(service, row.kind, row.key) for row in databases.ask(service, _GIVEN_UP)}
        return cls(said, held, given_up, {row.mail_id for row in databases.ask("intake", _MAILS)})


def read_history(databases: Databases) -> History:
    """All of it. The system is expected to be quiet."""
    ask = databases.ask
    told = History(
        complaints=[row for row in ask("intake", OURS.replace(" as mark", " as mark, state")) if row.mark],
        sms=ask("intake", "select gateway_id, outcome from inbound_sms"),
        mails=ask("intake", _MAILS),
        cases=ask("routing", "select complaint_id, state from cases"),
        items=ask("routing", "select complaint_id, what from items"),
        sla_cases=ask("sla", "select complaint_id, state from cases"),
        facts=ask("sla", "select complaint_id, what from facts"),
        clocks=ask("sla", "select complaint_id, clock, generation from clocks"),
        notifications=ask("notify", _NOTIFICATIONS),
        referrals=ask("ombudsman", "select referral_id, complaint_id, state from referrals"),
        ombudsman=ask("ombudsman", "select complaint_id from complaints"),
        stream=list(read_stream(os.environ["ADUAN_TEST_AMQP_URL"])),
        left=read_left(databases),
    )
    for service in SERVICES:
        told.sequences[service] = ask(service, "select subject, last from sequences")
        told.positions[service] = ask(service, "select source, subject, last from positions")
        told.held[service] = ask(service, "select id, state, source, subject, sequence, name, reason from held")
        told.unsaid[service] = ask(service, "select count(*) from outbox")[0][0]
        told.undone[service] = ask(service, _GIVEN_UP)
    return told


def read_stream(url: str, silence: float = 2.0) -> Iterator[Said]:
    """The stream `complaints.log` from its first event until nothing more comes."""
    address = urlsplit(url)
    with amqp.Connection(
        f"{address.hostname}:{address.port}",
        userid=address.username,
        password=address.password,
        virtual_host=VHOST,
        connect_timeout=10,
    ) as connection:
        channel = connection.channel()
        came: list[amqp.Message] = []
        channel.basic_qos(0, 1000, False)
        channel.basic_consume(STREAM, callback=came.append, arguments={"x-stream-offset": "first"})
        while True:
            try:
                connection.drain_events(timeout=silence)
            except TimeoutError:
                return
            for message in came:
                if (said := _said(message.headers)) is not None:
                    yield said
            if came:
                channel.basic_ack(came[-1].delivery_tag, multiple=True)
            came.clear()


def _said(headers: dict[str, Any]) -> Said | None:
    """None for what is no event of ours: other tests put such things there."""
    try:
        source = headers["cloudEvents:source"].rpartition("/")[2]
        return Said(
            source,
            UUID(headers["cloudEvents:subject"]),
            int(headers["cloudEvents:sequence"]),
            headers["cloudEvents:id"],
            headers["cloudEvents:type"].removeprefix(f"id.aduan.{source}.").rpartition(".v")[0],
        )
    except (KeyError, ValueError, AttributeError, TypeError):
        return None
