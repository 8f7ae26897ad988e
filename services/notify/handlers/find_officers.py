"""Before officers can be told, somebody must say who they are today: one message is planned for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from services.notify.domain.digest import Group, Line
from services.notify.domain.occasions import Told
from services.notify.domain.retries import pause
from services.notify.handlers.fail import fail_message
from services.notify.handlers.hold import hold_message
from services.notify.handlers.people import Asks, audience_now, officers
from services.notify.handlers.plan import Message, plan_messages, schedule_sending
from services.notify.handlers.tray import put_down
from services.notify.store import queries
from services.notify.store.tables import notifications
from shared.store import Timer, Transaction
from shared.usecases import Done, Outside


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


class FindOfficers(Outside):
    """`officers.find`: asks routing, plans a message for each officer found."""

    rpc: Asks

    def prepare(self, tx: Transaction, timer: Timer) -> Search:
        return Search(_complaint(timer), timer.payload["audience"], timer.payload["agency_id"])

    def perform(self, job: Search) -> Found:
        audience, agency_id = audience_now(self.rpc, job.audience, job.agency_id, job.complaint_id)
        found = officers(self.rpc, audience, agency_id)
        return Found(audience, agency_id, [officer["officer_id"] for officer in found])

    def conclude_all(self, tx: Transaction, done: Sequence[Done]) -> None:
        """What is gathered is put down for the group; the rest, and what an operator wants again, told one by one."""
        gathered = queries.gathered(tx.session, tx.now.date())
        together = [d for d in done if d.timer.payload["template"] in gathered and not d.timer.payload.get("again")]
        put_down(tx, [_line(one) for one in together])
        done = [one for one in done if one not in together]
        found = [one for one in done if one.result.officer_ids]
        messages = [message for one in found for message in _messages(one)]
        for notification_id, message in plan_messages(tx, messages).items():
            schedule_sending(tx, notification_id, message.complaint_id)
        self._found_after_all(tx, found)
        for one in done:
            if not one.result.officer_ids:
                self._nobody(tx, one.timer, one.job, "no_officer")

    def fail(self, tx: Transaction, timer: Timer, job: Search, error: Exception, attempt: int) -> datetime | None:
        rest = pause(attempt)
        if rest is None:
            self._nobody(tx, timer, job, "tries_used_up")
            return None
        return tx.now + rest

    def _nobody(self, tx: Transaction, timer: Timer, job: Search, reason: str) -> None:
        """An audience without a person is not silence: it is a failed message to nobody, which operators see."""
        event_id, facts = UUID(timer.payload["event_id"]), timer.payload["facts"]
        told = Told(timer.payload["template"], job.audience, job.agency_id)
        made = plan_messages(tx, [Message(event_id, told, job.complaint_id, job.complaint_id, facts)])
        for notification_id in made or self._messages_to_nobody(tx, [(event_id, job)]):
            fail_message(tx, notification_id, reason)

    def _found_after_all(self, tx: Transaction, found: Sequence[Done]) -> None:
        """A search repeated by an operator found people: the failed message to nobody is settled."""
        searches = [(UUID(one.timer.payload["event_id"]), one.job) for one in found]
        for notification_id in self._messages_to_nobody(tx, searches):
            hold_message(tx, notification_id, "officers_found")

    def _messages_to_nobody(self, tx: Transaction, searches: Sequence[tuple[UUID, Search]]) -> list[UUID]:
        """The messages to an audience that had nobody: their recipient is the complaint itself."""
        n = notifications.c
        those = [(event_id, job.audience, job.complaint_id) for event_id, job in searches]
        return list(
            tx.session.execute(
                select(n.notification_id).where(tuple_(n.event_id, n.audience, n.recipient).in_(those))
            ).scalars()
        )


def _line(one: Done) -> tuple[Group, Line]:
    """What is told to the group found, together with the rest."""
    payload, found = one.timer.payload, one.result
    at = datetime.fromisoformat(payload["at"]) if "at" in payload else one.timer.due_at
    line = Line(UUID(payload["event_id"]), payload["template"], one.job.complaint_id, payload["facts"], at)
    return Group(found.audience, found.agency_id), line


def _messages(one: Done) -> list[Message]:
    """A message for each officer found."""
    payload, found = one.timer.payload, one.result
    told = Told(payload["template"], found.audience, found.agency_id)
    event_id, facts = UUID(payload["event_id"]), payload["facts"]
    return [Message(event_id, told, officer_id, one.job.complaint_id, facts) for officer_id in found.officer_ids]


def _complaint(timer: Timer) -> UUID:
    assert timer.subject is not None
    return timer.subject
