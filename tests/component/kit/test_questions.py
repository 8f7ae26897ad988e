"""Questions over the real broker: bounded in time whatever is wrong, put again only where that is harmless."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import amqp
import pytest
from kombu import Connection, Queue

from shared import metrics
from shared.entrances.questions import _PatientConsumer
from shared.errors import NotFound, Unavailable
from shared.ids import new_id
from shared.messaging.rpc import DEADLINE_HEADER, DIRECT_REPLY, EXCHANGE, Breaker, RpcClient
from tests.component.kit.line import Line
from tests.conftest import Starter
from tests.harness import Broker, Peer, eventually

AGENCIES: dict[str, Any] = {"agencies": []}
SLACK = 1.0
"""Seconds a busy machine may add to a deadline."""


@pytest.fixture(scope="module")
def line(broker: Broker) -> Iterator[Line]:
    made = Line(broker.url("sla"), chunk=65536)
    yield made
    made.close()


@pytest.fixture
def client(line: Line) -> Iterator[RpcClient]:
    made = RpcClient(line.url, size=3)
    yield made
    made.close()
    line.thaw()


@pytest.fixture
def routing(broker: Broker) -> Iterator[Peer]:
    """Routing, as far as it answers."""
    broker.purge()
    made = Peer("routing", broker.url("routing"), {"agencies": lambda: AGENCIES})
    yield made
    made.close()


def refused_after(client: RpcClient, deadline: float) -> float:
    """The seconds until the question about agencies was given up."""
    started = time.monotonic()
    with pytest.raises(Unavailable) as refusal:
        client.ask("routing", "agencies", deadline=deadline)
    assert refusal.value.slug == "routing_away"
    return time.monotonic() - started


def test_a_question_whose_deadline_has_passed_is_refused_and_not_begun(service: Starter, broker: Broker) -> None:
    service("sla")
    assert answer_to(broker, time.time() - 0.001)["error"]["exc_type"] == "DeadlinePassed"
    assert answer_to(broker, time.time() + 30)["error"] is None


def answer_to(broker: Broker, deadline: float) -> dict[str, Any]:
    """What sla's worker answers, on the wire, to a question with this deadline."""
    answers: list[Any] = []
    with Connection(broker.url("routing")) as connection:
        channel = connection.default_channel
        channel.basic_consume(DIRECT_REPLY, no_ack=True, callback=answers.append)
        channel.basic_publish(
            amqp.Message(
                json.dumps({"args": [], "kwargs": {"complaint_id": str(new_id())}}),
                content_type="application/json",
                content_encoding="utf-8",
                reply_to=DIRECT_REPLY,
                correlation_id="1",
                user_id="routing",
                application_headers={DEADLINE_HEADER: deadline},
            ),
            EXCHANGE,
            "sla.clocks",
        )
        while not answers:
            connection.drain_events(timeout=20)
    answer: dict[str, Any] = json.loads(answers[0].body)
    return answer


def test_a_question_nobody_answers_ends_at_its_deadline(client: RpcClient, broker: Broker) -> None:
    silent = Peer("routing", broker.url("routing"), {})
    assert 0.4 <= refused_after(client, 0.4) < 0.4 + SLACK
    silent.close()


def test_a_broker_that_hangs_holds_nobody_longer_than_the_deadline(
    client: RpcClient, line: Line, routing: Peer
) -> None:
    assert client.ask("routing", "agencies") == AGENCIES
    line.freeze()
    assert refused_after(client, 0.4) < 0.4 + SLACK  # on a line that was well
    assert refused_after(client, 0.4) < 0.4 + SLACK  # on one that cannot even be opened


def test_after_three_silences_the_answer_is_no_at_once_until_somebody_answers_again(
    client: RpcClient, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Breaker, "PAUSE", 1.0)
    silent = Peer("routing", broker.url("routing"), {})
    for _ in range(3):
        refused_after(client, 0.1)
    assert refused_after(client, 5.0) < 0.05
    assert metrics.BREAKER_OPEN.labels("routing")._value.get() == 1
    silent.answers["agencies"] = lambda: AGENCIES
    assert eventually(lambda: client.ask_or_none("routing", "agencies"), seconds=10, every=0.2) == AGENCIES
    assert client.ask("routing", "agencies") == AGENCIES
    assert metrics.BREAKER_OPEN.labels("routing")._value.get() == 0
    silent.close()


def test_when_our_own_lines_are_all_in_use_that_is_not_taken_for_silence_of_the_other_side(
    client: RpcClient, routing: Peer
) -> None:
    in_use = [client._idle.get() for _ in range(3)]
    for _ in range(Breaker.LIMIT + 1):
        refused_after(client, 0.05)
    for one in in_use:
        client._idle.put(one)
    assert client.ask("routing", "agencies") == AGENCIES


def test_a_question_on_a_line_that_was_cut_while_idle_is_put_again_on_a_new_one(
    client: RpcClient, line: Line, routing: Peer
) -> None:
    for _ in range(3):
        assert client.ask("routing", "agencies") == AGENCIES
        line.cut()
    assert client.ask("routing", "agencies") == AGENCIES


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "{}", '{"error": "no"}', '{"error": {"exc_args": 1}}'])
def test_what_is_no_answer_is_taken_for_none(client: RpcClient, broker: Broker, body: str) -> None:
    broker.purge()
    with Connection(broker.url("routing")) as connection:

        def answer(message: Any) -> None:
            to = message.properties
            said = amqp.Message(body, correlation_id=to["correlation_id"])
            message.channel.basic_publish(said, "", to["reply_to"])
            message.channel.basic_ack(message.delivery_tag)

        connection.default_channel.basic_consume("rpc-routing", callback=answer)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(client.ask, "routing", "agencies", deadline=20)
            while not asked.done():
                with suppress(TimeoutError):
                    connection.drain_events(timeout=0.1)
    with pytest.raises(Unavailable):
        asked.result()


def test_the_first_question_after_a_broker_was_away_is_answered(service: Starter, broker: Broker) -> None:
    """Given a worker whose connections are all cut, as when the broker is started anew
    When somebody asks it the first question after that
    Then the answer comes: it is not sent out on a line that leads nowhere."""
    sla = service("sla", worker=False)
    line = Line(sla.environment["ADUAN_AMQP_URL"], chunk=65536)
    sla.environment["ADUAN_AMQP_URL"] = line.url
    sla.start_worker()
    for _ in range(3):
        assert sla.ask("clocks", as_="routing", deadline=10, complaint_id=new_id())["clocks"] == []
        line.cut()
    assert sla.ask("clocks", as_="routing", deadline=10, complaint_id=new_id())["clocks"] == []
    sla.stop_worker()
    line.close()


def test_an_acknowledgement_that_is_lost_with_its_connection_ends_no_worker(broker: Broker) -> None:
    line = Line(broker.url("operator"), chunk=65536)
    with Connection(line.url) as connection:
        channel = connection.default_channel
        taken = Queue("acknowledged-late", exclusive=True)(channel)
        taken.declare()
        for _ in range(3):
            channel.basic_publish(amqp.Message("{}"), "", taken.name)
        questions = [eventually(taken.get) for _ in range(3)]
        line.cut()
        consumer = _PatientConsumer()
        for question in questions:  # the first one may still be taken by this end of the line
            consumer.ack_message(question)
            time.sleep(0.1)
    line.close()


def test_a_refusal_is_an_answer_and_is_never_asked_again(client: RpcClient, routing: Peer) -> None:
    def nobody(token: str) -> dict[str, Any]:
        raise NotFound("no_session", "Tidak ada.", "Nobody.")

    routing.answers["session"] = nobody
    with pytest.raises(NotFound) as refusal:
        client.ask("routing", "session", token="x")
    assert (refusal.value.slug, refusal.value.detail_en) == ("no_session", "Nobody.")
    assert routing.asked.qsize() == 1
