"""Before officers can be told, somebody must say who they are today: one message is planned for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.notify.domain.occasions import Told
from services.notify.domain.retries import pause
from services.notify.handlers.fail import fail_message
from services.notify.handlers.hold import hold_message
from services.notify.handlers.people import Asks, audience_now, officers
from services.notify.handlers.plan import plan_message, schedule_sending
from services.notify.store.tables import notifications
from shared.store import Timer, Transaction


@dataclass(frozen=True, slots=True)
class Search:
    """Whom to look for."""

    complaint_id: UUID
    audience: str
    agency_id: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the audience means today."""

    audience: str
    agency_id: str | None
    officer_ids: list[UUID]


class FindOfficers:
    """`officers.find`: asks routing, plans a message for each officer found."""

    rpc: Asks

    def prepare(self, tx: Transaction, timer: Timer) -> Search:
        return Search(_complaint(timer), timer.payload["audience"], timer.payload["agency_id"])

    def perform(self, job: Search) -> Found:
        audience, agency_id = audience_now(self.rpc, job.audience, job.agency_id, job.complaint_id)
        found = officers(self.rpc, audience, agency_id)
        return Found(audience, agency_id, [officer["officer_id"] for officer in found])

    def conclude(self, tx: Transaction, timer: Timer, job: Search, result: Found) -> None:
        told = Told(timer.payload["template"], result.audience, result.agency_id)
        event_id, facts = UUID(timer.payload["event_id"]), timer.payload["facts"]
        for officer_id in result.officer_ids:
            made = plan_message(tx, event_id, told, officer_id, job.complaint_id, facts)
            if made is not None:
                schedule_sending(tx, made, job.complaint_id)
        if result.officer_ids:
            self._found_after_all(tx, event_id, job)
        else:
            self._nobody(tx, timer, job, "no_officer")

    def fail(self, tx: Transaction, timer: Timer, job: Search, error: Exception, attempt: int) -> datetime | None:
        rest = pause(attempt)
        if rest is None:
            self._nobody(tx, timer, job, "tries_used_up")
            return None
        return tx.now + rest

    def _nobody(self, tx: Transaction, timer: Timer, job: Search, reason: str) -> None:
        """An audience without a person is not silence: it is a failed message to nobody, which operators see."""
        told = Told(timer.payload["template"], job.audience, job.agency_id)
        event_id = UUID(timer.payload["event_id"])
        made = plan_message(tx, event_id, told, job.complaint_id, job.complaint_id, timer.payload["facts"])
        message = made or self._message_to_nobody(tx, event_id, job)
        if message is not None:
            fail_message(tx, message, reason)

    def _found_after_all(self, tx: Transaction, event_id: UUID, job: Search) -> None:
        """A search repeated by an operator found people: the failed message to nobody is settled."""
        message = self._message_to_nobody(tx, event_id, job)
        if message is not None:
            hold_message(tx, message, "officers_found")

    def _message_to_nobody(self, tx: Transaction, event_id: UUID, job: Search) -> UUID | None:
        n = notifications.c
        found: UUID | None = tx.session.execute(
            select(n.notification_id).where(
                n.event_id == event_id, n.audience == job.audience, n.recipient == job.complaint_id
            )
        ).scalar()
        return found


def _complaint(timer: Timer) -> UUID:
    assert timer.subject is not None
    return timer.subject
