"""A village with nothing but a telephone, through Debian's Kannel in both directions.

The running test system has no SMS gateway, so that its outbox can be read. These
four services are started with one, on databases and a virtual host of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from demo.people import CODE
from services.routing.store import tables
from tests.component.intake.people import API, client, token
from tests.component.intake.test_pages import hidden, page
from tests.harness import Service, eventually, free_port
from tests.kannel import Kannel, running_kannel

pytestmark = pytest.mark.e2e

PHONE = "+6281234500001"


@dataclass
class Village:
    """A telephone, and the desk it speaks to."""

    kannel: Kannel
    routing: Service
    intake: Service

    def sends(self, text: str) -> str:
        """Send a text message and wait for the one that answers it."""
        before = len(self.kannel.received(PHONE))
        self.kannel.phone_sends(PHONE, text)
        return self.kannel.wait_for(PHONE, count=before + 1, seconds=30)[-1].text


@pytest.fixture(scope="module")
def village(service: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    port, secret = free_port(), "sms-secret-for-tests"
    entrance = f"http://127.0.0.1:{port}/sms/kannel?secret={secret}"
    with running_kannel(tmp_path_factory.mktemp("kannel"), entrance) as kannel, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOTIFY_KANNEL_URL", kannel.sendsms_url)
        patch.setenv("NOTIFY_KANNEL_USER", kannel.user)
        patch.setenv("NOTIFY_KANNEL_PASSWORD", kannel.password)
        patch.setenv("NOTIFY_SMS_SENDER", kannel.short_number)
        routing, _sla, _notify, intake = (service(name) for name in ("routing", "sla", "notify", "intake"))
        server = make_server("127.0.0.1", port, intake.web(), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Village(kannel, routing, intake)
        server.shutdown()


def test_a_telephone_complains_asks_adds_and_is_told_each_time(village: Village) -> None:
    receipt = village.sends("KOLUT Jembatan gantung di Tolala putus sejak Senin")
    code = CODE.search(receipt)
    assert code, receipt
    assert receipt.startswith("Laporan Anda kami terima")
    assert code.group() in village.sends(f"STATUS {code.group()}")
    assert "kami sampaikan kepada petugas" in village.sends("Sudah dua anak – Ani & Budi – jatuh ke sungai")
    with village.routing.store.read() as session:
        cases = session.execute(select(tables.cases)).all()
    assert [case.channel for case in cases] == ["sms"]
    assert [sms.sender for sms in village.kannel.received(PHONE)] == ["1708"] * 3


def test_a_clock_says_the_same_sentence_to_a_telephone_on_the_page_and_to_a_program(village: Village) -> None:
    code = CODE.search(village.sends("KOLUT Lampu jalan di Lasusua mati sejak Senin"))
    assert code
    browser = client(village.intake)
    key = token(browser, code.group())

    def told() -> str:
        clocks = browser.get(f"{API}/complaint", headers=key).json["clocks"]
        return str(next(one["sentence"] for one in clocks if one["clock"] == "verification"))

    sentence = eventually(told)
    assert sentence.startswith("Admin koordinator memeriksa laporan Anda paling lambat ")
    assert village.sends(f"STATUS {code.group()}").endswith(f". {sentence}")
    browser.post("/lacak", data={**hidden(browser, "/lacak", "/lacak"), "code": code.group()})
    shown = page(browser.get("/laporan-saya")).xpath("//aside//ul[@class='rows']/li/text()[last()]")
    assert sentence in [words.strip() for words in shown]
