"""E-mail over SMTP."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from services.notify.gateways import Letter, NotTaken, Refused
from shared.clock import real_now
from shared.settings import env

TIME_LIMIT = 20.0
"""Seconds for each step of the conversation."""

_FROM = "the address letters come from, e.g. LAPOR <lapor@example.go.id>"
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")


class SmtpGateway:
    """Hands letters to a mail server: `smtp://user:password@host:port?starttls=1` or `smtps://…`."""

    name = "smtp"

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        options = parse_qs(self._server.query)
        self._starttls = options.get("starttls", ["0"])[-1] in ("1", "true", "yes")
        name, address = parseaddr(sender)
        if self._server.scheme not in ("smtp", "smtps") or not self._server.hostname:
            env.missing("NOTIFY_SMTP_URL", "smtp://user:password@host:587?starttls=1")
        if "@" not in address:
            env.missing("NOTIFY_MAIL_FROM", _FROM)
        self._sender = Address(name, addr_spec=address)

    @classmethod
    def from_settings(cls, url: str) -> SmtpGateway:
        """The gateway at `url`. Stops the start when `NOTIFY_MAIL_FROM` is missing."""
        return cls(url, env.required("NOTIFY_MAIL_FROM", _FROM))

    def send(self, letter: Letter) -> str | None:
        """Hand the mail over; returns its Message-ID.

        A mail server that is away, says 4xx, or does not let us in raises
        NotTaken; one that refuses this recipient or this mail for good, Refused.
        """
        mail = self.write(letter)
        # An automatic answer must not be answered automatically: it leaves with a null return path (RFC 3834).
        back_to = "" if letter.automatic else self._sender.addr_spec
        try:
            with self._connect() as server:
                server.send_message(mail, from_addr=back_to, to_addrs=[letter.to])
        except smtplib.SMTPRecipientsRefused as refused:
            code = min((code for code, _ in refused.recipients.values()), default=450)
            raise _verdict(code) from None
        except smtplib.SMTPDataError as refused:
            raise _verdict(refused.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken(type(error).__name__) from error
        return letter.message_id

    def write(self, letter: Letter) -> EmailMessage:
        """The mail as it is sent. Raises Refused for an address that cannot be written."""
        mail = EmailMessage(policy=SMTP_POLICY)
        if not letter.to.isascii():
            raise Refused("bad_address")
        try:
            mail["To"] = Address(addr_spec=letter.to)
        except (ValueError, IndexError):
            raise Refused("bad_address") from None
        mail["From"] = self._sender
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(real_now())
        mail["Message-ID"] = letter.message_id
        mail["Auto-Submitted"] = "auto-replied" if letter.automatic else "auto-generated"
        if letter.for_reporter:
            mail["Reply-To"] = self._reply_to(letter)
        if letter.thread and _MESSAGE_ID.fullmatch(letter.thread.strip()):
            mail["In-Reply-To"] = letter.thread.strip()
            mail["References"] = letter.thread.strip()
        mail.set_content(letter.text, charset="utf-8", cte="quoted-printable")
        if letter.attachment:
            kind, _, subtype = letter.attachment.media_type.partition("/")
            mail.add_attachment(
                letter.attachment.content, maintype=kind, subtype=subtype, filename=letter.attachment.name
            )
        return mail

    def _reply_to(self, letter: Letter) -> Address:
        """`lapor+<complaint>@…`: an answer finds its complaint even when the mail program drops the thread."""
        if letter.complaint_id is None:
            return self._sender
        plus = f"{self._sender.username}+{letter.complaint_id.hex}@{self._sender.domain}"
        return Address(self._sender.display_name, addr_spec=plus)

    def _connect(self) -> smtplib.SMTP:
        host, port = str(self._server.hostname), self._server.port
        if self._server.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=TIME_LIMIT, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIME_LIMIT)
        try:
            if self._starttls:
                server.starttls(context=ssl.create_default_context())
            if self._server.username:
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _verdict(code: int) -> Exception:
    """5xx is for good (RFC 5321 section 4.2.1), anything else for now."""
    return Refused("refused_by_mail_server") if code >= 500 else NotTaken(f"SMTP {code}")
