"""Publishing with pipelined confirms: many messages in flight, one answer awaited for all."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import amqp
from kombu import Connection

SETTLE = 2.0
"""Seconds between finding the broker again and the first message.

RabbitMQ 3.10 listens a tenth of a second before it has started the writers of its streams. What is published then is
confirmed, reaches every queue, and never comes into the stream (`make chaos` found it, with SIGKILL to the broker).
"""

PROMPT = 0.5
"""Seconds within which a broker that has settled answers. One that was frozen meanwhile has not settled."""


class NotConfirmed(Exception):
    """The broker did not take a message, or did not say so in time. Nothing of the window counts as sent."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to publish."""

    exchange: str
    routing_key: str
    body: bytes
    headers: dict[str, Any]
    message_id: str


class ConfirmingPublisher:
    """Publishes windows of messages on one channel in confirm mode. Not shared between threads.

    A window is sent whole, then its confirms are awaited. A nack, a returned
    message (`mandatory`), a closed connection or `timeout` seconds without the
    last confirm raise NotConfirmed; the caller sends the window again later.
    After an outage the first window waits until the broker has settled.
    """

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: Connection | None = None
        self._channel: Any = None
        self._unconfirmed: set[int] = set()
        self._refused: str | None = None
        self._next_tag = 1
        self._was_away = False

    def publish(self, window: Sequence[Outgoing]) -> None:
        """Publish the window and return once every message is confirmed. Raises NotConfirmed."""
        try:
            channel = self._open()
            self._unconfirmed.clear()
            self._refused = None
            self._hold_back(True)
            for message in window:
                self._unconfirmed.add(self._next_tag)
                self._next_tag += 1
                channel._basic_publish(
                    amqp.Message(
                        message.body,
                        content_type="application/json",
                        content_encoding="utf-8",
                        delivery_mode=2,
                        message_id=message.message_id,
                        application_headers=message.headers,
                    ),
                    message.exchange,
                    message.routing_key,
                    mandatory=True,
                )
            self._hold_back(False)
            self._await_confirms()
        except NotConfirmed:
            self.close()
            raise
        except (amqp.AMQPError, OSError) as error:
            self.close()
            raise NotConfirmed(f"the broker is away: {type(error).__name__}") from error

    def idle(self) -> None:
        """Keep the connection alive and notice when it died; call now and then when there is nothing to send."""
        if self._connection is None:
            return
        try:
            self._connection.heartbeat_check()
            self._connection.drain_events(timeout=0.001)
        except TimeoutError:
            return
        except (amqp.AMQPError, OSError):
            self.close()

    def close(self) -> None:
        """Let go of the connection; the next window opens a new one."""
        connection, self._connection, self._channel = self._connection, None, None
        self._was_away = True
        if connection is not None:
            try:
                connection.collect(socket_timeout=1)
            except Exception:  # noqa: S110 - it is being thrown away
                pass

    def _open(self) -> Any:
        if self._channel is None:
            connection = Connection(
                self._url, heartbeat=30, connect_timeout=5, transport_options={"write_timeout": self._timeout}
            )
            connection.connect()
            if self._was_away:
                _settle(connection)
                self._was_away = False
            self._connection = connection
            channel = connection.default_channel
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
            self._channel, self._next_tag = channel, 1
        return self._channel

    def _hold_back(self, on: bool) -> None:
        """Let the kernel fill packets with many small frames; they leave when they are full, and when it is off."""
        assert self._connection is not None
        self._connection.connection.transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)

    def _await_confirms(self) -> None:
        assert self._connection is not None
        until = time.monotonic() + self._timeout
        while self._unconfirmed and self._refused is None:
            left = until - time.monotonic()
            if left <= 0:
                raise NotConfirmed("the broker did not confirm in time (memory or disk alarm?)")
            try:
                self._connection.drain_events(timeout=left)
            except TimeoutError:
                continue
        if self._refused is not None:
            raise NotConfirmed(self._refused)

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > delivery_tag}
        else:
            self._unconfirmed.discard(delivery_tag)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused = "the broker refused a message"

    def _on_return(self, *details: Any) -> None:
        self._refused = "no queue takes this event: the wiring is incomplete"


def _settle(connection: Connection) -> None:
    """Wait until the broker has been awake for SETTLE seconds."""
    while True:
        time.sleep(SETTLE)
        asked = time.monotonic()
        connection.channel().close()
        if time.monotonic() - asked < PROMPT:
            return
