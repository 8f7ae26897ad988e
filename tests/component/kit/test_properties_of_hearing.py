"""Whatever is repeated, shuffled, cut, replayed and failing: each event has its effect once, in its turn.

A machine draws what the broker delivers (again, too early, to two replicas at once), use cases that fail, wait or
cannot read what came, the operator's deeds, and a database cut off between any two statements. The messages go
through the real `Batch` into the real PostgreSQL; the cuts are made on the TCP line to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Column, Identity, Integer, MetaData, Row, Table, Uuid, func, insert, select, text

from shared import clock
from shared.contracts import Event, event_type
from shared.errors import NotYet
from shared.ids import new_id
from shared.messaging import envelope, held, parked
from shared.messaging.batch import Batch, StoreAway
from shared.messaging.held import Received
from shared.store import Store, StoreDefinition, Transaction, open_store
from shared.usecases import Handlers, Together
from tests.component.kit.at_once import at_once
from tests.component.kit.line import Line
from tests.component.kit.properties import LIMIT, looking
from tests.harness import Databases

SOURCE, NAME = "intake", "complaint.withdrawn"
LAST = 5
"""How many events there are about each complaint."""

metadata = MetaData()
effects = Table(
    "effects",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("subject", Uuid),
    Column("sequence", Integer),
)
STORE = StoreDefinition.of("sla", metadata, lambda tx: None)

PLACE = st.tuples(st.integers(0, 2), st.integers(1, LAST))
"""One of five events about one of three complaints."""
DELIVERY = st.lists(PLACE, min_size=1, max_size=8)
WELL, UNREADABLE, FOR_EVER = 0, -1, 10**6
FATES = st.sampled_from((1, 2, 4, 5, 9, FOR_EVER, UNREADABLE))
"""How often a use case fails with an event; a batch tries up to four times."""

Place = tuple[UUID, int]


class World:
    """The real parts, and the line to them: one for each test, used by every example."""

    def __init__(self, databases: Databases) -> None:
        url = databases.empty(f"kit_{new_id().hex[-12:]}")
        self.truth = open_store(STORE, url, pool_size=2)
        metadata.create_all(self.truth.engine)
        self.to_database = Line(url, chunk=65536)
        self.store = open_store(STORE, self.to_database.url, pool_size=4)

    def mend(self) -> None:
        """No cut is to come any more; what was cut is not used again."""
        self.to_database.mend()
        self.store.engine.dispose()

    def close(self) -> None:
        self.store.engine.dispose()
        self.truth.engine.dispose()
        self.to_database.close()


@pytest.fixture
def world(databases: Databases) -> Iterator[World]:
    made = World(databases)
    yield made
    made.close()


class Hearing(RuleBasedStateMachine):
    """A service that hears five events about each of three complaints, in whatever way they come."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.subjects = [new_id() for _ in range(3)]
        self.fate: dict[Place, int] = {}
        self.waits: set[Place] = set()
        self.acknowledged: set[Place] = set()
        self.discarded: set[Place] = set()
        self.ids = {(subject, n): new_id() for subject in self.subjects for n in range(1, LAST + 1)}
        with world.truth.begin() as tx:
            tx.session.execute(text("truncate effects, outbox, sequences, positions, held, timers"))

    @initialize(together=st.booleans())
    def be_written_in_one_of_two_ways(self, together: bool) -> None:
        """The use case takes one event at a time, or one of each complaint."""
        self.together = together

    # What may befall an event ----------------------------------------------------------------------

    @rule(place=PLACE, fate=FATES)
    def doom(self, place: tuple[int, int], fate: int) -> None:
        """The use case will fail with this event a few times, for ever, or cannot read it."""
        self.fate[self.at(place)] = fate

    @rule(place=PLACE, other_source_is_there=st.booleans())
    def let_it_depend_on_another_source(self, place: tuple[int, int], other_source_is_there: bool) -> None:
        (self.waits.discard if other_source_is_there else self.waits.add)(self.at(place))

    @rule(place=PLACE)
    def heal(self, place: tuple[int, int]) -> None:
        self.fate.pop(self.at(place), None)

    # What the broker does --------------------------------------------------------------------------

    @rule(places=DELIVERY)
    def deliver(self, places: list[tuple[int, int]]) -> None:
        self.apply(self.world.store, places)
        self.acknowledged |= {self.at(place) for place in places}

    @rule(first=st.integers(0, 2), most=st.integers(1, LAST))
    def deliver_in_order(self, first: int, most: int) -> None:
        self.deliver([(first, n) for n in range(1, most + 1)])

    @rule(ones=DELIVERY, others=DELIVERY)
    def deliver_to_two_replicas_at_once(self, ones: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
        at_once(lambda: self.deliver(ones), lambda: self.deliver(others))

    @rule(places=DELIVERY, step=st.integers(1, 14), answer_lost=st.booleans())
    def deliver_and_lose_the_database(self, places: list[tuple[int, int]], step: int, answer_lost: bool) -> None:
        """What was not committed is not acknowledged; the broker may deliver it again."""
        self.world.to_database.cut_at(step, answer_lost=answer_lost)
        try:
            self.apply(self.world.store, places)
            self.acknowledged |= {self.at(place) for place in places}
        except StoreAway:
            pass
        self.world.mend()

    @rule(place=PLACE)
    def give_up_on(self, place: tuple[int, int]) -> None:
        """The broker's own limit of deliveries: what comes out of the dead-letter queue is parked."""
        message = self.message(self.at(place))
        with self.world.store.begin() as tx:
            held.park(tx.session, tx.kit, SOURCE, message, "broker: delivery_limit", clock.real_now())
        self.acknowledged.add(self.at(place))

    # What time and operators do --------------------------------------------------------------------

    @rule()
    def let_time_pass(self) -> None:
        self.make_due()
        Batch(self.world.store, SOURCE, ()).retry_due(self.handlers)

    @rule(places=DELIVERY)
    def let_time_pass_while_the_other_replica_delivers(self, places: list[tuple[int, int]]) -> None:
        at_once(self.let_time_pass, lambda: self.deliver(places))

    @rule(step=st.integers(1, 14), answer_lost=st.booleans())
    def let_time_pass_and_lose_the_database(self, step: int, answer_lost: bool) -> None:
        self.make_due()
        self.world.to_database.cut_at(step, answer_lost=answer_lost)
        with suppress(StoreAway):
            Batch(self.world.store, SOURCE, ()).retry_due(self.handlers)
        self.world.mend()

    @rule(which=st.integers(0, 20), twice=st.booleans())
    def replay(self, which: int, twice: bool) -> None:
        if row := self.parked(which):
            for _ in range(1 + twice):
                parked.replay(self.world.store, row.id, by="operator")

    @rule(which=st.integers(0, 20), places=DELIVERY)
    def discard_while_the_broker_delivers(self, which: int, places: list[tuple[int, int]]) -> None:
        row = self.parked(which)
        at_once(lambda: self.discard(row), lambda: self.deliver(places))

    @rule(which=st.integers(0, 20), twice=st.booleans())
    def discard_parked(self, which: int, twice: bool) -> None:
        row = self.parked(which)
        for _ in range(1 + twice):
            self.discard(row)

    # What must hold --------------------------------------------------------------------------------

    @invariant()
    def every_event_is_applied_once_in_its_turn_or_has_its_place(self) -> None:
        last, done, aside, said = self.positions(), self.effects(), self.aside(), self.said()
        ordered = self.ordered()
        for subject in self.subjects:
            passed = range(1, last.get(subject, 0) + 1)
            assert done[subject] == [n for n in passed if (subject, n) not in self.discarded], (
                "not once, or not in turn"
            )
            assert said[subject] == list(range(1, len(done[subject]) + 1)), "effects and what is said differ"
            assert ordered[subject] == done[subject], "effects and timers differ"
            if (row := aside.get((subject, len(passed) + 1))) is not None:
                assert row.state != "waiting", "it waits although its turn has come"
        for subject, sequence in self.acknowledged:
            assert sequence <= last.get(subject, 0) or (subject, sequence) in aside, "it is nowhere"
        for (subject, sequence), row in aside.items():
            assert bytes(row.body) == self.body((subject, sequence), bytes(row.body) == b"{}")
            assert sequence > last.get(subject, 0) or row.reason.startswith("broker"), "it is in two places"
            assert row.state != "retry" or row.due_at is not None

    def teardown(self) -> None:
        """All is well again, and whatever was not acknowledged comes once more: nothing stays behind."""
        self.fate.clear()
        self.waits.clear()
        self.deliver([(which, n) for which in range(3) for n in range(1, LAST + 1)])
        for _ in range(3 * LAST):
            while row := self.parked(0):
                if bytes(row.body) == b"{}":
                    self.discard(row)
                else:
                    parked.replay(self.world.store, row.id, by="operator")
            self.let_time_pass()
        assert self.aside() == {}
        assert self.positions() == dict.fromkeys(self.subjects, LAST)
        self.every_event_is_applied_once_in_its_turn_or_has_its_place()

    # How it is done --------------------------------------------------------------------------------

    def at(self, place: tuple[int, int]) -> Place:
        return self.subjects[place[0]], place[1]

    def apply(self, store: Store, places: Sequence[tuple[int, int]]) -> None:
        Batch(store, SOURCE, [self.message(self.at(place)) for place in places]).apply(self.handlers)

    @property
    def handlers(self) -> Handlers:
        return {NAME: Together(self.use_all) if self.together else self.use}

    def use_all(self, tx: Transaction, events: Sequence[Event]) -> None:
        for event in events:
            self.use(tx, event)

    def use(self, tx: Transaction, event: Event) -> None:
        """A use case that writes, orders and says something first, and then does what is fated."""
        place = event.subject, event.sequence
        tx.schedule("late", f"{event.subject}:{event.sequence}", tx.now, subject=event.subject)
        tx.session.execute(insert(effects).values(subject=event.subject, sequence=event.sequence))
        tx.publish(
            "clock.stopped",
            event.subject,
            {
                "complaint_id": event.subject,
                "clock_id": new_id(),
                "clock": "legal",
                "agency_id": None,
                "outcome": "met",
                "stopped_at": tx.now,
            },
        )
        if place in self.waits:
            raise NotYet("not known here yet")
        if (left := self.fate.get(place, WELL)) > 0:
            self.fate[place] = left - 1
            raise ValueError("cannot")

    def message(self, place: Place) -> Received:
        subject, sequence = place
        return Received(
            envelope.headers(
                event_id=self.ids[place],
                source=SOURCE,
                type_=event_type(SOURCE, NAME).type,
                subject=subject,
                time=datetime(2026, 1, 1, tzinfo=UTC),
                sequence=sequence,
                traceparent=None,
            ),
            self.body(place, self.fate.get(place) == UNREADABLE),
        ).read(SOURCE)

    def body(self, place: Place, unreadable: bool) -> bytes:
        if unreadable:
            return b"{}"
        said = {"complaint_id": place[0], "reason": "reporter", "withdrawn_at": datetime(2026, 1, 1, tzinfo=UTC)}
        return event_type(SOURCE, NAME).write(said).encode()

    def discard(self, row: Row | None) -> None:
        if row is None:
            return
        place = row.subject, row.sequence
        passed = self.positions().get(row.subject, 0)
        if parked.discard(self.world.store, row.id, by="operator") and row.sequence > passed:
            self.discarded.add(place)

    def make_due(self) -> None:
        with self.world.truth.begin() as tx:
            tx.session.execute(text("update held set due_at = due_at - interval '1 day' where state = 'retry'"))

    def parked(self, which: int) -> Row | None:
        rows = parked.parked(self.world.truth)
        return rows[which % len(rows)] if rows else None

    def positions(self) -> dict[UUID, int]:
        p = STORE.kit.positions
        with self.world.truth.read() as session:
            return {subject: last for subject, last in session.execute(select(p.c.subject, p.c.last)) if last}

    def effects(self) -> dict[UUID, list[int]]:
        return self.by_subject(select(effects.c.subject, effects.c.sequence).order_by(effects.c.id))

    def said(self) -> dict[UUID, list[int]]:
        o = STORE.kit.outbox
        return self.by_subject(select(o.c.subject, o.c.sequence).order_by(o.c.id))

    def ordered(self) -> dict[UUID, list[int]]:
        t = STORE.kit.timers
        sequence = func.split_part(t.c.key, ":", 2).cast(Integer)
        return self.by_subject(select(t.c.subject, sequence).order_by(t.c.subject, sequence))

    def by_subject(self, question: object) -> dict[UUID, list[int]]:
        found: dict[UUID, list[int]] = defaultdict(list)
        with self.world.truth.read() as session:
            for subject, number in session.execute(question):
                found[subject].append(number)
        return found

    def aside(self) -> dict[Place, Row]:
        h = STORE.kit.held
        with self.world.truth.read() as session:
            return {(row.subject, row.sequence): row for row in session.execute(select(h))}


@pytest.mark.timeout(LIMIT)
def test_each_event_has_its_effect_once_in_its_turn_whatever_breaks(world: World) -> None:
    run_state_machine_as_test(lambda: Hearing(world), settings=looking(examples=10, steps=20))
