"""The gateways outside write down what they take before they say yes, also when their yes is lost."""

from __future__ import annotations

import json
import smtplib
import socket
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import requests
from itsdangerous import URLSafeSerializer

from chaos.left import named
from chaos.outside import ANSWER_LOST, NOT_NOW
from tests.harness import ROOT, eventually, free_port


@dataclass
class Outside:
    smtp: int
    http: int
    file: Path

    @property
    def taken(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def mail(self, id: str) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Message-ID"] = "lapor@contoh.example", "wati@contoh.example", id
        letter.set_content("Laporan Anda diterima – kode ABCD.", charset="utf-8", cte="quoted-printable")
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=5) as line:
            line.send_message(letter)

    def sms(self, report_to: str) -> requests.Response:
        headers = {"X-Kannel-DLR-Url": report_to, "X-Kannel-To": "+6281"}
        return requests.post(f"http://127.0.0.1:{self.http}/cgi-bin/sendsms", data=b"Halo", headers=headers, timeout=5)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    made = Outside(free_port(), free_port(), tmp_path_factory.mktemp("outside") / "left.jsonl")
    command = [sys.executable, "-m", "chaos.outside", str(made.smtp), str(made.http), str(made.file)]
    process = subprocess.Popen(command, cwd=ROOT)

    def listens() -> bool:
        try:
            socket.create_connection(("127.0.0.1", made.http), timeout=1).close()
        except OSError:
            return False
        return True

    eventually(listens, what="the gateways do not listen")
    yield made
    process.kill()
    process.wait()


def id_of_mood(mood: range, form: str) -> str:
    """An id that the outside meets in this mood."""
    for number in count():
        id = form.format(number)
        if zlib.crc32(id.encode()) % 1000 in mood:
            return id
    raise AssertionError


def test_a_mail_is_taken_once_and_written_down_with_its_words(outside: Outside) -> None:
    id = id_of_mood(range(100, 1000), "<{}.a@aduan>")
    outside.mail(id)
    [taken] = [t for t in outside.taken if t["id"] == id]
    assert (taken["way"], taken["to"]) == ("email", "wati@contoh.example")
    assert "diterima – kode ABCD" in taken["text"]


def test_a_mail_whose_answer_is_lost_was_taken_and_is_taken_again_under_its_id(outside: Outside) -> None:
    id = id_of_mood(ANSWER_LOST, "<{}.b@aduan>")
    with pytest.raises((smtplib.SMTPException, OSError)):
        outside.mail(id)
    assert len([t for t in outside.taken if t["id"] == id]) == 1
    outside.mail(id)
    assert len([t for t in outside.taken if t["id"] == id]) == 2


def test_what_is_put_off_is_not_written_down(outside: Outside) -> None:
    id = id_of_mood(NOT_NOW, "http://x/dlr?token={}")
    assert outside.sms(id).status_code == 503
    assert not [t for t in outside.taken if t["id"] == id]
    assert outside.sms(id).status_code == 202
    assert len([t for t in outside.taken if t["id"] == id]) == 1


def test_a_text_message_whose_answer_is_lost_was_taken(outside: Outside) -> None:
    id = id_of_mood(ANSWER_LOST, "http://x/dlr?token=t{}")
    with pytest.raises(requests.ConnectionError):
        outside.sms(id)
    assert len([t for t in outside.taken if t["id"] == id]) == 1


def test_every_id_names_what_it_is_of() -> None:
    of = uuid4()
    token = URLSafeSerializer("secret", salt="aduan kannel delivery report").dumps(of.hex)
    assert named("email", f"<{of}.{UUID(int=1)}@aduan>") == of
    assert named("sms", f"http://x/pesan/kannel/dlr?token={token}&state=%d") == of
    assert named("referral", str(of)) == of
    assert named("email", "<nothing>") is None
    assert named("sms", "http://x/") is None
