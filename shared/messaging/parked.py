"""Messages parked for an operator: list, show, replay, discard. Every action is logged."""

from __future__ import annotations

import base64
import json
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared import clock
from shared.errors import NotFound
from shared.logs import log
from shared.store import Store


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
    """Give a parked message up; what waited behind it goes on. Raises NotFound."""
    h, p = store.definition.kit.held, store.definition.kit.positions
    with store.begin() as tx:
        row = tx.session.execute(select(h).where(h.c.id == held_id, h.c.state == "parked").with_for_update()).first()
        if row is None:
            raise NotFound("no_such_message")
        tx.session.execute(h.delete().where(h.c.id == held_id))
        if row.subject is not None:
            statement = upsert(p).values(source=row.source, subject=row.subject, last=row.sequence)
            tx.session.execute(
                statement.on_conflict_do_update(
                    index_elements=["source", "subject"],
                    set_={"last": statement.excluded.last},
                    where=p.c.last == row.sequence - 1,
                )
            )
            tx.session.execute(  # the next one that waits is tried now, and brings the others with it
                update(h)
                .where(
                    h.c.source == row.source,
                    h.c.subject == row.subject,
                    h.c.sequence == row.sequence + 1,
                    h.c.state == "waiting",
                )
                .values(state="retry", due_at=clock.real_now())
            )
    log.warning("parked message discarded", held_id=held_id, source=row.source, event_type=row.name)
