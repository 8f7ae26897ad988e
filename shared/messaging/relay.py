"""From the outbox to the broker: what was committed is published, in order, at least once.

One replica publishes at a time (an advisory lock), so the order per complaint
is the order of commits; the others stand by and ask for the lock every few
seconds. A crash between confirm and commit repeats a window; readers drop the
repeats by their sequence.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text

from shared import clock, metrics
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, NotConfirmed, Outgoing
from shared.messaging.topology import events_exchange
from shared.store import Store

WINDOW = 200

# Gone with the commit that follows the confirms; a window that is not confirmed is rolled back and stays. As an array
# the ids are looked up one by one: joined, the whole table is read, and after a flood that is what autovacuum left.
_TAKEN = text("""
    delete from outbox where id = any (array(select id from outbox order by id limit :limit))
    returning id, event_id, name, version, subject, sequence, time, body, traceparent
""")


def relay_window(store: Store, publisher: ConfirmingPublisher, limit: int = WINDOW) -> int:
    """Publish the oldest committed events and forget them; returns how many.

    0 when there are none, or when another replica is at it. Raises
    NotConfirmed when the broker did not take them: they stay.
    """
    service = store.definition.service
    with store.engine.begin() as connection:
        if not connection.execute(text("select pg_try_advisory_xact_lock(hashtext('outbox'))")).scalar():
            return 0
        rows = sorted(connection.execute(_TAKEN, {"limit": limit}))
        if not rows:
            return 0
        with metrics.OUTBOX_WINDOW.time():
            try:
                publisher.publish([_outgoing(service, row) for row in rows])
            except NotConfirmed:
                metrics.OUTBOX_PUBLISHED.labels("refused").inc(len(rows))
                raise
    metrics.OUTBOX_PUBLISHED.labels("ok").inc(len(rows))
    return len(rows)


def _outgoing(service: str, row: Row[Any]) -> Outgoing:
    return Outgoing(
        exchange=events_exchange(service),
        routing_key=row.name,
        body=row.body.encode(),
        headers=envelope.headers(
            event_id=row.event_id,
            source=service,
            type_=f"id.aduan.{service}.{row.name}.v{row.version}",
            subject=row.subject,
            time=row.time,
            sequence=row.sequence,
            traceparent=row.traceparent,
        ),
        message_id=str(row.event_id),
    )


def observe(store: Store) -> None:
    """Set the outbox gauges."""
    outbox = store.definition.kit.outbox
    with store.read() as session:
        pending, oldest = session.execute(select(func.count(), func.min(outbox.c.time))).one()
    metrics.OUTBOX_PENDING.set(pending)
    metrics.OUTBOX_OLDEST.set(_age(oldest))


def _age(oldest: datetime | None) -> float:
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
