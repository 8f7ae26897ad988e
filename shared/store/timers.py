"""Durable timers as rows: listable, movable, cancellable, and fired in one transaction with what they cause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, func, select, text, update

from shared.store.tables import KitTables


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer. `due_at` is when it fell due, however late it is looked at."""

    id: int
    kind: str
    key: str
    subject: UUID | None
    due_at: datetime
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Order:
    """Have (kind, key) done at `due_at`; without a `due_at`, take it back."""

    kind: str
    key: str
    due_at: datetime | None = None
    payload: dict[str, Any] | None = None
    subject: UUID | None = None


# Plain SQL over rows in one JSON value: one short statement whatever the number of timers.
_SCHEDULED = text("""
    insert into timers (kind, key, subject, payload, due_at, next_try_at, state)
    select kind, key, subject, payload, due_at, due_at, 'pending'
    from jsonb_to_recordset(cast(:timers as jsonb))
        as given (kind text, key text, subject uuid, payload jsonb, due_at timestamptz)
    order by kind, key
    on conflict (kind, key) do update set
        due_at = excluded.due_at, next_try_at = excluded.next_try_at, payload = excluded.payload,
        state = 'pending', attempts = 0, error = null
    where timers.state in ('pending', 'cancelled', 'given_up')
""")
_CANCELLED = text("""
    delete from timers using jsonb_to_recordset(cast(:timers as jsonb)) as given (kind text, key text)
    where timers.kind = given.kind and timers.key = given.key and timers.state = 'pending'
""")


_PENDING = text("timers.state = 'pending'")
"""As a literal: with a parameter a plan made once for all could not use the partial index."""


def carry_out(session: Connection, orders: Sequence[Order]) -> None:
    """Insert, move (while they have not fired) and cancel timers. Of a cancelled one nothing is kept.

    Of several orders for the same timer the last one counts.
    """
    last = {(order.kind, order.key): order for order in orders}.values()
    for statement, some in (
        (_SCHEDULED, [o for o in last if o.due_at]),
        (_CANCELLED, [o for o in last if not o.due_at]),
    ):
        if some:
            session.execute(statement, {"timers": msgspec.json.encode(some).decode()})


def claim(
    session: Connection,
    kit: KitTables,
    kinds: Sequence[str],
    now: datetime,
    limit: int,
    without: Collection[int] = (),
    only: Collection[int] | None = None,
) -> list[Timer]:
    """Lock up to `limit` due timers, oldest first: none of `without`, and of `only` where given.

    Replicas never get the same one.
    """
    t = kit.timers
    wanted: list[Any] = [_PENDING, t.c.kind.in_(kinds), t.c.next_try_at <= now]
    if without:
        wanted.append(t.c.id.not_in(without))
    if only is not None:
        wanted.append(t.c.id.in_(only))
    rows = session.execute(
        select(t.c.id, t.c.kind, t.c.key, t.c.subject, t.c.due_at, t.c.payload, t.c.attempts)
        .where(*wanted)
        .order_by(t.c.next_try_at, t.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Timer(*row) for row in rows]


def lock(session: Connection, kit: KitTables, ids: Sequence[int]) -> set[int]:
    """Lock timers that are still pending; what was fired or cancelled meanwhile is left out."""
    t = kit.timers
    found = select(t.c.id).where(t.c.id.in_(ids), t.c.state == "pending").order_by(t.c.id).with_for_update()
    return set(session.execute(found).scalars())


def lease(session: Connection, kit: KitTables, ids: Sequence[int], now: datetime, seconds: float) -> None:
    """Keep others away from timers while their outside work is done; after a crash they come back by themselves."""
    t = kit.timers
    session.execute(
        update(t).where(t.c.id.in_(ids)).values(next_try_at=now + timedelta(seconds=seconds), attempts=t.c.attempts + 1)
    )


def fired(session: Connection, kit: KitTables, ids: Sequence[int], now: datetime) -> None:
    t = kit.timers
    session.execute(update(t).where(t.c.id.in_(ids)).values(state="fired", fired_at=now, next_try_at=None, error=None))


def forget(session: Connection, kit: KitTables, ids: Sequence[int]) -> None:
    """Keep nothing of timers that fired: who fired them knows what was done."""
    t = kit.timers
    session.execute(delete(t).where(t.c.id.in_(ids)))


def failed(session: Connection, kit: KitTables, timer_id: int, error: str, again_at: datetime | None) -> None:
    """Note why a timer's work failed and when to try again; None gives it up, from where an operator resumes it."""
    t = kit.timers
    session.execute(
        update(t)
        .where(t.c.id == timer_id, t.c.state == "pending")
        .values(
            error=error[:2000],
            next_try_at=again_at,
            state="pending" if again_at else "given_up",
        )
    )


def given_up(session: Connection, kit: KitTables, limit: int = 100) -> list[Any]:
    """Timers whose work failed for good, oldest first: id, kind, key, due_at, attempts, error."""
    t = kit.timers
    rows = session.execute(
        select(t.c.id, t.c.kind, t.c.key, t.c.due_at, t.c.attempts, t.c.error)
        .where(t.c.state == "given_up")
        .order_by(t.c.id)
        .limit(limit)
    )
    return list(rows)


def resume(session: Connection, kit: KitTables, timer_id: int, now: datetime) -> bool:
    """Have a given-up timer's work tried again at once; False when it is not given up (any more)."""
    t = kit.timers
    resumed = session.execute(
        update(t)
        .where(t.c.id == timer_id, t.c.state == "given_up")
        .values(state="pending", next_try_at=now, attempts=0)
        .returning(t.c.id)
    )
    return resumed.first() is not None


def count_attempt(session: Connection, kit: KitTables, timer_id: int) -> None:
    t = kit.timers
    session.execute(update(t).where(t.c.id == timer_id).values(attempts=t.c.attempts + 1))


def pending(session: Connection, kit: KitTables) -> int:
    """How many timers have not fired. Reads all of them: not to be asked all the time."""
    return session.execute(select(func.count()).select_from(kit.timers).where(_PENDING)).scalar_one()


def overdue(session: Connection, kit: KitTables, now: datetime) -> int:
    """How many timers' moment has passed."""
    t = kit.timers
    return session.execute(select(func.count()).select_from(t).where(_PENDING, t.c.next_try_at <= now)).scalar_one()


def next_due(session: Connection, kit: KitTables, kinds: Sequence[str]) -> datetime | None:
    """When the next timer of these kinds is to be looked at: a step or two into the partial index."""
    t = kit.timers
    return session.execute(
        select(t.c.next_try_at).where(_PENDING, t.c.kind.in_(kinds)).order_by(t.c.next_try_at, t.c.id).limit(1)
    ).scalar()
