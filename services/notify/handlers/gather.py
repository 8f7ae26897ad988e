"""An open digest is due: whoever it is for gets one letter about all its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select, update

from services.notify.domain.digest import Group, Line
from services.notify.domain.hours import Hours
from services.notify.domain.occasions import Told
from services.notify.domain.retries import pause
from services.notify.domain.templates import DIGEST
from services.notify.handlers.fail import fail_message
from services.notify.handlers.hold import hold_message
from services.notify.handlers.people import Asks, officers
from services.notify.handlers.plan import Message, plan_messages, schedule_sending
from services.notify.handlers.tray import have_gathered
from services.notify.store import queries
from services.notify.store.tables import digests, notifications
from shared import clock
from shared.store import Timer, Transaction
from shared.texts import zone
from shared.usecases import Done, Outside


@dataclass(frozen=True, slots=True)
class Open:
    """A digest to be gathered, in the hours of the office it is for."""

    digest_id: UUID
    group: Group
    hours: Hours


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is told now; or, when the office is closed, when it opens."""

    officer_ids: list[UUID]
    closed_until: datetime | None = None


class GatherDigest(Outside):
    """`digest.gather`: when the office is open, asks who the group is today and plans a letter for each of them."""

    rpc: Asks

    def prepare(self, tx: Transaction, timer: Timer) -> Open | None:
        d = digests.c
        digest_id = UUID(timer.payload["digest_id"])
        row = tx.session.execute(select(d.audience, d.agency_id).where(d.digest_id == digest_id)).one_or_none()
        if row is None:
            return None
        hours = queries.hours_of(tx.session, row.agency_id, tx.now.date())
        return Open(digest_id, Group(row.audience, row.agency_id), hours)

    def perform(self, job: Open) -> Readers:
        if opens_at := self._closed_until(job.hours, clock.now().astimezone(zone())):
            return Readers([], opens_at)
        found = officers(self.rpc, job.group.audience, job.group.agency_id)
        return Readers([officer["officer_id"] for officer in found])

    def _closed_until(self, hours: Hours, local: datetime) -> datetime | None:
        """When the office opens next; None while it is open. sla knows the working days."""
        yesterday = local - timedelta(days=1)
        day = yesterday if not hours.over(local) else local
        opens_at = hours.opening(day + timedelta(days=1) if hours.every_day else self._working_day(hours, day))
        return opens_at if opens_at > local else None

    def _working_day(self, hours: Hours, day: datetime) -> datetime:
        """The first working day after a day."""
        asked = {"start": day.date(), "days": 1, "unit": "working_days", "region": hours.region}
        found: date = self.rpc.ask_alike("sla", "due_date", **asked)["due_date"]
        return datetime.combine(found, time.min, day.tzinfo)

    def conclude_all(self, tx: Transaction, done: Sequence[Done]) -> None:
        for one in sorted(done, key=lambda one: one.job.group.order):
            if one.result.closed_until is None:
                self._close(tx, one.job, one.result.officer_ids, "no_officer")
            else:
                have_gathered(tx, one.job.digest_id, one.result.closed_until, one.result.closed_until.isoformat())

    def fail(self, tx: Transaction, timer: Timer, job: Open, error: Exception, attempt: int) -> datetime | None:
        rest = pause(attempt)
        if rest is None:
            self._close(tx, job, [], "tries_used_up")
            return None
        return tx.now + rest

    def _close(self, tx: Transaction, job: Open, officer_ids: Sequence[UUID], reason: str) -> None:
        """Nothing is added from here on. One line is told as it always was, several in one letter."""
        d = digests.c
        tx.session.execute(
            update(digests).where(d.digest_id == job.digest_id, d.gathered_at.is_(None)).values(gathered_at=tx.now)
        )
        lines = queries.lines_of(tx.session, job.digest_id, most=2)
        if not lines:
            return
        messages = [_message(job, lines, officer_id) for officer_id in officer_ids]
        for notification_id, message in plan_messages(tx, messages).items():
            schedule_sending(tx, notification_id, message.complaint_id)
        if messages:
            self._found_after_all(tx, job)
        else:
            self._nobody(tx, job, lines, reason)

    def _nobody(self, tx: Transaction, job: Open, lines: Sequence[Line], reason: str) -> None:
        """An audience without a person is not silence: it is a failed message to nobody, which operators see."""
        nobody = _message(job, lines, lines[0].complaint_id if len(lines) == 1 else job.digest_id)
        for notification_id in plan_messages(tx, [nobody]) or _to_nobody(tx, job):
            fail_message(tx, notification_id, reason)

    def _found_after_all(self, tx: Transaction, job: Open) -> None:
        """Gathered once more by an operator, it found people: the failed message to nobody is settled."""
        for notification_id in _to_nobody(tx, job):
            hold_message(tx, notification_id, "officers_found")


def _to_nobody(tx: Transaction, job: Open) -> list[UUID]:
    """The message to a group that had nobody: its recipient is the digest itself."""
    n = notifications.c
    digest_id = job.digest_id
    return list(
        tx.session.execute(select(n.notification_id).where(n.event_id == digest_id, n.recipient == digest_id)).scalars()
    )


def _message(job: Open, lines: Sequence[Line], recipient: UUID) -> Message:
    group = job.group
    if len(lines) == 1:
        [line] = lines
        told = Told(line.template, group.audience, group.agency_id)
        return Message(line.event_id, told, recipient, line.complaint_id, line.facts)
    return Message(
        job.digest_id, Told(DIGEST, group.audience, group.agency_id), recipient, None, {"digest_id": str(job.digest_id)}
    )
