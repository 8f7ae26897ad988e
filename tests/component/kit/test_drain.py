"""A worker told to stop gives nothing back: what it was handed it finishes, acknowledges, and only then goes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from amqp import Message
from kombu import Connection
from sqlalchemy import text

from shared.contracts import event_type
from shared.ids import new_id
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from shared.messaging.rpc import DIRECT_REPLY
from shared.messaging.topology import events_exchange, queue_name
from tests.component.kit.line import Line
from tests.harness import Broker, Service, eventually

MANY, SOME = 4000, 1000
QUESTIONS = 5


@pytest.fixture
def sla(service: Any) -> Service:
    made: Service = service("sla", worker=False)
    return made


def left(broker: Broker, queue: str) -> list[Any]:
    """What lies in the queue; taken out."""
    found = []
    with Connection(broker.url("operator")) as connection:
        while (message := connection.default_channel.basic_get(queue, no_ack=True)) is not None:
            found.append(message)
    return found


def test_events_handed_to_a_stopping_worker_are_applied_and_none_comes_twice(sla: Service, broker: Broker) -> None:
    """Given far more events in the queue than a worker takes at once
    When it is told to stop in the middle of them
    Then it ends well, what is left was never handed out, and everything else is applied."""
    publisher = ConfirmingPublisher(broker.url("intake"))
    publisher.publish([withdrawal() for _ in range(MANY)])
    publisher.close()
    sla.start_worker()
    assert sla.stop_worker() == 0
    unheard = left(broker, queue_name("sla", "intake"))
    assert 0 < len(unheard) < MANY
    assert [m for m in unheard if m.delivery_info["redelivered"]] == []
    assert known(sla) == MANY - len(unheard)


def test_questions_a_stopping_worker_has_in_hand_are_answered_and_none_comes_twice(
    sla: Service, broker: Broker
) -> None:
    """Given questions whose answers take longer than the worker would like
    When it is told to stop while it works on them
    Then each is answered, and none is left to be asked again."""
    sla.start_worker()
    answers: list[Any] = []
    with Connection(broker.url("intake")) as asker, sla.store.engine.connect() as somebody:
        channel = asker.default_channel
        channel.basic_consume(DIRECT_REPLY, no_ack=True, callback=answers.append)
        somebody.execute(text("lock table cases, clocks in access exclusive mode"))
        for number in range(QUESTIONS):
            channel.basic_publish(question(number), "nameko-rpc", "sla.clocks")
        eventually(lambda: waiting_for_locks(sla) >= QUESTIONS, what=f"{QUESTIONS} questions are not in hand")
        stopping = sla.tell_worker_to_stop()
        time.sleep(2.5)
        somebody.rollback()
        assert stopping.wait(timeout=20) == 0
        assert left(broker, "rpc-sla") == []
        while len(answers) < QUESTIONS:
            asker.drain_events(timeout=5)


@pytest.mark.parametrize("away", ["ADUAN_AMQP_URL", "ADUAN_DATABASE_URL"])
def test_a_worker_whose_broker_or_database_is_away_still_stops_soon_and_what_it_held_comes_again(
    sla: Service, broker: Broker, away: str
) -> None:
    """Given a worker in the middle of many events, whose broker or database goes away
    When it is told to stop
    Then it ends within seconds, and the next one applies what is left."""
    line = Line(sla.environment[away], chunk=65536)
    sla.environment[away], direct = line.url, sla.environment[away]
    publisher = ConfirmingPublisher(broker.url("intake"))
    publisher.publish([withdrawal() for _ in range(SOME)])
    sla.start_worker()
    line.shut()
    time.sleep(1.5)
    assert sla.tell_worker_to_stop().wait(timeout=15) == 0
    line.close()
    sla.environment[away] = direct
    sla.start_worker()
    eventually(lambda: known(sla) == SOME, seconds=60, what="not every event was applied")
    sla.stop_worker()
    publisher.close()


def known(sla: Service) -> int:
    """How many events were applied or wait for another source's."""
    with sla.store.read() as session:
        heard = session.scalar(text("select count(*) from positions where source = 'intake' and last = 1"))
        aside = session.scalar(text("select count(*) from held"))
    return int(heard or 0) + int(aside or 0)


def waiting_for_locks(sla: Service) -> int:
    with sla.store.read() as session:
        question = (
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        return int(session.scalar(text(question)) or 0)


def withdrawal() -> Outgoing:
    subject, contract = new_id(), event_type("intake", "complaint.withdrawn")
    at = datetime.now(UTC)
    said = contract.write({"complaint_id": subject, "reason": "reporter", "withdrawn_at": at})
    headers = envelope.headers(
        event_id=new_id(),
        source="intake",
        type_=contract.type,
        subject=subject,
        time=at,
        sequence=1,
        traceparent=None,
    )
    return Outgoing(events_exchange("intake"), contract.name, said.encode(), headers, str(new_id()))


def question(number: int) -> Message:
    return Message(
        f'{{"args": [], "kwargs": {{"complaint_id": "{new_id()}"}}}}',
        content_type="application/json",
        content_encoding="utf-8",
        reply_to=DIRECT_REPLY,
        correlation_id=str(number),
        user_id="intake",
    )
