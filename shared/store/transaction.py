"""One transaction of one service: its rows, its events and its timers commit together or not at all."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from shared import clock, trace
from shared.contracts import event_type
from shared.ids import new_id
from shared.store import timers
from shared.store.tables import KitTables


class Transaction:
    """What a use case works with. `now` is one moment for the whole transaction."""

    def __init__(self, service: str, kit: KitTables, session: Session) -> None:
        self.service = service
        self.kit = kit
        self.session = session
        self.now: datetime = clock.now()
        self._events: list[dict[str, Any]] = []
        self._timers_changed = False

    def publish(self, name: str, subject: UUID, data: Mapping[str, Any], *, time: datetime | None = None) -> None:
        """Say that something happened to `subject`. Sent after the commit, in the order said.

        `time` is when it happened, `now` unless given. Raises ValidationError
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
                "body": json.dumps(contract.dump(data), ensure_ascii=False, separators=(",", ":")),
                "traceparent": trace.current(),
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
        """Have `kind` done at `due_at`. The same (kind, key) again moves it, and does nothing once it fired."""
        timers.schedule(self.session, self.kit, kind, key, due_at, dict(payload or {}), subject)
        self._timers_changed = True

    def cancel(self, kind: str, key: str) -> None:
        """Take back what was scheduled, if it has not fired."""
        timers.cancel(self.session, self.kit, kind, key)

    def forget_events(self) -> None:
        """Drop what was to be said; for a use case whose work was rolled back to a savepoint."""
        self._events = []

    def flush(self) -> None:
        """Number the events and write them into the outbox. The store calls it just before the commit.

        Numbering takes a row lock per subject, so it comes last and in one
        order everywhere: short locks, no deadlocks, and the order of commits
        is the order of numbers.
        """
        self.session.flush()
        if self._events:
            self._number()
            self.session.execute(insert(self.kit.outbox), self._events)
            self.session.execute(text("select pg_notify('outbox', '')"))
            self._events = []
        if self._timers_changed:
            self.session.execute(text("select pg_notify('timers', '')"))
            self._timers_changed = False

    def _number(self) -> None:
        by_subject: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for event in self._events:
            by_subject[event["subject"]].append(event)
        sequences = self.kit.sequences
        rows = [{"subject": subject, "last": len(by_subject[subject])} for subject in sorted(by_subject)]
        statement = upsert(sequences).values(rows)
        numbered = statement.on_conflict_do_update(
            index_elements=[sequences.c.subject], set_={"last": sequences.c.last + statement.excluded.last}
        ).returning(sequences.c.subject, sequences.c.last)
        for subject, last in self.session.execute(numbered):
            events = by_subject[subject]
            for number, event in enumerate(events, start=last - len(events) + 1):
                event["sequence"] = number
