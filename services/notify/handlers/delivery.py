"""Delivery reports of the gateway: the message reached the telephone, or it will not."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from services.notify.handlers.fail import fail_message
from services.notify.store.tables import notifications
from shared.metrics import NOTIFICATIONS
from shared.store import Transaction


def note_delivery(tx: Transaction, notification_id: UUID, delivered: bool) -> None:
    """Note a report. They come late, twice, and for each part of a long message: the first one counts."""
    n = notifications.c
    row = tx.session.execute(
        select(notifications).where(n.notification_id == notification_id).with_for_update()
    ).one_or_none()
    # A report may overtake our own note that the gateway took the message.
    if row is None or row.state not in ("sent", "sending"):
        return
    if not delivered:
        fail_message(tx, notification_id, "undeliverable")
        return
    tx.session.execute(
        update(notifications).where(n.notification_id == notification_id).values(state="delivered", at=tx.now)
    )
    NOTIFICATIONS.labels("sms", "delivered").inc()
    tx.publish(
        "notification.delivered",
        row.complaint_id or notification_id,
        {
            "notification_id": notification_id,
            "complaint_id": row.complaint_id,
            "template": row.template,
            "channel": "sms",
            "audience": row.audience,
            "delivered_at": tx.now,
        },
    )
