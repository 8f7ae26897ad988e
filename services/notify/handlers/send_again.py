"""An operator has a failed message sent again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, insert, select, update

from services.notify.domain.occasions import REPORTER, Told
from services.notify.handlers.plan import schedule_finding, schedule_sending
from services.notify.handlers.tray import have_gathered
from services.notify.store.tables import notifications, resends
from shared.errors import Conflict, NotFound
from shared.store import Transaction


def send_again(tx: Transaction, notification_id: UUID, officer_id: UUID) -> None:
    """Try a failed message once more and record who asked. Raises NotFound, or Conflict when it has not failed."""
    n = notifications.c
    row = tx.session.execute(
        select(notifications).where(n.notification_id == notification_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("message_not_found", "Pesan ini tidak ada.", "There is no such message.")
    if row.state != "failed":
        raise Conflict("not_failed", "Pesan ini tidak gagal.", "This message has not failed.")
    number = (
        1
        + tx.session.execute(
            select(func.count()).select_from(resends).where(resends.c.notification_id == notification_id)
        ).scalar_one()
    )
    tx.session.execute(
        insert(resends).values(notification_id=notification_id, number=number, officer_id=officer_id, at=tx.now)
    )
    tx.session.execute(
        update(notifications)
        .where(n.notification_id == notification_id)
        .values(state="planned", reason=None, at=tx.now)
    )
    if row.audience != REPORTER and row.recipient == row.complaint_id:
        # It had nobody to go to: look again who is there.
        told = Told(row.template, row.audience, row.agency_id)
        schedule_finding(tx, row.event_id, told, row.complaint_id, row.facts, row.planned_at, number)
    elif row.recipient == row.event_id:
        have_gathered(tx, row.event_id, tx.now, f"again-{number}")
    else:
        schedule_sending(tx, notification_id, row.complaint_id, number)
