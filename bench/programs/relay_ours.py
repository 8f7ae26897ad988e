"""Our relay in a worker of its own: an outbox filled beforehand, until its last event is confirmed."""

import shared.cooperative  # noqa: F401, I001 - first
import sys

from bench.programs import samples
from bench.programs.containers import container, counted, wait_until
from bench.stopwatch import Stopwatch, hand_over
from shared.entrances import Relay
from shared.ids import new_id
from shared.settings import amqp_url
from shared.store import Store, open_store
from shared.store.database import definition_of


class Worker:
    name = samples.SOURCE
    relay = Relay()


def fill(store: Store, count: int) -> None:
    for start in range(0, count, samples.WINDOW):
        with store.begin() as tx:
            for _ in range(min(samples.WINDOW, count - start)):
                complaint_id = new_id()
                tx.publish(samples.NAME, complaint_id, samples.registered(complaint_id))


def main(count: int) -> None:
    store = open_store(definition_of(Worker.name))
    fill(store, count)
    worker = container(Worker, amqp_url(), store=store)
    watch = Stopwatch()
    watch.start()
    worker.start()
    wait_until(lambda: counted("lapor_outbox_published_total", outcome="ok") >= count)
    hand_over(count, watch.stop())


if __name__ == "__main__":
    main(int(sys.argv[1]))
