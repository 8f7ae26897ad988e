"""Firing timers: what is due is given to its use cases, many in one transaction, each complaint's in their order.

In waves: of each complaint its oldest timer, then its next one, so that a use
case which takes several at once (`Together`) is given all of a wave. When a
batch fails, each half of it is done in a transaction of its own, down to the
one that fails: it is put off, the others are done.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from uuid import UUID

from shared import metrics, trace
from shared.entrances.noting import count, put_off
from shared.store import Store, Timer, Transaction
from shared.store import timers as rows
from shared.store.database import is_away
from shared.usecases import TimerHandler, TimerHandlers, Together, Waiting

BATCH = 250
"""Timers in one transaction: a fraction of a second of work, so that no complaint is locked for longer."""

Outcomes = Sequence[tuple[Timer, str]]
"""What each timer came to: ok, moved, retry or given_up."""


class Firing:
    """The timers of a service's own use cases."""

    def __init__(self, store: Store, handlers: TimerHandlers) -> None:
        self._store = store
        self._handlers = handlers

    def fire(self, only: Sequence[int] | None = None) -> int:
        """Fire due timers, oldest first, at most a batch (of these ids, where given); returns how many it looked at.

        Raises when the database is away.
        """
        due: list[Timer] = []
        try:
            with self._store.begin() as tx:
                due = rows.claim(tx.session, tx.kit, list(self._handlers), tx.now, BATCH, only=only)
                outcomes = fire(tx, self._handlers, due)
        except Exception as error:
            if is_away(error) or not due:
                raise
            self._fire_in_halves(due, error)
        else:
            self.committed(outcomes)
        return len(due)

    def _fire_in_halves(self, failed: Sequence[Timer], error: Exception) -> None:
        """The first half first. One alone is put off."""
        if len(failed) == 1:
            self._put_off(failed[0], error)
            return
        ids, half = [timer.id for timer in failed], len(failed) // 2
        self.fire(ids[:half])
        self.fire(ids[half:])

    def committed(self, outcomes: Outcomes) -> None:
        """Count what was done."""
        count(outcomes)

    def _put_off(self, timer: Timer, error: Exception) -> None:
        with self._store.begin() as tx:
            still_ours = rows.claim(tx.session, tx.kit, [timer.kind], tx.now, 1, only=[timer.id])
            outcomes = [(one, put_off(tx, one, error)) for one in still_ours]
        self.committed(outcomes)


def fire(tx: Transaction, handlers: TimerHandlers, due: Sequence[Timer]) -> Outcomes:
    """Do what fell due, and note of each timer that it fired, that it was moved, or that it has to wait.

    Raises what a use case raises; then nothing of it must be committed.
    """
    waiting: dict[int, str] = {}
    for wave in _waves(due):
        given: dict[TimerHandler | Together[Timer, Waiting], list[Timer]] = defaultdict(list)
        for timer in wave:
            given[handlers[timer.kind]].append(timer)
        for handler, timers in given.items():
            not_yet = _use(tx, handler, timers)
            waiting |= {timer.id: put_off(tx, timer, not_yet[timer.id]) for timer in timers if timer.id in not_yet}
    moved = tx.scheduled
    outcomes = [
        (timer, waiting.get(timer.id) or ("moved" if (timer.kind, timer.key) in moved else "ok")) for timer in due
    ]
    done = [timer for timer, outcome in outcomes if outcome == "ok"]
    known = [timer.id for timer in done if isinstance(handlers[timer.kind], Together)]
    if known:
        rows.forget(tx.session, tx.kit, known)
    if len(known) < len(done):
        rows.fired(tx.session, tx.kit, [timer.id for timer in done if timer.id not in set(known)], tx.now)
    return outcomes


def _waves(due: Sequence[Timer]) -> list[list[Timer]]:
    """Of each complaint its oldest timer, then its next one, and so on. One without a complaint is its own."""
    turns: dict[UUID | int, list[Timer]] = defaultdict(list)
    for timer in due:
        turns[timer.subject or timer.id].append(timer)
    return [[timer for timer in wave if timer] for wave in zip_longest(*turns.values())]


def _use(tx: Transaction, handler: TimerHandler | Together[Timer, Waiting], timers: Sequence[Timer]) -> Waiting:
    """What is said of a complaint because of a timer belongs to a trace of its own."""
    began = time.monotonic()
    waiting: Waiting = {}
    if isinstance(handler, Together):
        for timer in timers:
            traceparent = trace.begin()
            if timer.subject:
                tx.follow(timer.subject, traceparent)
        waiting = handler.use(tx, timers)
    else:
        for timer in timers:
            trace.begin()
            handler(tx, timer)
    for timer in timers:
        metrics.TIMER_SECONDS.labels(timer.kind).observe((time.monotonic() - began) / len(timers))
    return waiting
