"""A subscription that pauses while the database is away keeps what the broker handed it."""

from __future__ import annotations

from kombu import Connection
from sqlalchemy import text

from shared.entrances.subscribe import Subscription
from shared.ids import new_id
from shared.messaging.topology import queue_name
from tests.conftest import Starter
from tests.harness import Broker, eventually


def test_a_pause_longer_than_two_heartbeats_loses_no_connection(broker: Broker) -> None:
    """The broker's heartbeats are read during the pause; unread ones end the connection, and each message in hand is a
    delivery nearer to the limit at which the broker gives it up."""
    subscription = Subscription("intake")
    with Connection(broker.url("sla"), heartbeat=2) as connection:
        connection.connect()
        subscription._connection = connection
        for _ in range(12):
            subscription._rest_with_heartbeat(1.0)
        assert connection.connected
        connection.default_channel.basic_qos(0, 1, False)  # the broker still answers


def test_a_worker_has_no_more_in_hand_than_its_prefetch_says(service: Starter, broker: Broker) -> None:
    """Given a worker that may have seven events in hand and cannot apply one
    When more are said
    Then seven are handed to it and the others lie in the queue, where another worker can have them."""
    sla = service("sla", worker=False)
    sla.environment["ADUAN_PREFETCH"] = "7"
    sla.start_worker()
    with sla.store.engine.connect() as somebody:
        somebody.execute(text("lock table positions in access exclusive mode"))
        for _ in range(20):
            subject = new_id()
            withdrawn = {"complaint_id": subject, "reason": "reporter", "withdrawn_at": sla.now()}
            sla.says("intake", "complaint.withdrawn", subject, withdrawn)
        with Connection(broker.url("operator")) as connection:
            channel = connection.default_channel
            eventually(lambda: channel.queue_declare(queue_name("sla", "intake"), passive=True).message_count == 13)
        somebody.rollback()
    sla.stop_worker()
