"""A subscription that pauses while the database is away keeps what the broker handed it."""

from __future__ import annotations

from kombu import Connection

from shared.entrances.subscribe import Subscription
from tests.harness import Broker


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
