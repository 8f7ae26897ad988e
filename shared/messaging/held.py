"""Messages set aside in the store: too early, to be tried again, or parked for an operator."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Uuid, any_, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared import metrics
from shared.messaging.envelope import Address, read_address
from shared.store.tables import KitTables

FAILURE_DELAYS = (5, 30, 120, 600, 1800, 3600, 7200)
"""Seconds before each further try of an event whose use case failed; then it is parked."""

NOT_YET_DELAYS = (0.2, 0.4, 0.8, 1.6, 3, 6, 12, 24, 48, 60)
"""Seconds before each further try of an event that waits for another source; the last one repeats."""

NOT_YET_LIMIT = 500
"""Tries after which waiting for another source counts as failing: about eight hours."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came: raw, with what its envelope says when that could be read."""

    headers: dict[str, Any]
    body: bytes
    redelivered: bool = False
    address: Address | None = None

    @property
    def event_id(self) -> UUID | None:
        return self.address.event_id if self.address else None

    @property
    def name(self) -> str | None:
        return self.address.name if self.address else None

    @property
    def subject(self) -> UUID | None:
        return self.address.subject if self.address else None

    @property
    def sequence(self) -> int | None:
        return self.address.sequence if self.address else None

    def read(self, source: str) -> Received:
        """The same, its envelope read. Raises Undecodable."""
        return Received(self.headers, self.body, self.redelivered, read_address(source, self.headers))


def jittered(seconds: float) -> float:
    """A delay made up to a fifth longer, never shorter, so that those who failed together do not return together."""
    return seconds * random.uniform(1.0, 1.2)  # noqa: S311 - no secret


def failure_delay(attempts: int) -> float | None:
    """Seconds until the next try after `attempts` failed ones; None when it is enough."""
    return jittered(FAILURE_DELAYS[attempts - 1]) if attempts <= len(FAILURE_DELAYS) else None


def not_yet_delay(attempts: int) -> float | None:
    if attempts > NOT_YET_LIMIT:
        return None
    return jittered(NOT_YET_DELAYS[min(attempts, len(NOT_YET_DELAYS)) - 1])


def wait(session: Connection, kit: KitTables, source: str, early: Sequence[Received], now: datetime) -> None:
    """Set aside messages that came before their turn."""
    _insert(session, kit, source, early, now, state="waiting", reason="an earlier one is missing")


def park(session: Connection, kit: KitTables, source: str, message: Received, reason: str, now: datetime) -> None:
    """Set a message aside for an operator."""
    _insert(session, kit, source, [message], now, state="parked", reason=reason)
    metrics.PARKED.labels(source, reason.split(":")[0]).inc()


def hold(
    session: Connection, kit: KitTables, source: str, message: Received, reason: str, now: datetime, delay: float
) -> None:
    """Set a message aside to be tried again."""
    _insert(
        session,
        kit,
        source,
        [message],
        now,
        state="retry",
        reason=reason,
        attempts=1,
        due_at=now + timedelta(seconds=delay),
    )


def _insert(
    session: Connection, kit: KitTables, source: str, messages: Sequence[Received], now: datetime, **values: Any
) -> None:
    if not messages:
        return
    rows = [
        {
            "source": source,
            "subject": m.subject,
            "sequence": m.sequence,
            "event_id": m.event_id,
            "name": m.name,
            "headers": m.headers,
            "body": m.body,
            "held_at": now,
            **values,
        }
        for m in messages
    ]
    session.execute(upsert(kit.held).values(rows).on_conflict_do_nothing())


def of_subjects(
    session: Connection, kit: KitTables, source: str, subjects: Sequence[UUID]
) -> dict[tuple[UUID, int], Row[Any]]:
    """What is set aside of these subjects, by subject and sequence."""
    h = kit.held
    # One array, however many they are: the statement stays the same, and is neither written nor planned anew.
    mine = h.c.subject == any_(literal(subjects, ARRAY(Uuid)))
    rows = session.execute(select(h).where(h.c.source == source, mine)).all()
    return {(row.subject, row.sequence): row for row in rows}


def received(row: Row[Any]) -> Received:
    """A held row as a message again; one without a name is to be passed over in its turn."""
    address = read_address(row.source, row.headers) if row.event_id else None
    if address and not row.name:
        address = replace(address, name="")
    return Received(row.headers, bytes(row.body), address=address)


def due(session: Connection, kit: KitTables, source: str, now: datetime) -> Row[Any] | None:
    """Lock one message whose next try is due."""
    h = kit.held
    return session.execute(
        select(h)
        .where(h.c.source == source, h.c.state == "retry", h.c.due_at <= now)
        .order_by(h.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def next_due(session: Connection, kit: KitTables, source: str) -> datetime | None:
    h = kit.held
    return session.execute(select(func.min(h.c.due_at)).where(h.c.source == source, h.c.state == "retry")).scalar()


def release(session: Connection, kit: KitTables, row_id: int) -> None:
    session.execute(delete(kit.held).where(kit.held.c.id == row_id))


def failed_again(
    session: Connection, kit: KitTables, row: Row[Any], reason: str, now: datetime, delay: float | None
) -> None:
    """Count one more failed try; without a delay the message is parked."""
    h = kit.held
    session.execute(
        update(h)
        .where(h.c.id == row.id)
        .values(
            attempts=h.c.attempts + 1,
            reason=reason,
            state="retry" if delay is not None else "parked",
            due_at=now + timedelta(seconds=delay) if delay is not None else None,
        )
    )
    if delay is None:
        metrics.PARKED.labels(row.source, reason.split(":")[0]).inc()


def observe(session: Connection, kit: KitTables) -> None:
    """Set the gauge of held messages."""
    h = kit.held
    found = session.execute(select(h.c.state, func.count()).group_by(h.c.state))
    counts: dict[str, int] = {state: number for state, number in found}  # noqa: C416 - rows are no pairs to mypy
    for state in ("waiting", "retry", "parked"):
        metrics.HELD.labels(state).set(counts.get(state, 0))
