"""Reading an e-mail: is it from a person, about which complaint, and does she want to stay unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.wording import one_line

_OUR_MESSAGE_ID = re.compile(r"<[0-9a-f-]{36}\.([0-9a-f-]{36})@aduan>", re.IGNORECASE)
_REPLY_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|bls|balas|trs|terusan|aw)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_ANONYMOUS = re.compile(r"\banonim\b[\s:.,-]*", re.IGNORECASE)
_ROBOTS = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file in a mail, before it is judged."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as far as we read it. `text` has the sender's words, HTML already turned into text."""

    sender: str
    sender_name: str | None
    message_id: str | None
    references: tuple[str, ...]
    subject: str
    text: str
    enclosures: tuple[Enclosure, ...]


def why_automatic(headers: Mapping[str, str], envelope_sender: str | None, sender: str, ours: str) -> str | None:
    """Why a mail comes from a machine and is never answered (RFC 3834); None when a person wrote it.

    `headers` by lower-case name; `ours` is the mailbox we receive at.
    """
    if not envelope_sender:
        return "null_return_path"
    if headers.get("auto-submitted", "no").split(";")[0].strip().lower() != "no":
        return "auto_submitted"
    if headers.get("precedence", "").strip().lower() in {"bulk", "list", "junk", "auto_reply"}:
        return "precedence"
    if "list-id" in headers or "x-autoreply" in headers or "x-autorespond" in headers:
        return "list_or_responder"
    for address in (sender.lower(), envelope_sender.lower()):
        local, _, domain = address.partition("@")
        if local.split("+")[0] in _ROBOTS:
            return "robot"
        own_local, _, own_domain = ours.lower().partition("@")
        if domain == own_domain and local.split("+")[0] == own_local:
            return "ourselves"
    return None


def complaints_named(message_ids: Iterable[str]) -> list[UUID]:
    """The complaints of our own letters among some Message-IDs: `<notification.complaint@aduan>`."""
    found = []
    for message_id in message_ids:
        match = _OUR_MESSAGE_ID.search(message_id)
        if match:
            try:
                found.append(UUID(match.group(1)))
            except ValueError:
                continue
    return found


def is_reply(letter: Letter) -> bool:
    """Whether the sender answers something, so that what is quoted below is not hers."""
    return bool(letter.references) or bool(_REPLY_PREFIX.match(letter.subject))


def plain_subject(subject: str) -> str:
    """A subject without the Re:, Fwd: and Bls: before it."""
    return one_line(_REPLY_PREFIX.sub("", subject))


def anonymity(subject: str, text: str) -> tuple[bool, str, str]:
    """Whether the word ANONIM stands in the subject or the first line; both texts without that word."""
    first, newline, rest = text.partition("\n")
    asked = bool(_ANONYMOUS.search(subject))
    begins = _ANONYMOUS.match(first.lstrip())
    if begins or (_ANONYMOUS.search(first) and len(first.split()) <= 3):
        asked, first = True, _ANONYMOUS.sub("", first, count=1)
    return asked, _ANONYMOUS.sub("", subject).strip(" -:[]()") if asked else subject, (first + newline + rest).strip()


GREETING = 40
"""Characters of a line before a command that says nothing of its own: "Selamat pagi Pak Admin,"."""

_LINES_LOOKED_AT = 20


def lines_that_may_command(text: str) -> list[tuple[int, bool]]:
    """The lines of a mail in which a command may stand, by number, and whether only greetings stand before it."""
    found: list[tuple[int, bool]] = []
    greeted = True
    for number, line in enumerate(text.split("\n")[:_LINES_LOOKED_AT]):
        if line.strip():
            found.append((number, greeted and len(found) < 3))
            greeted = greeted and len(line) <= GREETING
    return found
