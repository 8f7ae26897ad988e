"""Limits are kept also while more is said than ever lets the queue run empty."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from shared.contracts import event_type
from shared.ids import new_id
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from shared.messaging.topology import events_exchange
from tests.component.sla.desk import Complaint, at
from tests.harness import Broker, Service, eventually

EVERY = 0.01
"""Seconds between two handfuls of events: the subscription looks for an empty queue at least twice as long."""


def consent() -> Outgoing:
    """An event about a complaint nobody knows, which sla reads past."""
    subject, contract, now = new_id(), event_type("intake", "complaint.consented"), datetime.now(UTC)
    said = contract.write({"complaint_id": subject, "given": True, "channel": "web", "at": now})
    headers = envelope.headers(
        event_id=new_id(),
        source="intake",
        type_=contract.type,
        subject=subject,
        time=now,
        sequence=1,
        traceparent=None,
    )
    return Outgoing(events_exchange("intake"), contract.name, said.encode(), headers, str(new_id()))


@contextmanager
def flood(broker: Broker) -> Iterator[None]:
    """Events of intake without a pause, as long as the block lasts."""
    over = threading.Event()

    def pour() -> None:
        publisher = ConfirmingPublisher(broker.url("intake"))
        while not over.wait(EVERY):
            publisher.publish([consent() for _ in range(10)])
        publisher.close()

    pouring = threading.Thread(target=pour)
    pouring.start()
    try:
        yield
    finally:
        over.set()
        pouring.join()


def test_a_worker_that_starts_into_a_flood_keeps_limits_once_it_has_heard_what_came_before_it(
    service: Callable[..., Service], broker: Broker
) -> None:
    """Given a case whose limit passes while the worker is away, and events that come without a pause
    When the worker is back
    Then it says the breach although its queue is never empty."""
    sla = service("sla", worker=False)
    sla.set_time(at("2026-03-16", "11:00"))
    sla.start_worker()
    complaint = Complaint(sla)
    complaint.registered(at("2026-03-13"))
    complaint.verified(at("2026-03-16"))
    complaint.dispatched(at("2026-03-16", "10:05"))
    complaint.shows(follow_up="running")
    sla.stop_worker()

    with flood(broker):
        sla.set_time(at("2026-06-16"))
        sla.start_worker()
        eventually(lambda: complaint.told("clock.breached"), seconds=25, what="no limit passes while others talk")
