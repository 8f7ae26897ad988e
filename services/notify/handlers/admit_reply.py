"""Loop guard: one person gets only so many automatic answers in a while; the rest is counted, not sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert as upsert

from services.notify.domain.retries import pause
from services.notify.handlers.fail import fail_message
from services.notify.handlers.hold import hold_message
from services.notify.handlers.people import Asks, Nobody, person_of
from services.notify.handlers.plan import schedule_sending
from services.notify.store import queries
from services.notify.store.queries import Planned
from services.notify.store.tables import reply_counts
from shared.sealing import Seal
from shared.store import Timer, Transaction
from shared.usecases import Outside


class AdmitReply(Outside):
    """`reply.admit`: asks who it is for, counts, and lets the answer go or holds it back."""

    rpc: Asks

    def prepare(self, tx: Transaction, timer: Timer) -> Planned | None:
        found = queries.planned(tx.session, [UUID(timer.payload["notification_id"])])
        return found[0] if found and found[0].state == "planned" else None

    def perform(self, job: Planned) -> bytes:
        """The index of her address: by it she is counted, not by the address."""
        person = person_of(self.rpc, job)
        address = (person.phone if person.came_by == "sms" else person.email) or person.phone or ""
        return Seal.from_settings().index(address.strip().lower())

    def conclude(self, tx: Transaction, timer: Timer, job: Planned, result: bytes) -> None:
        most = queries.limit(tx.session, "replies_per_window", tx.now.date())
        if count_reply(tx, result) <= most:
            schedule_sending(tx, job.notification_id, job.complaint_id)
            return
        hold_message(tx, job.notification_id, "too_many_replies")

    def fail(self, tx: Transaction, timer: Timer, job: Planned, error: Exception, attempt: int) -> datetime | None:
        rest = None if isinstance(error, Nobody) else pause(attempt)
        if rest is None:
            fail_message(tx, job.notification_id, error.reason if isinstance(error, Nobody) else "tries_used_up")
            return None
        return tx.now + rest


def count_reply(tx: Transaction, index: bytes) -> int:
    """Count one more answer to somebody; returns how many it is in the present window of time."""
    window = timedelta(minutes=queries.limit(tx.session, "window_minutes", tx.now.date()))
    statement = upsert(reply_counts).values(recipient=index, window_start=tx.now, replies=1)
    over = reply_counts.c.window_start <= tx.now - window
    counted: int = tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=[reply_counts.c.recipient],
            set_={
                "window_start": case((over, tx.now), else_=reply_counts.c.window_start),
                "replies": case((over, 1), else_=reply_counts.c.replies + 1),
            },
        ).returning(reply_counts.c.replies)
    ).scalar_one()
    return counted
