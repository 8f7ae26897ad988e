"""A message is not sent, for a good reason: counted and seen in the log, told to nobody."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from services.notify.domain.channels import usual_channel
from services.notify.store.tables import notifications
from shared.metrics import NOTIFICATIONS
from shared.store import Transaction


def hold_message(tx: Transaction, notification_id: UUID, reason: str) -> None:
    """Hold a message back for good. `reason` is a short code."""
    n = notifications.c
    row = tx.session.execute(
        update(notifications)
        .where(n.notification_id == notification_id)
        .values(state="held", reason=reason, at=tx.now)
        .returning(n.channel, n.audience)
    ).one()
    NOTIFICATIONS.labels(row.channel or usual_channel(row.audience), "held").inc()
