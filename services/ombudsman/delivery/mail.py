"""Delivery to a mailbox, over SMTP. The receiving server's reply to the message is the proof."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from services.ombudsman.delivery.letter import Letter, NotDelivered, Receipt
from services.ombudsman.domain.delivery import NOT_CONNECTED, REPLY_KEPT
from shared.clock import now

URL_FORM = "the mail server of referrals, e.g. smtp://name:password@mail.example:587?starttls=1 or smtps://mail.example"


LARGEST_ENCLOSURE = 15 * 1024 * 1024
"""Bytes. A larger bundle is left out of the mail: most servers refuse it. It can be had at the desk."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `smtps` speaks TLS from the start; `smtp` changes to TLS when the server offers it.

    With a password or `?starttls=1` it must offer it, and in both cases prove who it is.
    """

    host: str
    port: int
    tls: bool
    sender: str
    starttls: bool = False
    user: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str, sender: str) -> Server:
        """A server from `smtp://user:password@host:port?starttls=1`. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("not an SMTP address")
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            tls=tls,
            sender=sender,
            starttls=bool(parts.username) or parse_qs(parts.query).get("starttls") == ["1"],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


def send(server: Server, recipient: str, letter: Letter, seconds: float) -> Receipt:
    """Send the file as PDF and JSON. Its Message-ID is the same at every try. Raises NotDelivered."""
    message = _message(server.sender, recipient, letter)
    try:
        with _connected(server, seconds) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
                lambda: smtp.mail(server.sender),
                lambda: smtp.rcpt(recipient),
                lambda: smtp.data(message.as_bytes(policy=SMTP)),
            )
            for step in steps:  # who refuses the sender or the recipient gets no file
                code, reply = step()
                if not 200 <= code < 300:
                    raise NotDelivered("email", _words(reply), code)
    except smtplib.SMTPResponseException as refused:
        raise NotDelivered("email", _words(refused.smtp_error), refused.smtp_code) from refused
    except (OSError, smtplib.SMTPException) as error:
        not_connected = isinstance(error, ConnectionRefusedError | socket.gaierror | ssl.SSLError)
        why = type(error).__name__
        raise NotDelivered("email", f"{NOT_CONNECTED}: {why}" if not_connected else why) from error
    return Receipt("email", code, _words(reply), {"Message-ID": str(message["Message-ID"])})


def _connected(server: Server, seconds: float) -> smtplib.SMTP:
    """A connection that has said who we are, and changed to TLS as the server's address demands or offers."""
    proven = ssl.create_default_context()
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=proven)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        smtp.ehlo()
        if not server.tls and (server.starttls or smtp.has_extn("starttls")):
            smtp.starttls(context=proven if server.starttls else None)
            smtp.ehlo()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _message(sender: str, recipient: str, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now().astimezone(UTC))
    message["Message-ID"] = f"<{letter.referral_id}.{letter.revision}@aduan>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine should answer it
    if len(letter.bundle) > LARGEST_ENCLOSURE:
        message.set_content(
            f"{letter.words}\nZIP dengan semua lampiran terlalu besar untuk surel; mintalah kepada kami.\n"
        )
    else:
        message.set_content(letter.words)
    message.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=f"{letter.number}.pdf")
    if len(letter.bundle) <= LARGEST_ENCLOSURE:
        message.add_attachment(letter.bundle, maintype="application", subtype="zip", filename=f"{letter.number}.zip")
    message.add_attachment(letter.file.json, maintype="application", subtype="json", filename=f"{letter.number}.json")
    return message


def _words(reply: bytes | str) -> str:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return text.replace("\0", "")[:REPLY_KEPT]
