"""Events said again out of the stream `complaints.log`, for listeners that lost them with a queue or a database.

Said again they are what they were: whoever has applied an event already drops
it by its place, whoever misses it goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kombu import Connection

from shared.messaging import envelope, topology
from shared.messaging.publisher import ConfirmingPublisher, Outgoing

PREFETCH = 1_000
"""Also how far behind the number of messages may be that the broker tells of a stream."""

STEP = 10_000
"""Events after which the reader is told how far it is."""

ID = f"{envelope.PREFIX}id"

QUIET = 3.0
"""Seconds without a message after which the stream is at its end."""


def say_again(
    url: str,
    source: str,
    subject: UUID,
    sequences: Collection[int],
    *,
    since: datetime | None = None,
    told: Callable[[int], None] = lambda _read: None,
) -> set[int]:
    """Publish events of one complaint to their exchange again, oldest first; the sequences that were found.

    The user at `url` is an administrator. The stream is read from its
    beginning, or from about `since` (aware); `told` hears how many events were
    read so far. Raises AMQPError or OSError when the broker is away or refuses,
    NotConfirmed when it did not take them all.
    """
    wanted = set(sequences)
    found: dict[int, Outgoing] = {}
    for read, message in enumerate(_stream(url, since), 1):
        if read % STEP == 0:
            told(read)
        try:
            address = envelope.read_address(source, message.headers)
        except envelope.Undecodable:
            continue  # another service's
        if address.subject == subject and address.sequence in wanted:
            found[address.sequence] = _as_it_was(source, message)
        if found.keys() == wanted:
            break
    if found:
        publisher = ConfirmingPublisher(url)
        try:
            publisher.publish([found[sequence] for sequence in sorted(found)])
        finally:
            publisher.close()
    return set(found)


def _as_it_was(source: str, message: Any) -> Outgoing:
    headers = {name: value for name, value in message.headers.items() if name != "x-stream-offset"}
    body = message.body if isinstance(message.body, bytes) else message.body.encode()
    return Outgoing(topology.events_exchange(source), message.delivery_info["routing_key"], body, headers, headers[ID])


def _stream(url: str, since: datetime | None) -> Iterator[Any]:
    """The messages of the stream, oldest first: those that are there, and not for ever what still comes in."""
    came: list[Any] = []
    start: Any = since.astimezone(UTC).replace(tzinfo=None) if since else "first"
    with Connection(url, connect_timeout=5) as connection:
        channel = connection.channel()
        channel.basic_qos(0, PREFETCH, False)
        left = channel.queue_declare(topology.STREAM, passive=True).message_count + PREFETCH
        channel.basic_consume(topology.STREAM, callback=came.append, arguments={"x-stream-offset": start})
        while left > 0:
            try:
                connection.drain_events(timeout=QUIET)
            except TimeoutError:
                return
            for message in came:
                channel.basic_ack(message.delivery_tag)
                yield message
            left -= len(came)
            came.clear()
