"""Messages as no client of ours writes them, and messages that come by a way they should not: on the real broker.

Whoever may publish can write a header that py-amqp cannot read, and whoever may answer questions can write to any queue
by its name, through the broker's default exchange.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from typing import Any

import amqp
import pytest
from kombu import Connection
from sqlalchemy import text

from shared.contracts import event_type
from shared.ids import new_id
from shared.messaging import envelope, parked
from shared.messaging.topology import DEAD, dead_queue, queue_name
from tests.harness import Broker, Service, eventually


class Raw(amqp.Message):  # type: ignore[misc]
    """A message with the property list given as octets."""

    def __init__(self, body: bytes, properties: bytes) -> None:
        super().__init__(body)
        self.raw = properties

    def _serialize_properties(self) -> bytes:
        return self.raw


def table(entries: bytes) -> bytes:
    return struct.pack(">I", len(entries)) + entries


def header(entries: bytes) -> bytes:
    """A property list that is a table of headers."""
    return struct.pack(">H", 0x2000) + table(entries)


def nested(depth: int) -> bytes:
    inner = b"\x01aV"
    for _ in range(depth):
        inner = b"\x01aF" + table(inner)
    return inner


UNREADABLE = {
    "a moment after the year 9999": header(b"\x01aT" + b"\xff" * 8),
    "a content type that is no UTF-8": struct.pack(">HB", 0x8000, 2) + b"\xff\xfe",
    "tables within tables": header(nested(2000)),
}


@pytest.fixture(scope="module")
def sla(service: Any) -> Iterator[Service]:
    made: Service = service("sla")
    yield made


def publish(broker: Broker, user: str, exchange: str, routing_key: str, message: Any) -> None:
    with Connection(broker.url(user)) as connection:
        channel = connection.default_channel
        channel.confirm_select()
        channel.basic_publish_confirm(message, exchange, routing_key, mandatory=True)


def newest_parked(sla: Service, before: set[int], number: int = 1) -> list[Any]:
    found: list[Any] = eventually(
        lambda: len(new := [row for row in parked.parked(sla.store) if row.id not in before]) >= number and new,
        what="it was not parked",
    )
    return found


def ids(sla: Service) -> set[int]:
    return {row.id for row in parked.parked(sla.store)}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_event_whose_header_cannot_be_read_is_parked_and_costs_nobody_the_line(
    sla: Service, broker: Broker, kind: str
) -> None:
    before, lost = ids(sla), sla.log().count("the broker is away")
    publish(broker, "intake", "intake.events", "complaint.withdrawn", Raw(b"{}", UNREADABLE[kind]))
    (row,) = newest_parked(sla, before)
    assert (row.source, row.subject, row.reason[:11]) == ("intake", None, "undecodable")
    assert parked.show(sla.store, row.id)["headers"]["aduan-unreadable"]  # what came is there to be looked at
    assert sla.log().count("the broker is away") == lost


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_dead_letter_whose_header_cannot_be_read_is_parked_too(sla: Service, broker: Broker, kind: str) -> None:
    before = ids(sla)
    publish(broker, "operator", DEAD, "sla", Raw(b"{}", UNREADABLE[kind]))
    (row,) = newest_parked(sla, before)
    assert (row.source, row.reason) == ("unknown", "broker: dead letter")


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_question_whose_header_cannot_be_read_ends_no_worker(sla: Service, broker: Broker, kind: str) -> None:
    publish(broker, "routing", "nameko-rpc", "sla.clocks", Raw(b"{}", UNREADABLE[kind]))
    time.sleep(0.5)
    assert sla.ask("clocks", as_="routing", complaint_id=new_id())["clocks"] == []
    assert "the container died" not in sla.log()


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"{no json", "application/json"), (b"secret words", "application/x-python-serialize")]
)
def test_a_question_whose_body_cannot_be_read_is_counted_and_its_words_are_in_no_log(
    sla: Service, broker: Broker, body: bytes, content_type: str
) -> None:
    before = sla.log().count("a question could not be read")
    message = amqp.Message(body, content_type=content_type, user_id="routing")
    publish(broker, "routing", "nameko-rpc", "sla.clocks", message)
    eventually(lambda: sla.log().count("a question could not be read") == before + 1)
    assert body.decode() not in sla.log()
    assert sla.ask("clocks", as_="routing", complaint_id=new_id())["clocks"] == []


@pytest.mark.parametrize("way", ["the queue's name", "a dead letter"])
def test_what_another_says_in_a_sources_name_is_parked_and_never_applied(
    sla: Service, broker: Broker, way: str
) -> None:
    """Given a good event of intake's that notify made
    When notify puts it into a queue of sla's by that queue's name, as an event or as if the broker had given up on it
    Then it is parked, and a replay does not apply it."""
    before, subject = ids(sla), new_id()
    contract = event_type("intake", "complaint.withdrawn")
    headers: dict[str, Any] = envelope.headers(
        event_id=new_id(),
        source="intake",
        type_=contract.type,
        subject=subject,
        time=sla.now(),
        sequence=1,
        traceparent=None,
    )
    queue = queue_name("sla", "intake")
    if way == "a dead letter":
        death = {"queue": queue, "exchange": "intake.events", "reason": "delivery_limit"}
        headers |= {f"x-first-death-{what}": which for what, which in death.items()}
        queue = dead_queue("sla")
    body = contract.write({"complaint_id": subject, "reason": "reporter", "withdrawn_at": sla.now()})
    publish(broker, "notify", "", queue, amqp.Message(body, application_headers=headers))

    (row,) = newest_parked(sla, before)
    assert (row.source, row.subject) == ("intake", None)
    assert parked.replay(sla.store, row.id, by="operator")
    assert parked.show(sla.store, row.id)["state"] == "parked"
    with sla.store.read() as session:
        assert not session.scalar(text("select count(*) from positions where subject = :s"), {"s": subject})


def test_a_dead_letter_that_names_no_queue_of_ours_holds_up_no_other(sla: Service, broker: Broker) -> None:
    before = ids(sla)
    for queue in (f"sla.{'x' * 100}", "sla.nobody", ""):
        headers = {"x-first-death-queue": queue, "x-first-death-exchange": "intake.events"}
        publish(broker, "operator", DEAD, "sla", amqp.Message(b"{}", application_headers=headers))
    assert {row.source for row in newest_parked(sla, before, 3)} == {"unknown"}
