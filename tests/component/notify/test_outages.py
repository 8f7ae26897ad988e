"""The others are away, or there is no way out: messages wait, and go when they can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.component.notify.conftest import World
from tests.harness import eventually


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, service: Any) -> Iterator[World]:
    settings.setenv("NOTIFY_SMTP_URL", "smtp://127.0.0.1:9")  # nobody listens there
    settings.setenv("NOTIFY_MAIL_FROM", "lapor@kolutkab.example")
    yield World(service("notify"))


def test_while_intake_is_away_a_receipt_waits_and_then_goes(world: World) -> None:
    complaint = world.reporter("sms")
    world.registers(complaint)
    eventually(lambda: world.notify.log().count('"target": "intake"') >= 2, what="it did not try again")
    assert [row.state for row in world.rows(complaint_id=complaint)] == ["sending"]
    world.peers()
    assert len(world.shown(world.contacts[complaint]["phone"], seconds=30)) == 1


def test_a_mail_server_that_is_away_keeps_the_letter_waiting_and_two_days_end_it(world: World) -> None:
    complaint = world.reporter("email", clock="objection")
    world.answers(complaint, "Sudah.")
    eventually(lambda: "NotTaken" in world.notify.log(), what="it did not try")
    assert world.row("sending", complaint_id=complaint).reason is None

    def jump() -> bool:
        """Each pause is over at once when the sandbox clock jumps."""
        world.notify.shift(hours=1, minutes=15)
        return bool(world.rows(complaint_id=complaint, state="failed"))

    eventually(jump, seconds=60, every=0.4, what="it was never given up")
    assert world.row("failed", complaint_id=complaint).reason == "tries_used_up"
    assert world.notify.said("notification.failed", complaint)["reason"] == "tries_used_up"
