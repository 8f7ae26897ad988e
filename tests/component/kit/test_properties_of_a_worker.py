"""Whatever is killed, cut and jumped over: every event, timer and piece of outside work takes effect exactly once.

A machine draws words from another service (again, shuffled), timers (moved, cancelled, failing), jumps of the clock,
and blows against two replicas of one small worker made of the real entrances: SIGKILL at any moment, lines cut to
broker and database, sessions ended by PostgreSQL. Processes, broker and database are real.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import select, text

from shared import clock
from shared.contracts import event_type
from shared.ids import new_id
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from shared.messaging.topology import events_exchange
from shared.store import open_store
from tests.component.kit.line import Line
from tests.component.kit.properties import LIMIT, looking
from tests.component.kit.small_store import NAME, SOURCE, STORE, heard, metadata, rung, told
from tests.harness import ROOT, Broker, Databases, Ears, eventually

SUBJECTS = 3
LEASE_AND_DELAYS = timedelta(minutes=4)
"""More than a lease of outside work and the pauses after two failures."""

PATIENCE = 60.0
"""Seconds a busy machine may take to start two processes, or to come to rest."""

CONCLUDED = 3.0
"""Seconds until work in hand is noted, also after a session of the database was ended."""

AHEAD = st.sampled_from((-1, -1, -1, 5, 100, 1000))
"""Minutes until a timer is due."""

BLOWS = (
    "both killed while the database is away",
    "nothing",
    "one killed",
    "nothing",
    "sessions ended",
    *(
        f"line {line} {step} {answer}"
        for line in ("database", "broker")
        for step in (3, 7)
        for answer in ("deaf", "dumb")
    ),
)


class World:
    """Two replicas, the lines from them to broker and database, and what comes out at the other ends."""

    def __init__(self, databases: Databases, broker: Broker, folder: Path) -> None:
        broker.purge()
        url = databases.empty(f"kit_{new_id().hex[-12:]}")
        self.truth = open_store(STORE, url, pool_size=2)
        metadata.create_all(self.truth.engine)
        self.to_database = Line(url, chunk=65536)
        self.to_broker = Line(broker.url(STORE.service), chunk=65536)
        self.outside = folder / "outside"
        self.outside.touch()
        self.ears = Ears(broker, STORE.service)
        self.source = ConfirmingPublisher(broker.url(SOURCE))
        self._log = (folder / "log").open("ab")
        self._environment = {
            **os.environ,
            "ADUAN_DATABASE_URL": self.to_database.url,
            "ADUAN_AMQP_URL": self.to_broker.url,
            "ADUAN_BATCH_SIZE": "3",
            "KIT_OUTSIDE": str(self.outside),
        }
        self.replicas = [self._start(), self._start()]
        both = (folder / "log").read_text
        eventually(lambda: both().count('"event": "subscribed"') == 2, seconds=PATIENCE, what="they do not start")

    def kill(self, which: int) -> None:
        """SIGKILL, and another one in its place."""
        self.replicas[which].kill()
        self.replicas[which].wait()
        self.replicas[which] = self._start()

    def end_sessions(self) -> None:
        with self.truth.engine.begin() as connection:
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            )

    def close(self) -> None:
        for replica in self.replicas:
            replica.kill()
            replica.wait()
        self.source.close()
        self.ears.close()
        self.truth.engine.dispose()
        self.to_database.close()
        self.to_broker.close()
        self._log.close()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.component.kit.small_service"]
        return subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=self._log, stderr=self._log)


@pytest.fixture
def world(databases: Databases, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("ADUAN_SANDBOX", "1")
    monkeypatch.setenv("ADUAN_CLOCK_FILE", str(tmp_path / "clock.json"))
    made = World(databases, broker, tmp_path)
    yield made
    made.close()


class Working(RuleBasedStateMachine):
    """What one example does to the worker, and what it must have done in the end."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.subjects = [new_id() for _ in range(SUBJECTS)]
        self.example = new_id().hex[-8:]
        self.last: Counter[UUID] = Counter()
        self.words: list[Outgoing] = []
        self.timers = 0
        self.rings: list[str] = []
        self.cancelled: set[str] = set()
        self.blows = self.over = 0
        self.before: dict[str, int] = {}
        """Timer's key → the blows that were over when it was ordered; another one may make its work repeat."""

    # What comes in, and what goes wrong meanwhile ---------------------------------------------------

    @rule(
        blow=st.sampled_from(BLOWS),
        about=st.lists(st.integers(0, SUBJECTS - 1), min_size=3, max_size=9),
        again=st.lists(st.integers(0, 100), max_size=2),
        backwards=st.booleans(),
        rings=st.lists(AHEAD, min_size=4, max_size=8),
        chimes=st.lists(AHEAD, min_size=4, max_size=8),
        tells=st.lists(AHEAD, min_size=1, max_size=3),
        failures=st.integers(0, 2),
        milliseconds=st.integers(0, 200),
    )
    def work_under(
        self,
        blow: str,
        about: list[int],
        again: list[int],
        backwards: bool,
        rings: list[int],
        chimes: list[int],
        tells: list[int],
        failures: int,
        milliseconds: int,
    ) -> None:
        """New words of the other service in any order, some old ones again, timers due now and later; and a blow."""
        self.over = self.blows
        self.blows += blow != "nothing"
        if blow == "both killed while the database is away":
            self.world.to_database.shut()
        elif blow.startswith("line"):
            _, line, step, answer = blow.split()
            getattr(self.world, f"to_{line}").cut_at(int(step), answer_lost=answer == "deaf")
        self.say(about, again, backwards)
        if blow != "both killed while the database is away":
            self.schedule("ring", rings, failures)
            self.schedule("chime", chimes, failures)
            self.schedule("tell", tells, 0)
        time.sleep(milliseconds / 1000)
        if blow == "sessions ended":
            self.world.end_sessions()
        elif "killed" in blow:
            time.sleep(0.2 if "both" in blow else 0.0)
            for which in (0, 1) if "both" in blow else (milliseconds % 2,):
                self.world.kill(which)
        self.world.to_database.open()
        self.world.to_database.mend()
        self.world.to_broker.mend()

    @rule(which=st.integers(0, 100), minutes=st.integers(1, 600))
    def move(self, which: int, minutes: int) -> None:
        if key := self.ringing(which):
            with self.world.truth.begin() as tx:
                tx.schedule("ring", key, tx.now + timedelta(minutes=minutes), {"failures": 0})
            self.cancelled.discard(key)

    @rule(which=st.integers(0, 100))
    def cancel(self, which: int) -> None:
        if key := self.ringing(which):
            with self.world.truth.begin() as tx:
                tx.cancel("ring", key)
            assert self.states().get(key) in (None, "fired")
            if key not in self.states():
                self.cancelled.add(key)

    @rule(minutes=st.sampled_from((130, 1, 30, 600)))
    def jump(self, minutes: int) -> None:
        """A lease may end by it."""
        self.blows += 1
        clock.shift(timedelta(minutes=minutes))

    # What must hold --------------------------------------------------------------------------------

    def teardown(self) -> None:
        """A last calm moment; leases and pauses pass: then all of it is done, once."""
        self.over = self.blows
        self.schedule("tell", [-1] * 6, 0)
        for pause in (timedelta(0), LEASE_AND_DELAYS, LEASE_AND_DELAYS):
            if not self.all_is_concluded():
                self.blows += 1  # a lease ends by the jump: of one that was killed, or is slow
            clock.shift(pause)
            eventually(self.nothing_is_due, seconds=PATIENCE, what="a timer is not done")
        eventually(self.all_is_heard, seconds=PATIENCE, what="not all was heard")
        self.each_event_has_its_effect_once_in_order()
        self.each_timer_has_its_effect_once_and_not_before_its_time()
        eventually(self.all_is_said, seconds=PATIENCE, what="not all was said")

    def each_event_has_its_effect_once_in_order(self) -> None:
        done: dict[UUID, list[int]] = defaultdict(list)
        for row in self.rows(heard):
            done[row.subject].append(row.sequence)
        for subject in self.subjects:
            assert done[subject] == list(range(1, self.last[subject] + 1))

    def each_timer_has_its_effect_once_and_not_before_its_time(self) -> None:
        rings, tells = self.rows(rung), self.rows(told)
        for row in (*rings, *tells):
            assert row.at >= row.due_at, "too early"
        times = Counter(row.key for row in (*rings, *tells))
        assert not times.keys() & self.cancelled, "what was cancelled was done"
        states = self.states()
        for key in self.before:
            undone = key in self.cancelled or states.get(key) == "pending"
            assert times[key] == (0 if undone else 1), f"{key} is {states.get(key, 'gone')}"
        outside = Counter(self.world.outside.read_text().split())
        for row in tells:
            blows = self.blows - self.before[row.key]
            assert 1 <= outside[row.key] <= 1 + blows, "the outside was not told, or again without need"

    def all_is_said(self) -> bool:
        """What follows from the events, numbered without a gap and never before the one before it."""
        said: dict[UUID, int] = defaultdict(int)
        for event in self.world.ears.events():
            assert event.sequence <= said[event.subject] + 1, "not in order"
            said[event.subject] = max(said[event.subject], event.sequence)
        return all(said[subject] == self.last[subject] for subject in self.subjects)

    def all_is_heard(self) -> bool:
        return len([row for row in self.rows(heard) if row.subject in self.subjects]) >= self.last.total()

    def nothing_is_due(self) -> bool:
        t = STORE.kit.timers
        with self.world.truth.read() as session:
            return not session.scalars(
                select(t.c.id).where(t.c.state == "pending", t.c.next_try_at <= clock.now())
            ).all()

    def all_is_concluded(self) -> bool:
        """Whether all outside work that was taken is noted; waits for it a little."""
        t = STORE.kit.timers
        in_hand = select(t.c.id).where(t.c.state == "pending", t.c.kind == "tell", t.c.attempts > 0)
        until = time.monotonic() + CONCLUDED
        while time.monotonic() < until:
            with self.world.truth.read() as session:
                if not session.scalars(in_hand).all():
                    return True
            time.sleep(0.05)
        return False

    # How it is done --------------------------------------------------------------------------------

    def say(self, about: list[int], again: list[int], backwards: bool) -> None:
        old = [self.words[which % len(self.words)] for which in again if self.words]
        new = []
        for which in about:
            subject = self.subjects[which]
            self.last[subject] += 1
            new.append(self.message(subject, self.last[subject]))
        self.words += new
        self.world.source.publish(old + new[:: -1 if backwards else 1])

    def schedule(self, kind: str, minutes: list[int], failures: int) -> None:
        with self.world.truth.begin() as tx:
            for ahead in minutes:
                key = f"{self.example}:{self.timers}"
                self.timers += 1
                self.before[key] = self.over
                if kind == "ring":
                    self.rings.append(key)
                subject = self.subjects[self.timers % SUBJECTS]
                tx.schedule(kind, key, tx.now + timedelta(minutes=ahead), {"failures": failures}, subject)

    def ringing(self, which: int) -> str | None:
        """One of those that ring, whatever became of it."""
        return self.rings[which % len(self.rings)] if self.rings else None

    def states(self) -> dict[str, str]:
        return {row.key: row.state for row in self.rows(STORE.kit.timers)}

    def rows(self, table: Any) -> list[Any]:
        """Of this example, oldest first."""
        with self.world.truth.read() as session:
            found = session.execute(select(table).order_by(table.c.id)).all()
        return [row for row in found if (row.key.startswith(self.example) if "key" in table.c else True)]

    def message(self, subject: UUID, sequence: int) -> Outgoing:
        contract = event_type(SOURCE, NAME)
        happened = datetime(2026, 1, 1, tzinfo=UTC)
        body = contract.write({"complaint_id": subject, "reason": "reporter", "withdrawn_at": happened})
        headers = envelope.headers(
            event_id=new_id(),
            source=SOURCE,
            type_=contract.type,
            subject=subject,
            time=happened,
            sequence=sequence,
            traceparent=None,
        )
        return Outgoing(events_exchange(SOURCE), NAME, body.encode(), headers, str(new_id()))


@pytest.mark.timeout(LIMIT)
def test_events_timers_and_outside_work_take_effect_once_whatever_is_killed(world: World) -> None:
    run_state_machine_as_test(lambda: Working(world), settings=looking(examples=5, steps=8))
