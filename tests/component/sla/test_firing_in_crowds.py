"""Limits of many cases fall due at once: each is told once, and no case holds another one."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import NATION, Change
from services.sla.domain.history import Fact
from services.sla.handlers import TIMERS, recompute_all
from services.sla.handlers.activate_calendar import activate
from services.sla.handlers.propose_days import propose_days
from services.sla.handlers.recompute import recompute
from services.sla.store import STORE, histories, tables
from shared.entrances.firing import BATCH, Firing
from shared.ids import new_id
from tests.component.kit.at_once import at_once
from tests.component.sla.desk import at, officer
from tests.harness import Broker, Ears, Service, eventually

MANY = 100
RECEIVED = at("2026-03-13")
VERIFICATION_OVER = at("2026-03-26", "00:00")
T = STORE.kit.timers


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Service:
    started = service("sla", worker=False)
    started.set_time(RECEIVED)
    return started


@pytest.fixture
def ears(broker: Broker) -> Iterator[Ears]:
    made = Ears(broker, "sla")
    yield made
    made.close()


@pytest.fixture
def crowd(sla: Service) -> Iterator[Callable[[int], list[UUID]]]:
    """So many cases registered in the same moment, with their clocks; it is that moment."""
    sla.set_time(RECEIVED)
    made: list[UUID] = []

    def make(count: int) -> list[UUID]:
        ids = sorted(new_id() for _ in range(count))
        row = {"region": "74.08", "district_code": None, "channel": "web", "state": "unverified"}
        row |= {"received_at": RECEIVED, "received_on": RECEIVED.date()}
        with sla.store.begin() as tx:
            histories.open_cases(tx.session, [{**row, "complaint_id": one} for one in ids])
            histories.add_facts(tx.session, [(one, Fact(new_id(), "registered", RECEIVED)) for one in ids])
            recompute(tx, list(histories.lock_cases(tx.session, ids).values()))
        made.extend(ids)
        return ids

    yield make
    with sla.store.begin() as tx:  # the next test begins with a calm store
        for row in tx.session.execute(select(T.c.kind, T.c.key).where(T.c.subject.in_(made))):
            tx.cancel(row.kind, row.key)


def fire_all(sla: Service) -> None:
    work = Firing(sla.store, TIMERS)
    list(islice(iter(work.fire, 0), 100))


def told(sla: Service, name: str) -> Counter[UUID]:
    """How often it was said of each complaint; what was not sent yet included."""
    with sla.store.read() as session:
        o = STORE.kit.outbox.c
        return Counter(session.scalars(select(o.subject).where(o.name == name)))


def pending(sla: Service, complaint_id: UUID) -> set[str]:
    with sla.store.read() as session:
        kinds = select(T.c.kind).where(T.c.subject == complaint_id, T.c.state == "pending")
        return set(session.scalars(kinds))


def test_limits_of_a_hundred_cases_are_told_once_each_and_never_early(
    sla: Service, crowd: Callable[[int], list[UUID]]
) -> None:
    ids = crowd(MANY)
    sla.set_time(at("2026-03-25", "23:59:50"))
    fire_all(sla)
    assert not told(sla, "clock.breached").keys() & set(ids)

    sla.set_time(VERIFICATION_OVER)
    fire_all(sla)
    fire_all(sla)

    breached, raised = told(sla, "clock.breached"), told(sla, "escalation.raised")
    assert [breached[one] for one in ids] == [1] * MANY
    assert [raised[one] for one in ids] == [1] * MANY
    with sla.store.read() as session:
        first = session.scalars(select(tables.cases.c.first_late_at).where(tables.cases.c.complaint_id.in_(ids)))
        assert set(first) == {VERIFICATION_OVER}
        assert not session.scalars(select(T.c.id).where(T.c.state == "fired")).all(), "of what fired nothing is kept"


def test_two_replicas_at_once_tell_every_limit_once(sla: Service, crowd: Callable[[int], list[UUID]]) -> None:
    ids = crowd(2 * BATCH)
    sla.set_time(VERIFICATION_OVER)

    at_once(lambda: fire_all(sla), lambda: fire_all(sla))
    sla.shift(minutes=1)  # a case whose other limit the other replica had in hand is tried again
    fire_all(sla)

    breached, reminded = told(sla, "clock.breached"), told(sla, "clock.due_soon")
    assert [breached[one] for one in ids] == [1] * len(ids)
    assert [reminded[one] for one in ids] == [1] * len(ids), "the receipt's; the verification's were overtaken"


def test_one_case_that_is_being_changed_among_a_hundred_is_told_later_and_the_others_at_once(
    sla: Service, crowd: Callable[[int], list[UUID]]
) -> None:
    ids = crowd(MANY)
    held = ids[40]
    sla.set_time(VERIFICATION_OVER)

    with sla.store.begin() as tx:
        assert histories.lock_case(tx.session, held) is not None
        fire_all(sla)
        breached = told(sla, "clock.breached")
        assert [breached[one] for one in ids if one != held] == [1] * (MANY - 1)
        assert breached[held] == 0

    sla.shift(minutes=1)
    fire_all(sla)
    assert told(sla, "clock.breached")[held] == 1


def test_one_poisoned_case_among_a_hundred_holds_nobody(sla: Service, crowd: Callable[[int], list[UUID]]) -> None:
    ids = crowd(MANY)
    poisoned = ids[60]
    with sla.store.begin() as tx:
        mine = tables.cases.c.complaint_id == poisoned
        tx.session.execute(update(tables.cases).where(mine).values(region="no such region"))
    sla.set_time(VERIFICATION_OVER)

    with capture_logs():
        fire_all(sla)

    breached = told(sla, "clock.breached")
    assert [breached[one] for one in ids if one != poisoned] == [1] * (MANY - 1)
    assert breached[poisoned] == 0
    with sla.store.read() as session:
        rows = session.execute(select(T).where(T.c.subject == poisoned)).all()
    assert {(row.state, row.attempts, row.error) for row in rows if row.next_try_at > row.due_at} == {
        ("pending", 1, "NotFound")
    }


def test_a_worker_killed_again_and_again_during_a_sweep_tells_every_limit_once(
    sla: Service, crowd: Callable[[int], list[UUID]], ears: Ears
) -> None:
    ids = set(crowd(3 * BATCH))
    sla.set_time(at("2026-05-20"))

    def taken() -> int:
        with sla.store.read() as session:
            s, c = tables.steps.c, tables.clocks.c
            joined = select(s.name).join(tables.clocks, c.clock_id == s.clock_id).where(c.complaint_id.in_(ids))
            return len(session.execute(joined.where(s.name == "due")).all())

    for moments in (0.02, 0.06, 0.12):
        before = taken()
        sla.start_worker()
        eventually(lambda before=before: taken() > before, every=0.005, seconds=30)
        time.sleep(moments)
        sla.kill_worker()
        assert taken() < 3 * len(ids), "it was over before the blow"
    sla.start_worker()
    eventually(lambda: taken() == 3 * len(ids), seconds=60, what="verification, receipt and the legal limit")

    def said(name: str) -> Counter[tuple[Any, ...]]:
        """How often it was said of each clock. What a killed relay sent twice is one event."""
        every = {one.id: one.data for one in ears.events() if one.name == name and one.subject in ids}
        return Counter((one["clock_id"], one.get("level")) for one in every.values())

    eventually(lambda: len(said("clock.breached")) == 3 * len(ids), seconds=30)
    eventually(lambda: len(said("forwarding.due")) == len(ids), seconds=30)
    sla.stop_worker()
    for name in ("clock.breached", "forwarding.due", "escalation.raised"):
        assert set(said(name).values()) == {1}, name


def test_a_limit_that_a_decree_moves_as_it_falls_due_is_passed_on_its_new_day(
    sla: Service, crowd: Callable[[int], list[UUID]]
) -> None:
    """The reminders are over, the timer of the limit itself is due, and the case still waits to be computed anew."""
    ids = crowd(3)
    sla.set_time(at("2026-03-25", "23:59:30"))
    fire_all(sla)
    before = told(sla, "clock.breached")
    with sla.store.begin() as tx:
        change = Change(add=(DayOff(date(2026, 3, 25), "Cuti bersama", "joint_leave"),))
        number = propose_days(tx, officer("sekda"), NATION, "SKB perubahan 2026", "SKB 4/2026", change)
    with sla.store.begin() as tx:
        activate(tx, officer("inspektorat"), number)
        tx.cancel("cases.recompute", "1:1")  # its turn has not come
    sla.set_time(VERIFICATION_OVER)
    fire_all(sla)
    assert told(sla, "clock.breached") == before
    assert all("clock.due" in pending(sla, one) for one in ids)

    sla.set_time(at("2026-03-27", "00:00"))
    fire_all(sla)

    breached = told(sla, "clock.breached")
    assert [breached[one] - before[one] for one in ids] == [1, 1, 1]


def test_files_are_presumed_complete_together_on_the_day_the_rules_give_now(
    sla: Service, crowd: Callable[[int], list[UUID]]
) -> None:
    ids = crowd(MANY)
    _presumed_after(sla, 20)
    sla.set_time(at("2026-03-28", "00:00"))
    fire_all(sla)
    assert [told(sla, "clock.started")[one] for one in ids] == [2] * MANY

    sla.set_time(at("2026-04-03", "00:00"))
    fire_all(sla)
    _presumed_after(sla, 14)

    assert [told(sla, "clock.started")[one] for one in ids] == [3] * MANY, "and now the legal one"


@pytest.mark.parametrize(
    ("clock", "falls_due", "said"),
    [
        ("presumption", at("2026-03-28", "00:00"), "clock.started"),
        ("verification", VERIFICATION_OVER, "clock.breached"),
    ],
)
def test_what_falls_due_while_a_longer_limit_is_coming_into_force_waits_for_it(
    sla: Service, crowd: Callable[[int], list[UUID]], clock: str, falls_due: datetime, said: str
) -> None:
    """The change is made and not yet committed: whoever reads the limits meanwhile must not act by those of before."""
    (one,) = crowd(1)
    sla.set_time(falls_due - timedelta(seconds=1))
    fire_all(sla)
    before = told(sla, said)[one]
    sla.set_time(falls_due)
    firing = threading.Thread(target=fire_all, args=(sla,))
    with _limit_put_back(sla, clock):
        with sla.store.begin() as tx:
            tx.session.execute(update(tables.rules).where(tables.rules.c.clock == clock).values(days=40))
            recompute_all.begin(tx, "Batas berubah.", "The limit changed.")
            firing.start()
            time.sleep(2)  # long enough to fire, if it did not wait
        firing.join(30)
        fire_all(sla)
        assert told(sla, said)[one] == before


@contextmanager
def _limit_put_back(sla: Service, clock: str) -> Iterator[None]:
    """What is changed within of a clock's limit is put back."""
    mine = tables.rules.c.clock == clock
    with sla.store.read() as session:
        was = session.execute(select(tables.rules.c.days).where(mine)).scalars().one()
    yield
    with sla.store.begin() as tx:
        tx.session.execute(update(tables.rules).where(mine).values(days=was))
        recompute_all.begin(tx, "Batas berubah.", "The limit changed.")
    fire_all(sla)


def _presumed_after(sla: Service, days: int) -> None:
    with sla.store.begin() as tx:
        tx.session.execute(update(tables.rules).where(tables.rules.c.clock == "presumption").values(days=days))
