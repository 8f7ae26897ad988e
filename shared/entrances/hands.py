"""The hands of a worker that reach outside: take due work, perform it, note what came of it.

Work is taken as hands become free, and noted as it is finished, both in
batches: what is due in the same moment is leased in one transaction, and what
was finished while the last note was being committed is noted by the next one.
So one letter takes no longer than before, and a thousand share their commits.
A note waits for a database that is away. A crash before the note repeats
`perform` after the lease ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import eventlet
from eventlet.greenpool import GreenPool
from eventlet.queue import LightQueue

from shared import metrics, trace
from shared.entrances.noting import count, put_off, reason
from shared.errors import NotYet
from shared.logs import log
from shared.messaging.held import not_yet_delay
from shared.store import Store, Timer, Transaction
from shared.store import timers as rows
from shared.store.database import is_away
from shared.usecases import Done, Outside

LEASE = 120.0
"""Seconds one piece of outside work may take before another replica repeats it."""

AGAIN = 1.0
"""Seconds until a note is tried again for which the database was away."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A piece of work that was performed, or failed."""

    timer: Timer
    job: Any
    result: Any
    error: Exception | None
    traceparent: str


class Hands:
    """So many pieces of outside work at once. `freed` is called whenever a hand becomes free."""

    def __init__(self, store: Store, works: Mapping[str, Outside], at_once: int, freed: Callable[[], None]) -> None:
        self._store = store
        self._works = works
        self._pool: Any = GreenPool(at_once)
        self._freed = freed
        self._in_hand: set[int] = set()  # taken and not noted yet
        self._finished: Any = LightQueue()
        self._stopping = False

    @property
    def kinds(self) -> list[str]:
        """The kinds of work they can do."""
        return list(self._works)

    @property
    def free(self) -> int:
        """How many could take something now. What waits for its note counts as half a hand."""
        waiting: int = len(self._in_hand) - self._pool.running()
        free: int = self._pool.free() - waiting // 2
        return max(0, free)

    def note(self) -> None:
        """Note what is finished, until stopped; runs in a thread of its own."""
        stopping = False
        while not stopping:
            finished = [self._finished.get()]
            while not self._finished.empty():
                finished.append(self._finished.get())
            stopping = finished[-1] is None
            if pieces := [one for one in finished if one is not None]:
                self._note_all(pieces)

    def stop(self) -> None:
        """Wait until everything in hand is performed; what is finished is still noted, if the database is there."""
        self._stopping = True
        self._pool.waitall()
        self._finished.put(None)

    # Taking -----------------------------------------------------------------------------------------

    def take(self) -> int:
        """Lease due work for the hands that are free and begin it; returns how much was looked at."""
        if not self.free:
            return 0
        try:
            with self._store.begin() as tx:
                due = self._claim(tx, self.free)
                jobs = self._prepare(tx, due)
        except Exception as error:
            if is_away(error):
                raise
            return self._take_carefully()
        self._begin(due, jobs)
        return len(due)

    def _take_carefully(self) -> int:
        """One of them cannot be prepared: take one alone; when it is the one, it is put off."""
        with self._store.begin() as tx:
            due = self._claim(tx, 1)
            savepoint = tx.session.begin_nested()
            try:
                jobs = self._prepare(tx, due)
                savepoint.commit()
            except Exception as error:
                if is_away(error):
                    raise
                savepoint.rollback()
                tx.forget()
                jobs = {}
                count([(due[0], put_off(tx, due[0], error))])
        self._begin(due, jobs)
        return len(due)

    def _claim(self, tx: Transaction, limit: int) -> list[Timer]:
        # A sandbox clock that jumps ends leases at once; what is in hand here is not begun a second time.
        return rows.claim(tx.session, tx.kit, self.kinds, tx.now, limit, without=self._in_hand)

    def _prepare(self, tx: Transaction, due: Sequence[Timer]) -> dict[int, Any]:
        """Timer id → job, leased; what has nothing to do is done."""
        jobs: dict[int, Any] = {}
        for kind, timers in _by_kind(due).items():
            jobs |= self._works[kind].prepare_all(tx, timers)
        if jobs:
            rows.lease(tx.session, tx.kit, list(jobs), tx.now, LEASE)
        if needless := [timer.id for timer in due if timer.id not in jobs]:
            rows.fired(tx.session, tx.kit, needless, tx.now)
        return jobs

    def _begin(self, due: Sequence[Timer], jobs: Mapping[int, Any]) -> None:
        for timer in due:
            if timer.id in jobs:
                self._in_hand.add(timer.id)
                self._pool.spawn_n(self._perform, timer, jobs[timer.id])

    # Performing -------------------------------------------------------------------------------------

    def _perform(self, timer: Timer, job: Any) -> None:
        traceparent = trace.begin()
        result, failure = None, None
        try:
            with metrics.TIMER_SECONDS.labels(timer.kind).time(), eventlet.Timeout(LEASE - 10):
                result = self._works[timer.kind].perform(job)
        except Exception as error:
            failure = error
        except eventlet.Timeout:
            failure = TimeoutError("the outside took too long")
        self._finished.put(Finished(timer, job, result, failure, traceparent))
        self._freed()

    # Noting -----------------------------------------------------------------------------------------

    def _note_all(self, finished: Sequence[Finished]) -> None:
        try:
            try:
                self._note_patiently(finished)
            except Exception as error:
                if len(finished) == 1:
                    raise
                log.warning("noted one by one", pieces=len(finished), error=type(error).__name__)
                for one in finished:
                    self._note_alone(one)
        except Exception as error:
            self._not_noted(finished[0], error)
        finally:
            self._in_hand.difference_update(one.timer.id for one in finished)
            self._freed()

    def _note_alone(self, one: Finished) -> None:
        try:
            self._note_patiently([one])
        except Exception as error:
            self._not_noted(one, error)

    def _note_patiently(self, finished: Sequence[Finished]) -> None:
        """Work that was done must not be done again only because nobody could write it down."""
        while True:
            try:
                return self._note(finished)
            except Exception as error:
                if self._stopping or not is_away(error):
                    raise
                log.warning("outside work waits to be noted", pieces=len(finished), error=type(error).__name__)
            eventlet.sleep(AGAIN)

    def _not_noted(self, one: Finished, error: Exception) -> None:
        """The lease brings it back, with the same job."""
        metrics.UNHANDLED.labels("timers").inc()
        log.error("outside work was done but could not be noted", timer=one.timer.kind, exc_info=error)

    def _note(self, finished: Sequence[Finished]) -> None:
        outcomes: list[tuple[Timer, str]] = []
        with self._store.begin() as tx:
            mine = rows.lock(tx.session, tx.kit, [one.timer.id for one in finished])
            for one in finished:
                if one.timer.subject:
                    tx.follow(one.timer.subject, one.traceparent)
            went_well = [one for one in finished if one.error is None and one.timer.id in mine]
            for kind, done in groupby(sorted(went_well, key=lambda one: one.timer.kind), lambda one: one.timer.kind):
                self._works[kind].conclude_all(tx, [Done(one.timer, one.job, one.result) for one in done])
            rows.fired(tx.session, tx.kit, [one.timer.id for one in went_well], tx.now)
            outcomes += [(one.timer, "ok") for one in went_well]
            for one in finished:
                if one.error is not None and one.timer.id in mine:
                    again_at = self._note_failure(tx, one, one.error)
                    outcomes.append((one.timer, "retry" if again_at else "given_up"))
        count(outcomes)

    def _note_failure(self, tx: Transaction, one: Finished, error: Exception) -> datetime | None:
        attempt = one.timer.attempts + 1
        delay = not_yet_delay(attempt) if isinstance(error, NotYet) else None
        if delay is not None:
            again_at: datetime | None = tx.now + timedelta(seconds=delay)
        else:
            again_at = self._works[one.timer.kind].fail(tx, one.timer, one.job, error, attempt)
        rows.failed(tx.session, tx.kit, one.timer.id, reason(error), again_at)
        log.warning("outside work failed", timer=one.timer.kind, attempt=attempt, error=type(error).__name__)
        return again_at


def _by_kind(due: Sequence[Timer]) -> dict[str, list[Timer]]:
    kinds: dict[str, list[Timer]] = defaultdict(list)
    for timer in due:
        kinds[timer.kind].append(timer)
    return kinds
