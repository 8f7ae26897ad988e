"""Our `@subscribe` in a worker of its own: position, one insert, one outbox row for every message of a full queue."""

import shared.cooperative  # noqa: F401, I001 - first
import os
import sys
from collections.abc import Sequence
from typing import Any

from kombu import Connection
from sqlalchemy import Column, MetaData, Table, Uuid, insert

from bench.programs import samples
from bench.programs.containers import container, counted, wait_until
from bench.stopwatch import Stopwatch, hand_over
from shared.contracts import Event
from shared.entrances import subscribe
from shared.messaging.topology import bindings, events_exchange, queue_name
from shared.settings import amqp_url
from shared.store import StoreDefinition, Transaction, open_store
from shared.store.tables import NAMING, moment
from shared.usecases import Together

metadata = MetaData(naming_convention=NAMING)
seen = Table("seen", metadata, Column("complaint_id", Uuid, primary_key=True), moment("at"))
STORE = StoreDefinition.of("sla", metadata, lambda tx: None)


def note(tx: Transaction, events: Sequence[Event]) -> None:
    tx.session.execute(insert(seen), [{"complaint_id": event.subject, "at": tx.now} for event in events])
    for event in events:
        tx.publish("clock.started", event.subject, samples.clock_started(event.subject, tx.now))


HEARS = {samples.NAME: Together(note)}


class Worker:
    name = "sla"

    @subscribe(samples.SOURCE)
    def hear(self, batch: Any) -> None:
        batch.apply(HEARS)


def _fill(url: str, count: int) -> None:
    """As intake says it, so that it counts as intake's; heard by nobody else, for whom it would be work as well."""
    said_on, mine = events_exchange(samples.SOURCE), queue_name(Worker.name, samples.SOURCE)
    with Connection(url) as connection:
        for binding in bindings():
            if binding["source"] == said_on and binding["destination"] != mine:
                connection.default_channel.queue_unbind(binding["destination"], said_on, binding["routing_key"])
    samples.fill(url, said_on, samples.NAME, count)


def main(count: int) -> None:
    store = open_store(STORE)
    metadata.create_all(store.engine)
    _fill(os.environ["BENCH_FILL_URL"], count)
    worker = container(Worker, amqp_url(), store=store)
    applied = {"source": samples.SOURCE, "event_type": samples.NAME, "outcome": "ok"}
    watch = Stopwatch()
    watch.start()
    worker.start()
    wait_until(lambda: counted("lapor_messages_consumed_total", **applied) >= count)
    hand_over(count, watch.stop())


if __name__ == "__main__":
    main(int(sys.argv[1]))
