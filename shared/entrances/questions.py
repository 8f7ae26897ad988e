"""`@answers`: a worker method that answers a question of the contract.

On top of nameko's own rpc entrypoint: only the callers the contract names are
answered (the broker vouches for who they are), a question whose deadline has
passed is not begun, request and answer are checked against the contract, and
errors cross the wire as a closed set.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import eventlet
from kombu import Connection, pools
from marshmallow import ValidationError
from nameko.amqp.publish import Publisher
from nameko.extensions import DependencyProvider
from nameko.messaging import QueueConsumer, QueueConsumerStopped
from nameko.rpc import Responder, Rpc, RpcConsumer

from shared import metrics, trace
from shared.contracts import Method, method
from shared.errors import DeadlinePassed, Forbidden, Invalid, Refusal
from shared.logs import log
from shared.messaging.rpc import BROKEN, DEADLINE_HEADER, DIRECT_REPLY, TRACE_HEADER

CALLER = "caller"


class CallerProvider(DependencyProvider):  # type: ignore[misc]
    """Gives worker methods the service that asks, where the answer depends on it: `self.caller`."""

    def get_dependency(self, worker_ctx: Any) -> str:
        return str(worker_ctx.data.get(CALLER, ""))


class _BoundedPublisher(Publisher):  # type: ignore[misc]
    """Answers are not worth waiting for: the asker has a deadline."""

    use_confirms = False
    retry = False
    delivery_mode = 1


class _Responder(Responder):  # type: ignore[misc]
    """Sends answers to nameko's reply exchange, or straight to an asker that uses direct reply-to."""

    publisher_cls = _BoundedPublisher

    def __init__(self, amqp_uri: str, exchange: Any, serializer: str, message: Any, **kwargs: Any) -> None:
        if str(message.properties.get("reply_to", "")).startswith(DIRECT_REPLY):
            exchange = ""
        super().__init__(amqp_uri, exchange, serializer, message, **kwargs)


class _PatientConsumer(QueueConsumer):  # type: ignore[misc]
    """nameko's connection to the question queue, kept at the end until every question in hand is answered.

    nameko lets go of it as soon as it takes no more: answers sent after that
    are not acknowledged, and the next worker answers the same questions again.
    And it cannot be stopped while the broker is away: it waits for a broker
    to tell that it takes no more.
    """

    def __init__(self) -> None:
        super().__init__()
        self._in_hand = 0

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        self._in_hand += 1
        super().handle_message(provider, body, message)

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """A question whose body cannot be read is counted and let go; its asker is told by her deadline. kombu would
        write the body into the log."""
        metrics.RPC_REQUESTS.labels("unknown", "undecodable").inc()
        log.warning("a question could not be read", error=type(exc).__name__, octets=len(message.body or b""))
        message.reject()

    def ack_message(self, message: Any) -> None:
        """A connection that is lost in this moment must not end the process: the question comes again."""
        try:
            super().ack_message(message)
        except BROKEN as error:
            log.warning("an answered question could not be acknowledged", error=type(error).__name__)
        finally:
            self._in_hand -= 1

    def on_consume_end(self, connection: Any, channel: Any) -> None:
        while self._in_hand:
            eventlet.sleep(0.01)

    def on_consume_ready(self, connection: Connection, channel: Any, consumers: Any, **kwargs: Any) -> None:
        """Answers go out on lines of their own, which nobody reads: that they were cut shows only when an answer is
        lost. Where this one had to be opened anew, they are too."""
        pools.reset()
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def run(self, *args: Any, **kwargs: Any) -> None:
        with suppress(QueueConsumerStopped):
            super().run(*args, **kwargs)

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(self.on_connection_error, interval_max=5, callback=self._stop_if_asked)
            yield connection

    def _stop_if_asked(self) -> None:
        """Every second without a broker: there is nothing to cancel, and nothing in hand that could be answered."""
        if self._pending_remove_providers:
            for removed in self._pending_remove_providers.values():
                removed.send()
            raise QueueConsumerStopped


class QuestionConsumer(RpcConsumer):  # type: ignore[misc]
    """nameko's consumer of the service's question queue, answering our way."""

    queue_consumer = _PatientConsumer()

    def setup(self) -> None:
        """The queue and its binding are the wiring's (`topology`). nameko would declare both anew, and for that every
        service would need the right to bind its queue to the questions of all others."""
        super().setup()
        self.queue.no_declare = self.queue.exchange.no_declare = True

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        responder = _Responder(
            self.container.config["AMQP_URI"], self.queue.exchange, self.container.serializer, message
        )
        for last_try in (False, True):
            try:
                result, exc_info = responder.send_response(result, exc_info)
                break
            except Exception as error:
                if not last_try and isinstance(error, BROKEN):
                    continue  # the line was cut while it lay idle; the next one is new
                # The asker's deadline is her safety; losing an answer must not end the process.
                log.warning("an answer could not be sent", error=type(error).__name__)
                break
        self.queue_consumer.ack_message(message)
        return result, exc_info


class Question(Rpc):  # type: ignore[misc]
    """Entrypoint of a method that answers a question of the contract."""

    rpc_consumer = QuestionConsumer()
    contract: Method

    def bind(self, container: Any, method_name: str) -> Any:
        bound = super().bind(container, method_name)
        if isinstance(bound, Question):
            bound.contract = method(container.service_name, method_name)
        return bound

    def handle_message(self, body: Any, message: Any) -> None:
        started = time.monotonic()
        headers = message.headers or {}
        trace.begin(headers.get(TRACE_HEADER))
        try:
            request = self._admit(body, headers, message.properties.get("user_id"))
        except Refusal as refusal:
            self._count(started, refusal.slug)
            self.rpc_consumer.handle_result(message, None, (type(refusal), _for_the_wire(refusal), None))
            return
        self.container.spawn_worker(
            self,
            (),
            request,
            context_data={CALLER: message.properties["user_id"]},
            handle_result=partial(self._handle_answer, message, started),
        )

    def _admit(self, body: Any, headers: dict[str, Any], caller: str | None) -> dict[str, Any]:
        if caller not in self.contract.callers:
            log.warning("question refused", method=self.contract.name, caller=caller or "unknown")
            raise Forbidden("not_your_question")
        deadline = headers.get(DEADLINE_HEADER)
        if isinstance(deadline, int | float) and time.time() > deadline:
            raise DeadlinePassed("deadline_passed")
        try:
            return dict(self.contract.request.load(body["kwargs"]))
        except (ValidationError, KeyError, TypeError):
            raise Invalid("request_breaks_contract") from None

    def _handle_answer(self, message: Any, started: float, _ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        outcome = "ok"
        if exc_info is None:
            try:
                result = self.contract.response.dump(result)
            except Exception as error:
                log.error("answer breaks the contract", method=self.contract.name, exc_info=error)
                exc_info = (RuntimeError, RuntimeError("answer_breaks_contract"), None)
        if exc_info is not None:
            raised = exc_info[1]
            result = None
            if isinstance(raised, Refusal):
                outcome = raised.slug
                exc_info = (type(raised), _for_the_wire(raised), None)
            else:
                outcome = "error"
                metrics.UNHANDLED.labels("rpc").inc()
                log.error("a question could not be answered", method=self.contract.name, exc_info=raised)
                exc_info = (RuntimeError, RuntimeError("failed"), None)
        self._count(started, outcome)
        answered: tuple[Any, Any] = self.rpc_consumer.handle_result(message, result, exc_info)
        return answered

    def _count(self, started: float, outcome: str) -> None:
        metrics.RPC_REQUESTS.labels(self.contract.name, outcome).inc()
        metrics.RPC_SECONDS.labels(self.contract.name).observe(time.monotonic() - started)


def _for_the_wire(refusal: Refusal) -> Refusal:
    """The same refusal with the arguments nameko serialises: slug, both sentences, field errors."""
    refusal.args = (refusal.slug, refusal.detail_id, refusal.detail_en, refusal.errors)
    return refusal


answers = Question.decorator
