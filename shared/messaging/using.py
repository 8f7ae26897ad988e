"""Giving events to the use cases that want them."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from shared import metrics, trace
from shared.contracts import Event
from shared.errors import NotYet
from shared.messaging import envelope
from shared.messaging.envelope import Undecodable
from shared.messaging.held import Received
from shared.store import Transaction
from shared.store.database import is_away
from shared.usecases import Handler, Handlers, Together

IMMEDIATE_TRIES = 3
BETWEEN_TRIES = 0.02
"""Seconds."""

Outcomes = Counter[tuple[str, str]]
"""How often an event of a name came to what: (outcome, name)."""


class Use:
    """The use cases for what one source says."""

    def __init__(self, source: str, handlers: Handlers) -> None:
        self._source = source
        self._handlers = handlers
        self.thorough = False
        """Whether what an event leaves for the commit is written down in its savepoint: a statement or two for each,
        so only where a commit failed and one of them is to be found that makes it fail."""

    def all(self, tx: Transaction, messages: Sequence[Received]) -> Outcomes:
        """Apply messages, each of another complaint. Raises what reading or a use case raises."""
        outcomes: Outcomes = Counter()
        given: dict[Handler | Together[Event, None], list[Event]] = defaultdict(list)
        for message in messages:
            handler = self._handlers.get(message.name or "")
            if handler is not None:
                given[handler].append(self._read(message))
            outcomes["ok" if handler else "ignored", message.name or ""] += 1
        for handler, events in given.items():
            self._give(tx, handler, events)
        return outcomes

    def one(self, tx: Transaction, message: Received) -> Exception | None:
        """Apply a message within a savepoint, a few times if need be; the error it ended with, None when it is done.

        Raises the error when the database is away.
        """
        failure: Exception | None = None
        for attempt in range(IMMEDIATE_TRIES):
            savepoint, mark = tx.session.begin_nested(), tx.mark
            try:
                self.all(tx, [message])
                if self.thorough:
                    tx.flush()
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
                time.sleep(BETWEEN_TRIES)
        return failure

    def _read(self, message: Received) -> Event:
        return envelope.read_event(self._source, message.headers, message.body, message.address)

    def _give(self, tx: Transaction, handler: Handler | Together[Event, None], events: Sequence[Event]) -> None:
        """What is said of a complaint because of an event belongs to the trace of that event."""
        if isinstance(handler, Together):
            for event in events:
                tx.follow(event.subject, trace.begin(event.traceparent))
            handler.use(tx, events)
        else:
            for event in events:
                tx.follow(event.subject, trace.begin(event.traceparent))
                handler(tx, event)
        age = metrics.MESSAGE_AGE.labels(self._source)
        for event in events:
            age.observe(max(0.0, (tx.now - event.time).total_seconds()))


def count(source: str, outcomes: Outcomes) -> None:
    """Add to the metrics what was committed."""
    for (outcome, name), number in outcomes.items():
        metrics.MESSAGES.labels(source, name, outcome).inc(number)
