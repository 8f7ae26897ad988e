"""The relay's place in a worker process."""

from __future__ import annotations

import time

from nameko.extensions import DependencyProvider

from shared.entrances.loop import Loop
from shared.entrances.store import OpenStore
from shared.entrances.wakeups import Wakeups
from shared.messaging import held, relay
from shared.messaging.publisher import ConfirmingPublisher
from shared.settings import amqp_url

IDLE = 2.0
"""Seconds between looks at the outbox when nobody woke us."""

SPACING = 0.1
"""Seconds between windows that are not full: a lone event goes at once, under load some share a window."""

GAUGES_EVERY = 5.0


class Relay(DependencyProvider):  # type: ignore[misc]
    """Publishes what the service committed to its outbox, woken by every commit."""

    open_store = OpenStore()
    wakeups = Wakeups()

    def setup(self) -> None:
        self._publisher = ConfirmingPublisher(amqp_url())
        self._loop = Loop("relay", self._round, SPACING)
        self._gauged = 0.0
        self.wakeups.on("outbox", self._loop.wake)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._loop.run, identifier="relay")

    def stop(self) -> None:
        self._loop.stop()
        self._publisher.close()

    def _round(self) -> float:
        # First the gauges: a relay that cannot publish is the one whose outbox must be seen growing.
        self._observe()
        sent = relay.relay_window(self.open_store.store, self._publisher)
        if sent == 0:
            self._publisher.idle()
        return 0.0 if sent == relay.WINDOW else IDLE

    def _observe(self) -> None:
        if time.monotonic() - self._gauged > GAUGES_EVERY:
            relay.observe(self.open_store.store)
            with self.open_store.store.read() as session:
                held.observe(session, self.open_store.store.definition.kit)
            self._gauged = time.monotonic()
