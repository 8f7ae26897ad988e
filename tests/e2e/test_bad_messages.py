"""Text messages and mails that cannot be used: each is answered, or refused on the line, and opens nothing."""

from __future__ import annotations

import os
import secrets
import smtplib
import uuid

import pytest
import requests

from demo.people import Reporter
from demo.world import World
from tests.e2e.books import Books

pytestmark = pytest.mark.e2e

ASKED_AND_ANSWERED = (
    # Whoever can be answered is: her message is kept, and a letter goes out. No complaint is touched by it.
    {"intake.inbound_sms", "intake.inbound_mails", "intake.inquiries", "intake.sequences", "intake.timers"}
    | {"notify.notifications", "notify.reply_counts", "notify.sandbox_messages", "notify.sequences", "notify.timers"}
    | {f"{listener}.positions" for listener in ("intake", "routing", "sla", "notify", "ombudsman")}
)


# -- text messages -----------------------------------------------------------------------------------


def sms(world: World, sender: str, text: str | bytes, **more: str) -> int:
    fields = {"from": sender, "to": "1708", "id": str(uuid.uuid4()), "charset": "UTF-8"}
    fields |= {"secret": os.environ["INTAKE_SMS_SECRET"], "text": text, **more}  # type: ignore[dict-item]
    return requests.post(f"{world.address}/sms/kannel", data=fields, timeout=30).status_code


def test_a_gateway_without_the_secret_and_a_message_without_its_id_are_refused(world: World, books: Books) -> None:
    with books.unchanged():
        assert sms(world, "+6281200000000", "KOLUT jalan rusak", secret="tebakan") == 403
        assert sms(world, "+6281200000000", "KOLUT jalan rusak", id="") == 422
        assert sms(world, "", "KOLUT jalan rusak") == 422
        assert sms(world, "+6281200000000", "x" * 100_000) == 413


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("TOLONG jalan kami rusak", "inquiry.unknown_keyword"),
        ("", "inquiry.empty"),
        ("KOLUT", "inquiry.empty"),
        ("STATUS K7Q2-M9XF-4WC", "inquiry.unknown_code"),
        ("PUAS K7Q2-M9XF-4WC 5", "inquiry.unknown_code"),
        ("KOLUT " + "panjang sekali " * 800, "inquiry.too_long"),
        (b"KOLUT \xff\xfe\xff\xff\x80", "inquiry.unreadable"),
    ],
    ids=["keyword", "empty", "only the keyword", "code", "code with a command", "long", "encoding"],
)
def test_a_text_message_that_cannot_be_used_is_answered_and_opens_nothing(
    world: World, books: Books, phone: Reporter, text: str | bytes, template: str
) -> None:
    with books.unchanged(but=ASKED_AND_ANSWERED):
        assert sms(world, phone.address, text) == 200
        assert world.message(phone.address, "")["template"] == template


def test_the_gateway_may_bring_a_message_twice(world: World, books: Books, phone: Reporter) -> None:
    number = str(uuid.uuid4())
    assert sms(world, phone.address, "KOLUT Sampah menumpuk di pasar Lasusua", id=number) == 200
    phone.complaint_id()
    with books.unchanged():
        assert sms(world, phone.address, "KOLUT Sampah menumpuk di pasar Lasusua", id=number) == 200


# -- mails -------------------------------------------------------------------------------------------


def mail(reporter: Reporter, raw: bytes, to: str = "lapor@kolutkab.example") -> tuple[int, bytes]:
    host, _, port = os.environ["ADUAN_SMTP_ADDRESS"].rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=30) as line:
        line.ehlo()
        code, words = line.mail(reporter.address)
        if code == 250:
            code, words = line.rcpt(to)
        return line.data(raw) if code == 250 else (code, words)


def letter(reporter: Reporter, *lines: str) -> bytes:
    number = f"Message-ID: <{secrets.token_hex(8)}@contoh.example>"
    return "\r\n".join([f"From: {reporter.address}", "To: lapor@kolutkab.example", number, *lines, ""]).encode()


def test_a_mail_without_a_word_is_answered_and_opens_nothing(world: World, books: Books, siti: Reporter) -> None:
    with books.unchanged(but=ASKED_AND_ANSWERED):
        assert mail(siti, letter(siti, "Subject: ", "", ""))[0] == 250
        assert world.message(siti.address, "")["template"] == "inquiry.empty"


def test_a_mail_for_somebody_else_and_an_enormous_one_are_refused_on_the_line(books: Books, siti: Reporter) -> None:
    with books.unchanged():
        code, words = mail(siti, letter(siti, "", "Halo"), to="bupati@kolutkab.example")
        assert (code, b"No such mailbox" in words) == (550, True)
        assert mail(siti, letter(siti, "", *["x" * 900] * 18_000))[0] == 552


def test_a_machine_is_never_answered(world: World, books: Books, siti: Reporter) -> None:
    with books.unchanged(but={"intake.inbound_mails", "intake.timers"}):
        assert (
            mail(siti, letter(siti, "Auto-Submitted: auto-replied", "Subject: Cuti", "", "Saya sedang cuti."))[0] == 250
        )
    assert world.messages(siti.address) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe\x00\x01" * 200,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n",
        b"Content-Type: text/plain; charset=klingon\r\n\r\nJalan di Tolala rusak \xff sekali.\r\n",
        b"Subject: =?utf-8?b?////?=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
    ],
    ids=["noise", "half a multipart", "unknown charset", "broken base64"],
)
def test_a_broken_mail_is_read_as_far_as_it_goes_and_answered(
    world: World, books: Books, siti: Reporter, raw: bytes
) -> None:
    before = books.number("intake", "select count(*) from timers where state = 'given_up'")
    assert mail(siti, f"From: {siti.address}\r\n".encode() + raw)[0] == 250
    books.wait_until_quiet()
    assert [m["template"] for m in world.messages(siti.address)][:1] in (
        ["reporter.receipt"],
        ["inquiry.empty"],
        ["inquiry.unreadable"],
    )
    assert books.number("intake", "select count(*) from timers where state = 'given_up'") == before
