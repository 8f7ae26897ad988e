"""On the real broker: one user per service, with its own rights and nobody else's."""

from __future__ import annotations

import amqp
import pytest
from kombu import Connection

from shared.messaging.topology import SUBSCRIPTIONS, dead_queue, queue_name
from tests.harness import Broker


@pytest.mark.parametrize("service", list(SUBSCRIPTIONS))
def test_a_service_cannot_publish_as_another(broker: Broker, service: str) -> None:
    other = "intake" if service != "intake" else "sla"
    with Connection(broker.url(service)) as connection:
        channel = connection.default_channel
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("{}"), f"{service}.events", "x.y")
        with pytest.raises(amqp.AccessRefused):
            channel.basic_publish_confirm(amqp.Message("{}"), f"{other}.events", "x.y")


@pytest.mark.parametrize("service", list(SUBSCRIPTIONS))
def test_a_service_reads_its_own_queues_and_no_other(broker: Broker, service: str) -> None:
    other = "notify" if service != "notify" else "ombudsman"
    with Connection(broker.url(service)) as connection:
        for source in SUBSCRIPTIONS[service]:
            connection.default_channel.basic_get(queue_name(service, source))
        connection.default_channel.basic_get(dead_queue(service))
        with pytest.raises(amqp.AccessRefused):
            connection.default_channel.basic_get(queue_name(other, "intake"))


@pytest.mark.parametrize("service", list(SUBSCRIPTIONS))
def test_a_service_can_neither_take_anothers_questions_nor_stop_them(broker: Broker, service: str) -> None:
    other = "intake" if service != "intake" else "sla"
    for deed in (
        lambda channel: channel.queue_bind(f"rpc-{service}", "nameko-rpc", f"{other}.*"),
        lambda channel: channel.queue_unbind(f"rpc-{other}", "nameko-rpc", f"{other}.*"),
        lambda channel: channel.exchange_bind(f"{service}.events", "nameko-rpc", "#"),
        lambda channel: channel.basic_get(f"rpc-{other}"),
        lambda channel: channel.queue_purge(f"rpc-{other}"),
        lambda channel: channel.queue_delete(f"rpc-{other}"),
        lambda channel: channel.exchange_delete("nameko-rpc"),
        lambda channel: channel.queue_declare(f"{service}.of-my-own"),
    ):
        with Connection(broker.url(service)) as connection, pytest.raises(amqp.AccessRefused):
            deed(connection.default_channel)


def test_nobody_can_ask_in_anothers_name(broker: Broker) -> None:
    with Connection(broker.url("sla")) as connection:
        channel = connection.default_channel
        channel.confirm_select()
        with pytest.raises(amqp.PreconditionFailed):
            channel.basic_publish_confirm(amqp.Message("{}", user_id="notify"), "nameko-rpc", "intake.contacts")
