"""At night and on days off nobody is disturbed; what falls due then goes out in the morning, if it still stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.notify.store.tables import digest_lines
from shared.texts import zone
from tests.component.notify.conftest import World
from tests.harness import eventually


@pytest.fixture(scope="module")
def world(settings: pytest.MonkeyPatch, service: Any) -> Iterator[World]:
    world = World(service("notify"))
    world.peers()
    yield world


def at_hour(world: World, hour: int, weekday: int | None = None) -> datetime:
    """Put the clock forward to an hour of the local day, on a given weekday (0 is Monday)."""
    local = world.notify.now().astimezone(zone()).replace(hour=hour, minute=0, second=0) + timedelta(days=1)
    while weekday is not None and local.weekday() != weekday:
        local += timedelta(days=1)
    world.notify.set_time(local)
    return local


def reminds(world: World, complaint: UUID, agency_id: str | None, clock: str, name: str = "clock.due_soon") -> None:
    running = world.clocks[complaint][0]
    data = {
        "complaint_id": complaint,
        "clock_id": running["clock_id"],
        "clock": clock,
        "agency_id": agency_id,
        "due_at": world.notify.now() + timedelta(days=2),
        "due_date": running["due_date"],
    }
    world.notify.says("sla", name, complaint, data | ({"fraction": 0.8} if name == "clock.due_soon" else {}))


def waiting(world: World, complaint: UUID) -> int:
    """How many lines about a case wait to be gathered."""
    with world.notify.store.read() as session:
        mine = select(func.count()).select_from(digest_lines).where(digest_lines.c.complaint_id == complaint)
        return int(session.execute(mine).scalar_one())


def at_agency(world: World, agency_id: str = "pupr") -> UUID:
    complaint = world.reporter("web", clock="settlement")
    world.case(complaint, agency_id, "in_progress")
    return complaint


def test_what_falls_due_on_a_sunday_is_told_on_monday_when_the_office_opens(world: World) -> None:
    officer = world.officer("officer", "pupr")
    at_hour(world, 0, weekday=6)
    complaints = [at_agency(world) for _ in range(2)]
    for complaint in complaints:
        reminds(world, complaint, "pupr", "settlement")
    for complaint in complaints:
        eventually(lambda one=complaint: waiting(world, one))
    world.notify.shift(hours=12)
    world.settled()
    assert world.rows(recipient=officer) == []
    at_hour(world, 8, weekday=0)
    address = next(o["email"] for o in world.officers if o["officer_id"] == officer)
    [mail] = world.shown(address)
    assert mail.template == "desk.digest"
    assert mail.text.count("KOLUT-2026-000123: penyelesaian paling lambat 25 Maret 2026") == 2


def test_a_reminder_that_waits_for_the_morning_is_not_sent_once_the_case_is_answered(world: World) -> None:
    officer = world.officer("officer", "dinkes")
    at_hour(world, 1, weekday=2)
    complaint = at_agency(world, "dinkes")
    reminds(world, complaint, "dinkes", "settlement")
    world.settled()
    world.case(complaint, "dinkes", "answered")
    at_hour(world, 8, weekday=3)
    assert world.row("held", recipient=officer, complaint_id=complaint).reason == "overtaken"
    assert [row.state for row in world.rows(complaint_id=complaint)] == ["held"]


def test_a_breach_that_waited_is_told_alone_and_the_reminder_before_it_not_at_all(world: World) -> None:
    officer = world.officer("head", "pupr")
    world.officers[:] = [o for o in world.officers if o["role"] == "head"]
    world.officer("officer", "pupr")
    reader = world.officers[-1]
    at_hour(world, 1, weekday=2)
    complaint = at_agency(world)
    reminds(world, complaint, "pupr", "settlement")
    reminds(world, complaint, "pupr", "settlement", "clock.breached")
    eventually(lambda: waiting(world, complaint) == 2, what="they were not put down")
    at_hour(world, 8, weekday=3)
    [mail] = world.shown(reader["email"])
    assert "batas penyelesaian (paling lambat 25 Maret 2026) terlewati" in mail.text
    assert mail.text.count("KOLUT-2026-000123") == 1
    assert world.rows(recipient=officer) == []


def test_a_reporter_gets_her_receipt_at_night_and_other_news_in_the_morning(world: World) -> None:
    at_hour(world, 22)
    complaint = world.reporter("sms", clock="verification")
    world.registers(complaint)
    phone = world.contacts[complaint]["phone"]
    assert world.shown(phone)[0].template == "reporter.receipt"
    world.answers(complaint, "Lampu sudah kami ganti.")
    waiting = world.row("planned", complaint_id=complaint, template="reporter.answer")
    world.settled()
    assert len(world.shown(phone)) == 1
    world.notify.shift(hours=8)
    assert world.shown(phone, count=2)[1].template == "reporter.answer"
    world.row("sent", notification_id=waiting.notification_id)
