"""An agency hears nothing of a complaint about itself: not by a letter that waits, not by a digest, not by a count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from shared.ids import new_id
from tests.component.notify.conftest import World
from tests.component.notify.test_digests import lines
from tests.harness import eventually


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, service: Any) -> Iterator[World]:
    world = World(service("notify"))
    world.peers()
    yield world


@pytest.fixture(autouse=True)
def _alone(world: World) -> None:
    world.officers.clear()
    world.settled()
    world.morning()


def address_of(world: World, officer_id: UUID) -> str:
    return next(str(o["email"]) for o in world.officers if o["officer_id"] == officer_id)


def dispatched(world: World, agency_id: str = "pupr") -> UUID:
    """A complaint that an agency got just now."""
    complaint = world.reporter("web", clock="follow_up")
    world.case(complaint, agency_id, "dispatched")
    told = {"agency_id": agency_id, "previous_agency_id": None, "dispatch": 1, "dispatched_at": world.notify.now()}
    world.says_of_case("case.dispatched", complaint, **told)
    return complaint


def locked(world: World, complaint: UUID, agency_id: str = "pupr") -> None:
    world.locks.append({"complaint_id": complaint, "agency_id": agency_id})


def test_a_letter_that_waits_for_the_morning_is_not_sent_when_its_agency_was_locked_over_night(world: World) -> None:
    officer = address_of(world, world.officer("officer", "pupr"))
    world.notify.shift(hours=12)  # nine in the evening: the office is closed
    complaint = dispatched(world)
    world.settled()
    locked(world, complaint)
    world.morning()
    assert world.row("held", complaint_id=complaint, audience="officer").reason == "locked"
    world.settled()
    assert not world.rows_shown(officer)


def test_a_digest_goes_without_the_case_that_is_locked_and_does_not_count_it(world: World) -> None:
    officer = address_of(world, world.officer("officer", "pupr"))
    dispatched(world)
    world.shown(officer)
    complaints = [dispatched(world) for _ in range(3)]
    for complaint in complaints:
        world.cases[complaint]["case_number"] = f"KOLUT-2026-{complaint.int % 10**6:06d}"
    locked(world, complaints[1])
    eventually(lambda: lines(world) == 3, what="they were not put down")
    world.notify.shift(hours=4)
    mail = world.shown(officer, count=2)[1]
    assert mail.subject == "Laporan yang perlu perhatian Anda: 2"
    world.settled()


def test_a_message_about_a_case_that_ended_with_a_locked_agency_goes_to_the_coordinator(world: World) -> None:
    officer = address_of(world, world.officer("officer", "pupr"))
    coordinator = address_of(world, world.officer("coordinator"))
    complaint = world.reporter("web", clock="objection")
    world.case(complaint, "pupr", "closed")
    locked(world, complaint)
    told = {"message_id": new_id(), "kind": "addition", "channel": "web", "received_at": world.notify.now()}
    world.notify.says(
        "intake", "complaint.message_received", complaint, {"complaint_id": complaint, **told, "attachments": 0}
    )
    assert world.shown(coordinator)[0].template == "desk.wrote"
    world.settled()
    assert not world.rows_shown(officer)


def test_an_agency_that_is_not_the_locked_one_is_told_as_ever(world: World) -> None:
    officer = address_of(world, world.officer("officer", "dinkes"))
    complaint = new_id()
    locked(world, complaint, "pupr")
    dispatched(world, "dinkes")
    assert world.shown(officer)[0].template == "desk.dispatched"
