"""Whatever is committed, rolled back, cut and killed: what was committed is said once, in order, without a gap.

A machine draws commits, roll-backs, transactions that commit late or die, relays cut off from the broker in the
middle of a window or from the database between any two statements, and two replicas at once. All of it happens on
the real PostgreSQL and the real RabbitMQ; the cuts are made on the TCP lines to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from kombu import Connection
from sqlalchemy import BigInteger, Column, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from shared.ids import new_id
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, NotConfirmed
from shared.messaging.relay import relay_window
from shared.messaging.topology import events_exchange
from shared.store import StoreDefinition, Transaction, open_store
from tests.component.kit.at_once import at_once
from tests.component.kit.line import Line
from tests.component.kit.properties import LIMIT, looking
from tests.harness import Broker, Databases, eventually

NAME = "complaint.withdrawn"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

metadata = MetaData()
marks = Table("marks", metadata, Column("mark", BigInteger, primary_key=True))
STORE = StoreDefinition.of("intake", metadata, lambda tx: None)

FREE = st.lists(st.integers(0, 2), min_size=1, max_size=5)
"""Whom a transaction speaks about: three complaints of which no transaction stays open."""

MOSTLY = st.sampled_from((True, True, True, True, True, True, True, False))

LATE = st.sampled_from((3, 4))
"""Two complaints whose transactions may stay open for long."""


class World:
    """The real parts, and the lines to them: one for each test, used by every example."""

    def __init__(self, databases: Databases, broker: Broker) -> None:
        url = databases.empty(f"kit_{new_id().hex[-12:]}")
        self.truth = open_store(STORE, url, pool_size=2)
        metadata.create_all(self.truth.engine)
        self.to_database = Line(url, chunk=65536)
        self.to_broker = Line(broker.url("intake"), chunk=700)
        self.store = open_store(STORE, self.to_database.url, pool_size=8)
        self._ears = Connection(broker.url("operator"))
        self._channel = self._ears.default_channel
        self._queue = self._channel.queue_declare(queue="", exclusive=True).queue
        self._channel.queue_bind(self._queue, events_exchange("intake"), NAME)

    def publisher(self) -> ConfirmingPublisher:
        return ConfirmingPublisher(self.to_broker.url, timeout=5)

    def heard(self) -> Iterator[Any]:
        """What has come since."""
        while (message := self._channel.basic_get(self._queue, no_ack=True)) is not None:
            yield envelope.read_event("intake", message.headers, message.body.encode())

    def committed(self, given: Sequence[int]) -> bool:
        with self.truth.read() as session:
            return bool(session.scalar(select(func.count()).where(marks.c.mark.in_(given))))

    def end_sessions(self) -> None:
        """Have PostgreSQL end every session of the services', as `pg_terminate_backend` does."""
        with self.truth.engine.begin() as connection:
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        self.store.engine.dispose()

    def mend(self) -> None:
        """No cut is to come any more; what was cut is not used again."""
        self.to_database.mend()
        self.store.engine.dispose()

    def close(self) -> None:
        self._ears.collect(socket_timeout=1)
        self.store.engine.dispose()
        self.truth.engine.dispose()
        self.to_database.close()
        self.to_broker.close()


@pytest.fixture
def world(databases: Databases, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr("shared.messaging.publisher.SETTLE", 0.0)  # the broker is well; only lines are cut
    made = World(databases, broker)
    yield made
    made.close()


class Saying(RuleBasedStateMachine):
    """A service that says things, its relays, and a listener who notes everything."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.subjects = [new_id() for _ in range(5)]
        self.transaction_of: dict[int, int] = {}
        """Mark of a committed event → its transaction. Marks and transactions count up; equals were at once."""
        self.order: dict[int, int] = {}
        """Transaction → its place among the commits; those that ran at the same moment share one."""
        self.about: dict[int, UUID] = {}
        self.came: dict[UUID, dict[int, int]] = defaultdict(dict)
        """Subject → sequence → mark, of everything heard."""
        self.times: Counter[int] = Counter()
        self.failed_rounds = 0
        self.late: dict[int, tuple[AbstractContextManager[Transaction], int]] = {}
        self.relays = [world.publisher(), world.publisher()]
        self.count = 0
        with world.truth.begin() as tx:
            tx.session.execute(text("truncate outbox, sequences, marks"))

    # What a service does ---------------------------------------------------------------------------

    @rule(about=FREE)
    def commit(self, about: list[int]) -> None:
        number, given = self.said(about)
        self.run(number, given)
        self.is_committed(number, given)

    @rule(about=FREE, flushed=st.booleans())
    def roll_back(self, about: list[int], flushed: bool) -> None:
        number, given = self.said(about)

        def fail(tx: Transaction) -> None:
            if flushed:
                tx.flush()
            raise LookupError

        with pytest.raises(LookupError):
            self.run(number, given, fail)

    @rule(about=FREE, step=st.integers(1, 8), answer_lost=st.booleans())
    def lose_the_database_in_a_transaction(self, about: list[int], step: int, answer_lost: bool) -> None:
        number, given = self.said(about)
        self.world.to_database.cut_at(step, answer_lost=answer_lost)
        with suppress(DBAPIError):
            self.run(number, given)
        self.world.mend()
        if self.world.committed(list(given)):
            self.is_committed(number, given)

    @rule(about=FREE)
    def be_ended_by_the_database(self, about: list[int]) -> None:
        number, given = self.said(about)

        def end(tx: Transaction) -> None:
            tx.flush()
            self.world.end_sessions()

        with pytest.raises(DBAPIError):
            self.run(number, given, end)

    @rule(first=FREE, second=FREE)
    def commit_two_at_once(self, first: list[int], second: list[int]) -> None:
        both = [self.said(first), self.said(second)]
        at_once(*(lambda number=number, given=given: self.run(number, given) for number, given in both))
        for number, given in both:
            self.is_committed(number, given, together_with=both[0][0])

    @precondition(lambda self: len(self.late) < 2)
    @rule(which=LATE)
    def begin(self, which: int) -> None:
        """A transaction writes its outbox rows and stays open."""
        if which not in self.late:
            number, given = self.said([which])
            block = self.world.store.begin()
            tx = block.__enter__()
            self.speak(tx, given)
            tx.flush()
            self.late[which] = block, number

    @precondition(lambda self: self.late)
    @rule(well=st.booleans())
    def end_the_oldest(self, well: bool) -> None:
        which = next(iter(self.late))
        block, number = self.late.pop(which)
        given = {mark: about for mark, about in self.about.items() if self.transaction_of[mark] == number}
        try:
            block.__exit__(*((None, None, None) if well else (LookupError, LookupError(), None)))
        except (DBAPIError, LookupError):
            pass
        if self.world.committed(list(given)):
            self.is_committed(number, given)

    # What its relays do ----------------------------------------------------------------------------

    @rule(which=st.integers(0, 1), most=st.integers(1, 6))
    def relay(self, which: int, most: int) -> None:
        """Fails when the connection was cut while it lay idle, too."""
        try:
            relay_window(self.world.store, self.relays[which], most)
        except (NotConfirmed, DBAPIError):
            self.failed_rounds += 1

    @rule(about=FREE, most=st.integers(1, 6), others=st.integers(1, 6))
    def relay_in_two_replicas_at_once(self, about: list[int], most: int, others: int) -> None:
        self.commit(about)
        at_once(lambda: self.relay(0, most), lambda: self.relay(1, others))

    @rule(about=FREE, which=st.integers(0, 1), step=st.integers(1, 8), answer_lost=st.booleans(), connected=MOSTLY)
    def lose_the_broker_in_a_window(
        self, about: list[int], which: int, step: int, answer_lost: bool, connected: bool
    ) -> None:
        self.commit(about)
        if connected:
            self.connect(which)
        self.world.to_broker.cut_at(step, answer_lost=answer_lost)
        self.relay(which, 6)
        self.world.to_broker.mend()

    @rule(about=FREE, which=st.integers(0, 1), step=st.integers(1, 6), answer_lost=st.booleans())
    def lose_the_database_in_a_window(self, about: list[int], which: int, step: int, answer_lost: bool) -> None:
        self.commit(about)
        self.connect(which)
        self.world.to_database.cut_at(step, answer_lost=answer_lost)
        self.relay(which, 6)
        self.world.mend()

    def connect(self, which: int) -> None:
        """Notice that the connection was cut while it lay idle, and open one."""
        self.relays[which].idle()
        with suppress(NotConfirmed):
            self.relays[which].publish([])

    # What must hold --------------------------------------------------------------------------------

    @invariant()
    def the_listener_misses_nothing_and_hears_nothing_that_is_not_so(self) -> None:
        for event in self.world.heard():
            if event.subject not in self.subjects:
                continue  # of an example before this one
            mark = (event.data["withdrawn_at"] - EPOCH) // timedelta(microseconds=1)
            known = self.came[event.subject]
            assert event.sequence <= len(known) + 1, "there is a gap"
            assert known.setdefault(event.sequence, mark) == mark, "one number for two events"
            assert mark in self.order_of, "what was rolled back was said"
            assert self.about[mark] == event.subject
            self.times[mark] += 1
            assert self.times[mark] <= 1 + self.failed_rounds, "said again although nothing failed"

    def teardown(self) -> None:
        for which in list(self.late):
            self.end_the_oldest(well=bool(which % 2))
        publisher = self.world.publisher()
        while relay_window(self.world.store, publisher):
            pass
        eventually(self.all_is_heard, seconds=5, what="not everything committed was said")
        for relay in (*self.relays, publisher):
            relay.close()
        for known in self.came.values():
            heard = [known[sequence] for sequence in sorted(known)]
            assert sorted(known) == list(range(1, len(known) + 1))
            assert [self.order_of[m] for m in heard] == sorted(self.order_of[m] for m in heard), "not in order"
            for number in {self.transaction_of[m] for m in heard}:
                within = [m for m in heard if self.transaction_of[m] == number]
                assert within == sorted(within), "not in the order said"

    def all_is_heard(self) -> bool:
        self.the_listener_misses_nothing_and_hears_nothing_that_is_not_so()
        return {mark for known in self.came.values() for mark in known.values()} == set(self.order_of)

    # How it is done --------------------------------------------------------------------------------

    def said(self, about: Sequence[int]) -> tuple[int, dict[int, UUID]]:
        """A new transaction's number, and the marks of what it will say."""
        self.count += 1
        first = len(self.about)
        given = {first + place: self.subjects[which] for place, which in enumerate(about)}
        self.about |= given
        self.transaction_of |= dict.fromkeys(given, self.count)
        return self.count, given

    @property
    def order_of(self) -> dict[int, int]:
        """Mark → place among the commits, of committed ones only."""
        return {m: self.order[t] for m, t in self.transaction_of.items() if t in self.order}

    def is_committed(self, number: int, given: dict[int, UUID], together_with: int | None = None) -> None:
        assert self.world.committed(list(given))
        if together_with in self.order:
            self.order[number] = self.order[together_with]
        else:
            self.order[number] = len(self.order)

    def run(self, number: int, given: dict[int, UUID], then: Callable[[Transaction], None] | None = None) -> None:
        with self.world.store.begin() as tx:
            self.speak(tx, given)
            if then:
                then(tx)

    def speak(self, tx: Transaction, given: dict[int, UUID]) -> None:
        tx.session.execute(insert(marks), [{"mark": mark} for mark in given])
        for mark, subject in given.items():
            at = EPOCH + timedelta(microseconds=mark)
            tx.publish(NAME, subject, {"complaint_id": subject, "reason": "reporter", "withdrawn_at": at})


@pytest.mark.timeout(LIMIT)
def test_what_is_committed_is_said_once_in_order_without_a_gap_whatever_breaks(world: World) -> None:
    run_state_machine_as_test(lambda: Saying(world), settings=looking(examples=10, steps=20))
