"""Events give cause to tell people something: plan it, with ids only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.notify.domain.digest import Group, Line
from services.notify.domain.hours import awake_at
from services.notify.domain.occasions import OCCASIONS, OFFICE_REPORT, REPORTER, Told
from services.notify.handlers.tray import put_down
from services.notify.store import queries
from services.notify.store.tables import notifications
from shared.contracts import Event, event_type
from shared.ids import new_id
from shared.store import Transaction
from shared.texts import zone

FIND, ADMIT, SEND = "officers.find", "reply.admit", "notification.send"
"""The steps outside the transaction: who at an agency, whether one more automatic answer is right, the sending."""


A_MOMENT = timedelta(milliseconds=500)
"""An event reaches the others when it reaches us; letters ask them for number and limit once they have heard it too."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to be planned: why, what, for whom, about which complaint, with the facts of the event."""

    event_id: UUID
    told: Told
    recipient: UUID
    complaint_id: UUID | None
    facts: Mapping[str, Any]


def plan(tx: Transaction, events: Sequence[Event]) -> None:
    """Plan every message these events give cause for. Each is planned once, however often an event comes."""
    to_one: list[Message] = []
    together: list[tuple[Group, Line]] = []
    gathered = queries.gathered(tx.session, tx.now.date())
    for event in events:
        facts = json.loads(event_type(event.source, event.name).write(event.data))
        for told in OCCASIONS[event.source, event.name](event.data):
            if told.audience == REPORTER:
                recipient = event.data.get("inquiry_id") or event.subject
                to_one.append(Message(event.id, told, recipient, event.data["complaint_id"], facts))
            elif told.template == OFFICE_REPORT:
                to_one.append(Message(event.id, told, event.data["addressee_id"], None, facts))
            elif told.template in gathered and told.group:
                together.append((told.group, Line(event.id, told.template, event.subject, facts, event.time)))
            else:
                schedule_finding(tx, event.id, told, event.subject, facts, event.time)
    put_down(tx, together, after=A_MOMENT)
    for notification_id, message in plan_messages(tx, to_one).items():
        if message.told.is_reply:
            payload = {"notification_id": str(notification_id)}
            tx.schedule(ADMIT, str(notification_id), tx.now, payload, message.complaint_id)
        else:
            due_at = by_day(tx, message.told.template, tx.now + A_MOMENT)
            schedule_sending(tx, notification_id, message.complaint_id, after=due_at - tx.now)


def by_day(tx: Transaction, template: str, moment: datetime) -> datetime:
    """When a message to a reporter may go: at that moment, or when the night is over."""
    today = tx.now.date()
    if any(words.at_night for words in queries.template_of(tx.session, template, today).values()):
        return moment
    quiet_from, quiet_until = (
        queries.limit(tx.session, name, today) for name in ("quiet_from_hour", "quiet_until_hour")
    )
    return awake_at(moment, zone(), quiet_from, quiet_until)


def plan_messages(tx: Transaction, messages: Sequence[Message]) -> dict[UUID, Message]:
    """Write messages down; each by its new id. One that was told of this event before is left out."""
    if not messages:
        return {}
    planned = {new_id(): message for message in messages}
    n = notifications.c
    statement = upsert(notifications).on_conflict_do_nothing(index_elements=[n.event_id, n.audience, n.recipient])
    rows = [
        {
            "notification_id": notification_id,
            "event_id": message.event_id,
            "template": message.told.template,
            "audience": message.told.audience,
            "recipient": message.recipient,
            "agency_id": message.told.agency_id,
            "complaint_id": message.complaint_id,
            "facts": dict(message.facts),
            "state": "planned",
            "planned_at": tx.now,
            "at": tx.now,
        }
        for notification_id, message in planned.items()
    ]
    made = tx.session.execute(statement.returning(n.notification_id), rows).scalars()
    return {notification_id: planned[notification_id] for notification_id in made}


def schedule_sending(
    tx: Transaction,
    notification_id: UUID,
    complaint_id: UUID | None,
    attempt: int = 0,
    after: timedelta = timedelta(0),
) -> None:
    """Have a planned message sent. `attempt` counts how often a person asked for it again."""
    tx.schedule(
        SEND,
        key=f"{notification_id}:{attempt}",
        due_at=tx.now + after,
        payload={"notification_id": str(notification_id)},
        subject=complaint_id,
    )


def schedule_finding(
    tx: Transaction,
    event_id: UUID,
    told: Told,
    complaint_id: UUID,
    facts: Mapping[str, Any],
    at: datetime,
    attempt: int = 0,
) -> None:
    """Have somebody asked who the people of an audience are, so that each can be told of what happened `at`."""
    payload = {
        "event_id": str(event_id),
        "template": told.template,
        "audience": told.audience,
        "agency_id": told.agency_id,
        "facts": dict(facts),
        "at": at.isoformat(),
        "again": attempt > 0,
    }
    key = f"{event_id}:{told.audience}:{attempt}"
    tx.schedule(FIND, key, due_at=tx.now + A_MOMENT, payload=payload, subject=complaint_id)
