"""Timers of a worker: what falls due is done, once, in every replica's turn.

Two kinds of work: use cases (`handlers`), done in one transaction with the
mark that the timer fired; and work with the outside world (`outside`), done in
three steps so that no transaction waits for a stranger: prepare, perform,
conclude. A crash before `conclude` repeats `perform` after the lease ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import eventlet
from eventlet.greenpool import GreenPool
from nameko.extensions import DependencyProvider

from shared import clock, metrics, trace
from shared.entrances.loop import Loop
from shared.entrances.store import OpenLine, OpenStore
from shared.entrances.subscribe import Subscription
from shared.entrances.wakeups import Wakeups
from shared.errors import NotYet
from shared.logs import log
from shared.messaging.held import failure_delay, not_yet_delay
from shared.messaging.rpc import RpcClient
from shared.settings import env, sandbox
from shared.store import Timer, Transaction
from shared.store import timers as rows
from shared.store.database import is_away

CLAIM = 100
LEASE = 120.0
"""Seconds one piece of outside work may take before another replica repeats it."""

LONGEST_REST = 5.0
SANDBOX_REST = 0.25
"""In a sandbox the clock may jump at any moment; see whether it did as often as this."""

CATCHING_UP_REST = 0.2
"""After a start or an outage: what fell due waits until what was said meanwhile has been heard, and an answer given in
time is not taken for late."""

GAUGES_EVERY = 5.0

TimerHandler = Callable[[Transaction, Timer], None]


class Outside(Protocol):
    """Work with the outside world."""

    rpc: RpcClient

    def prepare(self, tx: Transaction, timer: Timer) -> Any | None: ...

    def perform(self, job: Any) -> Any: ...

    def conclude(self, tx: Transaction, timer: Timer, job: Any, result: Any) -> None: ...

    def fail(self, tx: Transaction, timer: Timer, job: Any, error: Exception, attempt: int) -> datetime | None: ...


class Timers(DependencyProvider):  # type: ignore[misc]
    """Fires the service's timers."""

    open_store = OpenStore()
    open_line = OpenLine()
    wakeups = Wakeups()

    def __init__(
        self,
        handlers: Mapping[str, TimerHandler] | None = None,
        outside: Mapping[str, Callable[[], Outside]] | None = None,
    ) -> None:
        super().__init__()
        self._handlers = dict(handlers or {})
        self._outside_kinds = dict(outside or {})

    def setup(self) -> None:
        self._loop = Loop("timers", self._round)
        self._pool = GreenPool(env.int("ADUAN_OUTSIDE_AT_ONCE", 4))
        self._in_hand: set[int] = set()
        self._gauged = 0.0
        self._look_at, self._woken = 0.0, True
        self._offset = clock.offset()
        self.wakeups.on("timers", self._look_now)

    def start(self) -> None:
        self._subscriptions = [e for e in self.container.entrypoints if isinstance(e, Subscription)]
        self._outside: dict[str, Outside] = {}
        for kind, make in self._outside_kinds.items():
            worker = make()
            worker.rpc = self.open_line.rpc
            self._outside[kind] = worker
        self.container.spawn_managed_thread(self._loop.run, identifier="timers")

    def stop(self) -> None:
        self._loop.stop()
        self._pool.waitall()

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
        done = self._fire_handlers() if self._handlers and caught_up else 0
        done += self._start_outside() if self._outside else 0
        metrics.TIMER_LAST_SUCCESS.set(time.time())
        now = clock.now()
        with store.read() as session:
            if time.monotonic() - self._gauged > GAUGES_EVERY:
                pending, overdue = rows.outlook(session, store.definition.kit, now)
                metrics.TIMERS_PENDING.set(pending)
                metrics.TIMERS_OVERDUE.set(overdue)
                self._gauged = time.monotonic()
            # While all hands are full the next outside work waits for one of them, who wakes us.
            kinds = [*(self._handlers if caught_up else ()), *(self._outside if self._pool.free() > 0 else ())]
            next_due = rows.next_due(session, store.definition.kit, kinds)
        if done:
            return 0.0
        rest = LONGEST_REST if caught_up else CATCHING_UP_REST
        return rest if next_due is None else max(0.01, min(rest, (next_due - now).total_seconds()))

    # Use cases ------------------------------------------------------------------------------------

    def _fire_handlers(self) -> int:
        """Fire due timers, all in one transaction; when one fails, each in its own."""
        store = self.open_store.store
        kinds = list(self._handlers)
        due: list[Timer] = []
        try:
            with store.begin() as tx:
                due = rows.claim(tx.session, tx.kit, kinds, tx.now, CLAIM)
                for timer in due:
                    self._use(tx, timer)
                if due:
                    rows.fired(tx.session, tx.kit, [t.id for t in due], tx.now)
            for timer in due:
                self._count(timer, "ok")
            return len(due)
        except Exception as error:
            if is_away(error):
                raise
        return sum(self._fire_alone() for _ in range(min(CLAIM, len(due))))

    def _fire_alone(self) -> int:
        store = self.open_store.store
        with store.begin() as tx:
            due = rows.claim(tx.session, tx.kit, list(self._handlers), tx.now, 1)
            if not due:
                return 0
            timer = due[0]
            savepoint = tx.session.begin_nested()
            try:
                self._use(tx, timer)
                tx.session.flush()
                savepoint.commit()
                rows.fired(tx.session, tx.kit, [timer.id], tx.now)
                outcome = "ok"
            except Exception as error:
                if is_away(error):
                    raise
                savepoint.rollback()
                tx.unsay(0)
                outcome = self._put_off(tx, timer, error)
        self._count(timer, outcome)
        return 1

    def _use(self, tx: Transaction, timer: Timer) -> None:
        trace.begin()
        with metrics.TIMER_SECONDS.labels(timer.kind).time():
            self._handlers[timer.kind](tx, timer)

    def _put_off(self, tx: Transaction, timer: Timer, error: Exception) -> str:
        attempts = timer.attempts + 1
        delay = not_yet_delay(attempts) if isinstance(error, NotYet) else failure_delay(attempts)
        rows.count_attempt(tx.session, tx.kit, timer.id)
        rows.failed(tx.session, tx.kit, timer.id, _reason(error), tx.now + timedelta(seconds=delay) if delay else None)
        if not isinstance(error, NotYet):
            log.error("a timer's work failed", timer=timer.kind, attempts=attempts, exc_info=error)
        return "retry" if delay else "given_up"

    # The outside world ----------------------------------------------------------------------------

    def _start_outside(self) -> int:
        """Lease due work to as many green threads as are free."""
        started = 0
        while self._pool.free() > 0:
            leased = self._lease_one()
            if leased is None:
                break
            timer, job = leased
            started += 1
            if job is not None:
                self._in_hand.add(timer.id)
                self._pool.spawn_n(self._work_outside, timer, job)
        return started

    def _lease_one(self) -> tuple[Timer, Any] | None:
        store = self.open_store.store
        with store.begin() as tx:
            # A sandbox clock that jumps ends leases at once; what is in hand here is not begun a second time.
            due = rows.claim(tx.session, tx.kit, list(self._outside), tx.now, 1, without=self._in_hand)
            if not due:
                return None
            timer = due[0]
            savepoint = tx.session.begin_nested()
            try:
                job = self._outside[timer.kind].prepare(tx, timer)
                tx.session.flush()
                savepoint.commit()
            except Exception as error:
                if is_away(error):
                    raise
                savepoint.rollback()
                tx.unsay(0)
                self._count(timer, self._put_off(tx, timer, error))
                return timer, None
            if job is None:
                rows.fired(tx.session, tx.kit, [timer.id], tx.now)
            else:
                rows.lease(tx.session, tx.kit, timer, tx.now, LEASE)
        return timer, job

    def _work_outside(self, timer: Timer, job: Any) -> None:
        try:
            self._perform(timer, job)
        finally:
            self._in_hand.discard(timer.id)
            self._look_now()

    def _perform(self, timer: Timer, job: Any) -> None:
        work = self._outside[timer.kind]
        trace.begin()
        try:
            with metrics.TIMER_SECONDS.labels(timer.kind).time(), eventlet.Timeout(LEASE - 10):
                result = work.perform(job)
        except (Exception, eventlet.Timeout) as error:
            failure = error if isinstance(error, Exception) else TimeoutError("the outside took too long")
            self._conclude_failure(timer, job, failure)
            return
        try:
            with self.open_store.store.begin() as tx:
                if rows.lock(tx.session, tx.kit, timer.id):
                    work.conclude(tx, timer, job, result)
                    rows.fired(tx.session, tx.kit, [timer.id], tx.now)
            self._count(timer, "ok")
        except Exception as error:
            # Performed but not noted: the lease brings it back, with the same job.
            metrics.UNHANDLED.labels("timers").inc()
            log.error("outside work was done but could not be noted", timer=timer.kind, exc_info=error)

    def _conclude_failure(self, timer: Timer, job: Any, error: Exception) -> None:
        attempt = timer.attempts + 1
        try:
            with self.open_store.store.begin() as tx:
                if not rows.lock(tx.session, tx.kit, timer.id):
                    return
                delay = not_yet_delay(attempt) if isinstance(error, NotYet) else None
                if delay is not None:
                    again_at: datetime | None = tx.now + timedelta(seconds=delay)
                else:
                    again_at = self._outside[timer.kind].fail(tx, timer, job, error, attempt)
                rows.failed(tx.session, tx.kit, timer.id, _reason(error), again_at)
            self._count(timer, "retry" if again_at else "given_up")
            log.warning("outside work failed", timer=timer.kind, attempt=attempt, error=type(error).__name__)
        except Exception as again:
            metrics.UNHANDLED.labels("timers").inc()
            log.error("a failure could not be noted", timer=timer.kind, exc_info=again)

    def _count(self, timer: Timer, outcome: str) -> None:
        metrics.TIMER_RUNS.labels(timer.kind, outcome).inc()
        metrics.TIMER_LATENESS.labels(timer.kind).observe(max(0.0, (clock.now() - timer.due_at).total_seconds()))


def _reason(error: Exception) -> str:
    """Why it failed, in words that may be kept."""
    return f"not yet: {error}" if isinstance(error, NotYet) else type(error).__name__
