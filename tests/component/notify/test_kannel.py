"""Text messages through Debian's Kannel to a telephone, and its delivery reports back to us."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from services.notify.gateways.kannel import report_token
from tests.component.notify.conftest import World
from tests.harness import free_port
from tests.kannel import Kannel, running_kannel


@pytest.fixture(scope="module")
def kannel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    with running_kannel(tmp_path_factory.mktemp("kannel")) as kannel:
        yield kannel


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, kannel: Kannel, service: Any) -> Iterator[World]:
    port = free_port()
    settings.setenv("NOTIFY_KANNEL_URL", kannel.sendsms_url)
    settings.setenv("NOTIFY_KANNEL_USER", kannel.user)
    settings.setenv("NOTIFY_KANNEL_PASSWORD", kannel.password)
    settings.setenv("NOTIFY_SMS_SENDER", kannel.short_number)
    settings.setenv("NOTIFY_KANNEL_DLR_URL", f"http://127.0.0.1:{port}/pesan/kannel/dlr")
    world = World(service("notify"))
    world.peers()
    server = make_server("127.0.0.1", port, world.notify.web(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield world
    server.shutdown()


def test_a_receipt_reaches_the_telephone_and_is_reported_delivered(world: World, kannel: Kannel) -> None:
    complaint = world.reporter("sms")
    world.registers(complaint)
    [sms] = kannel.wait_for(world.contacts[complaint]["phone"])
    assert sms.sender == kannel.short_number
    assert sms.text == (
        "Laporan Anda kami terima. Kode: K7Q2-M9XF-4TC, simpan dan rahasiakan. "
        "Diperiksa paling lambat 25 Maret 2026. Tanya kabar: balas STATUS K7Q2-M9XF-4TC"
    )
    # The report may overtake our own note that Kannel took the message; in the end both are there.
    assert world.notify.said("notification.sent", complaint)["channel"] == "sms"
    assert world.notify.said("notification.delivered", complaint)["template"] == "reporter.receipt"
    row = world.row("delivered", recipient=complaint, audience="reporter")
    assert (row.gateway, row.channel, row.parts, row.words) == ("kannel", "sms", 1, None)


def test_a_long_answer_arrives_as_one_message_of_three_parts(world: World, kannel: Kannel) -> None:
    complaint = world.reporter("sms", clock="objection")
    world.answers(complaint, "Perbaikan jalan ±5 km dianggarkan [APBD-P]; biaya €0 bagi warga. " * 20)
    [sms] = kannel.wait_for(world.contacts[complaint]["phone"])
    world.notify.said("notification.sent", complaint)
    row = world.row("delivered", recipient=complaint, audience="reporter")
    assert sms.text.endswith("TIDAK K7Q2-M9XF-4TC alasan, paling lambat 25 Maret 2026.")
    assert "... (selengkapnya: http://localhost/lacak) Setuju:" in sms.text
    assert row.parts == sms.parts == 3
    assert row.length == len(sms.text)


def test_words_outside_the_telephone_alphabet_arrive_too(world: World, kannel: Kannel) -> None:
    complaint = world.reporter("sms", clock="objection")
    world.answers(complaint, "Sudah selesai 已完成")
    [sms] = kannel.wait_for(world.contacts[complaint]["phone"])
    assert "Sudah selesai 已完成" in sms.text
    world.notify.said("notification.sent", complaint)
    assert sms.parts == world.row("delivered", recipient=complaint, audience="reporter").parts


def test_a_report_that_it_will_not_arrive_fails_the_message_once(world: World) -> None:
    complaint = world.reporter("email", clock="objection")
    world.answers(complaint, "Sudah.")
    row = world.row("sent", recipient=complaint, audience="reporter")
    client = world.notify.web().test_client()
    token = report_token(row.notification_id)
    for state in (8, 2, 16, 1):
        assert client.get(f"/pesan/kannel/dlr?token={token}&state={state}").status_code == 200
    assert world.row("failed", recipient=complaint, audience="reporter").reason == "undeliverable"
    assert world.notify.said("notification.failed", complaint)["reason"] == "undeliverable"
    assert len(world.notify.all_said("notification.failed", complaint)) == 1
    assert world.notify.all_said("notification.delivered", complaint) == []


@pytest.mark.parametrize("query", ["", "token=", "token=forged&state=1", f"token={'x' * 3000}&state=1"])
def test_a_forged_report_changes_nothing(world: World, query: str) -> None:
    assert world.notify.web().test_client().get(f"/pesan/kannel/dlr?{query}").status_code == 404


def test_a_gateway_that_does_not_know_us_is_tried_again_until_somebody_mends_it(
    world: World, kannel: Kannel, settings: pytest.MonkeyPatch
) -> None:
    world.notify.stop_worker()
    settings.setenv("NOTIFY_KANNEL_PASSWORD", "wrong")
    world.notify.start_worker()
    complaint = world.reporter("sms")
    world.registers(complaint)
    world.row("sending", recipient=complaint, audience="reporter")
    assert kannel.received(world.contacts[complaint]["phone"]) == []
    world.notify.stop_worker()
    settings.setenv("NOTIFY_KANNEL_PASSWORD", kannel.password)
    world.notify.start_worker()
    world.notify.shift(minutes=3)
    assert len(kannel.wait_for(world.contacts[complaint]["phone"])) == 1
    world.row("delivered", recipient=complaint, audience="reporter")
