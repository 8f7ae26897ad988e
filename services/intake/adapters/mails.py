"""Reading an e-mail: stdlib `email` for MIME, inscriptis for HTML, mail-parser-reply for what is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import getaddresses

from inscriptis import get_text
from inscriptis.model.config import ParserConfig
from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES, QUOTED_MATCH_INCLUDE

from services.intake.domain.letters import Enclosure, Letter
from services.intake.domain.wording import Unreadable, is_charset, one_line, tidy

_LONGEST_TEXT = 200_000
"""Characters looked at: far beyond what is accepted."""

_LONGEST_REPLY = 20_000
_LONGEST_QUOTING_LINE = 200
"""Characters. The patterns for "Pada … menulis:" take time by the square of a line: longer ones are kept from them."""

_LONGEST_HEADER = 4_000
"""Characters of one header field, of the mail or a part. The parser takes time by the square of its length."""

_HEADERS = (
    "from",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "return-path",
    "delivered-to",
    "auto-submitted",
    "precedence",
    "list-id",
    "x-autoreply",
    "x-autorespond",
)
"""The header fields that are read; a mail may have a hundred thousand others."""

_MOST_PARTS = 100
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")

# No library knows how Indonesian mail programs introduce what they quote.
MAIL_LANGUAGES["id"] = {
    "wrote_header": r"^(?!Pada[.\s]*Pada\s(.+?\s?.+?)\smenulis:)("
    + QUOTED_MATCH_INCLUDE
    + r"(?:Pada|Tanggal)\s(?:.+?\s?.+?)\s?menulis\s?:)$",
    "from_header": r"((?:(?:^|\n|\n"
    + QUOTED_MATCH_INCLUDE
    + r")[* ]*(?:Dari|Dikirim|Kepada|Untuk|Subjek|Perihal|Tanggal|Cc):[ *]*(?:\s{,2}).*){2,}(?:\n.*){,1})",
    "disclaimers": [],
    "signatures": [],
    "sent_from": "Dikirim dari",
}
_REPLIES = EmailReplyParser(languages=["id", "en"])
_LONG_LINE = re.compile(rf"[^\n]{{{_LONGEST_QUOTING_LINE + 1},}}")
_STAND_IN = re.compile("\ue000([0-9]+)\ue000")
_TELEPHONES_LINE = re.compile(r"\n+(?:Dikirim dari|Sent from|Get Outlook for|Dapatkan Outlook untuk)\b[^\n]*$")


class _Policy(EmailPolicy):
    """The library's reading of headers, of no more than one header can have to say."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(list(sourcelines))
        return name, value[:_LONGEST_HEADER]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as parsed: what we read of it, and what tells machines from people."""

    letter: Letter
    headers: dict[str, str]
    envelope_sender: str
    delivered_to: str


def with_envelope(raw: bytes, sender: str, recipient: str) -> bytes:
    """A mail with its envelope in front, as a mail server hands it on (RFC 5321, section 4.4)."""
    return f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode(errors="replace") + raw


def read(raw: bytes) -> Mail:
    """A mail with its envelope in front, read. Raises Unreadable when even its structure cannot be followed."""
    try:
        message = message_from_bytes(raw, policy=_Policy())
        assert isinstance(message, EmailMessage)
        headers = {name: _line(message[name]) for name in _HEADERS if name in message}
        address, name = _sender(headers)
        body = _body(message)
        letter = Letter(
            sender=address,
            sender_name=name or None,
            message_id=_first(_MESSAGE_ID.findall(headers.get("message-id", ""))),
            references=tuple(_MESSAGE_ID.findall(f"{headers.get('in-reply-to', '')} {headers.get('references', '')}")),
            subject=one_line(headers.get("subject", ""))[:1000],
            text=tidy(_words(body)[:_LONGEST_TEXT]) if body else "",
            enclosures=tuple(_enclosures(message, body)),
        )
    except (LookupError, ValueError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from error  # what the parser raises over broken mail is no fixed set
    return Mail(letter, headers, headers.get("return-path", "").strip("<> "), headers.get("delivered-to", ""))


def newest_words(text: str) -> str:
    """What the sender wrote herself in a reply, without what is quoted below and the telephone's own last line.

    What the library takes for a signature is kept: lists of dashes are, too.
    """
    long: list[str] = []

    def put_aside(line: re.Match[str]) -> str:
        long.append(line.group())
        return f"\ue000{len(long) - 1}\ue000"

    short = _LONG_LINE.sub(put_aside, text[:_LONGEST_REPLY].replace("\ue000", ""))
    newest = _REPLIES.parse_reply(short) or ""
    return _TELEPHONES_LINE.sub("", tidy(_STAND_IN.sub(lambda at: long[int(at[1])], newest)))


def _line(value: object) -> str:
    return one_line(str(value))


def _first(found: list[str]) -> str | None:
    return found[0] if found else None


def _sender(headers: dict[str, str]) -> tuple[str, str]:
    pairs = getaddresses([headers.get("from", "")])
    name, address = pairs[0] if pairs else ("", "")
    return address.strip().lower(), one_line(name)


def _body(message: EmailMessage) -> MIMEPart | None:
    body = message.get_body(("plain", "html"))
    if body is not None and body.get_content_type() == "text/plain" and not _words(body).strip():
        return message.get_body(("html",)) or body  # programs that leave the plain part empty
    return body


def _words(part: MIMEPart) -> str:
    raw = part.get_payload(decode=True)
    raw = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    text = raw.decode(charset if is_charset(charset) else "utf-8", "replace")
    if part.get_content_type() == "text/html":
        return str(get_text(text[:_LONGEST_TEXT], ParserConfig(display_links=False))) if text.strip() else ""
    return text


def _enclosures(message: EmailMessage, body: MIMEPart | None) -> Iterator[Enclosure]:
    """Every leaf that is not the text: attached files, and pictures a telephone puts inline."""
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            raise ValueError("too many parts")
        if part is body or part.is_multipart():
            continue
        if part.get_content_maintype() == "text" and not part.get_filename():
            continue  # the other half of multipart/alternative
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            kind = part.get_content_type()
            yield Enclosure(one_line(part.get_filename() or kind.replace("/", ".")), kind, content)
