"""Durable timers on the real database: moved, cancelled, fired once, given up and resumed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import MetaData

from shared import clock
from shared.ids import new_id
from shared.store import Store, StoreDefinition, open_store, timers
from tests.harness import Databases


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    metadata = MetaData()
    made = open_store(
        StoreDefinition.of("sla", metadata, lambda tx: None), databases.empty(f"kit_{new_id().hex[-12:]}")
    )
    metadata.create_all(made.engine)
    yield made
    made.engine.dispose()


def due(store: Store, *, ahead: timedelta = timedelta(0)) -> list[str]:
    with store.begin() as tx:
        return [t.key for t in timers.claim(tx.session, tx.kit, ["k"], tx.now + ahead, 10)]


def test_a_timer_is_due_at_its_moment_oldest_first(store: Store) -> None:
    with store.begin() as tx:
        tx.schedule("k", "later", tx.now + timedelta(hours=1))
        tx.schedule("k", "second", tx.now - timedelta(minutes=1))
        tx.schedule("k", "first", tx.now - timedelta(minutes=2))
    assert due(store) == ["first", "second"]
    assert due(store, ahead=timedelta(hours=2)) == ["first", "second", "later"]


def test_scheduling_again_moves_it_and_cancelling_takes_it_back(store: Store) -> None:
    with store.begin() as tx:
        tx.schedule("k", "a", tx.now)
        tx.schedule("k", "a", tx.now + timedelta(days=1))
    assert due(store) == []
    with store.begin() as tx:
        tx.cancel("k", "a")
    assert due(store, ahead=timedelta(days=2)) == []
    with store.begin() as tx:
        tx.schedule("k", "a", tx.now)
    assert due(store) == ["a"]


def test_what_fired_never_fires_again(store: Store) -> None:
    with store.begin() as tx:
        tx.schedule("k", "a", tx.now)
    with store.begin() as tx:
        (timer,) = timers.claim(tx.session, tx.kit, ["k"], tx.now, 10)
        timers.fired(tx.session, tx.kit, [timer.id], tx.now)
        tx.schedule("k", "a", tx.now)
    assert due(store) == []


def test_two_replicas_never_get_the_same_timer(store: Store) -> None:
    with store.begin() as tx:
        for n in range(6):
            tx.schedule("k", str(n), tx.now)
    with store.begin() as one, store.begin() as other:
        mine = {t.id for t in timers.claim(one.session, one.kit, ["k"], one.now, 3)}
        theirs = {t.id for t in timers.claim(other.session, other.kit, ["k"], other.now, 6)}
    assert len(mine) == len(theirs) == 3
    assert not mine & theirs


def test_given_up_work_is_listed_and_can_be_resumed_once(store: Store) -> None:
    with store.begin() as tx:
        tx.schedule("k", "a", tx.now)
    with store.begin() as tx:
        (timer,) = timers.claim(tx.session, tx.kit, ["k"], tx.now, 10)
        timers.failed(tx.session, tx.kit, timer.id, "ValueError", None)
    assert due(store) == []
    with store.read() as session:
        (row,) = timers.given_up(session, store.definition.kit)
    assert (row.key, row.error) == ("a", "ValueError")
    with store.begin() as tx:
        assert timers.resume(tx.session, tx.kit, row.id, clock.now())
        assert not timers.resume(tx.session, tx.kit, row.id, clock.now())
    assert due(store) == ["a"]
