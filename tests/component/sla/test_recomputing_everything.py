"""All open cases computed anew: in batches, through kills, beside each other, past cases that are being changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update

from services.sla.domain.history import Fact
from services.sla.handlers import recompute_all
from services.sla.handlers.recompute import recompute
from services.sla.store import STORE, histories, recomputations, tables
from services.sla.store.book import book_until_commit
from shared.errors import Unavailable
from shared.ids import new_id
from tests.component.sla.desk import at
from tests.harness import Service, eventually

HOME = "74.08"
MANY = 800


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    started = service("sla", worker=False)
    started.set_time(at("2026-03-16"))
    yield started


@pytest.fixture
def cases(sla: Service) -> list[UUID]:
    """Open cases received on a Friday, each with its clocks."""
    ids = sorted(new_id() for _ in range(MANY))
    received_at = at("2026-03-13")
    with sla.store.begin() as tx:
        histories.open_cases(tx.session, [_row(one) for one in ids])
        histories.add_facts(tx.session, [(one, Fact(new_id(), "registered", received_at)) for one in ids])
        recompute(tx, list(histories.lock_cases(tx.session, ids).values()))
    return ids


def _row(complaint_id: UUID) -> dict[str, Any]:
    received_at = at("2026-03-13")
    return {
        "complaint_id": complaint_id,
        "region": HOME,
        "district_code": None,
        "channel": "web",
        "state": "unverified",
        "received_at": received_at,
        "received_on": received_at.date(),
    }


@pytest.fixture
def longer(sla: Service, cases: list[UUID]) -> Iterator[None]:
    """The limit to examine a report becomes five working days instead of three."""
    _limit(sla, 5)
    yield
    _limit(sla, 3)
    with sla.store.begin() as tx:
        tx.session.execute(update(tables.cases).values(finished_at=tx.now))


def _limit(sla: Service, days: int) -> None:
    with sla.store.begin() as tx:
        tx.session.execute(update(tables.rules).where(tables.rules.c.clock == "verification").values(days=days))


def begin(sla: Service, **scope: Any) -> int:
    with sla.store.begin() as tx:
        return recompute_all.begin(tx, "Batas verifikasi berubah.", "The limit to examine changed.", **scope)


def work(sla: Service, number: int) -> Any:
    with sla.store.read() as session:
        return session.execute(select(tables.recomputations).where(tables.recomputations.c.id == number)).one()


def due_dates(sla: Service, ids: list[UUID]) -> set[str]:
    with sla.store.read() as session:
        t = tables.clocks
        wanted = select(t.c.due_date).where(t.c.complaint_id.in_(ids), t.c.clock == "verification")
        return {day.isoformat() for day in session.execute(wanted).scalars()}


def told(sla: Service) -> set[UUID]:
    return {one["complaint_id"] for one in sla.all_said("clock.resumed")}


def ended(sla: Service, number: int) -> Any:
    return eventually(
        lambda: (found := work(sla, number)).ended_at and found, seconds=60, what="the recomputation did not end"
    )


@pytest.mark.usefixtures("longer")
def test_every_open_case_is_computed_anew_although_the_worker_is_killed_in_the_middle(
    sla: Service, cases: list[UUID]
) -> None:
    number = begin(sla)
    sla.start_worker()
    eventually(lambda: work(sla, number).seen > 0, every=0.01, seconds=30)
    sla.kill_worker()
    between = work(sla, number)
    assert 0 < between.seen < MANY and between.ended_at is None

    sla.start_worker()
    done = ended(sla, number)
    eventually(lambda: told(sla) >= set(cases), seconds=30, what="not every move was told")
    sla.stop_worker()

    assert (done.expected, done.seen, done.moved, done.later, done.failed) == (MANY, MANY, MANY, MANY, 0)
    assert due_dates(sla, cases) == {"2026-03-27"}
    with sla.store.read() as session:
        timers = STORE.kit.timers
        keys = select(timers.c.key).where(timers.c.kind == "clock.due", timers.c.state == "pending")
        assert session.execute(keys.where(timers.c.subject.in_(cases))).first() is None


def test_a_report_whose_transaction_outlasts_a_change_of_the_limits_is_not_missed(sla: Service) -> None:
    """It comes in by the limits of before and is kept only later; the change waits for it, and it is computed anew."""
    complaint_id, received_at = new_id(), at("2026-03-13")
    changing = threading.Thread(target=_change, args=(sla, 5))
    sla.start_worker()
    ended(sla, begin(sla))  # it is awake
    with sla.store.begin() as tx:
        histories.open_cases(tx.session, [_row(complaint_id)])
        histories.add_facts(tx.session, [(complaint_id, Fact(new_id(), "registered", received_at))])
        recompute(tx, list(histories.lock_cases(tx.session, [complaint_id]).values()))
        changing.start()
        time.sleep(3)  # long enough for the change and all its work, if they did not wait
    changing.join(10)

    eventually(lambda: due_dates(sla, [complaint_id]) == {"2026-03-27"}, seconds=30)
    sla.stop_worker()
    _limit(sla, 3)
    with sla.store.begin() as tx:
        tx.session.execute(update(tables.cases).values(finished_at=tx.now))


def test_a_change_that_would_have_to_wait_too_long_is_refused_and_changes_nothing(sla: Service) -> None:
    with sla.store.begin() as slow:
        book_until_commit(slow.session)
        with pytest.raises(Unavailable, match="clocks_are_computed"), sla.store.begin() as tx:
            tx.session.execute(text("set local lock_timeout = '200ms'"))
            recompute_all.begin(tx, "Batas verifikasi berubah.", "The limit to examine changed.")
    with sla.store.read() as session:
        assert recomputations.unfinished(session) == []


def _change(sla: Service, days: int) -> None:
    with sla.store.begin() as tx:
        tx.session.execute(update(tables.rules).where(tables.rules.c.clock == "verification").values(days=days))
        recompute_all.begin(tx, "Batas verifikasi berubah.", "The limit to examine changed.")


@pytest.mark.usefixtures("longer")
def test_two_works_at_once_both_come_to_their_end_and_the_second_moves_nothing_twice(
    sla: Service, cases: list[UUID]
) -> None:
    first, second = begin(sla), begin(sla, regions=[HOME])
    sla.start_worker()
    found = [ended(sla, number) for number in (first, second)]
    sla.stop_worker()

    assert [one.seen for one in found] == [MANY, MANY]
    assert sum(one.moved for one in found) == MANY
    assert due_dates(sla, cases) == {"2026-03-27"}


@pytest.mark.usefixtures("longer")
def test_a_case_that_is_being_changed_is_not_waited_for_and_not_forgotten(sla: Service, cases: list[UUID]) -> None:
    number = begin(sla)
    with sla.store.begin() as tx:
        assert histories.lock_case(tx.session, cases[10]) is not None
        sla.start_worker()
        eventually(lambda: work(sla, number).seen == MANY - 1, seconds=30)
        assert work(sla, number).ended_at is None

    assert ended(sla, number).moved == MANY
    sla.stop_worker()
    assert due_dates(sla, cases) == {"2026-03-27"}


@pytest.mark.usefixtures("longer")
def test_only_cases_of_the_scope_are_seen(sla: Service, cases: list[UUID]) -> None:
    with sla.store.begin() as tx:
        tx.session.execute(
            update(tables.cases).where(tables.cases.c.complaint_id.in_(cases[:7])).values(agency_id="dlh")
        )
    numbers = [begin(sla, agencies=["dlh"]), begin(sla, regions=["99.99"]), begin(sla, regions=[])]
    sla.start_worker()
    found = [ended(sla, number) for number in numbers]
    sla.stop_worker()

    assert [(one.expected, one.seen) for one in found] == [(7, 7), (0, 0), (0, 0)]
    assert due_dates(sla, cases[7:]) == {"2026-03-25"}


@pytest.mark.usefixtures("longer")
def test_a_case_that_cannot_be_computed_is_counted_and_does_not_keep_the_others(
    sla: Service, cases: list[UUID]
) -> None:
    with sla.store.begin() as tx:
        nonsense = {"fact_id": new_id(), "complaint_id": cases[3], "what": "verified", "at": at("2026-03-14")}
        tx.session.execute(insert(tables.facts).values(**nonsense, details={"class_": "no such class"}))
    number = begin(sla)
    sla.start_worker()
    done = ended(sla, number)
    sla.stop_worker()

    assert (done.seen, done.failed, done.moved) == (MANY, 1, MANY - 1)
    with sla.store.read() as session:
        assert recomputations.left(session) == 0
