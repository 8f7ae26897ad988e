"""Whatever is heard, in whatever order, and whoever dies: the clocks are those of the history, and each tells once.

The real use cases on the real PostgreSQL. A machine hears facts as they happen, lets timers fire, moves the clock on,
computes anew, and dies just before a commit; no clock ever tells anything early, or twice. A second test hears
histories in random orders and batches.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import WHAT
from services.sla.domain.steps import Taken, steps
from services.sla.handlers import TIMERS, record
from services.sla.handlers.recompute import recompute
from services.sla.handlers.record import FACTS
from services.sla.store import histories, told
from services.sla.store.book import book
from shared import clock
from shared.contracts import Event
from shared.contracts.vocabulary import CLASSES
from shared.entrances.firing import fire
from shared.ids import new_id
from shared.store import Transaction, timers
from tests.component.kit.properties import LIMIT, looking
from tests.harness import Service

START = datetime(2025, 11, 3, 1, tzinfo=UTC)
AGENCIES = ("pupr", "dlh")
OURS = ("registered", "presumed_complete")
"""Facts a machine does not draw: the one every history begins with, and the one sla itself adds."""

STEP_EVENTS = ("clock.due_soon", "clock.breached", "clock.expired", "escalation.raised", "forwarding.due")
"""What a step of a clock says. Each names the moment at which it fell due."""


class KilledError(Exception):
    """The process died just before its commit."""


@st.composite
def drawn_facts(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A kind of fact and its details, in any order that makes sense or none."""
    what = draw(st.sampled_from([what for what in WHAT if what not in OURS]))
    details: dict[str, Any] = {}
    if what in ("verified", "reclassified"):
        details["class_"] = draw(st.sampled_from(CLASSES))
    if what in ("dispatched", "returned", "answered", "reopened"):
        details["agency_id"] = draw(st.sampled_from(AGENCIES))
    if what == "answered":
        details["substantive"] = draw(st.booleans())
    return what, details


def said_by_others(complaint_id: UUID, what: str, at: datetime, **details: Any) -> Event:
    """The event of another service that becomes such a fact here."""
    for source, events in FACTS.items():
        for name, (kind, when, fields) in events.items():
            if kind == what:
                data = {when: at, **{field: details.get(ours, "") for ours, field in fields.items()}}
                if what == "registered":
                    data |= {
                        "region": "74.08",
                        "district_code": None,
                        "channel": "web",
                        "category": None,
                        "confidential": False,
                    }
                if what == "replied":
                    data["kind"] = "addition"
                return Event(new_id(), source, name, complaint_id, 1, at, data)
    raise LookupError(what)


class Clocks:
    """The store of a running service, and the moments of its sandbox."""

    def __init__(self, sla: Service) -> None:
        self.sla = sla
        self.read_up_to = 0

    @contextmanager
    def transaction(self, *, dies: bool = False) -> Iterator[Transaction]:
        """One transaction; with `dies` everything is done but the commit."""
        with suppress(KilledError), self.sla.store.begin() as tx:
            yield tx
            if dies:
                tx.flush()
                raise KilledError

    def hear(self, events: Sequence[Event], *, dies: bool = False) -> None:
        with self.transaction(dies=dies) as tx:
            record(tx, events)

    def fire(self, limit: int, *, dies: bool = False) -> int:
        """Let due timers fire, as a worker does: all in one transaction with the mark that they fired."""
        with self.transaction(dies=dies) as tx:
            due = timers.claim(tx.session, tx.kit, list(TIMERS), tx.now, limit)
            fire(tx, TIMERS, due)
        return len(due)

    def compute_anew(self, complaint_ids: Sequence[UUID], *, dies: bool = False) -> None:
        with self.transaction(dies=dies) as tx:
            recompute(tx, list(histories.lock_cases(tx.session, complaint_ids).values()))

    def newly_said(self) -> list[tuple[str, datetime, dict[str, Any]]]:
        """What was committed to be said since the last look: name, time, data."""
        t = self.sla.store.definition.kit.outbox
        with self.sla.store.read() as session:
            rows = session.execute(select(t).where(t.c.id > self.read_up_to).order_by(t.c.id)).all()
        self.read_up_to = max((row.id for row in rows), default=self.read_up_to)
        return [(row.name, row.time, json.loads(row.body)) for row in rows]

    def derived(self, complaint_id: UUID) -> Derivation:
        """From the stored history, all at once."""
        with self.sla.store.read() as session:
            facts = histories.histories_of(session, [complaint_id])[complaint_id]
            rules = book(session)
            return derive(complaint_id, facts, rules.rules, rules.almanac("74.08"), "74.08")

    def kept_as_derived(self, complaint_id: UUID) -> bool:
        """Whether clocks and timers in the store are those of the history."""
        derivation = self.derived(complaint_id)
        t = self.sla.store.definition.kit.timers
        with self.sla.store.read() as session:
            kept = histories.clocks_of(session, [complaint_id])[complaint_id]
            still_given = {key: one.clock for key, one in kept.items() if not _taken_back(one.clock, derivation)}
            assert still_given == {one.clock_id: one for one in derivation.clocks}
            taken = told.steps_taken(session, kept)
            rules = book(session)
            wanted = set()
            for one in derivation.clocks:
                planned = steps(one, rules.plan, rules.calendar("74.08", one.agency_id))
                left = [step for step in planned if Taken(one.clock_id, one.round, step.name) not in taken]
                if left:
                    wanted.add((left[0].kind, f"{one.clock_id}:{one.round}:{left[0].name}", left[0].at))
            pending = session.execute(
                select(t.c.kind, t.c.key, t.c.due_at).where(
                    t.c.subject == complaint_id, t.c.state == "pending", t.c.kind.like("clock.%")
                )
            )
            assert {tuple(row) for row in pending} == wanted
        return True


def _taken_back(one: Any, derivation: Derivation) -> bool:
    """A clock that a fact known late showed never to have run stays in the store as cancelled."""
    return one.cancelled and one.clock_id not in {clock.clock_id for clock in derivation.clocks}


class Machine(RuleBasedStateMachine):
    """Three complaints, a clock that moves on, and a process that may die before any commit."""

    def __init__(self, sla: Service) -> None:
        super().__init__()
        self.clocks = Clocks(sla)
        sla.set_time(START)
        self.complaints = [new_id() for _ in range(3)]
        self.clocks.newly_said()
        self.told: Counter[tuple[str, str, str]] = Counter()
        for complaint_id in self.complaints:
            self.clocks.hear([said_by_others(complaint_id, "registered", clock.now())])

    @rule(who=st.integers(0, 2), fact=drawn_facts(), dies=st.booleans())
    def something_happens(self, who: int, fact: tuple[str, dict[str, Any]], dies: bool) -> None:
        """It is heard in the moment it happens. When the process dies, the broker gives the event again."""
        what, details = fact
        event = said_by_others(self.complaints[who], what, clock.now(), **details)
        if dies:
            self.clocks.hear([event], dies=True)
        self.clocks.hear([event])

    @rule(hours=st.sampled_from([0.01, 1, 9, 24, 72, 24 * 8, 24 * 31, 24 * 61]))
    def time_passes(self, hours: float) -> None:
        """All that falls due meanwhile is done before anything else is heard: what was said before has been heard."""
        self.clocks.sla.shift(hours=hours)
        while self.clocks.fire(100):
            pass

    @rule(hours=st.sampled_from([5, 24 * 3, 24 * 20]), limit=st.integers(1, 4))
    def time_passes_and_the_worker_dies_on_the_way(self, hours: float, limit: int) -> None:
        self.clocks.sla.shift(hours=hours)
        while self.clocks.fire(limit, dies=True) and self.clocks.fire(limit):
            pass

    @rule(dies=st.booleans())
    def all_is_computed_anew(self, dies: bool) -> None:
        self.clocks.compute_anew(self.complaints, dies=dies)

    @invariant()
    def nothing_was_told_early_or_twice(self) -> None:
        now = clock.now()
        for name, time, data in self.clocks.newly_said():
            if name not in STEP_EVENTS:
                continue
            assert time <= now, f"{name} of {time} was told at {now}"
            if name in ("clock.breached", "clock.expired"):
                assert time > datetime.fromisoformat(data["due_at"])
            which = "complaint_id" if name == "forwarding.due" else "clock_id"
            detail = f"{time if name != 'forwarding.due' else ''} {data.get('fraction')} {data.get('level')}"
            self.told[name, data[which], detail] += 1
        assert [step for step, count in self.told.items() if count > 1] == []

    def teardown(self) -> None:
        for complaint_id in self.complaints:
            assert self.clocks.kept_as_derived(complaint_id)
            derivation = self.clocks.derived(complaint_id)
            breached = {clock_id for name, clock_id, _ in self.told if name == "clock.breached"}
            late = {one.clock_id for one in derivation.clocks if one.outcome_at(clock.now()) in ("breached", "late")}
            assert {str(clock_id) for clock_id in late} <= breached
        with self.clocks.transaction() as tx:  # the next machine begins with a calm store
            for row in tx.session.execute(select(tx.kit.timers).where(tx.kit.timers.c.state == "pending")):
                tx.cancel(row.kind, row.key)


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Service:
    return service("sla", worker=False)


@pytest.mark.timeout(LIMIT)
def test_no_clock_tells_anything_early_or_twice_whatever_happens(sla: Service) -> None:
    run_state_machine_as_test(lambda: Machine(sla), settings=looking(12, 25))


@pytest.mark.timeout(LIMIT)
def test_histories_heard_in_any_order_and_batches_give_the_clocks_of_the_whole_history(sla: Service) -> None:
    clocks = Clocks(sla)

    @looking(25, 1)
    @given(st.lists(st.lists(st.tuples(drawn_facts(), st.integers(1, 300)), max_size=9), max_size=4), st.randoms())
    def check(drawn: list[list[tuple[tuple[str, dict[str, Any]], int]]], chance: Any) -> None:
        sla.set_time(START + timedelta(days=301))
        waiting: list[list[Event]] = []
        for history in [[], *drawn]:
            complaint_id = new_id()
            later = [
                said_by_others(complaint_id, what, START + timedelta(days=n), **more) for (what, more), n in history
            ]
            chance.shuffle(later)
            waiting.append([said_by_others(complaint_id, "registered", START), *later])
        complaint_ids = [events[0].subject for events in waiting]
        while left := [events for events in waiting if events]:
            some = chance.sample(left, chance.randint(1, len(left)))
            clocks.hear([events.pop(0) for events in some])

        clocks.newly_said()
        assert all(clocks.kept_as_derived(complaint_id) for complaint_id in complaint_ids)
        clocks.compute_anew(complaint_ids)
        assert all(clocks.kept_as_derived(complaint_id) for complaint_id in complaint_ids)
        assert clocks.newly_said() == [], "computing anew says nothing again"

    check()


def test_a_fact_sla_adds_itself_is_one_of_the_history() -> None:
    assert {what for events in FACTS.values() for what, _, _ in events.values()} == set(WHAT) - {OURS[1]}
