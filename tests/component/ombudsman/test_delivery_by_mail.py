"""Delivery to a mailbox, over a real SMTP conversation."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from services.ombudsman.delivery import Letter, NotDelivered
from services.ombudsman.delivery.mail import Server, send
from services.ombudsman.domain.canonical import File
from services.ombudsman.store.tables import deliveries
from shared.ids import new_id
from tests.component.ombudsman.conftest import Story
from tests.harness import Service, eventually, free_port

MAILBOX = "pengaduan@ombudsman.example"


class Mailserver:
    """The Ombudsman's mail server. It gives the `replies` one by one, then takes everything."""

    def __init__(self) -> None:
        self.replies: list[str] = []
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if address.startswith("penuh@"):
            return "552 5.2.2 kotak surat penuh"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 baik"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.replies:
            return self.replies.pop(0)
        self.recipients.append(envelope.rcpt_tos)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 2.0.0 antrean 4F2A71"

    def about(self, number: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["Subject"] == f"Rujukan {number}"]


@pytest.fixture(scope="module")
def mailserver() -> Iterator[tuple[Mailserver, int]]:
    made = Mailserver()
    controller = Controller(made, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield made, controller.port
    controller.stop()


@pytest.fixture(scope="module")
def ombudsman(quiet: Service, mailserver: tuple[Mailserver, int]) -> Service:
    quiet.environment["OMBUDSMAN_DELIVERY_URL"] = f"mailto:{MAILBOX}"
    quiet.environment["OMBUDSMAN_SMTP_URL"] = f"smtp://127.0.0.1:{mailserver[1]}"
    quiet.environment["OMBUDSMAN_MAIL_FROM"] = "pengaduan@kolutkab.example"
    quiet.start_worker()
    return quiet


def _tries(ombudsman: Service, referral_id: Any) -> list[Any]:
    with ombudsman.store.read() as session:
        return list(
            session.execute(
                select(deliveries).where(deliveries.c.referral_id == referral_id).order_by(deliveries.c.at)
            ).all()
        )


def _letter(number: str) -> Letter:
    """A letter without attachments."""
    content = {"schema": "urn:aduan:referral-file:2", "referral": {"number": number}, "attachments": []}
    file = File(content, b"{}", "0" * 64)
    return Letter(new_id(), new_id(), number, 1, "Ombudsman", "Kolaka Utara", file, b"%PDF", datetime.now(UTC))


def _failures(ombudsman: Service) -> int:
    with ombudsman.store.read() as session:
        return len(session.execute(select(deliveries).where(deliveries.c.delivered.is_(False))).all())


def test_the_mail_carries_the_file_and_its_hash_and_the_servers_reply_is_the_proof(
    ombudsman: Service, story: Story, mailserver: tuple[Mailserver, int]
) -> None:
    forwarded = story.forwarded()

    [mail] = mailserver[0].about(forwarded["number"])
    pdf, zipped, json_ = mail.iter_attachments()
    [proof] = _tries(ombudsman, forwarded["referral_id"])
    assert mailserver[0].recipients[-1] == [MAILBOX]
    assert pdf.get_content().startswith(b"%PDF-")
    assert zipped.get_content().startswith(b"PK")
    assert hashlib.sha256(json_.get_content()).hexdigest() == proof.sha256
    assert json_.get_filename() == f"{forwarded['number']}.json"
    assert proof.sha256 in mail.get_body().get_content()  # type: ignore[union-attr]
    assert (proof.way, proof.status, proof.reply) == ("email", 250, "2.0.0 antrean 4F2A71")
    assert proof.headers == {"Message-ID": mail["Message-ID"]}


def test_the_covering_letter_holds_nothing_of_the_complaint(
    ombudsman: Service, story: Story, mailserver: tuple[Mailserver, int]
) -> None:
    forwarded = story.forwarded()

    [mail] = mailserver[0].about(forwarded["number"])
    letter = mail.get_body().get_content()  # type: ignore[union-attr]
    assert "Siti" not in letter
    assert "Tolala" not in letter
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_server_that_puts_off_gets_the_same_mail_again(
    ombudsman: Service, story: Story, mailserver: tuple[Mailserver, int]
) -> None:
    mailserver[0].replies = ["451 4.3.0 coba lagi nanti", "554 5.7.1 ditolak"]
    complaint_id = story.registered()
    story.due(complaint_id)
    for left in (1, 0):
        eventually(lambda left=left: len(mailserver[0].replies) == left and _failures(ombudsman) == 2 - left)
        ombudsman.shift(hours=1)
    forwarded = ombudsman.said("referral.forwarded", complaint_id)

    assert [(t.delivered, t.status) for t in _tries(ombudsman, forwarded["referral_id"])] == [
        (False, 451),
        (False, 554),
        (True, 250),
    ]
    [mail] = mailserver[0].about(forwarded["number"])
    assert mail["Message-ID"] == f"<{forwarded['referral_id']}.1@aduan>"


@pytest.mark.parametrize("address", ["smtp://aduan:rahasia@127.0.0.1:{}", "smtp://127.0.0.1:{}?starttls=1"])
def test_a_server_that_offers_no_tls_gets_neither_password_nor_file(
    mailserver: tuple[Mailserver, int], address: str
) -> None:
    server = Server.from_url(address.format(mailserver[1]), "pengaduan@kolutkab.example")
    letter = _letter("TANPA-TLS")
    with pytest.raises(NotDelivered) as failure:
        send(server, MAILBOX, letter, 5)
    assert failure.value.receipt.reply == "SMTPNotSupportedError"
    assert not mailserver[0].about("TANPA-TLS")


def test_the_reply_that_is_kept_is_the_refusal_itself_and_no_file_follows_it(
    mailserver: tuple[Mailserver, int],
) -> None:
    server = Server.from_url(f"smtp://127.0.0.1:{mailserver[1]}", "pengaduan@kolutkab.example")
    with pytest.raises(NotDelivered) as failure:
        send(server, "penuh@ombudsman.example", _letter("PENUH"), 5)
    assert (failure.value.receipt.status, failure.value.receipt.reply) == (552, "5.2.2 kotak surat penuh")


def test_a_server_that_cannot_prove_who_it_is_gets_no_file(tmp_path: Path) -> None:
    with _server_of_nobody(tmp_path) as port:
        server = Server.from_url(f"smtps://127.0.0.1:{port}", "pengaduan@kolutkab.example")
        letter = _letter("X")
        with pytest.raises(NotDelivered) as failure:
            send(server, MAILBOX, letter, 5)
    assert failure.value.receipt.reply == "no connection: SSLCertVerificationError"


@contextmanager
def _server_of_nobody(place: Path) -> Iterator[int]:
    """A listener that speaks TLS with a certificate nobody vouches for."""
    key, certificate = place / "key.pem", place / "certificate.pem"
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, made.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(made, SHA256())
    )
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with suppress(OSError):  # the other side hangs up, as it should
                connection, _ = listener.accept()
                with context.wrap_socket(connection, server_side=True) as spoken:
                    spoken.sendall(b"220 anybody\r\n")

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
