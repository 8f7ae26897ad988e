"""Applying events: in order per complaint, exactly once, many in one transaction.

For each source and subject the store keeps the last sequence applied. An event
is applied when it is the next one, in the same transaction that moves this
position; dropped when it is not newer; set aside when one before it is missing.

A batch is applied in waves: of each complaint its next event, so that a use
case which takes several at once (`Together`) is given all of a wave. When a
batch fails it is applied once more, event by event with a savepoint around each.
Who fails there is set aside and tried again with growing delays, then parked;
later events of the same complaint wait behind it, all others go on. When the
database is away `StoreAway` tells the subscription to pause and try the same
batch again.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared import clock, metrics, trace
from shared.contracts import Event
from shared.errors import NotYet
from shared.logs import log
from shared.messaging import envelope, held
from shared.messaging.envelope import Undecodable
from shared.messaging.held import Received
from shared.store import Store, Transaction
from shared.store.database import is_away
from shared.usecases import Handler, Handlers, Together

Outcomes = Counter[tuple[str, str]]
"""How often an event of a name came to what: (outcome, name)."""

IMMEDIATE_TRIES = 3


# Plain SQL over arrays: one short statement whatever the size of the batch. The update that changes nothing is there
# for its lock.
_LOCKED_POSITIONS = text("""
    insert into positions (source, subject, last)
    select :source, subject, 0 from unnest(cast(:subjects as uuid[])) as subject order by subject
    on conflict (source, subject) do update set last = positions.last
    returning subject, last
""")
_MOVED_POSITIONS = text("""
    update positions set last = moved.last
    from unnest(cast(:subjects as uuid[]), cast(:lasts as integer[])) as moved (subject, last)
    where positions.source = :source and positions.subject = moved.subject
""")


class StoreAway(Exception):
    """The database cannot be reached; nothing is wrong with the messages."""


class Batch:
    """Some messages of one source, to be applied with a service's use cases."""

    def __init__(self, store: Store, source: str, messages: Sequence[Received]) -> None:
        self._store = store
        self._source = source
        self._messages = messages

    def apply(self, handlers: Handlers) -> None:
        """Apply, drop or set aside every message. Returns when all of it is committed. Raises StoreAway."""
        applier = Applier(self._store, self._source, handlers)
        with metrics.MESSAGE_SECONDS.labels(self._source).time():
            applier.apply(self._messages)
        metrics.BATCH_SIZE.labels(self._source).observe(len(self._messages))

    def retry_due(self, handlers: Handlers) -> float | None:
        """Try again what is due; returns the seconds until the next try, None when nothing waits for one."""
        return Applier(self._store, self._source, handlers).retry_due()


class Applier:
    """One service's handling of one source."""

    def __init__(self, store: Store, source: str, handlers: Handlers) -> None:
        self._store = store
        self._source = source
        self._handlers = handlers
        self._kit = store.definition.kit

    def apply(self, messages: Sequence[Received]) -> None:
        readable, unreadable = self._decode(messages)
        if unreadable:
            self._park_unreadable(unreadable)
        if readable:
            self._apply_all(sorted(readable, key=lambda m: (m.subject, m.sequence)))  # type: ignore[arg-type,return-value]

    def _park_unreadable(self, unreadable: Sequence[tuple[Received, str]]) -> None:
        try:
            with self._store.begin() as tx:
                for message, reason in unreadable:
                    self._park(tx, message, f"undecodable: {reason}")
        except Exception as error:
            raise StoreAway from error
        metrics.MESSAGES.labels(self._source, "unknown", "parked").inc(len(unreadable))

    def _decode(self, messages: Sequence[Received]) -> tuple[list[Received], list[tuple[Received, str]]]:
        readable: list[Received] = []
        unreadable: list[tuple[Received, str]] = []
        for message in messages:
            if message.redelivered:
                metrics.REDELIVERED.labels(self._source).inc()
            try:
                address = envelope.read_address(self._source, message.headers)
            except Undecodable as why:
                unreadable.append((message, str(why)))
            else:
                readable.append(
                    replace(
                        message,
                        event_id=address.event_id,
                        name=address.name,
                        subject=address.subject,
                        sequence=address.sequence,
                    )
                )
        return readable, unreadable

    def _apply_all(self, messages: Sequence[Received]) -> None:
        """All in one transaction; when something fails, once more with a savepoint around each."""
        try:
            self._apply_together(messages, careful=False)
            return
        except Exception as error:
            if is_away(error):
                raise StoreAway from error
        try:
            self._apply_together(messages, careful=True)
        except Exception as error:
            if is_away(error):
                raise StoreAway from error
            raise

    def _apply_together(self, messages: Sequence[Received], *, careful: bool) -> None:
        outcomes: Outcomes = Counter()
        with self._store.begin() as tx:
            subjects = sorted({m.subject for m in messages if m.subject})
            last = self._lock_positions(tx, subjects)
            before = dict(last)
            aside = held.of_subjects(tx.session, self._kit, self._source, subjects)
            if careful or aside:
                early = self._one_by_one(tx, messages, last, aside, outcomes)
            else:
                early = self._in_waves(tx, messages, last, outcomes)
            held.wait(tx.session, self._kit, self._source, early, clock.real_now())
            self._move_positions(tx, before, last)
        self._count(outcomes)

    def _in_waves(
        self, tx: Transaction, messages: Sequence[Received], last: dict[UUID, int], outcomes: Outcomes
    ) -> list[Received]:
        """Apply everything whose turn it is, of all complaints at once; returns what came too early."""
        turns: dict[UUID, list[Received]] = defaultdict(list)
        early: list[Received] = []
        for message in messages:
            assert message.subject and message.sequence
            if message.sequence <= last[message.subject]:
                outcomes["duplicate", message.name or ""] += 1
            elif message.sequence > last[message.subject] + 1:
                early.append(message)
                outcomes["early", message.name or ""] += 1
            else:
                turns[message.subject].append(message)
                last[message.subject] = message.sequence
        for wave in zip_longest(*turns.values()):
            self._use_wave(tx, [message for message in wave if message], outcomes)
        return early

    def _use_wave(self, tx: Transaction, wave: Sequence[Received], outcomes: Outcomes) -> None:
        given: dict[Handler | Together, list[Event]] = defaultdict(list)
        for message in wave:
            handler = self._handlers.get(message.name or "")
            if handler is not None:
                given[handler].append(envelope.read_event(self._source, message.headers, message.body))
            outcomes["ok" if handler else "ignored", message.name or ""] += 1
        for handler, events in given.items():
            self._give(tx, handler, events)

    def _one_by_one(
        self,
        tx: Transaction,
        messages: Sequence[Received],
        last: dict[UUID, int],
        aside: dict[tuple[UUID, int], Any],
        outcomes: Outcomes,
    ) -> list[Received]:
        """Apply each whose turn it is within a savepoint, and what waited for it; returns what came too early."""
        early: list[Received] = []
        for message in messages:
            assert message.subject and message.sequence
            if message.sequence <= last[message.subject] or (message.subject, message.sequence) in aside:
                outcomes["duplicate", message.name or ""] += 1
            elif message.sequence > last[message.subject] + 1:
                early.append(message)
                outcomes["early", message.name or ""] += 1
            elif (failure := self._try(tx, message)) is not None:  # what follows it comes early
                outcomes[self._set_aside(tx, message, failure), message.name or ""] += 1
            else:
                outcomes["ok", message.name or ""] += 1
                last[message.subject] = message.sequence
                self._use_waiting(tx, message.subject, last, aside, outcomes)
        return early

    def _try(self, tx: Transaction, message: Received) -> Exception | None:
        """Use a message within a savepoint, a few times if need be; the error it ended with, None when it is done."""
        failure: Exception | None = None
        for attempt in range(IMMEDIATE_TRIES):
            savepoint, mark = tx.session.begin_nested(), tx.mark
            try:
                self._use(tx, message)
                savepoint.commit()
                return None
            except Exception as error:
                if is_away(error):
                    raise
                savepoint.rollback()
                tx.forget(mark)
                failure = error
            if isinstance(failure, NotYet | Undecodable):
                break
            if attempt + 1 < IMMEDIATE_TRIES:
                time.sleep(0.02)
        return failure

    def _use_waiting(
        self,
        tx: Transaction,
        subject: UUID,
        last: dict[UUID, int],
        aside: dict[tuple[UUID, int], Any],
        outcomes: Outcomes,
    ) -> None:
        """Apply what waited for the message just applied."""
        while (row := aside.get((subject, last[subject] + 1))) is not None and row.state == "waiting":
            message = held.received(row)
            if (failure := self._try(tx, message)) is not None:
                self._put_off(tx, row, failure)
                return
            outcomes["ok", message.name or ""] += 1
            held.release(tx.session, self._kit, row.id)
            last[subject] += 1
            del aside[subject, last[subject]]

    def _use(self, tx: Transaction, message: Received) -> str:
        handler = self._handlers.get(message.name or "")
        if handler is None:
            return "ignored"
        self._give(tx, handler, [envelope.read_event(self._source, message.headers, message.body)])
        return "ok"

    def _give(self, tx: Transaction, handler: Handler | Together, events: Sequence[Event]) -> None:
        """Have events applied; what is said of a complaint because of one belongs to the trace of that event."""
        for event in events:
            metrics.MESSAGE_AGE.labels(self._source).observe(max(0.0, (tx.now - event.time).total_seconds()))
        if isinstance(handler, Together):
            for event in events:
                tx.follow(event.subject, trace.begin(event.traceparent))
            handler.use(tx, events)
            return
        for event in events:
            tx.follow(event.subject, trace.begin(event.traceparent))
            handler(tx, event)

    def _count(self, outcomes: Outcomes) -> None:
        for (outcome, name), count in outcomes.items():
            metrics.MESSAGES.labels(self._source, name, outcome).inc(count)

    def _lock_positions(self, tx: Transaction, subjects: Sequence[UUID]) -> dict[UUID, int]:
        """The last sequence applied of each subject, locked: replicas take turns on a complaint, in one order."""
        given = {"source": self._source, "subjects": list(subjects)}
        return {subject: last for subject, last in tx.session.execute(_LOCKED_POSITIONS, given)}  # noqa: C416

    def _move_positions(self, tx: Transaction, before: Mapping[UUID, int], after: Mapping[UUID, int]) -> None:
        moved = [subject for subject, last in after.items() if last != before[subject]]
        if moved:
            tx.session.execute(
                _MOVED_POSITIONS,
                {"source": self._source, "subjects": moved, "lasts": [after[subject] for subject in moved]},
            )

    def _set_aside(self, tx: Transaction, message: Received, failure: Exception) -> str:
        """Keep a message that fails: to be tried again later, or parked when it cannot be read. Returns the outcome."""
        now = clock.real_now()
        if isinstance(failure, Undecodable):
            self._park(tx, message, _reason(failure))
            return "parked"
        if isinstance(failure, NotYet):
            delay = held.not_yet_delay(1)
        else:
            self._log(message, failure)
            delay = held.failure_delay(1)
        held.hold(tx.session, self._kit, self._source, message, _reason(failure), now, delay or 0.0)
        return "retry"

    def _park(self, tx: Transaction, message: Received, reason: str) -> None:
        log.error("message parked", source=self._source, event_type=message.name, reason=reason)
        held.park(tx.session, self._kit, self._source, message, reason, clock.real_now())

    def retry_due(self) -> float | None:
        try:
            while self._retry_one():
                pass
            with self._store.read() as session:
                at = held.next_due(session, self._kit, self._source)
        except Exception as error:
            if is_away(error):
                raise StoreAway from error
            raise
        return max(0.0, (at - clock.real_now()).total_seconds()) if at else None

    def _retry_one(self) -> bool:
        """Try the oldest due message once more; False when none is due."""
        now = clock.real_now()
        failure: Exception | None = None
        with self._store.begin() as tx:
            row = held.due(tx.session, self._kit, self._source, now)
            if row is None:
                return False
            savepoint = tx.session.begin_nested()
            try:
                self._use_held(tx, row)
                savepoint.commit()
                return True
            except Exception as error:
                if is_away(error):
                    raise
                savepoint.rollback()
                failure = error
            tx.forget()
            self._put_off(tx, row, failure)
        return True

    def _put_off(self, tx: Transaction, row: Any, failure: Exception) -> None:
        """A held message failed once more: later again, or to the operator."""
        delay: float | None = None
        if isinstance(failure, NotYet):
            delay = held.not_yet_delay(row.attempts + 1)
        elif not isinstance(failure, Undecodable):
            delay = held.failure_delay(row.attempts + 1)
            self._log(held.received(row), failure)
        held.failed_again(tx.session, self._kit, row, _reason(failure), clock.real_now(), delay)

    def _use_held(self, tx: Transaction, row: Any) -> None:
        """Apply a held message if it is its turn; what is not newer than the position is let go."""
        message = held.received(row)
        assert message.subject and message.sequence
        last = self._lock_positions(tx, [message.subject])
        before = dict(last)
        outcomes: Outcomes = Counter()
        if message.sequence == last[message.subject] + 1:
            outcomes[self._use(tx, message), message.name or ""] += 1
            last[message.subject] = message.sequence
        elif message.sequence > last[message.subject]:
            raise NotYet("an earlier one is missing")
        held.release(tx.session, self._kit, row.id)
        aside = held.of_subjects(tx.session, self._kit, self._source, [message.subject])
        self._use_waiting(tx, message.subject, last, aside, outcomes)
        self._move_positions(tx, before, last)
        self._count(outcomes)

    def _log(self, message: Received, error: Exception) -> None:
        log.error(
            "event could not be applied",
            source=self._source,
            event_type=message.name,
            subject=str(message.subject),
            sequence=message.sequence,
            exc_info=error,
        )


def _reason(error: Exception | None) -> str:
    """Why a message failed, in words that may be kept: the kind of error, and its text only when it is ours."""
    if isinstance(error, NotYet):
        return f"not yet: {error}"
    if isinstance(error, Undecodable):
        return f"undecodable: {error}"
    return f"failed: {type(error).__name__}"
