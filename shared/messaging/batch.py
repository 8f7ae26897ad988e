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

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

from shared import clock, metrics
from shared.messaging import held, positions
from shared.messaging.aside import Aside
from shared.messaging.envelope import Undecodable
from shared.messaging.held import Received
from shared.messaging.using import Outcomes, Use, count
from shared.store import Store, Transaction
from shared.store.database import is_away
from shared.usecases import Handlers


class StoreAway(Exception):
    """The database cannot be reached; nothing is wrong with the messages."""


class Batch:
    """Some messages of one source, to be applied with a service's use cases."""

    def __init__(self, store: Store, source: str, messages: Sequence[Received]) -> None:
        self._store = store
        self._source = source
        self._messages = messages

    def apply(self, handlers: Handlers) -> bool:
        """Apply, drop or set aside every message. Returns when all of it is committed: whether something is to be
        tried again. Raises StoreAway."""
        applier = Applier(self._store, self._source, handlers)
        with metrics.MESSAGE_SECONDS.labels(self._source).time():
            again = applier.apply(self._messages)
        metrics.BATCH_SIZE.labels(self._source).observe(len(self._messages))
        return again

    def retry_due(self, handlers: Handlers) -> float | None:
        """Try again what is due; returns the seconds until the next try, None when nothing waits for one."""
        return Applier(self._store, self._source, handlers).retry_due()


class Applier:
    """One service's handling of one source."""

    def __init__(self, store: Store, source: str, handlers: Handlers) -> None:
        self._store = store
        self._kit = store.definition.kit
        self._source = source
        self._use = Use(source, handlers)
        self._aside = Aside(store, source, self._use)

    def apply(self, messages: Sequence[Received]) -> bool:
        """Apply, drop, set aside or park every message; whether something is to be tried again. Raises StoreAway."""
        readable, unreadable = self._decode(messages)
        if unreadable:
            self._park_unreadable(unreadable)
        if not readable:
            return False
        return self._apply_all(sorted(readable, key=lambda m: (m.subject, m.sequence)))  # type: ignore[arg-type,return-value]

    def retry_due(self) -> float | None:
        """Try again what is due; the seconds until the next try, None when nothing waits for one. Raises StoreAway."""
        try:
            return self._aside.retry_due()
        except Exception as error:
            if is_away(error):
                raise StoreAway from error
            raise

    def _park_unreadable(self, unreadable: Sequence[tuple[Received, str]]) -> None:
        try:
            with self._store.begin() as tx:
                for message, reason in unreadable:
                    self._aside.park(tx, message, f"undecodable: {reason}")
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
                readable.append(message.read(self._source))
            except Undecodable as why:
                unreadable.append((message, str(why)))
        return readable, unreadable

    def _apply_all(self, messages: Sequence[Received]) -> bool:
        """All in one transaction; when something fails, once more with a savepoint around each; and when it fails only
        at the commit, with what each leaves for the commit in its savepoint too."""
        failure: Exception | None = None
        for careful, thorough in ((False, False), (True, False), (True, True)):
            self._use.thorough = thorough
            try:
                return self._apply_together(messages, careful=careful)
            except Exception as error:
                if is_away(error):
                    raise StoreAway from error
                failure = error
        assert failure
        raise failure

    def _apply_together(self, messages: Sequence[Received], *, careful: bool) -> bool:
        """Whether something may have to be tried again: where all went well and nothing waited, nothing has."""
        outcomes: Outcomes = Counter()
        with self._store.begin() as tx:
            subjects = {m.subject for m in messages if m.subject}
            last = positions.lock(tx.session, self._source, list(subjects))
            before = dict(last)
            aside = held.of_subjects(tx.session, self._kit, self._source, list(subjects))
            if careful or aside:
                early = self._one_by_one(tx, messages, last, aside, outcomes)
            else:
                early = self._in_waves(tx, messages, last, outcomes)
            held.wait(tx.session, self._kit, self._source, early, clock.real_now())
            positions.move(tx.session, self._source, before, last)
        count(self._source, outcomes)
        return careful or bool(aside)

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
                outcomes["early", message.name or ""] += 1
                early.append(message)
            else:
                turns[message.subject].append(message)
                last[message.subject] = message.sequence
        for wave in zip_longest(*turns.values()):
            outcomes.update(self._use.all(tx, [message for message in wave if message]))
        return early

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
                outcomes["early", message.name or ""] += 1
                early.append(message)
            elif (failure := self._use.one(tx, message)) is not None:  # what follows it comes early
                outcomes[self._aside.put(tx, message, failure), message.name or ""] += 1
            else:
                outcomes["ok", message.name or ""] += 1
                last[message.subject] = message.sequence
                outcomes.update(self._aside.use_waiting(tx, message.subject, last, aside))
        return early
