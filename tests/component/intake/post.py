"""The e-mail entrance as a process of its own, and mails as people's programs write them."""

from __future__ import annotations

import contextlib
import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.intake.store import tables as t
from tests.harness import ROOT, Service, eventually, free_port, ready

MAILBOX = "lapor@kolutkab.example"


@dataclass
class Post:
    """A running SMTP entrance of the service under test."""

    intake: Service
    port: int
    process: subprocess.Popen[bytes]

    def conversation(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, timeout=20)

    def hand_over(self, raw: bytes, sender: str, recipient: str = MAILBOX) -> tuple[int, bytes]:
        """A whole SMTP conversation; returns the code and words after DATA."""
        with self.conversation() as line:
            line.ehlo()
            line.mail(sender)
            line.rcpt(recipient)
            return line.data(raw)

    def send(self, mail: EmailMessage, *, envelope: str | None = None, recipient: str = MAILBOX) -> Any:
        """Hand a mail over and wait until it was read; returns its row."""
        before = self.ids()
        code, words = self.hand_over(
            mail.as_bytes(policy=policy.SMTP),
            mail["From"].addresses[0].addr_spec if envelope is None else envelope,
            recipient,
        )
        assert code == 250, words
        (new,) = self.ids() - before
        return eventually(lambda: self.row(new), what="the mail was not read")

    def ids(self) -> set[UUID]:
        with self.intake.store.read() as session:
            return set(session.execute(select(t.inbound_mails.c.mail_id)).scalars())

    def row(self, mail_id: UUID) -> Any:
        with self.intake.store.read() as session:
            found = session.execute(select(t.inbound_mails).where(t.inbound_mails.c.mail_id == mail_id)).one()
        return found if found.outcome else None


@contextlib.contextmanager
def running_post(intake: Service, **settings: str) -> Iterator[Post]:
    """The real process, until the end of the block; it must end in order."""
    port, metrics = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "services.intake.smtp"],
        cwd=ROOT,
        env={
            **os.environ,
            **intake.environment,
            "INTAKE_SMTP_BIND": f"127.0.0.1:{port}",
            "ADUAN_METRICS_PORT": str(metrics),
            **settings,
        },
        stdout=intake.log_file.open("ab"),
        stderr=subprocess.STDOUT,
    )
    try:
        eventually(lambda: ready(metrics) or process.poll() is not None, seconds=20)
        yield Post(intake, port, process)
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


def mail(
    sender: str,
    subject: str = "Jalan rusak",
    text: str | None = "Jalan di depan pasar rusak parah.",
    *,
    page: str | None = None,
    files: tuple[tuple[str, str, bytes], ...] = (),
    **headers: str,
) -> EmailMessage:
    """A mail; `page` is its HTML form, `files` are (name, media type, content); headers with _ for -."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, MAILBOX, subject
    made["Message-ID"] = headers.pop("Message_ID", make_msgid(domain="contoh.example"))
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if text is not None:
        made.set_content(text)
    if page is not None:
        if text is None:
            made.set_content(page, subtype="html")
        else:
            made.add_alternative(page, subtype="html")
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made
