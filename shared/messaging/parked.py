"""Messages parked for an operator: list, show, replay, discard. Every action is logged."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared import clock
from shared.errors import NotFound
from shared.logs import log
from shared.store import Store, Transaction


def parked(store: Store, *, source: str | None = None, name: str | None = None, limit: int = 100) -> list[Row[Any]]:
    """The parked messages of a service, oldest first."""
    h = store.definition.kit.held
    question = select(h).where(h.c.state == "parked").order_by(h.c.id).limit(limit)
    if source:
        question = question.where(h.c.source == source)
    if name:
        question = question.where(h.c.name == name)
    with store.read() as session:
        return list(session.execute(question))


def show(store: Store, held_id: int) -> dict[str, Any]:
    """One held message with headers and body. Raises NotFound."""
    h = store.definition.kit.held
    with store.read() as session:
        row = session.execute(select(h).where(h.c.id == held_id)).first()
    if row is None:
        raise NotFound("no_such_message")
    try:
        body: Any = json.loads(bytes(row.body))
    except ValueError:
        body = {"base64": base64.b64encode(bytes(row.body)).decode()}
    return {
        "id": row.id,
        "state": row.state,
        "source": row.source,
        "name": row.name,
        "subject": str(row.subject),
        "sequence": row.sequence,
        "reason": row.reason,
        "attempts": row.attempts,
        "held_at": row.held_at.isoformat(),
        "headers": row.headers,
        "body": body,
    }


def replay(store: Store, held_id: int) -> None:
    """Have a parked message tried again at once. Doing it twice changes nothing more. Raises NotFound."""
    h = store.definition.kit.held
    with store.begin() as tx:
        changed = tx.session.execute(
            update(h)
            .where(h.c.id == held_id, h.c.state.in_(("parked", "retry")))
            .values(state="retry", attempts=0, due_at=clock.real_now())
            .returning(h.c.source, h.c.name)
        ).first()
    if changed is None:
        raise NotFound("no_such_message")
    log.warning("parked message replayed", held_id=held_id, source=changed.source, event_type=changed.name)


def discard(store: Store, held_id: int) -> None:
    """Give a parked message up; what waits behind it goes on. Raises NotFound.

    In its turn it is passed over like an event that concerns nobody here: a
    held message without a name. Its place stays taken until then, so that
    the complaint is not blocked for ever, whatever is still missing before it.
    """
    h = store.definition.kit.held
    with store.begin() as tx:
        row = tx.session.execute(select(h).where(h.c.id == held_id, h.c.state == "parked").with_for_update()).first()
        if row is None:
            raise NotFound("no_such_message")
        ahead = 0 if row.subject is None else row.sequence - _position(tx, row.source, row.subject)
        if ahead <= 0:
            tx.session.execute(delete(h).where(h.c.id == held_id))
        else:
            its_turn = {"state": "retry", "due_at": clock.real_now()} if ahead == 1 else {"state": "waiting"}
            tx.session.execute(
                update(h).where(h.c.id == held_id).values(name=None, reason="discarded", attempts=0, **its_turn)
            )
    log.warning("parked message discarded", held_id=held_id, source=row.source, event_type=row.name)


def _position(tx: Transaction, source: str, subject: UUID) -> int:
    """The last sequence applied of a subject, locked against those who apply."""
    p = tx.kit.positions
    tx.session.execute(upsert(p).values(source=source, subject=subject, last=0).on_conflict_do_nothing())
    mine = (p.c.source == source, p.c.subject == subject)
    return int(tx.session.execute(select(p.c.last).where(*mine).with_for_update()).scalar_one())
