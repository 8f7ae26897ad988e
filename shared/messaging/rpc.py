"""Asking another service, in nameko's wire format, with a deadline on every question.

The broker vouches for who asks: requests carry the `user_id` property, which
RabbitMQ only lets through when it is the connection's own user. Answers come
back by direct reply-to, so no reply queue outlives its asker. Requests expire
in the queue when their deadline passes and are refused by the answering side
when they are taken too late.
"""

from __future__ import annotations

import json
import queue
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import amqp
from kombu import Connection
from kombu.exceptions import KombuError
from marshmallow import ValidationError

from shared import metrics, trace
from shared.contracts import Method, method
from shared.errors import REFUSALS, Refusal, Unavailable
from shared.logs import log

EXCHANGE = "nameko-rpc"
DIRECT_REPLY = "amq.rabbitmq.reply-to"
DEADLINE_HEADER = "nameko.deadline"
TRACE_HEADER = "nameko.traceparent"

BROKEN = (amqp.AMQPError, KombuError, OSError)
"""What a connection raises that cannot be opened, or is none any more."""


class Away(Exception):
    """The question could not be put, or no answer came in time."""


class Busy(Away):
    """All of our own lines are in use, which says nothing of the other side."""


class Breaker:
    """Remembers for a moment that a service does not answer, so that not every page waits for it anew.

    After `LIMIT` questions in a row without an answer it opens for `PAUSE`
    seconds; then one question may try again while the others still get an
    immediate no.
    """

    LIMIT = 3
    PAUSE = 3.0

    def __init__(self) -> None:
        self._silent: Counter[str] = Counter()
        self._refuses_until: dict[str, float] = {}

    def admits(self, service: str) -> bool:
        """Whether a question may be put now."""
        until = self._refuses_until.get(service)
        if until is None:
            return True
        if time.monotonic() < until:
            return False
        self._refuses_until[service] = (
            time.monotonic() + self.PAUSE
        )  # this one tries; the others wait for what it learns
        return True

    def answered(self, service: str) -> None:
        self._silent.pop(service, None)
        if self._refuses_until.pop(service, None) is not None:
            metrics.BREAKER_OPEN.labels(service).set(0)

    def silent(self, service: str) -> None:
        self._silent[service] += 1
        if self._silent[service] >= self.LIMIT:
            self._refuses_until[service] = time.monotonic() + self.PAUSE
            metrics.BREAKER_OPEN.labels(service).set(1)


class RpcClient:
    """Asks other services. Safe to share between threads: each question leases a connection of a small pool."""

    def __init__(self, url: str, *, size: int = 8) -> None:
        self._url = url
        self._breaker = Breaker()
        self._idle: queue.LifoQueue[_Line | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)

    def ask(self, service: str, name: str, *, deadline: float | None = None, **request: Any) -> dict[str, Any]:
        """Put a question of the contract and return its answer, Python values both ways.

        Waits at most `deadline` seconds (the contract's own unless given).
        Raises the Refusal the other side raised, or Unavailable
        `<service>_away`.
        """
        contract = method(service, name)
        if not self._breaker.admits(service):
            metrics.RPC_CLIENT_REQUESTS.labels(service, name, "breaker").inc()
            raise Unavailable(f"{service}_away")
        seconds = deadline or contract.deadline
        started = time.monotonic()
        outcome = "ok"
        try:
            answer = self._ask(contract, contract.request.dump(request), started + seconds)
            self._breaker.answered(service)
            return dict(contract.response.load(answer))
        except Away as away:
            outcome = "busy" if isinstance(away, Busy) else "away"
            if outcome == "away":
                self._breaker.silent(service)
            log.warning("no answer", target=service, method=name, reason=str(away))
            raise Unavailable(f"{service}_away") from away
        except Refusal as refusal:
            self._breaker.answered(service)
            outcome = refusal.slug
            raise
        except ValidationError as wrong:
            outcome = "broken_contract"
            log.error("answer is not what the contract says", target=service, method=name, error=str(wrong)[:500])
            raise Unavailable(f"{service}_away") from wrong
        finally:
            metrics.RPC_CLIENT_REQUESTS.labels(service, name, outcome).inc()
            metrics.RPC_CLIENT_SECONDS.labels(service, name).observe(time.monotonic() - started)

    def ask_or_none(
        self, service: str, name: str, *, deadline: float | None = None, **request: Any
    ) -> dict[str, Any] | None:
        """Like `ask`, but None when the other service is away. Other refusals are raised."""
        try:
            return self.ask(service, name, deadline=deadline, **request)
        except Unavailable:
            return None

    def close(self) -> None:
        """Let go of all idle connections."""
        while True:
            try:
                line = self._idle.get_nowait()
            except queue.Empty:
                return
            if line is not None:
                line.close()

    def _ask(self, contract: Method, request: Mapping[str, Any], until: float) -> dict[str, Any]:
        line = self._lease(until)
        metrics.RPC_POOL_IN_USE.inc()
        kept: _Line | None = None
        try:
            try:
                answer = line.ask(contract, request, until)
            except BROKEN:
                if not line.proven:
                    raise
                # It was cut while it lay idle. All that is asked are questions, so this one may be put once more.
                line.close()
                line = _Line(self._url, until - time.monotonic())
                answer = line.ask(contract, request, until)
            kept = line
            return answer
        except Refusal:
            kept = line
            raise
        except BROKEN as error:
            raise Away(f"the broker is away: {type(error).__name__}") from error
        finally:
            metrics.RPC_POOL_IN_USE.dec()
            if kept is None:
                line.close()
            self._idle.put(kept)

    def _lease(self, until: float) -> _Line:
        try:
            line = self._idle.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise Busy("all lines are busy") from None
        if line is not None and line.usable():
            return line
        if line is not None:
            line.close()
        try:
            return _Line(self._url, until - time.monotonic())
        except BROKEN as error:
            self._idle.put(None)
            raise Away(f"the broker is away: {type(error).__name__}") from error


class _Line:
    """One connection, asking one question at a time."""

    IDLE_LIMIT = 20.0
    """Seconds after which an unused line is checked before it is trusted with a question."""

    def __init__(self, url: str, seconds: float) -> None:
        brokers = url.count(";") + 1
        self._connection = Connection(
            url,
            connect_timeout=max(0.1, min(3.0, seconds / brokers)),
            transport_options={"read_timeout": 10, "write_timeout": 3},
        )
        # Each broker once: kombu's own `connect` would rest two seconds and try again, whatever the deadline.
        self._connection.ensure_connection(max_retries=brokers - 1)
        self._user = self._connection.userid
        self._channel = self._connection.default_channel
        self._answers: dict[str, bytes] = {}
        self._returned = False
        self._used = time.monotonic()
        self.proven = False  # whether it ever brought an answer
        self._channel.basic_consume(DIRECT_REPLY, no_ack=True, callback=self._on_answer)
        self._channel.events["basic_return"].add(self._on_return)

    def usable(self) -> bool:
        """Whether the line is still up; notices a connection that the broker closed while it lay idle."""
        if time.monotonic() - self._used < self.IDLE_LIMIT:
            return bool(self._connection.connected)
        try:
            self._connection.drain_events(timeout=0.001)
        except TimeoutError:
            return bool(self._connection.connected)
        except BROKEN:
            return False
        return True

    def ask(self, contract: Method, request: Mapping[str, Any], until: float) -> dict[str, Any]:
        """Publish the question and wait for its own answer. Raises Away or a Refusal."""
        left = until - time.monotonic()
        if left <= 0:
            raise Away("no time left to ask")
        correlation = uuid4().hex
        self._answers.clear()
        self._returned = False
        self._channel.basic_publish(
            amqp.Message(
                json.dumps({"args": [], "kwargs": request}),
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=1,
                reply_to=DIRECT_REPLY,
                correlation_id=correlation,
                user_id=self._user,
                expiration=str(max(1, int(left * 1000))),
                application_headers={
                    DEADLINE_HEADER: time.time() + left,
                    TRACE_HEADER: trace.current() or "",
                },
            ),
            EXCHANGE,
            f"{contract.service}.{contract.name}",
            mandatory=True,
        )
        while correlation not in self._answers:
            if self._returned:
                raise Away("nobody answers such questions")
            left = until - time.monotonic()
            if left <= 0:
                raise Away("no answer in time")
            try:
                self._connection.drain_events(timeout=left)
            except TimeoutError:
                continue
        self._used = time.monotonic()
        self.proven = True
        return _unpack(self._answers.pop(correlation))

    def close(self) -> None:
        try:
            self._connection.collect(socket_timeout=1)
        except Exception:  # noqa: S110 - it is being thrown away
            pass

    def _on_answer(self, message: Any) -> None:
        self._answers[str(message.properties.get("correlation_id"))] = message.body

    def _on_return(self, *_details: Any) -> None:
        self._returned = True


def _unpack(body: bytes | str) -> dict[str, Any]:
    """The result in an answer. Raises the Refusal in it, Away for an error, ValidationError for what is no answer."""
    try:
        reply = json.loads(body)
        error = reply.get("error")
        if error is None:
            answer: dict[str, Any] = reply["result"]
            return answer
        failed = str(error.get("exc_type", ""))
        slug, detail_id, detail_en, errors = (*error.get("exc_args", ()), "", "", None)[:4]
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise ValidationError(f"no answer: {type(wrong).__name__}") from None
    kind = REFUSALS.get(failed)
    if kind is None:
        raise Away(f"the answering side failed: {failed}")
    raise kind(slug or "refused", detail_id, detail_en, errors or {})
