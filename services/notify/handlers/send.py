"""Sending one message: find the person, ask for the words, hand it to a gateway, note what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, case, insert, update

from services.notify.domain.channels import Person, choose
from services.notify.domain.occasions import REPORTER, is_outdated
from services.notify.domain.retries import pause
from services.notify.domain.templates import DIGEST, Template
from services.notify.gateways import Letter, NotSent, Refused
from services.notify.gateways.chosen import gateways
from services.notify.handlers.compose import compose
from services.notify.handlers.compose_digest import Contents, compose_digest
from services.notify.handlers.fail import fail_message
from services.notify.handlers.hold import hold_message
from services.notify.handlers.people import Asks, Nobody, has_moved, must_not_hear, person_of
from services.notify.handlers.plan import by_day
from services.notify.handlers.values import Values
from services.notify.store import queries
from services.notify.store.queries import Planned
from services.notify.store.sealed import seal_words
from services.notify.store.tables import notifications, sandbox_messages
from shared.metrics import NOTIFICATIONS, SMS_PARTS
from shared.store import Timer, Transaction
from shared.texts import zone
from shared.usecases import Done, Outside


@dataclass(frozen=True, slots=True)
class Job:
    """One message to send, with the words in force today."""

    planned: Planned
    templates: Mapping[str, Template]
    phrases: Mapping[str, Mapping[str, str]]
    most_parts: int
    attempt: int
    digest: Contents | None = None
    """What it tells of, when it is about several cases."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A gateway took the letter, or it is for the page."""

    letter: Letter
    gateway: str
    gateway_id: str | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """It has nothing left to say. `reason` is a short code."""

    reason: str


class SendMessage(Outside):
    """`notification.send`: the three steps around the outside world."""

    rpc: Asks

    def prepare_all(self, tx: Transaction, timers: Sequence[Timer]) -> dict[int, Job]:
        """Mark messages as being sent. Left out is what was sent, failed or held meanwhile, or comes too late."""
        wanted = {UUID(timer.payload["notification_id"]): timer for timer in timers}
        jobs: dict[int, Job] = {}
        for planned in queries.planned(tx.session, list(wanted), lock=True):
            timer = wanted[planned.notification_id]
            if planned.state not in ("planned", "sending"):
                continue
            if is_outdated(planned.template, planned.facts, tx.now):
                hold_message(tx, planned.notification_id, "too_late")
            else:
                jobs[timer.id] = _job(tx, planned, timer)
        n = notifications.c
        being_sent = n.notification_id.in_([job.planned.notification_id for job in jobs.values()])
        tx.session.execute(update(notifications).where(being_sent).values(state="sending", at=tx.now))
        return jobs

    def perform(self, job: Job) -> Sent | Withheld:
        """Ask, write, hand over. Raises Nobody, Refused, ClockUnknown, NotTaken or Unavailable."""
        if must_not_hear(self.rpc, job.planned):
            return Withheld("locked")
        person = person_of(self.rpc, job.planned)
        channel = choose(person)
        if channel is None:
            raise Nobody("no_address")
        letter = self._letter(job, person, channel)
        if letter is None:
            return Withheld("overtaken")
        if channel == "page":
            return Sent(letter, "page", None)
        gateway = gateways()[channel]
        try:
            return Sent(letter, gateway.name, gateway.send(letter))
        except NotSent as trouble:
            trouble.channel = channel
            raise

    def _letter(self, job: Job, person: Person, channel: str) -> Letter | None:
        """The letter in her words; None when the case has moved past what it says."""
        planned, phrases = job.planned, job.phrases[person.language]
        if job.digest:
            return compose_digest(self.rpc, planned, person, job.digest, phrases, job.attempt)
        template = job.templates[person.language]
        if planned.complaint_id and has_moved(self.rpc, template, planned.complaint_id, planned.facts):
            return None
        values = Values(self.rpc, planned, person, template, phrases, attempt=job.attempt)
        return compose(planned, person, channel, template, values, job.most_parts)

    def conclude_all(self, tx: Transaction, done: Sequence[Done]) -> None:
        """Note what was sent, and say so. A real gateway leaves no words and no address behind."""
        for one in done:
            if isinstance(one.result, Withheld):
                hold_message(tx, one.job.planned.notification_id, one.result.reason)
        done = [one for one in done if isinstance(one.result, Sent)]
        if not done:
            return
        sent: list[Sent] = [one.result for one in done]
        tx.session.execute(_SENT, [_note(each, tx.now) for each in sent])
        _show(tx, [(one.job.planned, one.result.letter) for one in done if one.result.gateway == "sandbox"])
        for one in done:
            letter, planned = one.result.letter, one.job.planned
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
            again_at = tx.now + rest
            return by_day(tx, job.planned.template, again_at) if job.planned.audience == REPORTER else again_at
        reason = error.reason if isinstance(error, (Nobody, Refused)) else "tries_used_up"
        channel = error.channel if isinstance(error, NotSent) else None
        fail_message(tx, job.planned.notification_id, reason, channel)
        return None


def _kept(letter: Letter) -> bytes | None:
    """The words, where the page is the only place they can be read."""
    return seal_words(letter.notification_id, letter.subject, letter.text) if letter.channel == "page" else None


def _job(tx: Transaction, planned: Planned, timer: Timer) -> Job:
    today = tx.now.date()
    return Job(
        planned,
        queries.template_of(tx.session, planned.template, today),
        queries.phrases_of(tx.session, today),
        queries.limit(tx.session, "sms_parts", today),
        timer.attempts + 1,
        _contents(tx, planned, today) if planned.template == DIGEST else None,
    )


def _contents(tx: Transaction, planned: Planned, today: date) -> Contents:
    digest_id = UUID(planned.facts["digest_id"])
    most = queries.limit(tx.session, "digest_lines", today)
    lines = queries.lines_of(tx.session, digest_id, most=most)
    names = {planned.template, *(line.template for line in lines)}
    templates = {name: queries.template_of(tx.session, name, today) for name in names}
    beyond = queries.complaints_beyond(tx.session, digest_id, most)
    return Contents(lines, beyond, templates, tx.now.astimezone(zone()).date())


_n = notifications.c
_SENT = (
    update(notifications)
    .where(_n.notification_id == bindparam("message"))
    .values(
        # A delivery report may have overtaken this note; what it said stays.
        state=case((_n.state == "sending", "sent"), else_=_n.state),
        **{
            name: bindparam(f"new_{name}")
            for name in ("channel", "gateway", "gateway_id", "length", "parts", "words_sha256", "words", "at")
        },
    )
)


def _note(sent: Sent, at: datetime) -> dict[str, object]:
    letter = sent.letter
    return {
        "message": letter.notification_id,
        "new_channel": letter.channel,
        "new_gateway": sent.gateway,
        "new_gateway_id": sent.gateway_id,
        "new_length": len(letter.text),
        "new_parts": letter.parts,
        "new_words_sha256": hashlib.sha256(letter.text.encode()).hexdigest(),
        "new_words": _kept(letter),
        "new_at": at,
    }


def _show(tx: Transaction, letters: Sequence[tuple[Planned, Letter]]) -> None:
    """Put letters into the outbox of the sandbox."""
    if not letters:
        return
    tx.session.execute(
        insert(sandbox_messages),
        [
            {
                "notification_id": letter.notification_id,
                "complaint_id": letter.complaint_id,
                "template": planned.template,
                "channel": letter.channel,
                "recipient": letter.to,
                "subject": letter.subject if letter.channel == "email" else None,
                "text": letter.text,
                "parts": letter.parts,
                "at": tx.now,
            }
            for planned, letter in letters
        ],
    )
