"""An event gives cause to tell somebody something: plan it, with ids only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.notify.domain.occasions import OCCASIONS, REPORTER, Told
from services.notify.store.tables import notifications
from shared.contracts import Event, event_type
from shared.ids import new_id
from shared.store import Transaction

FIND, ADMIT, SEND = "officers.find", "reply.admit", "notification.send"
"""The steps outside the transaction: who at an agency, whether one more automatic answer is right, the sending."""


def plan(tx: Transaction, event: Event) -> None:
    """Plan every message this event gives cause for. Each is planned once, however often the event comes."""
    facts = event_type(event.source, event.name).schema.dump(event.data)
    for told in OCCASIONS[event.source, event.name](event.data):
        if told.audience == REPORTER:
            _plan_for_reporter(tx, event, told, facts)
        else:
            schedule_finding(tx, event.id, told.template, told.audience, told.agency_id, event.subject, facts)


def plan_message(
    tx: Transaction,
    event_id: UUID,
    told: Told,
    recipient: UUID,
    complaint_id: UUID | None,
    facts: Mapping[str, Any],
    *,
    state: str = "planned",
    reason: str | None = None,
) -> UUID | None:
    """Write one message down; its id, or None when this event has already been told to this person."""
    statement = upsert(notifications).values(
        notification_id=new_id(),
        event_id=event_id,
        template=told.template,
        audience=told.audience,
        recipient=recipient,
        agency_id=told.agency_id,
        complaint_id=complaint_id,
        facts=dict(facts),
        state=state,
        reason=reason,
        planned_at=tx.now,
        at=tx.now,
    )
    made: UUID | None = tx.session.execute(
        statement.on_conflict_do_nothing(
            index_elements=[notifications.c.event_id, notifications.c.audience, notifications.c.recipient]
        ).returning(notifications.c.notification_id)
    ).scalar()
    return made


def schedule_sending(tx: Transaction, notification_id: UUID, complaint_id: UUID | None, attempt: int = 0) -> None:
    """Have a planned message sent now. `attempt` counts how often a person asked for it again."""
    tx.schedule(
        SEND,
        key=f"{notification_id}:{attempt}",
        due_at=tx.now,
        payload={"notification_id": str(notification_id)},
        subject=complaint_id,
    )


def schedule_finding(
    tx: Transaction,
    event_id: UUID,
    template: str,
    audience: str,
    agency_id: str | None,
    complaint_id: UUID,
    facts: Mapping[str, Any],
    attempt: int = 0,
) -> None:
    """Have somebody asked who the people of an audience are, so that each can be told."""
    payload = {
        "event_id": str(event_id),
        "template": template,
        "audience": audience,
        "agency_id": agency_id,
        "facts": dict(facts),
    }
    tx.schedule(FIND, key=f"{event_id}:{audience}:{attempt}", due_at=tx.now, payload=payload, subject=complaint_id)


def _plan_for_reporter(tx: Transaction, event: Event, told: Told, facts: Mapping[str, Any]) -> None:
    complaint_id: UUID | None = event.data["complaint_id"]
    recipient: UUID = event.data.get("inquiry_id") or event.subject
    made = plan_message(tx, event.id, told, recipient, complaint_id, facts)
    if made is None:
        return
    if told.is_reply:
        tx.schedule(ADMIT, key=str(made), due_at=tx.now, payload={"notification_id": str(made)}, subject=complaint_id)
    else:
        schedule_sending(tx, made, complaint_id)
