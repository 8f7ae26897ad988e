"""What could not be applied when it came: set aside, used when its turn comes, tried again, parked at last."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from shared import clock
from shared.errors import NotYet
from shared.logs import log
from shared.messaging import held, positions
from shared.messaging.envelope import Undecodable
from shared.messaging.held import Received
from shared.messaging.using import Outcomes, Use, count
from shared.store import Store, Transaction
from shared.store.database import is_away

RETRIES_AT_ONCE = 50
"""Messages tried again before new ones are taken, and before a worker that is told to stop goes: when thousands are
set aside they fall due again faster than they can be tried."""


class Aside:
    """The messages of one source that are set aside."""

    def __init__(self, store: Store, source: str, use: Use) -> None:
        self._store = store
        self._kit = store.definition.kit
        self._source = source
        self._use = use

    def park(self, tx: Transaction, message: Received, reason: str) -> None:
        """Set a message aside for an operator."""
        log.error("message parked", source=self._source, event_type=message.name, reason=reason)
        held.park(tx.session, self._kit, self._source, message, reason, clock.real_now())

    def put(self, tx: Transaction, message: Received, failure: Exception) -> str:
        """Keep a message that fails: to be tried again later, or parked when it cannot be read. Returns the outcome."""
        now = clock.real_now()
        if isinstance(failure, Undecodable):
            self.park(tx, message, _reason(failure))
            return "parked"
        if isinstance(failure, NotYet):
            delay = held.not_yet_delay(1)
        else:
            self._log(message, failure)
            delay = held.failure_delay(1)
        held.hold(tx.session, self._kit, self._source, message, _reason(failure), now, delay or 0.0)
        return "retry"

    def use_waiting(
        self, tx: Transaction, subject: UUID, last: dict[UUID, int], aside: dict[tuple[UUID, int], Any]
    ) -> Outcomes:
        """Apply what waited for the message just applied; moves `last` and empties `aside` of it."""
        outcomes: Outcomes = Counter()
        while (row := aside.get((subject, last[subject] + 1))) is not None and row.state == "waiting":
            message = held.received(row)
            if (failure := self._use.one(tx, message)) is not None:
                self._put_off(tx, row, failure)
                break
            outcomes["ok", message.name or ""] += 1
            held.release(tx.session, self._kit, row.id)
            last[subject] += 1
            del aside[subject, last[subject]]
        return outcomes

    def retry_due(self) -> float | None:
        """Try again what is due, so many at most; the seconds until the next try, None when nothing waits for one."""
        for _ in range(RETRIES_AT_ONCE):
            wait = self._until_due()
            if wait != 0.0:  # as nearly always: one look, and no transaction
                return wait
            if not self._retry_thoroughly():
                break  # another replica has it
        return self._until_due()

    def _until_due(self) -> float | None:
        """Seconds until the next try, 0 when one is due, None when nothing waits for one."""
        with self._store.read() as session:
            at = held.next_due(session, self._kit, self._source)
        return max(0.0, (at - clock.real_now()).total_seconds()) if at else None

    def _retry_thoroughly(self) -> bool:
        """Try the oldest due message once more; what fails only at the commit counts as its failure too."""
        self._use.thorough = False
        try:
            return self._retry_one()
        except Exception as error:
            if is_away(error):
                raise
        self._use.thorough = True
        return self._retry_one()

    def _retry_one(self) -> bool:
        """Try the oldest due message once more; False when none is due."""
        outcomes: Outcomes = Counter()
        with self._store.begin() as tx:
            row = held.due(tx.session, self._kit, self._source, clock.real_now())
            if row is None:
                return False
            message = held.received(row)
            assert message.subject and message.sequence
            last = positions.lock(tx.session, self._source, [message.subject])
            before = dict(last)
            failure: Exception | None = None
            if message.sequence > last[message.subject] + 1:
                failure = NotYet("an earlier one is missing")
            elif message.sequence == last[message.subject] + 1:
                failure = self._use.one(tx, message)
            if failure is not None:
                self._put_off(tx, row, failure)
                return True
            if message.sequence == last[message.subject] + 1:
                outcomes["ok", message.name or ""] += 1
                last[message.subject] = message.sequence
            held.release(tx.session, self._kit, row.id)  # applied now, or not newer than the position
            aside = held.of_subjects(tx.session, self._kit, self._source, [message.subject])
            outcomes += self.use_waiting(tx, message.subject, last, aside)
            positions.move(tx.session, self._source, before, last)
        count(self._source, outcomes)
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

    def _log(self, message: Received, error: Exception) -> None:
        log.error(
            "event could not be applied",
            source=self._source,
            event_type=message.name,
            subject=str(message.subject),
            sequence=message.sequence,
            exc_info=error,
        )


def _reason(error: Exception) -> str:
    """Why a message failed, in words that may be kept: the kind of error, and its text only when it is ours."""
    if isinstance(error, NotYet):
        return f"not yet: {error}"
    if isinstance(error, Undecodable):
        return f"undecodable: {error}"
    return f"failed: {type(error).__name__}"
