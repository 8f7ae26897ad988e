"""Plain nameko's event handler: one insert and one commit for every message of a full queue."""

import bench.programs.cooperative  # noqa: F401, I001 - first
import os
import sys
from datetime import UTC, datetime
from typing import Any

import psycopg
from eventlet.queue import LifoQueue
from kombu import Connection, Queue
from nameko.events import event_handler
from nameko.extensions import DependencyProvider

from bench.programs import samples
from bench.programs.containers import container, wait_until
from bench.stopwatch import Stopwatch, hand_over
from shared.settings import amqp_url

WORKERS = 10
"""nameko's own default, and with it the number of messages under way."""

QUEUE = f"evt-{samples.SOURCE}-{samples.NAME}--bench.note"
"""The queue nameko declares for the handler below."""

handled = 0


class Connections(DependencyProvider):  # type: ignore[misc]
    """An open database connection for every worker."""

    def setup(self) -> None:
        self._free: Any = LifoQueue()
        for _ in range(WORKERS):
            self._free.put(psycopg.connect(os.environ["BENCH_DATABASE"]))

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._free.get()

    def worker_teardown(self, worker_ctx: Any) -> None:
        self._free.put(worker_ctx.service.connection)


class Worker:
    name = "bench"
    connection = Connections()

    @event_handler(samples.SOURCE, samples.NAME)
    def note(self, data: dict[str, Any]) -> None:
        global handled
        self.connection.execute("insert into seen values (%s, %s)", (data["complaint_id"], datetime.now(UTC)))
        self.connection.commit()
        handled += 1


def main(count: int) -> None:
    with psycopg.connect(os.environ["BENCH_DATABASE"]) as connection:
        connection.execute("create table seen (complaint_id uuid primary key, at timestamptz not null)")
    with Connection(amqp_url()) as broker:
        Queue(QUEUE, durable=True)(broker.default_channel).declare()
    samples.fill(amqp_url(), "", QUEUE, count)
    worker = container(Worker, amqp_url(), max_workers=WORKERS)
    watch = Stopwatch()
    watch.start()
    worker.start()
    wait_until(lambda: handled >= count)
    hand_over(count, watch.stop())


if __name__ == "__main__":
    main(int(sys.argv[1]))
