"""What the broker gave up on is parked in the store too, so that there is one place to look."""

from __future__ import annotations

from typing import Any

from amqp import AMQPError
from kombu import Connection
from nameko.extensions import DependencyProvider

from shared import clock
from shared.contracts.vocabulary import SERVICES
from shared.entrances.loop import Loop
from shared.entrances.store import OpenStore
from shared.entrances.subscribe import HEARTBEAT, json_headers
from shared.logs import log
from shared.messaging import envelope, held
from shared.messaging.held import Received
from shared.messaging.topology import DEAD, dead_queue, events_exchange
from shared.settings import amqp_url

UNKNOWN = "unknown"


class DeadLetters(DependencyProvider):  # type: ignore[misc]
    """Moves messages from `<service>.dead` into the store, parked with the broker's reason."""

    open_store = OpenStore()

    def setup(self) -> None:
        self._connection: Connection | None = None
        self._loop = Loop("dead-letters", self._round)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._loop.run, identifier="dead-letters")

    def stop(self) -> None:
        self._loop.stop()
        if self._connection is not None:
            try:
                self._connection.default_channel.basic_cancel(self._consumer)  # what comes before its answer is parked
            except Exception as error:
                log.warning("dead letters are given back", error=type(error).__name__)
            self._connection.collect(socket_timeout=1)

    def _round(self) -> float:
        try:
            if self._connection is None:
                connection = Connection(amqp_url(), heartbeat=HEARTBEAT, connect_timeout=5)
                connection.connect()
                connection.default_channel.basic_qos(0, 10, False)
                self._consumer = connection.default_channel.basic_consume(
                    dead_queue(self.container.service_name), callback=self._park
                )
                self._connection = connection
            try:
                self._connection.drain_events(timeout=1.0)
            except TimeoutError:
                self._connection.heartbeat_check()
        except (AMQPError, OSError):
            if self._connection is not None:
                self._connection.collect(socket_timeout=1)
                self._connection = None
            return 2.0
        except Exception:
            # Parking failed: give the message back by letting go of the connection.
            if self._connection is not None:
                self._connection.collect(socket_timeout=1)
                self._connection = None
            raise
        return 0.0

    def _park(self, message: Any) -> None:
        headers = json_headers(message.headers or {})
        source = _source(message.delivery_info["exchange"], headers)
        why = str(headers.get("x-first-death-reason", "dead letter"))
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode(errors="replace")
        parked = Received(headers, body)
        try:
            parked = parked.read(source)
        except envelope.Undecodable:
            log.warning("dead letter without a readable envelope", source=source)
        store = self.open_store.store
        with store.begin() as tx:
            held.park(tx.session, store.definition.kit, source, parked, f"broker: {why}", clock.real_now())
        message.channel.basic_ack(message.delivery_tag)


def _source(came_by: str, headers: dict[str, Any]) -> str:
    """Who said it, as the broker tells. A letter of another's making is marked: it is never read as an event."""
    source = str(headers.get("x-first-death-queue", "")).rpartition(".")[2]
    if source not in SERVICES:
        return UNKNOWN
    said_on = headers.get("x-first-death-exchange")
    if came_by != DEAD or said_on != events_exchange(source):
        headers[envelope.DETOUR] = f"{came_by or 'the name of the queue'}, {said_on or 'nowhere'}"
    return source
