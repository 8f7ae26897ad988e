"""A message in the recipient's language, on her channel, in her words."""

from __future__ import annotations

from services.notify.domain.channels import Person
from services.notify.domain.occasions import OFFICE_REPORT
from services.notify.domain.templates import Template
from services.notify.domain.wording import ended, plain, shortened
from services.notify.gateways import Letter
from services.notify.gateways.segments import is_gsm, only_gsm, parts
from services.notify.handlers.people import Nobody
from services.notify.handlers.values import Values
from services.notify.store.queries import Planned

LONGEST_SUBJECT = 200
FEW = 20
"""One in so many characters outside the telephone's alphabet may be lost to keep the rest."""


def compose(
    planned: Planned, person: Person, channel: str, template: Template, values: Values, most_parts: int
) -> Letter:
    """The letter for a channel. Raises Nobody when the template has no words for it."""
    subject = values.fill(template.subject)
    if channel == "sms":
        text = _sms(template, values, most_parts)
        to = person.phone
    elif channel == "email":
        text = _mail(template, values)
        subject = _subject(subject, person)
        to = person.email
    else:
        text = values.fill(template.page) if template.page else ""
        to = ""
    if not text or to is None:
        raise Nobody("no_way_to_tell")
    return Letter(
        notification_id=planned.notification_id,
        complaint_id=planned.complaint_id,
        channel=channel,
        to=to,
        subject=subject[:LONGEST_SUBJECT],
        text=text,
        for_reporter=planned.audience == "reporter",
        automatic=template.automatic,
        thread=person.thread if channel == "email" else None,
        parts=parts(text) if channel == "sms" else None,
        attachment=values.attachment if channel == "email" and planned.template == OFFICE_REPORT else None,
    )


def _sms(template: Template, values: Values, most_parts: int) -> str:
    """The text message; words of others are cut where it would get longer than `most_parts`."""
    if not template.sms:
        return ""
    if "{words}" not in template.sms:
        return plain(values.fill(template.sms))

    def whole(words: str) -> str:
        return plain(values.fill(str(template.sms), words=words))

    def fits(words: str) -> bool:
        return parts(whole(words)) <= most_parts

    words = ended(plain(values.words))
    foreign = sum(not is_gsm(c) for c in words)
    if 0 < foreign * FEW <= len(words) and not fits(words):
        # One rare sign makes the text more than twice as long, at the price of the words: better a question mark.
        words = only_gsm(words)
    return whole(shortened(words, values.phrase("missing.more"), fits))


def _mail(template: Template, values: Values) -> str:
    kind = template.name.partition(".")[0]
    page = values.fill(template.page) if template.page else ""
    return values.phrase(f"frame.{kind}", page=page, email=values.fill(template.email)) + "\n"


def _subject(subject: str, person: Person) -> str:
    """The subject of the reporter's own mail when this letter joins its thread."""
    if not (person.thread and person.subject):
        return subject
    theirs = " ".join(person.subject.split())
    return theirs if theirs.lower().startswith("re:") else f"Re: {theirs}"
