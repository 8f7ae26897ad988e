"""A message will not arrive: that is written down, said, and can be seen and repeated by an operator."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from services.notify.domain.channels import usual_channel
from services.notify.store.tables import notifications
from shared.metrics import NOTIFICATIONS
from shared.store import Transaction


def fail_message(tx: Transaction, notification_id: UUID, reason: str, channel: str | None = None) -> None:
    """Give a message up. `reason` is a short code without personal data; `channel` the one that was tried, if any."""
    n = notifications.c
    row = tx.session.execute(select(notifications).where(n.notification_id == notification_id).with_for_update()).one()
    channel = channel or row.channel or usual_channel(row.audience)
    tx.session.execute(
        update(notifications)
        .where(n.notification_id == notification_id)
        .values(state="failed", reason=reason, channel=channel, at=tx.now)
    )
    NOTIFICATIONS.labels(channel, "failed").inc()
    tx.publish(
        "notification.failed",
        row.complaint_id or notification_id,
        {
            "notification_id": notification_id,
            "complaint_id": row.complaint_id,
            "template": row.template,
            "channel": channel,
            "audience": row.audience,
            "reason": reason,
            "failed_at": tx.now,
        },
    )
