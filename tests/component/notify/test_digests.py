"""Officers are told together what can be told together, each thing once, whatever crashes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.notify.handlers import send_again
from services.notify.store.tables import digest_lines, digests
from shared.ids import new_id
from tests.component.notify.conftest import World
from tests.harness import eventually


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, service: Any) -> Iterator[World]:
    world = World(service("notify"))
    world.peers()
    yield world


@pytest.fixture(autouse=True)
def _alone(world: World) -> None:
    """Each test has officers of its own, and begins when nothing of the one before is being gathered any more."""
    world.officers.clear()
    world.settled()
    world.morning()


def address_of(world: World, officer_id: Any) -> str:
    return next(str(o["email"]) for o in world.officers if o["officer_id"] == officer_id)


def lines(world: World) -> int:
    """How many lines wait in open digests."""
    with world.notify.store.read() as session:
        waiting = select(func.count()).select_from(digest_lines).join(digests).where(digests.c.gathered_at.is_(None))
        return int(session.execute(waiting).scalar_one())


def put_down(world: World, complaints: list[UUID]) -> None:
    """New cases, after the first one of which was told."""
    for complaint in complaints:
        world.registers(complaint)
    eventually(lambda: lines(world) == len(complaints), what="they were not put down")


def test_the_first_new_case_is_told_at_once_and_the_next_ones_together(world: World) -> None:
    first, second = (address_of(world, world.officer("coordinator")) for _ in range(2))
    world.registers(world.reporter("web"))
    for address in (first, second):
        [mail] = world.shown(address)
        assert (mail.template, mail.subject) == ("desk.new_case", "KOLUT-2026-000123: laporan baru")
    put_down(world, [world.reporter("web") for _ in range(30)])
    world.settled()
    assert len(world.shown(first)) == len(world.shown(second)) == 1
    world.notify.shift(hours=4)
    for address in (first, second):
        mail = world.shown(address, count=2)[1]
        assert (mail.template, mail.complaint_id) == ("desk.digest", None)
        assert mail.subject == "Laporan yang perlu perhatian Anda: 30"
        assert mail.text.count("- KOLUT-2026-000123: laporan baru, mohon diperiksa paling lambat 25 Maret 2026") == 30
    world.settled()
    assert len(world.shown(first)) == 2


def test_a_last_day_that_nobody_has_decreed_yet_is_called_provisional_in_a_letter_and_in_a_digest(world: World) -> None:
    coordinator = address_of(world, world.officer("coordinator"))
    complaints = [world.reporter("web") for _ in range(2)]
    for complaint in complaints:
        world.clocks[complaint] = [{**clock, "provisional": True} for clock in world.clocks[complaint]]
    world.registers(complaints[0])
    world.shown(coordinator)
    put_down(world, complaints[1:])
    world.notify.shift(hours=4)

    for mail in world.shown(coordinator, count=2):
        assert "paling lambat 25 Maret 2026 (perkiraan: hari libur belum ditetapkan)" in mail.text


def test_what_was_told_together_is_in_the_history_of_each_case(world: World) -> None:
    coordinator = address_of(world, world.officer("coordinator"))
    complaints = [world.reporter("web") for _ in range(3)]
    world.registers(complaints[0])
    world.shown(coordinator)
    put_down(world, complaints[1:])
    world.notify.shift(hours=4)
    world.shown(coordinator, count=2)
    world.settled()
    for complaint, template in zip(complaints, ("desk.new_case", "desk.digest", "desk.digest"), strict=True):
        records = world.notify.ask("history", as_="ombudsman", complaint_id=complaint)["notifications"]
        [told] = [record for record in records if record["audience"] == "coordinator"]
        assert (told["template"], told["complaint_id"], told["state"]) == (template, complaint, "sent")


def test_a_digest_without_anybody_to_read_it_is_a_failure_that_can_be_seen(world: World) -> None:
    first = world.reporter("web")
    world.registers(first)
    assert world.row("failed", complaint_id=first, audience="coordinator").reason == "no_officer"
    put_down(world, [world.reporter("web") for _ in range(2)])
    world.notify.shift(hours=4)
    failed = eventually(lambda: world.rows(template="desk.digest", state="failed"), what="nobody noticed")
    assert failed[-1].reason == "no_officer"
    assert world.notify.said("notification.failed", failed[-1].notification_id)["audience"] == "coordinator"
    coordinator = address_of(world, world.officer("coordinator"))
    with world.notify.store.begin() as tx:
        send_again(tx, failed[-1].notification_id, new_id())
    assert world.shown(coordinator)[0].template == "desk.digest"
    world.row("held", notification_id=failed[-1].notification_id)


def test_a_crash_while_gathering_tells_nobody_twice_and_forgets_nothing(world: World) -> None:
    coordinators = [address_of(world, world.officer("coordinator")) for _ in range(5)]
    world.registers(world.reporter("web"))
    for address in coordinators:
        world.shown(address)
    put_down(world, [world.reporter("web") for _ in range(20)])
    world.notify.shift(hours=4)
    eventually(lambda: lines(world) == 0, every=0.005, what="they were not gathered")
    world.notify.kill_worker()
    world.notify.start_worker()
    world.notify.shift(minutes=3)  # the lease of what was in hand at the crash
    for address in coordinators:
        mails = world.shown(address, count=2, seconds=40)
        assert mails[1].subject == "Laporan yang perlu perhatian Anda: 20"
    world.settled()
    assert all(len(world.shown(address)) == 2 for address in coordinators)
