"""Sending one message: find the person, ask for the words, hand it to a gateway, note what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, insert, update

from services.notify.domain.channels import choose
from services.notify.domain.occasions import is_outdated
from services.notify.domain.retries import pause
from services.notify.domain.templates import Template
from services.notify.gateways import Letter, NotSent, Refused
from services.notify.gateways.chosen import gateways
from services.notify.handlers.compose import compose
from services.notify.handlers.fail import fail_message
from services.notify.handlers.hold import hold_message
from services.notify.handlers.people import Asks, Nobody, person_of
from services.notify.handlers.values import Values
from services.notify.store import queries
from services.notify.store.queries import Planned
from services.notify.store.sealed import seal_words
from services.notify.store.tables import notifications, sandbox_messages
from shared.metrics import NOTIFICATIONS, SMS_PARTS
from shared.store import Timer, Transaction

PATIENT_TRIES = 3
"""How often a letter waits for the date it should name, before it goes without."""


@dataclass(frozen=True, slots=True)
class Job:
    """One message to send, with the words in force today."""

    planned: Planned
    templates: Mapping[str, Template]
    phrases: Mapping[str, Mapping[str, str]]
    most_parts: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A gateway took the letter, or it is for the page."""

    letter: Letter
    gateway: str
    gateway_id: str | None


class SendMessage:
    """`notification.send`: the three steps around the outside world."""

    rpc: Asks

    def prepare(self, tx: Transaction, timer: Timer) -> Job | None:
        """Mark it as being sent. None when it was sent, failed or held meanwhile, or comes too late to make sense."""
        planned = queries.planned(tx.session, UUID(timer.payload["notification_id"]), lock=True)
        if planned is None or planned.state not in ("planned", "sending"):
            return None
        if is_outdated(planned.template, planned.facts, tx.now):
            hold_message(tx, planned.notification_id, "too_late")
            return None
        _mark(tx, planned.notification_id, state="sending")
        today = tx.now.date()
        return Job(
            planned,
            queries.template_of(tx.session, planned.template, today),
            queries.phrases_of(tx.session, today),
            queries.limit(tx.session, "sms_parts", today),
            timer.attempts + 1,
        )

    def perform(self, job: Job) -> Sent:
        """Ask, write, hand over. Raises Nobody, Refused, ClockUnknown, NotTaken or Unavailable."""
        person = person_of(self.rpc, job.planned)
        channel = choose(person)
        if channel is None:
            raise Nobody("no_address")
        template, phrases = job.templates[person.language], job.phrases[person.language]
        patient = job.attempt <= PATIENT_TRIES
        values = Values(self.rpc, job.planned, person, template, phrases, patient=patient)
        letter = compose(job.planned, person, channel, template, values, job.most_parts)
        if channel == "page":
            return Sent(letter, "page", None)
        gateway = gateways()[channel]
        try:
            return Sent(letter, gateway.name, gateway.send(letter))
        except NotSent as trouble:
            trouble.channel = channel
            raise

    def conclude(self, tx: Transaction, timer: Timer, job: Job, result: Sent) -> None:
        """Note that it was sent, and say so. A real gateway leaves no words and no address behind."""
        letter, planned = result.letter, job.planned
        _mark(
            tx,
            planned.notification_id,
            # A delivery report may have overtaken this note; what it said stays.
            state=case((notifications.c.state == "sending", "sent"), else_=notifications.c.state),
            channel=letter.channel,
            gateway=result.gateway,
            gateway_id=result.gateway_id,
            length=len(letter.text),
            parts=letter.parts,
            words_sha256=hashlib.sha256(letter.text.encode()).hexdigest(),
            words=_kept(letter),
        )
        if result.gateway == "sandbox":
            _show(tx, planned, letter)
        NOTIFICATIONS.labels(letter.channel, "sent").inc()
        SMS_PARTS.inc(letter.parts or 0)
        tx.publish(
            "notification.sent",
            planned.complaint_id or planned.notification_id,
            {
                "notification_id": planned.notification_id,
                "complaint_id": planned.complaint_id,
                "template": planned.template,
                "channel": letter.channel,
                "audience": planned.audience,
                "sent_at": tx.now,
            },
        )

    def fail(self, tx: Transaction, timer: Timer, job: Job, error: Exception, attempt: int) -> datetime | None:
        """Try again with growing pauses for two days, unless nobody will ever take it."""
        rest = None if isinstance(error, (Nobody, Refused)) else pause(attempt)
        if rest is not None:
            return tx.now + rest
        reason = error.reason if isinstance(error, (Nobody, Refused)) else "tries_used_up"
        channel = error.channel if isinstance(error, NotSent) else None
        fail_message(tx, job.planned.notification_id, reason, channel)
        return None


def _kept(letter: Letter) -> bytes | None:
    """The words, where the page is the only place they can be read."""
    return seal_words(letter.notification_id, letter.subject, letter.text) if letter.channel == "page" else None


def _mark(tx: Transaction, notification_id: UUID, **values: object) -> None:
    tx.session.execute(
        update(notifications).where(notifications.c.notification_id == notification_id).values(at=tx.now, **values)
    )


def _show(tx: Transaction, planned: Planned, letter: Letter) -> None:
    tx.session.execute(
        insert(sandbox_messages).values(
            notification_id=letter.notification_id,
            complaint_id=letter.complaint_id,
            template=planned.template,
            channel=letter.channel,
            recipient=letter.to,
            subject=letter.subject if letter.channel == "email" else None,
            text=letter.text,
            parts=letter.parts,
            at=tx.now,
        )
    )
