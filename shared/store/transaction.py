"""One transaction of one service: its rows, its events and its timers commit together or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from shared import clock, trace
from shared.contracts import event_type
from shared.ids import new_id
from shared.store import timers
from shared.store.tables import KitTables

# Plain SQL over rows in one JSON value, one statement whatever the number of events: number them, write them down,
# wake the relay.
_SAY = text("""
    with given as (
        select * from jsonb_to_recordset(cast(:events as jsonb)) as given (
            said integer, event_id uuid, name text, version smallint, subject uuid, place integer, time timestamptz,
            body text, traceparent text
        )
    ), numbered as (
        insert into sequences (subject, last)
        select subject, count(*) from given group by subject order by subject
        on conflict (subject) do update set last = sequences.last + excluded.last
        returning subject, last
    ), counted as (
        select subject, count(*) as events from given group by subject
    ), written as (
        insert into outbox (event_id, name, version, subject, sequence, time, body, traceparent)
        select event_id, name, version, subject, last - events + place, time, body, traceparent
        from given join numbered using (subject) join counted using (subject)
        order by said
        returning 1
    )
    select pg_notify('outbox', '') from (select count(*) from written) as all_written
""")


class Transaction:
    """What a use case works with. `now` is one moment for the whole transaction."""

    def __init__(self, service: str, kit: KitTables, session: Connection) -> None:
        self.service = service
        self.kit = kit
        self.session = session
        self.now: datetime = clock.now()
        self._events: list[dict[str, Any]] = []
        self._timers: list[timers.Order] = []
        self._traces: dict[UUID, str] = {}
        self._wake_timers = False

    def publish(self, name: str, subject: UUID, data: Mapping[str, Any], *, time: datetime | None = None) -> None:
        """Say that something happened to `subject`. Sent after the commit, in the order said.

        `time` is when it happened, `now` unless given. Raises ContractBroken
        when the data is not what the contract says.
        """
        contract = event_type(self.service, name)
        self._events.append(
            {
                "event_id": new_id(),
                "name": name,
                "version": contract.version,
                "subject": subject,
                "time": time or self.now,
                "body": contract.write(data),
                "traceparent": self._traces.get(subject) or trace.current(),
            }
        )

    def schedule(
        self,
        kind: str,
        key: str,
        due_at: datetime,
        payload: Mapping[str, Any] | None = None,
        subject: UUID | None = None,
    ) -> None:
        """Have `kind` done at `due_at`. The same (kind, key) again moves it, and does nothing once it fired.

        A use case that fires may move its own timer: then it has not fired.
        """
        self._timers.append(timers.Order(kind, key, due_at, dict(payload or {}), subject))

    def cancel(self, kind: str, key: str) -> None:
        """Take back what was scheduled, if it has not fired."""
        self._timers.append(timers.Order(kind, key))

    @property
    def scheduled(self) -> set[tuple[str, str]]:
        """(kind, key) of the timers this transaction sets, as ordered so far."""
        last = {(order.kind, order.key): order for order in self._timers}
        return {which for which, order in last.items() if order.due_at}

    def wake_timers(self) -> None:
        """Have the workers look at their timers once this is committed."""
        self._wake_timers = True

    def follow(self, subject: UUID, traceparent: str) -> None:
        """What is said of this subject from now on belongs to this trace."""
        self._traces[subject] = traceparent

    @property
    def mark(self) -> tuple[int, int]:
        """How far events and timers came: what `forget` goes back to when a savepoint is rolled back."""
        return len(self._events), len(self._timers)

    def forget(self, mark: tuple[int, int] = (0, 0)) -> None:
        """Drop the events said and the timers ordered since."""
        events, ordered = mark
        del self._events[events:]
        del self._timers[ordered:]

    def flush(self) -> None:
        """Write timers and events. The store calls it just before the commit.

        Numbering takes a row lock per subject, so it comes last and in one
        order everywhere: short locks, no deadlocks, and the order of commits
        is the order of numbers.
        """
        if self._timers:
            timers.carry_out(self.session, self._timers)
            self._timers, self._wake_timers = [], True
        if self._events:
            places: Counter[UUID] = Counter()
            for said, event in enumerate(self._events):
                places[event["subject"]] += 1
                event.update(said=said, place=places[event["subject"]])
            self.session.execute(_SAY, {"events": msgspec.json.encode(self._events).decode()})
            self._events = []
        if self._wake_timers:
            self.session.execute(text("select pg_notify('timers', '')"))
            self._wake_timers = False
