"""Being woken by commits: PostgreSQL's NOTIFY cuts the rest of relay and timers short, also across processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import eventlet
import psycopg
from nameko.extensions import SharedExtension

from shared.entrances.store import OpenStore
from shared.logs import log


class Wakeups(SharedExtension):  # type: ignore[misc]
    """Listens on the service's database. Polling makes up for whatever is missed while it is disconnected."""

    open_store = OpenStore()

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self._stopping = False

    def on(self, channel: str, wake: Callable[[], None]) -> None:
        """Call `wake` whenever a transaction that touched `channel` (outbox, timers) commits."""
        self._sleepers[channel].append(wake)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier="wakeups")

    def stop(self) -> None:
        self._stopping = True
        self._thread.wait()

    def _run(self) -> None:
        url = self.open_store.store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stopping:
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    for channel in self._sleepers:
                        connection.execute(f"listen {channel}")  # type: ignore[call-overload]
                    self._wake_all()
                    while not self._stopping:
                        for notice in connection.notifies(timeout=1.0, stop_after=1):
                            for wake in self._sleepers[notice.channel]:
                                wake()
            except psycopg.Error as error:
                log.warning("not listening for commits", error=type(error).__name__)
                eventlet.sleep(2)

    def _wake_all(self) -> None:
        for wakes in self._sleepers.values():
            for wake in wakes:
                wake()
