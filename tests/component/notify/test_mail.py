"""A real SMTP conversation: once accepted is one mail, later is later, never is never."""

from __future__ import annotations

import base64
import email
import email.policy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from services.sla.report.paper import document
from shared.ids import new_id
from tests.component.notify.conftest import World
from tests.harness import eventually, free_port


@dataclass
class MailServer:
    """Takes mail, except that it answers what a test tells it to first."""

    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    to_recipient: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    to_data: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.to_recipient[address]:
            return self.to_recipient[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.offered.append(str(mail["Message-ID"]))
        [to] = envelope.rcpt_tos
        if self.to_data[to]:
            return self.to_data[to].pop(0)
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 OK"

    def mails_to(self, address: str) -> list[EmailMessage]:
        return [mail for _, to, mail in self.taken if to == [address]]

    def wait_for(self, address: str) -> EmailMessage:
        mails: list[EmailMessage] = eventually(lambda: self.mails_to(address), seconds=25, what=f"no mail to {address}")
        return mails[0]


def sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"aduan", b"kata/sandi")
    return AuthResult(success=known)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=sign_in,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    server.port = controller.port  # type: ignore[attr-defined]
    yield server
    controller.stop()


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, server: Any, service: Any) -> Iterator[World]:
    settings.setenv("NOTIFY_SMTP_URL", f"smtp://aduan:kata%2Fsandi@127.0.0.1:{server.port}")
    settings.setenv("NOTIFY_MAIL_FROM", "Aduan Kolaka Utara <lapor@kolutkab.example>")
    world = World(service("notify"))
    world.peers()
    yield world


def test_an_answer_arrives_as_a_mail_in_her_thread(world: World, server: MailServer) -> None:
    complaint = world.reporter("email", clock="objection", thread="<abc@mail.example>", subject="Jalan rusak")
    world.answers(complaint, "Jalan sudah kami tambal – terima kasih.")
    mail = server.wait_for(world.contacts[complaint]["email"])
    row = world.row("sent", recipient=complaint, audience="reporter")
    assert mail["Message-ID"] == f"<{row.notification_id}.{complaint}@aduan>" == row.gateway_id
    assert mail["In-Reply-To"] == mail["References"] == "<abc@mail.example>"
    assert mail["Subject"] == "Re: Jalan rusak"
    assert mail["From"] == "Aduan Kolaka Utara <lapor@kolutkab.example>"
    assert mail["Reply-To"] == f"Aduan Kolaka Utara <lapor+{complaint.hex}@kolutkab.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content().replace("\r\n", "\n")
    assert "Jalan sudah kami tambal – terima kasih." in text
    assert "TIDAK K7Q2-M9XF-4TC alasan Anda" in text
    assert (row.gateway, row.words, row.length) == ("smtp", None, len(text))


def test_an_automatic_answer_cannot_be_answered_automatically(world: World, server: MailServer) -> None:
    world.inquires("help", channel="email", email="tanya@contoh.example", thread="<q@mail.example>", subject="Cara?")
    mail = server.wait_for("tanya@contoh.example")
    [sender] = [back_to for back_to, to, _ in server.taken if to == ["tanya@contoh.example"]]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert sender == "<>"


def test_a_server_that_says_later_gets_the_same_mail_later_and_once(world: World, server: MailServer) -> None:
    complaint = world.reporter("email", clock="objection")
    address = world.contacts[complaint]["email"]
    server.to_data[address] += ["451 4.3.0 try again later", "452 4.3.1 disk full"]
    before = len(server.offered)
    world.answers(complaint, "Sudah.")
    mail = server.wait_for(address)
    assert server.offered[before:] == [mail["Message-ID"]] * 3
    world.row("sent", recipient=complaint, audience="reporter")
    world.settled()
    assert len(server.mails_to(address)) == 1


def test_greylisting_is_waited_out(world: World, server: MailServer) -> None:
    complaint = world.reporter("email", clock="objection")
    address = world.contacts[complaint]["email"]
    server.to_recipient[address] += ["450 4.2.0 greylisted"]
    world.answers(complaint, "Sudah.")
    assert server.wait_for(address)
    world.row("sent", recipient=complaint, audience="reporter")


@pytest.mark.parametrize("stage", ["to_recipient", "to_data"])
def test_a_server_that_says_never_is_not_asked_again(world: World, server: MailServer, stage: str) -> None:
    complaint = world.reporter("email", clock="objection")
    address = world.contacts[complaint]["email"]
    getattr(server, stage)[address] += ["550 5.1.1 no such mailbox"] * 2
    world.answers(complaint, "Sudah.")
    assert world.row("failed", recipient=complaint, audience="reporter").reason == "refused_by_mail_server"
    failed = world.notify.said("notification.failed", complaint)
    assert (failed["channel"], failed["template"]) == ("email", "reporter.answer")
    world.settled()
    assert len(getattr(server, stage)[address]) == 1
    assert server.mails_to(address) == []


def test_an_office_gets_the_periodic_report_as_pdf_once(world: World, server: MailServer) -> None:
    """The document is one that sla draws; the addressee is known by an id until the letter is written."""
    report_id, addressee_id = new_id(), new_id()
    drawn = document("Laporan berkala", ["Maret 2026"], [], datetime(2026, 4, 1, tzinfo=UTC), "{page}/{all}")
    world.offices[addressee_id] = {"office": "Sekretariat Daerah", "email": "setda@kolutkab.example", "language": "id"}
    world.documents[report_id] = {
        "name": "laporan-bulanan-2026-03-01-edisi-1.pdf",
        "media_type": "application/pdf",
        "content": base64.b64encode(drawn).decode(),
    }
    said = {
        "report_id": report_id,
        "edition": 1,
        "frequency": "monthly",
        "first": date(2026, 3, 1),
        "last": date(2026, 3, 31),
        "region": "74.08",
        "agency_id": None,
        "addressee_id": addressee_id,
    }
    event = world.notify.says("sla", "report.addressed", report_id, said)
    world.notify.says_numbered(
        "sla", "report.addressed", report_id, 1, said, event_id=event.id
    )  # the broker repeats it
    mail = server.wait_for("setda@kolutkab.example")
    assert mail["Subject"] == "Laporan pengaduan bulanan, 1 Maret 2026 sampai 31 Maret 2026"
    body, attached = mail.get_body(("plain",)), list(mail.iter_attachments())
    assert body and "terlampir sebagai PDF" in body.get_content()
    assert f"/tenggat/berkala/{report_id}" in body.get_content()
    [paper] = attached
    assert (paper.get_filename(), paper.get_content_type()) == (
        "laporan-bulanan-2026-03-01-edisi-1.pdf",
        "application/pdf",
    )
    assert paper.get_content() == drawn
    row = world.row("sent", recipient=addressee_id)
    assert (row.template, row.audience, row.complaint_id) == ("office.report", "supervisor", None)
    assert "setda" not in str(row.facts)
    world.settled()
    assert len(server.mails_to("setda@kolutkab.example")) == 1
