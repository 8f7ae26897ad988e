"""What people did by hand to parked messages and given-up work: who, when, what, to which one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select

from shared import clock
from shared.errors import NotFound
from shared.logs import log
from shared.store import timers
from shared.store.tables import KitTables
from shared.store.transaction import Transaction


def note(tx: Transaction, deed: str, target: int, by: str, **about: Any) -> None:
    """Record a deed (replay, discard, resume) in the transaction that does it; `by` is an account's name."""
    tx.session.execute(
        insert(tx.kit.interventions).values(at=clock.real_now(), who=by[:120], deed=deed, target=target, **about)
    )
    log.warning("operator intervened", deed=deed, target=target, source=about.get("source"), name=about.get("name"))


def noted(session: Connection, kit: KitTables, target: int) -> bool:
    """Whether anything was ever done to this held message."""
    i = kit.interventions
    return bool(session.scalar(select(exists().where(i.c.target == target, i.c.deed.in_(("replay", "discard"))))))


def listed(session: Connection, kit: KitTables, limit: int = 100) -> list[Row[Any]]:
    """The latest deeds, newest first: id, at, who, deed, target, source, name, subject, sequence, reason."""
    i = kit.interventions
    return list(session.execute(select(i).order_by(i.c.id.desc()).limit(limit)))


def resume(tx: Transaction, timer_id: int, by: str) -> bool:
    """Have given-up work tried again at once; False when it is not given up any more. Raises NotFound."""
    t = tx.kit.timers
    timer = tx.session.execute(select(t.c.kind, t.c.subject, t.c.error).where(t.c.id == timer_id)).first()
    if timer is None:
        raise NotFound("no_such_timer", detail_en="There is no such timer.")
    if not timers.resume(tx.session, tx.kit, timer_id, tx.now):
        return False
    note(tx, "resume", timer_id, by, name=timer.kind, subject=timer.subject, reason=timer.error)
    tx.wake_timers()
    return True
