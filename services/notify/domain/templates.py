"""Templates: what may stand in them, and how they become words."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.vocabulary import CLOCKS, STATES

CONTACT, CASE, AGENCIES, SAID = "contact", "case", "agencies", "said"
CLOCK, FACTS, PLACE = "clock", "facts", "place"
"""Where a placeholder's value comes from."""

PLACEHOLDERS: dict[str, str] = {
    "code": CONTACT,  # the reporter's tracking code, as she reads it aloud
    "number": CASE,  # the case number the desk uses
    "state": CASE,  # where the case stands, in words
    "explained": CLOCK,  # the sentence in which the limit that matters now explains itself, as on the reporter's page
    "agency": AGENCIES,
    "competent": AGENCIES,  # the agency named when a case is returned
    "words": SAID,  # what the agency, the coordinator or the Ombudsman wrote
    "by": CLOCK,  # "paling lambat 25 Maret 2026", or words for a date not known
    "clock": FACTS,  # the name of a limit
    "promised": FACTS,  # the day an agency promised
    "reason": FACTS,  # why a case was put aside
    "referral": FACTS,  # the Ombudsman's file number
    "period": FACTS,  # of a periodic report, in words
    "whose": AGENCIES,  # the agency a periodic report is about, or the whole region
    "attached": FACTS,  # whether the report lies with the letter
    "report": PLACE,  # address of the report
    "service": PLACE,  # what this service calls itself
    "track": PLACE,  # address of the tracking page
    "desk": PLACE,  # address of the desk
}
"""Everything that may stand in braces. A template with anything else is refused when it is loaded."""

FRAME_PLACEHOLDERS = frozenset({"page", "email"})
"""What only the frame of a letter may hold: the template's own texts."""

DIGEST_PLACEHOLDERS = frozenset({"cases", "lines"})
"""What only a digest may hold: how many cases it tells of, and what it says of each."""

DIGEST = "desk.digest"
"""The letter that takes together what several cases give to tell."""

PERIOD_PLACEHOLDERS = frozenset({"first", "last", "region"})
"""What only the name of a report's period may hold."""

TEXTS = ("subject", "page", "email", "sms", "line")


class BadTemplate(ValueError):
    """A template that must not be used; says which and why."""


@dataclass(frozen=True, slots=True)
class Template:
    """One occasion in one language.

    `page` is what is said, wherever it is read. `email` is what a letter adds
    below it, `sms` the whole of a text message. Letters to the desk have no
    `page` and no `sms`; one with a `line` is gathered with others, and the
    line is what a letter about several cases says of this one.
    """

    name: str
    language: str
    subject: str
    email: str
    page: str | None = None
    sms: str | None = None
    line: str | None = None
    clock: str | None = None  # the limit `{by}` speaks of
    automatic: bool = False  # an automatic answer to something just sent (RFC 3834)
    at_night: bool = False  # the reporter gets it at any hour: it answers what she just did
    of_clock: bool = False  # it speaks of one limit, and only while somebody is waited for by it
    states: tuple[str, ...] = ()  # the states of a case in which it still says something; any when empty


def placeholders(text: str) -> set[str]:
    """The names in braces. Raises ValueError for anything but a plain `{name}`."""
    names = set()
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{{{name}}} is not a plain placeholder")
        names.add(name)
    return names


def check_text(where: str, text: str, extra: frozenset[str] = frozenset()) -> None:
    """Refuse a text with a placeholder nobody can fill. Raises BadTemplate."""
    try:
        unknown = placeholders(text) - PLACEHOLDERS.keys() - extra
    except ValueError as error:
        raise BadTemplate(f"{where}: {error}") from None
    if unknown:
        raise BadTemplate(f"{where}: unknown placeholder {', '.join(sorted(unknown))}")
    if not text.strip():
        raise BadTemplate(f"{where}: empty")


def check(template: Template) -> None:
    """Refuse a template that could not be filled or sent. Raises BadTemplate."""
    where = f"{template.name} ({template.language})"
    texts = {name: getattr(template, name) for name in TEXTS}
    for name, text in texts.items():
        if text is not None:
            check_text(f"{where} {name}", text, DIGEST_PLACEHOLDERS if template.name == DIGEST else frozenset())
    if template.name.startswith("reporter.") and not (template.page and template.sms):
        raise BadTemplate(f"{where}: a reporter is told by page and sms too")
    if template.name.startswith("inquiry.") and not template.sms:
        raise BadTemplate(f"{where}: an inquiry is answered by sms too")
    if set(template.states) - set(STATES):
        raise BadTemplate(f"{where}: a state that is none")
    if template.clock is not None and template.clock not in CLOCKS:
        raise BadTemplate(f"{where}: {template.clock} is no clock")
    if "\n" in template.subject or "\n" in (template.line or ""):
        raise BadTemplate(f"{where}: a subject or a line of a digest is one line")


def needed(*texts: str | None) -> set[str]:
    """The placeholders of some texts."""
    return {name for text in texts if text for name in placeholders(text)}


def render(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder filled. Raises KeyError when a value is missing."""
    return text.format_map(values)
