"""Messages parked for an operator: list, show, replay, discard. Every deed is recorded with who did it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, exists, select, update

from shared import clock
from shared.errors import NotFound
from shared.messaging import envelope, positions
from shared.store import Store, Transaction, interventions


@dataclass(frozen=True, slots=True)
class Which:
    """Which parked messages: all that is given must fit.

    `source` and `name` are a service and its event; `reason` is how the
    reason begins; `older` is how long they have been here at least.
    """

    source: str | None = None
    name: str | None = None
    reason: str | None = None
    older: timedelta | None = None


EVERY_ONE = Which()


def parked(store: Store, which: Which = EVERY_ONE, *, limit: int = 100) -> list[Row[Any]]:
    """The parked messages of a service, oldest first."""
    h = store.definition.kit.held
    question: Select[Any] = select(h).where(h.c.state == "parked").order_by(h.c.id).limit(limit)
    if which.source:
        question = question.where(h.c.source == which.source)
    if which.name:
        question = question.where(h.c.name == which.name)
    if which.reason:
        question = question.where(h.c.reason.startswith(which.reason, autoescape=True))
    if which.older is not None:
        question = question.where(h.c.held_at <= clock.real_now() - which.older)
    with store.read() as session:
        return list(session.execute(question))


def show(store: Store, held_id: int) -> dict[str, Any]:
    """One held message with headers and body, as JSON values. Raises NotFound."""
    h = store.definition.kit.held
    with store.read() as session:
        row = session.execute(select(h).where(h.c.id == held_id)).first()
    if row is None:
        raise _unknown()
    try:
        body: Any = json.loads(bytes(row.body))
    except ValueError:
        body = {"base64": base64.b64encode(bytes(row.body)).decode()}
    return {
        "id": row.id,
        "state": row.state,
        "source": row.source,
        "name": row.name,
        "subject": None if row.subject is None else str(row.subject),
        "sequence": row.sequence,
        "reason": row.reason,
        "attempts": row.attempts,
        "held_at": row.held_at.isoformat(),
        "headers": row.headers,
        "body": body,
    }


def replay(store: Store, held_id: int, *, by: str) -> bool:
    """Have a parked message tried again at once, and note who wanted it.

    One whose headers could not be read is read again, for the program may
    have learned it since; otherwise it stays parked, with one more try.
    False, and nothing changes, when it is not parked any more: replayed
    before, applied or discarded. Raises NotFound for one that never was.
    """
    h = store.definition.kit.held
    with store.begin() as tx:
        row = _take(tx, held_id)
        if row is None:
            return False
        again = {"state": "retry", "attempts": 0, "due_at": clock.real_now()}
        if row.subject is None:
            again = _read_again(row) or {"attempts": row.attempts + 1}
            if "subject" in again and _is_there(tx, row.source, again):
                tx.session.execute(delete(h).where(h.c.id == held_id))  # it came twice, and this is the second one
        tx.session.execute(update(h).where(h.c.id == held_id).values(**again))
        _note(tx, "replay", row, by)
    return True


def discard(store: Store, held_id: int, *, by: str) -> bool:
    """Give a parked message up, and note who did; what waits behind it goes on.

    In its turn it is passed over like an event that concerns nobody here: a
    held message without a name. Its place stays taken until then, so that
    the complaint is not blocked for ever, whatever is still missing before it.
    False when it is not parked any more. Raises NotFound for one that never was.
    """
    h = store.definition.kit.held
    with store.begin() as tx:
        row = _take(tx, held_id)
        if row is None:
            return False
        ahead = (
            0
            if row.subject is None
            else row.sequence - positions.lock(tx.session, row.source, [row.subject])[row.subject]
        )
        if ahead <= 0:
            tx.session.execute(delete(h).where(h.c.id == held_id))
        else:
            its_turn = {"state": "retry", "due_at": clock.real_now()} if ahead == 1 else {"state": "waiting"}
            tx.session.execute(
                update(h).where(h.c.id == held_id).values(name=None, reason="discarded", attempts=0, **its_turn)
            )
        _note(tx, "discard", row, by)
    return True


def _take(tx: Transaction, held_id: int) -> Row[Any] | None:
    """A parked message, locked; None when it is parked no more."""
    h = tx.kit.held
    row = tx.session.execute(select(h).where(h.c.id == held_id, h.c.state == "parked").with_for_update()).first()
    if row is None and not (
        tx.session.scalar(select(exists().where(h.c.id == held_id))) or interventions.noted(tx.session, tx.kit, held_id)
    ):
        raise _unknown()
    return row


def _read_again(row: Row[Any]) -> dict[str, Any] | None:
    """What puts a message that had no place in its place; None while its headers cannot be read."""
    try:
        address = envelope.read_address(row.source, row.headers)
    except envelope.Undecodable:
        return None
    place = {"event_id": address.event_id, "name": address.name}
    place |= {"subject": address.subject, "sequence": address.sequence}
    return {**place, "state": "retry", "attempts": 0, "due_at": clock.real_now()}


def _is_there(tx: Transaction, source: str, place: dict[str, Any]) -> bool:
    """Whether the event of this place is held already: a message may come twice before it can be read."""
    h = tx.kit.held
    of_it = (h.c.source == source, h.c.subject == place["subject"], h.c.sequence == place["sequence"])
    return bool(tx.session.scalar(select(exists().where(*of_it))))


def _note(tx: Transaction, deed: str, row: Row[Any], by: str) -> None:
    about = {"source": row.source, "name": row.name, "subject": row.subject, "sequence": row.sequence}
    interventions.note(tx, deed, row.id, by, **about, reason=row.reason)


def _unknown() -> NotFound:
    return NotFound("no_such_message", "Pesan ini tidak ada.", "There is no such message.")
