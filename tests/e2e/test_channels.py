"""Text messages and mails, by the real programs that carry them, from the sender to the desk and back."""

from __future__ import annotations

import os
import smtplib
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
import requests

from demo.people import Official, Reporter, photo
from demo.world import World
from tests.e2e.books import Books
from tests.e2e.processes import Processes
from tests.harness import eventually
from tests.kannel import Kannel, running_kannel

pytestmark = pytest.mark.e2e

MAILBOX = "lapor@kolutkab.example"


@pytest.fixture
def coordinator(world: World) -> Official:
    return Official(world, "koordinator")


@pytest.fixture(scope="module")
def kannel(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    """Kannel with its fake SMS centre in front of the running system."""
    address, secret = processes.system.address, processes.system.secrets["intake-sms"]
    with running_kannel(tmp_path_factory.mktemp("kannel"), f"{address}/sms/kannel?secret={secret}") as started:
        yield started


def mail(reporter: Reporter, subject: str, text: str, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = reporter.address, MAILBOX, subject
    made["Message-ID"] = make_msgid(domain="contoh.example")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


# -- text messages -----------------------------------------------------------------------------------


def test_a_text_message_through_kannel_becomes_a_case_and_is_answered(
    kannel: Kannel, phone: Reporter, coordinator: Official
) -> None:
    kannel.phone_sends(phone.address, "KOLUT Jembatan di Tolala putus – anak-anak tidak bisa ke sekolah")
    complaint = phone.complaint_id()
    case = coordinator.case(complaint)
    assert case["text"]["body"] == "Jembatan di Tolala putus – anak-anak tidak bisa ke sekolah"
    assert phone.code not in str(case)
    kannel.phone_sends(phone.address, f"STATUS {phone.code}")
    answer = phone.world.message(phone.address, "inquiry.status")
    assert answer["complaint_id"] == complaint
    kannel.phone_sends(phone.address, "Sudah ada dua anak yang jatuh ke sungai.")
    phone.world.message(phone.address, "reporter.noted")
    assert [message["words"] for message in phone.look()["messages"]] == ["Sudah ada dua anak yang jatuh ke sungai."]


# -- mails -------------------------------------------------------------------------------------------


def test_a_mail_server_hands_over_a_mail_and_the_desk_has_it_with_its_photo(
    world: World, siti: Reporter, coordinator: Official
) -> None:
    letter = mail(siti, "Lampu jalan mati", "Lampu jalan di depan puskesmas mati sejak seminggu.")
    letter.add_attachment(photo("Gelap"), maintype="image", subtype="jpeg", filename="lampu.jpg")
    with smtplib.SMTP(*_smtp(world), timeout=20) as line:
        line.ehlo()
        assert line.has_extn("size")
        assert line.mail(siti.address)[0] == 250
        assert line.rcpt("orang-lain@kolutkab.example")[0] == 550
        assert line.rcpt(MAILBOX)[0] == 250
        assert line.data(letter.as_bytes())[0] == 250
    text = coordinator.case(siti.complaint_id())["text"]
    assert (text["title"], text["attachments"][0]["name"]) == ("Lampu jalan mati", "lampu.jpg")
    file = requests.get(world.address + text["attachments"][0]["url"], timeout=10)
    assert (file.status_code, file.headers["Content-Type"]) == (200, "image/jpeg")


def test_an_answer_to_our_letter_joins_its_complaint(siti: Reporter, coordinator: Official) -> None:
    siti.world.send_mail(mail(siti, "Air kotor", "Air PDAM di Lasusua keruh dan berbau sejak Lebaran."))
    complaint = siti.complaint_id()
    receipt = siti.world.message(siti.address, "reporter.receipt")
    ours = f"<{receipt['notification_id']}.{complaint}@aduan>"
    words = "Sekarang airnya malah tidak mengalir sama sekali."
    quoted = "Pada 24 November 2026 Aduan menulis:\n> Laporan Anda kami terima.\n"
    siti.world.send_mail(
        mail(siti, f"Re: {receipt['subject']}", f"{words}\n\n{quoted}", In_Reply_To=ours, References=ours)
    )
    siti.world.message(siti.address, "reporter.noted")
    assert [m["words"] for m in siti.look()["messages"]] == [words]
    eventually(lambda: words in [entry["words"] for entry in coordinator.case(complaint)["timeline"]], what="no news")
    assert len([m for m in siti.world.messages(siti.address) if m["template"] == "reporter.receipt"]) == 1


# -- when it cannot be kept --------------------------------------------------------------------------


def test_while_the_store_is_away_every_sender_is_asked_to_come_again_and_then_counts_once(
    world: World, books: Books, phone: Reporter, siti: Reporter, processes: Processes
) -> None:
    letter = mail(siti, "Sampah menumpuk", "Sampah di pasar Lasusua tidak diangkut dua minggu.")
    key, sms_id = str(uuid.uuid4()), str(uuid.uuid4())
    complaint = {"body": f"Listrik padam setiap malam ({key}).", "email": f"listrik-{siti.address}"}

    def by_api() -> requests.Response:
        headers = {"Idempotency-Key": key}
        return requests.post(f"{world.address}/api/intake/v1/complaints", json=complaint, headers=headers, timeout=30)

    def by_sms() -> int:
        fields = {"from": phone.address, "to": "1708", "id": sms_id, "text": "KOLUT Jalan di Porehu longsor"}
        fields["secret"] = processes.system.secrets["intake-sms"]
        return requests.post(f"{world.address}/sms/kannel", data=fields, timeout=30).status_code

    def by_mail() -> int:
        with smtplib.SMTP(*_smtp(world), timeout=30) as line:
            line.helo()
            line.mail(siti.address)
            line.rcpt(MAILBOX)
            return line.data(letter.as_bytes())[0]

    books.wait_until_quiet()
    with books.away("intake"):
        assert (by_mail(), by_sms()) == (451, 503)
        refused = by_api()
        assert (refused.status_code, refused.headers["Content-Type"]) == (503, "application/problem+json")
        page = requests.get(f"{world.address}/lapor", timeout=30)
        assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (503, "text/html")
    for _ in range(2):
        assert (by_mail(), by_sms(), by_api().status_code) == (250, 200, 201)
    codes = {by_api().json()["tracking_code"] for _ in range(2)}
    assert len(codes) == 1
    for reporter in (phone, siti, Reporter(world, complaint["email"])):
        reporter.complaint_id()
    books.wait_until_quiet()
    for address in (phone.address, siti.address, complaint["email"]):
        assert len([m for m in world.messages(address) if m["template"] == "reporter.receipt"]) == 1


def _smtp(world: World) -> tuple[str, int]:
    host, _, port = os.environ["ADUAN_SMTP_ADDRESS"].rpartition(":")
    return host, int(port)
