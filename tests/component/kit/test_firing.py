"""Timers fire in crowds: each once, none early, a complaint's in their order, and nobody waits for another's fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import insert, select
from structlog.testing import capture_logs

from shared import metrics
from shared.entrances.firing import BATCH, Firing
from shared.errors import NotYet
from shared.ids import new_id
from shared.store import Store, Timer, Transaction
from shared.usecases import TimerHandlers, Together, Waiting
from tests.component.kit.at_once import at_once
from tests.component.kit.test_events import effects, store

__all__ = ["store"]

MANY = 100


class Chime:
    """A use case that takes several timers at once and leaves a mark for each. A key says what goes wrong with it."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    def __call__(self, tx: Transaction, timers: Sequence[Timer]) -> Waiting:
        self.given.append([timer.key for timer in timers])
        waiting = {timer.id: NotYet("it is being changed") for timer in timers if timer.key.startswith("locked")}
        done = [timer for timer in timers if timer.id not in waiting]
        if done:
            rows = [{"subject": timer.subject, "what": timer.key} for timer in done]
            tx.session.execute(insert(effects).values(rows))
        for timer in done:
            if timer.key.startswith("poisoned"):
                raise ValueError
            if timer.key.startswith("unwritable"):
                tx.schedule("chime", "x" * 300, tx.now)  # fails only when all is written, at the end
            if timer.key.startswith("moved"):
                tx.schedule("chime", timer.key, tx.now + timedelta(days=1), subject=timer.subject)
        return waiting


def ring(tx: Transaction, timer: Timer) -> None:
    tx.session.execute(insert(effects).values(subject=timer.subject, what=timer.key))
    if timer.key.startswith("moved"):
        tx.schedule("ring", timer.key, tx.now + timedelta(days=1))


def firing(store: Store) -> tuple[Firing, Chime]:
    chime = Chime()
    handlers: TimerHandlers = {"chime": Together(chime), "ring": ring}
    return Firing(store, handlers), chime


def schedule(store: Store, *keys: str, kind: str = "chime", subject: Callable[[], UUID | None] = new_id) -> None:
    """Due since a moment, the first of them longest."""
    with store.begin() as tx:
        for place, key in enumerate(keys):
            tx.schedule(kind, key, tx.now - timedelta(minutes=len(keys) - place), subject=subject())


def rung(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(effects.c.what).order_by(effects.c.id)))


def left(store: Store) -> dict[str, tuple[str, int, str | None]]:
    """State, tries and error of the timers that are still there."""
    t = store.definition.kit.timers
    with store.read() as session:
        return {row.key: (row.state, row.attempts, row.error) for row in session.execute(select(t))}


def keys(count: int, *others: str) -> list[str]:
    """So many keys in order, the others among them."""
    made = [f"{n:03}" for n in range(count)]
    for place, other in enumerate(others):
        made.insert((place + 1) * count // (len(others) + 1), other)
    return made


def test_what_is_due_is_given_at_once_oldest_first_and_of_it_nothing_is_kept(store: Store) -> None:
    work, chime = firing(store)
    schedule(store, *keys(MANY))

    assert work.fire() == MANY

    assert chime.given == [keys(MANY)] and rung(store) == keys(MANY)
    assert left(store) == {}


def test_nothing_fires_before_its_moment(store: Store) -> None:
    work, _ = firing(store)
    with store.begin() as tx:
        tx.schedule("chime", "early", tx.now + timedelta(seconds=1), subject=new_id())

    assert work.fire() == 0
    assert rung(store) == []


def test_of_each_complaint_the_oldest_comes_first_and_the_next_one_after_it(store: Store) -> None:
    work, chime = firing(store)
    one, other = new_id(), new_id()
    for subject, key in ((one, "1"), (one, "2"), (other, "3"), (one, "4")):
        schedule(store, key, subject=lambda subject=subject: subject)

    work.fire()

    assert chime.given == [["1", "3"], ["2"], ["4"]]


def test_more_than_a_batch_takes_several_and_each_fires_once(store: Store) -> None:
    work, _ = firing(store)
    schedule(store, *keys(BATCH + 7))

    assert [work.fire(), work.fire(), work.fire()] == [BATCH, 7, 0]
    assert rung(store) == keys(BATCH + 7)


def test_one_poisoned_among_a_hundred_is_put_off_alone_and_holds_nobody(store: Store) -> None:
    work, chime = firing(store)
    schedule(store, *keys(MANY, "poisoned"))

    before = _put_off()

    with capture_logs():
        work.fire()

    assert rung(store) == keys(MANY), "the others in their order, and nothing of the poisoned one"
    assert left(store) == {"poisoned": ("pending", 1, "ValueError")}
    assert len(chime.given) < 20, "not one by one"
    assert _put_off() == before + 1


def _put_off() -> float:
    """How many of these timers have failed, as operators see it."""
    return float(metrics.TIMER_RUNS.labels("chime", "retry")._value.get())


def test_one_that_fails_only_when_all_is_written_is_put_off_alone_too(store: Store) -> None:
    work, _ = firing(store)
    schedule(store, *keys(MANY, "unwritable"))

    with capture_logs():
        work.fire()

    assert rung(store) == keys(MANY)
    assert left(store) == {"unwritable": ("pending", 1, "DataError")}


def test_one_that_has_to_wait_is_tried_again_soon_and_the_others_are_done_with_one_try(store: Store) -> None:
    work, chime = firing(store)
    schedule(store, *keys(MANY, "locked"))

    work.fire()

    assert rung(store) == keys(MANY) and len(chime.given) == 1
    assert left(store) == {"locked": ("pending", 1, "not yet: it is being changed")}
    t = store.definition.kit.timers
    with store.read() as session:
        again_in = session.execute(select(t.c.next_try_at)).scalar_one() - session.execute(select(t.c.due_at)).scalar()
    assert timedelta(minutes=1) < again_in < timedelta(hours=2)


def test_two_replicas_that_fire_at_once_fire_each_timer_once(store: Store) -> None:
    schedule(store, *keys(4 * BATCH, "poisoned", "locked", "poisoned 2"))

    def replica() -> None:
        work, _ = firing(store)
        list(islice(iter(work.fire, 0), 50))

    with capture_logs():
        at_once(replica, replica)

    assert sorted(rung(store)) == keys(4 * BATCH)
    assert set(left(store)) == {"poisoned", "locked", "poisoned 2"}


def test_a_timer_its_own_use_case_sets_again_has_moved_and_not_fired(store: Store) -> None:
    work, _ = firing(store)
    schedule(store, "moved", "moved 2", "done")
    schedule(store, "moved alone", "done alone", kind="ring")

    work.fire()
    assert work.fire() == 0

    assert {key: state for key, (state, *_) in left(store).items()} == {
        "moved": "pending",
        "moved 2": "pending",
        "moved alone": "pending",
        "done alone": "fired",
    }
    t = store.definition.kit.timers
    with store.read() as session:
        pending = session.execute(select(t.c.due_at).where(t.c.state == "pending")).scalars().all()
        now = session.execute(select(t.c.fired_at).where(t.c.state == "fired")).scalar_one()
    assert min(pending) > now + timedelta(hours=23)


def test_a_use_case_for_one_timer_is_given_one_after_the_other(store: Store) -> None:
    work, _ = firing(store)
    schedule(store, *keys(9), kind="ring")

    work.fire()

    assert rung(store) == keys(9)
    assert {state for state, *_ in left(store).values()} == {"fired"}
