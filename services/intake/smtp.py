"""The e-mail entrance: `python -m services.intake.smtp`, a process of its own.

A sender hears 250 only after the whole mail is committed; 451 when it cannot be kept now (her server tries
again), 552 over the size limit, 550 for a mailbox that is not ours. It speaks plain SMTP and belongs behind
the house's mail server, which does TLS and fends off spam.

Settings: INTAKE_SMTP_BIND (127.0.0.1:8025, or fd://3 for a listening socket that is handed over), INTAKE_MAILBOX
(lapor), ADUAN_METRICS_PORT.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.intake import handlers
from services.intake.store import STORE, queries
from shared import clock, health, logs, metrics
from shared.logs import log
from shared.settings import check_needs, env
from shared.store import Store, open_store
from shared.store.database import is_away

MOST_CONVERSATIONS = 50
WRITERS = 4
SECONDS_A_STEP = 120
"""The longest a sender may take for one command, the whole DATA being one."""

LONGEST_CONVERSATION = 600
LAST_WORDS = 10
"""Seconds for mails under way when the process is told to stop. Who has not heard 250 by then tries again."""


class Entrance:
    """Takes mails for our mailbox and keeps them."""

    def __init__(self, store: Store, mailbox: str) -> None:
        self._store = store
        self._mailbox = mailbox.lower()
        self.keeping = 0
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="mail")

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd asks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only our own mailbox, also with anything after a plus."""
        local = address.partition("@")[0].lower()
        if local.partition("+")[0] != self._mailbox:
            metrics.REFUSED_INPUT.labels("email", "unknown_recipient").inc()
            return "550 5.1.1 Kotak surat ini tidak ada di sini / No such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Conversation, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, then say so."""
        raw = envelope.content
        assert isinstance(raw, bytes)
        self.keeping += 1
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._writers, self._keep, raw, envelope.mail_from or "", envelope.rcpt_tos[0]
            )
        except Exception as error:
            metrics.REFUSED_INPUT.labels("email", "store_away" if is_away(error) else "failed").inc()
            log.error("a mail could not be kept", error_type=type(error).__name__)
            return "451 4.3.0 Belum dapat disimpan, coba lagi nanti / Cannot be kept now, try again later"
        finally:
            self.keeping -= 1
            server.has_brought_one = True
        return "250 2.0.0 Diterima / Accepted"

    def _keep(self, raw: bytes, sender: str, recipient: str) -> None:
        with self._store.begin() as tx:
            handlers.receive_mail(tx, raw, sender=sender, recipient=recipient)


class Conversation(SMTP):  # type: ignore[misc]
    """One sender's connection; there are only so many at once, and none lasts for ever."""

    line_length_limit = 64 * 1024  # RFC 5321 says 1,000, and some programs do not know it

    under_way: set[Conversation] = set()
    has_brought_one = False

    @property
    def owes_a_mail(self) -> bool:
        """Whether a mail is on its way, or the first one still to come: not just a line kept open for the next."""
        return not self.has_brought_one or bool(self.envelope and self.envelope.mail_from)

    def say_goodbye(self) -> None:
        """End the conversation as RFC 5321 (3.8) wants it from a server that closes."""
        if self.transport is not None:
            self.transport.write(b"421 4.3.2 Sampai jumpa, hubungi lagi / Closing, please connect again\r\n")
            self.transport.close()

    def connection_made(self, transport: Any) -> None:
        if len(self.under_way) >= MOST_CONVERSATIONS:
            metrics.REFUSED_INPUT.labels("email", "too_many_connections").inc()
            transport.write(b"421 4.3.2 Terlalu ramai, coba lagi nanti / Too busy, try again later\r\n")
            transport.close()
            return
        self.under_way.add(self)
        self._last_moment = self.loop.call_later(LONGEST_CONVERSATION, transport.close)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self.under_way:
            self._last_moment.cancel()
            self.under_way.discard(self)
            super().connection_lost(error)


def conversations(entrance: Entrance, most_bytes: int) -> Callable[[], Conversation]:
    """Makes the protocol of each connection."""
    return lambda: Conversation(
        entrance,
        data_size_limit=most_bytes,
        enable_SMTPUTF8=True,
        hostname="aduan",
        ident="Aduan",
        timeout=SECONDS_A_STEP,
        auth_exclude_mechanism=("LOGIN", "PLAIN"),
    )


async def listen(store: Store, bind: str, stopping: asyncio.Event) -> None:
    """Take mails at `bind` until told to stop, then commit what was taken."""
    with store.read() as session:
        most_bytes = queries.limits(session, clock.now().date()).mail_bytes
    loop = asyncio.get_running_loop()
    entrance = Entrance(store, env.str("INTAKE_MAILBOX", "lapor"))
    server = await loop.create_server(conversations(entrance, most_bytes), **_where(bind))
    health.serve({"database": store.check, "listening": lambda: None if server.is_serving() else "not listening"})
    log.info("ready")
    await stopping.wait()
    server.close()
    until = loop.time() + LAST_WORDS
    while (entrance.keeping or any(c.owes_a_mail for c in Conversation.under_way)) and loop.time() < until:
        await asyncio.sleep(0.05)
    for conversation in set(Conversation.under_way):
        conversation.say_goodbye()


def _where(bind: str) -> dict[str, Any]:
    """host:port, or a listening socket that whoever started us keeps: fd://3."""
    if bind.startswith("fd://"):
        return {"sock": socket.socket(fileno=int(bind.removeprefix("fd://")))}
    host, _, port = bind.rpartition(":")
    return {"host": host, "port": int(port)}


async def _run() -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    await listen(open_store(STORE), env.str("INTAKE_SMTP_BIND", "127.0.0.1:8025"), stopping)
    log.info("stopped")


def main() -> int:
    """Run the process until SIGTERM or SIGINT."""
    logs.set_up("smtp")
    check_needs("intake")
    asyncio.run(_run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
