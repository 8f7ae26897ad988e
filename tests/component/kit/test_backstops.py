"""What the broker itself does with messages nobody can take: counted, kept, and brought to where an operator looks."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from deploy.local.place import Place
from deploy.local.system import System
from shared.ids import new_id
from shared.messaging import parked
from shared.messaging.topology import DELIVERY_LIMIT, STREAM, SUBSCRIPTIONS, UNROUTED, dead_queue, queue_name
from tests.harness import ROOT, Broker, Service, eventually


@pytest.fixture(scope="module")
def sla(service: Any) -> Service:
    """sla without its worker: what is said to it stays in its queues."""
    made: Service = service("sla", worker=False)
    return made


def withdrawal(sla: Service, subject: Any) -> dict[str, Any]:
    return {"complaint_id": subject, "reason": "reporter", "withdrawn_at": sla.now()}


def in_queue(broker: Broker, name: str) -> int:
    with Connection(broker.url("operator")) as connection:
        return int(connection.default_channel.queue_declare(name, passive=True).message_count)


def test_a_message_with_which_its_worker_dies_again_and_again_ends_parked(sla: Service, broker: Broker) -> None:
    """Given a message whose taker loses its connection each time it has it in hand
    When that has happened more often than the delivery limit allows
    Then it is in the dead-letter queue of the listener, and the listener's worker parks it with the broker's reason."""
    subject = new_id()
    sla.says("intake", "complaint.withdrawn", subject, withdrawal(sla, subject))
    queue = queue_name("sla", "intake")
    deliveries = 0
    while True:
        taker = Connection(broker.url("sla"))
        message = None
        for _ in range(100):  # what a lost connection gives back takes a moment to be there again
            if (message := taker.default_channel.basic_get(queue)) is not None or in_queue(broker, dead_queue("sla")):
                break
        taker.collect(socket_timeout=1)  # gone without a word
        if message is None:
            break
        deliveries += 1
        assert deliveries < 2 * DELIVERY_LIMIT
    assert deliveries == DELIVERY_LIMIT + 1
    eventually(lambda: in_queue(broker, dead_queue("sla")) == 1)
    assert in_queue(broker, queue) == 0

    sla.start_worker()
    (row,) = eventually(lambda: parked.parked(sla.store))
    assert (row.source, row.name, row.subject, row.sequence) == ("intake", "complaint.withdrawn", subject, 1)
    assert row.reason == "broker: delivery_limit"
    eventually(lambda: in_queue(broker, dead_queue("sla")) == 0)
    sla.stop_worker()


def test_an_event_that_no_queue_takes_is_kept_and_counted_for_the_alert(sla: Service, broker: Broker) -> None:
    takers = [*(queue_name(s, "intake") for s, sources in SUBSCRIPTIONS.items() if "intake" in sources), STREAM]
    subject = new_id()
    with Connection(broker.url("operator")) as connection:
        channel = connection.default_channel
        for queue in takers:
            channel.queue_unbind(queue, "intake.events", "#")
        try:
            sla.says("intake", "complaint.withdrawn", subject, withdrawal(sla, subject))
            eventually(lambda: counted(broker, UNROUTED) == 1)
            message = channel.basic_get(UNROUTED, no_ack=True)
        finally:
            for queue in takers:
                channel.queue_bind(queue, "intake.events", "#")
    assert message.headers["cloudEvents:subject"] == str(subject)
    assert message.delivery_info["exchange"] == "intake.events"
    assert message.delivery_info["routing_key"] == "complaint.withdrawn"


def counted(broker: Broker, queue: str) -> float | None:
    """The series the alert EventsUnrouted watches."""
    port = System.running(Place(ROOT, Path(os.environ["ADUAN_RUN_DIR"]))).ports["amqp-metrics"]
    address = f"http://127.0.0.1:{port}/metrics/detailed?vhost={broker.vhost}&family=queue_coarse_metrics"
    with urllib.request.urlopen(address, timeout=10) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith("rabbitmq_detailed_queue_messages{") and f'queue="{queue}"' in line:
                return float(line.rpartition(" ")[2])
    return None
