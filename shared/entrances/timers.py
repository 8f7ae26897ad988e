"""Timers of a worker: what falls due is done, once, in every replica's turn.

Two kinds of work: use cases (`handlers`), done in one transaction with the
mark that the timer fired; and work with the outside world (`outside`), which
is left to the worker's hands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from nameko.extensions import DependencyProvider
from sqlalchemy import Connection

from shared import clock, metrics
from shared.entrances.firing import BATCH, Firing
from shared.entrances.hands import Hands
from shared.entrances.loop import Loop
from shared.entrances.store import OpenLine, OpenStore
from shared.entrances.subscribe import Subscription
from shared.entrances.wakeups import Wakeups
from shared.settings import env, sandbox
from shared.store import timers as rows
from shared.usecases import Outside, TimerHandlers

LONGEST_REST = 5.0
SANDBOX_REST = 0.25
"""In a sandbox the clock may jump at any moment; see whether it did as often as this."""

CATCHING_UP_REST = 0.2
"""After a start or an outage: what fell due waits until what was said meanwhile has been heard, and an answer given in
time is not taken for late."""

SPACING = 0.1
"""Seconds between looks somebody wakes us for: what is finished or scheduled in one moment is looked at once."""

GAUGES_EVERY, ALL_COUNTED_EVERY = 5.0, 600.0
"""Seconds between two looks at what is overdue, and at how many timers there are: that reads all of them."""


class Timers(DependencyProvider):  # type: ignore[misc]
    """Fires the service's timers."""

    open_store = OpenStore()
    open_line = OpenLine()
    wakeups = Wakeups()

    def __init__(
        self,
        handlers: TimerHandlers | None = None,
        outside: Mapping[str, Callable[[], Outside]] | None = None,
    ) -> None:
        super().__init__()
        self._handlers = dict(handlers or {})
        self._outside_kinds = dict(outside or {})

    def setup(self) -> None:
        self._loop = Loop("timers", self._round, SPACING)
        self._gauged = self._all_counted = 0.0
        self._look_at, self._woken = 0.0, True
        self._offset = clock.offset()
        self.wakeups.on("timers", self._look_now)

    def start(self) -> None:
        self._subscriptions = [e for e in self.container.entrypoints if isinstance(e, Subscription)]
        works: dict[str, Outside] = {}
        for kind, make in self._outside_kinds.items():
            works[kind] = make()
            works[kind].rpc = self.open_line.rpc
        at_once = env.int("ADUAN_OUTSIDE_AT_ONCE", 32)
        self._firing = self.make_firing()
        self._hands = Hands(self.open_store.store, works, at_once, self._look_now)
        self._noting = self.container.spawn_managed_thread(self._hands.note, identifier="hands")
        self.container.spawn_managed_thread(self._loop.run, identifier="timers")

    def stop(self) -> None:
        self._loop.stop()
        self._hands.stop()
        self._noting.wait()

    def make_firing(self) -> Firing:
        """Who fires the timers of use cases; a measurement puts another one here."""
        return Firing(self.open_store.store, self._handlers)

    def _look_now(self) -> None:
        self._woken = True
        self._loop.wake()

    def _round(self) -> float:
        """Look when something may be due; in a sandbox also when the clock was moved, which nobody announces."""
        if clock.offset() != self._offset:
            self._offset, self._woken = clock.offset(), True
        if self._woken or time.monotonic() >= self._look_at:
            self._woken = False  # before the look: who wakes us meanwhile wants another one
            self._look_at = time.monotonic() + self._look()
        left = 0.0 if self._woken else max(0.0, self._look_at - time.monotonic())
        return min(left, SANDBOX_REST) if sandbox() else left

    def _look(self) -> float:
        """Do what is due; the seconds until something else is."""
        store = self.open_store.store
        caught_up = all(subscription.caught_up for subscription in self._subscriptions)
        done = self._firing.fire() if self._handlers and caught_up else 0
        done += self._hands.take() if self._hands.kinds else 0
        metrics.TIMER_LAST_SUCCESS.set(time.time())
        now = clock.now()
        with store.read() as session:
            self._gauge(session, now)
            # While all hands are full the next outside work waits for one of them, who wakes us.
            kinds = [*(self._handlers if caught_up else ()), *(self._hands.kinds if self._hands.free else ())]
            next_due = rows.next_due(session, store.definition.kit, kinds)
        if done >= BATCH:
            return 0.0
        rest = LONGEST_REST if caught_up else CATCHING_UP_REST
        return rest if next_due is None else max(0.01, min(rest, (next_due - now).total_seconds()))

    def _gauge(self, session: Connection, now: datetime) -> None:
        kit = self.open_store.store.definition.kit
        if time.monotonic() - self._gauged > GAUGES_EVERY:
            metrics.TIMERS_OVERDUE.set(rows.overdue(session, kit, now))
            self._gauged = time.monotonic()
        if time.monotonic() - self._all_counted > ALL_COUNTED_EVERY:
            metrics.TIMERS_PENDING.set(rows.pending(session, kit))
            self._all_counted = time.monotonic()
