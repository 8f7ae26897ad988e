"""What comes in crowds is done for many at once, and nobody suffers for another's fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import eventlet
import pytest
from sqlalchemy import insert, select

from shared.contracts import Event
from shared.entrances.hands import Hands
from shared.entrances.line import Line
from shared.errors import NotYet
from shared.ids import new_id
from shared.messaging.batch import Applier
from shared.store import Store, Timer, Transaction, open_store
from shared.usecases import Done, Outside, Together
from tests.component.kit.line import Line as TcpLine
from tests.component.kit.test_events import STORE, WITHDRAWN, applied, effects, held, messages, metadata, store
from tests.harness import Broker, Databases, Peer

__all__ = ["store"]


def write(tx: Transaction, events: Sequence[Event]) -> None:
    tx.session.execute(
        insert(effects), [{"subject": e.subject, "sequence": e.sequence, "what": e.name} for e in events]
    )


def test_of_each_complaint_the_next_event_is_given_together(store: Store) -> None:
    crowds: list[set[tuple[UUID, int]]] = []

    def seen(tx: Transaction, events: Sequence[Event]) -> None:
        crowds.append({(event.subject, event.sequence) for event in events})
        write(tx, events)

    one, other = new_id(), new_id()
    batch = [*messages(one, 2, 1), *messages(other, 1), *messages(one, 3)]
    Applier(store, "intake", {WITHDRAWN: Together(seen)}).apply(batch)
    assert crowds == [{(one, 1), (other, 1)}, {(one, 2)}, {(one, 3)}]
    assert applied(store, one) == [1, 2, 3] and applied(store, other) == [1]


def test_one_that_fails_in_a_crowd_waits_alone(store: Store) -> None:
    bad = new_id()

    def strict(tx: Transaction, events: Sequence[Event]) -> None:
        write(tx, events)
        if any(event.subject == bad for event in events):
            raise ValueError

    good = [new_id() for _ in range(5)]
    batch = [message for subject in (*good, bad) for message in messages(subject, 1)]
    Applier(store, "intake", {WITHDRAWN: Together(strict)}).apply(batch)
    assert [applied(store, subject) for subject in good] == [[1]] * 5
    assert applied(store, bad) == [] and held(store) == [("retry", 1)]


ANSWER_TO_COMMIT = 9
"""What is said last of all when a note is made on a new connection."""


class Errand(Outside):
    """Outside work that leaves a mark. Its timer's key says what goes wrong with it."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.together: list[int] = []
        self._meanwhile = meanwhile

    def prepare(self, tx: Transaction, timer: Timer) -> str | None:
        if timer.key.startswith("unprepared"):
            raise ValueError
        return None if timer.key.startswith("needless") else timer.key

    def perform(self, job: str) -> str:
        if job.startswith("early"):
            raise NotYet("not known yet")
        self._meanwhile()
        return job

    def conclude_all(self, tx: Transaction, done: Sequence[Done]) -> None:
        self.together.append(len(done))
        for one in done:
            tx.session.execute(insert(effects).values(what=one.result))
            if one.job.startswith("unnoted"):
                raise ValueError


@pytest.fixture
def errand(store: Store) -> Iterator[tuple[Errand, Hands]]:
    errand = Errand()
    hands = Hands(store, {"errand": errand}, 10, lambda: None)
    noting = eventlet.spawn(hands.note)
    yield errand, hands
    hands.stop()
    noting.wait()


def schedule(store: Store, *keys: str) -> None:
    with store.begin() as tx:
        for key in keys:
            tx.schedule("errand", key, tx.now)


def ran(store: Store) -> list[str]:
    with store.read() as session:
        return sorted(session.scalars(select(effects.c.what)))


def states(store: Store) -> dict[str, tuple[str, int]]:
    t = store.definition.kit.timers
    with store.read() as session:
        return {key: (state, tries) for key, state, tries in session.execute(select(t.c.key, t.c.state, t.c.attempts))}


def test_what_is_due_at_once_is_taken_and_noted_together(store: Store, errand: tuple[Errand, Hands]) -> None:
    work, hands = errand
    schedule(store, *(f"errand {n}" for n in range(8)), "needless")
    assert hands.take() == 9
    eventlet.sleep(0.2)
    assert ran(store) == [f"errand {n}" for n in range(8)]
    assert {state for state, _ in states(store).values()} == {"fired"}
    assert work.together == [8]


def test_no_more_is_taken_than_there_are_hands(store: Store, errand: tuple[Errand, Hands]) -> None:
    _, hands = errand
    schedule(store, *(f"errand {n:02}" for n in range(25)))
    assert hands.take() == 10
    assert hands.free == 0 and hands.take() == 0
    eventlet.sleep(0.2)
    assert len(ran(store)) == 10 and hands.free == 10


@dataclass(frozen=True)
class Outage:
    """Hands whose database goes away while they work."""

    truth: Store
    line: TcpLine
    hands: Hands
    noting: Any


@pytest.fixture
def outage(databases: Databases) -> Iterator[Outage]:
    url = databases.empty(f"kit_{new_id().hex[-12:]}")
    truth = open_store(STORE, url, pool_size=2)
    metadata.create_all(truth.engine)
    line = TcpLine(url, chunk=65536)
    store = open_store(STORE, line.url, pool_size=2)
    hands = Hands(store, {"errand": Errand(meanwhile=line.shut)}, 10, lambda: None)
    yield Outage(truth, line, hands, eventlet.spawn(hands.note))
    line.close()
    for one in (truth, store):
        one.engine.dispose()


@pytest.mark.parametrize("answer_lost", [False, True])
def test_what_was_done_while_the_database_went_away_is_noted_when_it_is_back(outage: Outage, answer_lost: bool) -> None:
    schedule(outage.truth, "errand")
    outage.hands.take()
    eventlet.sleep(0.3)
    assert states(outage.truth)["errand"] == ("pending", 1) and ran(outage.truth) == []
    if answer_lost:
        outage.line.cut_at(ANSWER_TO_COMMIT, answer_lost=True)
    outage.line.open()
    eventlet.sleep(3)
    assert states(outage.truth)["errand"] == ("fired", 1) and ran(outage.truth) == ["errand"]
    outage.hands.stop()
    outage.noting.wait()


def test_hands_that_stop_while_the_database_is_away_do_not_wait_for_it(outage: Outage) -> None:
    schedule(outage.truth, "errand")
    outage.hands.take()
    eventlet.sleep(0.2)
    outage.hands.stop()
    with eventlet.Timeout(15):
        outage.noting.wait()
    assert states(outage.truth)["errand"] == ("pending", 1)  # until its lease ends


def test_one_that_cannot_be_noted_comes_back_alone(store: Store, errand: tuple[Errand, Hands]) -> None:
    _, hands = errand
    schedule(store, "errand", "unnoted", "other errand")
    hands.take()
    eventlet.sleep(0.3)
    assert ran(store) == ["errand", "other errand"]
    assert states(store)["unnoted"] == ("pending", 1)  # until its lease ends


def test_one_that_cannot_be_prepared_is_put_off_and_the_others_go(store: Store, errand: tuple[Errand, Hands]) -> None:
    _, hands = errand
    schedule(store, "errand", "unprepared")
    for _ in range(2):
        hands.take()
    eventlet.sleep(0.2)
    assert ran(store) == ["errand"]
    assert states(store) == {"errand": ("fired", 1), "unprepared": ("pending", 1)}


def test_one_that_is_too_early_is_tried_again_soon(store: Store, errand: tuple[Errand, Hands]) -> None:
    _, hands = errand
    schedule(store, "early", "errand")
    hands.take()
    eventlet.sleep(0.2)
    assert ran(store) == ["errand"] and states(store)["early"] == ("pending", 1)
    t = store.definition.kit.timers
    with store.read() as session:
        error, at, due = session.execute(select(t.c.error, t.c.next_try_at, t.c.due_at).where(t.c.key == "early")).one()
    assert error == "not yet: not known yet" and (at - due).total_seconds() < 5


@pytest.fixture
def sla(broker: Broker) -> Iterator[Peer]:
    def limits(complaint_ids: list[UUID]) -> dict[str, Any]:
        return {"clocks": []}

    peer = Peer("sla", broker.url("sla"), {"limits": limits})
    yield peer
    peer.close()


def test_what_many_ask_in_one_moment_is_asked_once(broker: Broker, sla: Peer) -> None:
    line = Line(broker.url("notify"))
    complaints = [new_id() for _ in range(30)]
    askers = [eventlet.spawn(line.ask_about, "sla", "limits", complaint) for complaint in complaints]
    assert [asker.wait() for asker in askers] == [[]] * 30
    name, request = sla.asked.get(timeout=1)
    assert name == "limits" and sorted(request["complaint_ids"]) == sorted(complaints)
    assert sla.asked.empty()
    line.close()
