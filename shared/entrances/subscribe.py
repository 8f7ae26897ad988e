"""`@subscribe("intake")`: a worker method that is given what another service says, in batches.

Unlike nameko's own event handler, the subscription has a connection of its own,
acknowledges after the commit, pauses while the database is away instead of
giving messages back, and stops in order: it stops taking, finishes the batch,
acknowledges, and only then lets go of the connection.
"""

from __future__ import annotations

import contextlib
import re
import time
from typing import Any

import eventlet
from amqp import AMQPError
from eventlet.event import Event as Signal
from kombu import Connection
from nameko.extensions import Entrypoint

from shared import metrics
from shared.entrances.loop import Loop
from shared.entrances.store import OpenStore
from shared.logs import log
from shared.messaging.batch import Batch, StoreAway
from shared.messaging.envelope import DETOUR
from shared.messaging.held import Received
from shared.messaging.topology import events_exchange, queue_name
from shared.settings import amqp_url, env
from shared.usecases import Handlers

HEARTBEAT = 30
LONGEST_REST = 5.0
"""Seconds between looks at messages that were set aside, when none is known to be due."""

LINGER = 0.001
"""Seconds to wait for one more message before a batch that is not full is applied."""

SPACING = 0.3
"""Seconds between the beginnings of two batches that are not full: a lone event is applied at once, under load some
share a transaction."""

MOST_AHEAD = 65_535
"""AMQP has room for no more; 0 would mean without end."""

READ_AHEAD = 16 * 1024
"""Octets asked of the broker's socket at once."""

_NOT_KEPT = re.compile("[\x00\ud800-\udfff]")


class Subscription(Entrypoint):  # type: ignore[misc]
    """Takes messages of one source and hands them to the worker method in batches."""

    open_store = OpenStore()

    def __init__(self, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source

    def setup(self) -> None:
        self._size = env.int("ADUAN_BATCH_SIZE", 200, least=1, most=10_000)
        self._prefetch = env.int("ADUAN_PREFETCH", self._size * 2, least=1, most=MOST_AHEAD)
        self._queue = queue_name(self.container.service_name, self.source)
        self._exchange = events_exchange(self.source)
        self._loop = Loop(f"subscribe:{self.source}", self._round)
        self._taken: list[Received] = []
        self._last_tag: int | None = None
        self._consumer = ""
        self._connection: Connection | None = None
        self._retry_at = 0.0
        self._began = 0.0  # the batch before
        self._ahead = 0  # of the messages that lay in the queue when we came, how many we may still have to apply

    @property
    def caught_up(self) -> bool:
        """Whether what lay in the queue when we came is applied, however fast more comes in."""
        return self._connection is not None and self._ahead <= 0

    def start(self) -> None:
        self.container.spawn_managed_thread(self._loop.run, identifier=f"subscribe:{self.source}")

    def stop(self) -> None:
        self._loop.stop()
        self._finish()
        self._disconnect()

    def _finish(self) -> None:
        """Stop taking, then apply and acknowledge what the broker had handed over by then: nothing is given back,
        unless the database is away."""
        if self._connection is None:
            return
        try:
            self._connection.default_channel.basic_cancel(self._consumer)  # until its answer more may be handed over
            if self._taken:
                self._apply(Batch(self.open_store.store, self.source, self._taken), "apply")
                self._acknowledge()
        except StoreAway:
            log.warning("the database is away: what is in hand comes again", source=self.source)
        except (AMQPError, OSError) as error:
            log.warning("the broker went away before the end", source=self.source, error=type(error).__name__)

    def _round(self) -> float:
        """Take what is there, apply it, acknowledge it."""
        try:
            self._take()
            if self._taken:
                self._began = time.monotonic()
                self._apply(Batch(self.open_store.store, self.source, self._taken), "apply")
                self._acknowledge()
            if time.monotonic() >= self._retry_at:
                self._apply(Batch(self.open_store.store, self.source, ()), "retry_due")
        except (AMQPError, OSError) as error:
            self._disconnect()
            log.warning("the broker is away", source=self.source, error=type(error).__name__)
            return 1.0
        return 0.0

    def _take(self) -> None:
        """Wait for a message (at most a second, or until a retry is due), then collect what follows at once."""
        connection = self._connect()
        patience = max(0.02, min(1.0, self._retry_at - time.monotonic()))
        try:
            connection.drain_events(timeout=patience)
            due = max(time.monotonic() + LINGER, self._began + SPACING)
            while len(self._taken) < self._size:
                connection.drain_events(timeout=max(LINGER, due - time.monotonic()))
        except TimeoutError:
            if not self._taken:
                self._ahead = 0
            connection.heartbeat_check()

    def _apply(self, batch: Batch, step: str) -> None:
        """Run the worker method on the batch; while the database is away, pause and try the same batch again."""
        pause = 0.5
        while True:
            error = self._run_worker(batch, step)
            if error is None:
                return
            if self._loop.stopping or not isinstance(error, StoreAway):
                raise error
            metrics.DATABASE_UP.set(0)
            log.warning("paused: the database is away", source=self.source, seconds=pause)
            self._rest_with_heartbeat(pause)
            pause = min(10.0, pause * 2)

    def _run_worker(self, batch: Batch, step: str) -> Exception | None:
        done: Any = Signal()

        def finished(_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send((result, exc_info[1] if exc_info else None))
            return result, exc_info

        given = _Step(batch, step)
        self.container.spawn_worker(self, (given,), {}, handle_result=finished)
        _, error = done.wait()
        if error is None:
            self._look_again(given, step)
        return error if error is None or isinstance(error, Exception) else RuntimeError(str(error))

    def _look_again(self, given: _Step, step: str) -> None:
        """When to look for what must be tried again: at once after a batch that set something aside, when the next one
        is due, and now and then for what another replica left behind."""
        if step == "apply":
            self._retry_at = 0.0 if given.again else self._retry_at
        else:
            rest = LONGEST_REST if given.next_retry is None else given.next_retry
            self._retry_at = time.monotonic() + min(rest, LONGEST_REST)

    def _rest_with_heartbeat(self, seconds: float) -> None:
        """Pause without losing the broker, which counts as gone when its heartbeats lie unread for a minute: everything
        in hand would be delivered anew. Messages that come meanwhile join those in hand."""
        if self._connection is None:
            eventlet.sleep(seconds)
            return
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                self._connection.drain_events(timeout=min(left, 0.5))  # a heartbeat read begins this time anew
            self._connection.heartbeat_check()

    def _acknowledge(self) -> None:
        """Everything taken is committed: acknowledge up to the last tag in one go."""
        assert self._connection is not None
        self._connection.default_channel.basic_ack(self._last_tag, multiple=True)
        # What others gave back comes first, and may not have been there to be counted.
        self._ahead -= sum(not message.redelivered for message in self._taken)
        self._taken = []

    def _connect(self) -> Connection:
        if self._connection is None:
            connection = Connection(amqp_url(), heartbeat=HEARTBEAT, connect_timeout=5)
            connection.connect()
            _read_ahead(connection.connection.transport)
            channel = connection.default_channel
            channel.basic_qos(0, self._prefetch, False)
            # At least one look: somebody's unacknowledged messages are not counted until the broker has them back.
            self._ahead = max(1, channel.queue_declare(self._queue, passive=True).message_count)
            self._consumer = channel.basic_consume(self._queue, callback=self._on_message)
            self._connection = connection
            metrics.CONSUMER_CONNECTED.labels(self.source).set(1)
            log.info("subscribed", queue=self._queue)
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._taken = []  # what was not acknowledged comes again
        metrics.CONSUMER_CONNECTED.labels(self.source).set(0)
        if connection is not None:
            try:
                connection.close()
            except Exception:
                connection.collect(socket_timeout=1)

    def _on_message(self, message: Any) -> None:
        body = message.body
        headers = json_headers(message.headers or {})
        if (came_by := message.delivery_info["exchange"]) != self._exchange:
            headers[DETOUR] = came_by or "the queue's name"
        self._taken.append(
            Received(
                headers=headers,
                body=body if isinstance(body, bytes) else str(body).encode(errors="replace"),
                redelivered=bool(message.delivery_info.get("redelivered")),
            )
        )
        self._last_tag = message.delivery_tag


class _Step:
    """What the worker method is given: `apply` goes to the step in hand, first application or retry."""

    def __init__(self, batch: Batch, step: str) -> None:
        self._batch = batch
        self._step = step
        self.next_retry: float | None = None
        self.again = False

    def apply(self, handlers: Handlers) -> None:
        if self._step == "apply":
            self.again = self._batch.apply(handlers)
        else:
            self.next_retry = self._batch.retry_due(handlers)


def _read_ahead(transport: Any) -> None:
    """py-amqp asks the socket for exactly the next part of a frame, nine times for a message. What comes beyond it is
    kept in its buffer as well."""
    receive = transport._quick_recv
    transport._quick_recv = lambda octets: receive(max(octets, READ_AHEAD))


def json_headers(headers: dict[str, Any]) -> dict[str, Any]:
    """Headers as the database can keep them; the broker's own (x-death, x-delivery-count) may hold dates and tables."""
    return {_keepable(str(k)): v if isinstance(v, int) else _keepable(_written(v)) for k, v in headers.items()}


def _written(value: Any) -> str:
    """A header's value as text: a message is never lost for what somebody wrote beside it."""
    try:
        return str(value)
    except RecursionError:
        return "tables within tables without end"


def _keepable(text: str) -> str:
    """Text with a mark for what PostgreSQL has no room for: NUL and halves of characters."""
    if text.isascii() and "\0" not in text:
        return text
    return _NOT_KEPT.sub("\ufffd", text)


subscribe = Subscription.decorator
