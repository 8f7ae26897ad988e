"""What is committed is heard exactly once and in order while the cluster loses nodes. `make test-cluster` runs it.

One service commits events about many complaints all the while, its relay publishes them; another one hears them. A
node is killed, or cut off from the others, and comes back. Then both services' books and the stream must tell the same.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from kombu import Connection
from sqlalchemy import text

from shared.ids import new_id
from shared.messaging.topology import STREAM, queue_name
from shared.store import Transaction
from tests.cluster.conftest import VHOST, Pair
from tests.cluster.nodes import Cluster
from tests.harness import Broker, Service, eventually

HEARD = queue_name("sla", "intake")
LONGEST_SILENCE = 60.0
"""Seconds without one event heard after which the cluster counts as down: confirms and connections time out in ten."""


class Sayer:
    """Commits events of complaints in intake's store, one transaction after the other."""

    def __init__(self, intake: Service, seed: int) -> None:
        self._intake = intake
        self._chance = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.said: dict[UUID, int] = defaultdict(int)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            subjects = self._chance.sample(sorted(self.said), k=min(len(self.said), 3))
            spoken_of = (new_id(), *subjects)
            with self._intake.store.begin() as tx:
                for subject in spoken_of:
                    say(tx, subject, first=subject not in self.said)
            for subject in spoken_of:
                self.said[subject] += 1


def say(tx: Transaction, subject: UUID, *, first: bool) -> None:
    if not first:
        objected = {"complaint_id": subject, "message_id": new_id(), "channel": "web", "at": tx.now}
        tx.publish("complaint.objected", subject, objected)
        return
    registered = {
        "complaint_id": subject,
        "channel": "web",
        "language": "id",
        "received_at": tx.now,
        "region": "74.08",
        "district_code": "74.08.01",
        "village_code": None,
        "category": None,
        "agency_id": None,
        "anonymous": False,
        "confidential": False,
        "ombudsman_consent": True,
        "event_date": None,
        "attachments": 0,
    }
    tx.publish("complaint.registered", subject, registered)


def rows(service: Service, question: str) -> list[Any]:
    with service.store.read() as session:
        return list(session.execute(text(question)))


def heard(pair: Pair) -> int:
    return int(rows(pair.sla, "select coalesce(sum(last), 0) from positions where source = 'intake'")[0][0])


def until_heard(pair: Pair, more: int) -> float:
    """Wait until so many more events are heard; returns the longest time in which not one was."""
    began = last = time.monotonic()
    longest, known, wanted = 0.0, heard(pair), heard(pair) + more
    while known < wanted:
        time.sleep(0.1)
        now, count = time.monotonic(), heard(pair)
        longest = max(longest, now - last)
        if count > known:
            known, last = count, now
        assert now - last < LONGEST_SILENCE, f"nothing is heard any more, {known} of {wanted} after {now - began:.0f} s"
    return longest


def must_tell_the_same(pair: Pair, broker: Broker, said: dict[UUID, int]) -> None:
    """Nothing is under way, and intake's numbers, sla's positions and facts, and the stream agree about every event."""
    eventually(lambda: not rows(pair.intake, "select 1 from outbox limit 1"), seconds=90, what="the outbox stays full")
    eventually(lambda: heard(pair) >= sum(said.values()), seconds=90, what="not everything is heard")
    assert rows(pair.sla, "select * from held") == []
    sequences = dict(tuple(r) for r in rows(pair.intake, "select subject, last from sequences"))
    positions = dict(tuple(r) for r in rows(pair.sla, "select subject, last from positions where source = 'intake'"))
    facts = dict(tuple(r) for r in rows(pair.sla, "select complaint_id, count(*) from facts group by complaint_id"))
    assert {subject: sequences[subject] for subject in said} == dict(said)
    assert positions == sequences
    assert facts == sequences
    for subject, numbers in streamed(broker).items():
        firsts = list(dict.fromkeys(numbers))  # a window sent twice repeats, and disturbs no order
        assert firsts == list(range(1, sequences[subject] + 1)), subject
    assert streamed(broker).keys() == sequences.keys()


def streamed(broker: Broker) -> dict[UUID, list[int]]:
    """The numbers of intake's events in `complaints.log`, for each complaint in the stream's order."""
    found: dict[UUID, list[int]] = defaultdict(list)

    def note(message: Any) -> None:
        message.channel.basic_ack(message.delivery_tag)
        if message.headers["cloudEvents:source"].endswith("/intake"):
            found[UUID(message.headers["cloudEvents:subject"])].append(int(message.headers["cloudEvents:sequence"]))

    with Connection(broker.url("operator")) as connection:
        channel = connection.default_channel
        channel.basic_qos(0, 500, False)
        channel.basic_consume(STREAM, arguments={"x-stream-offset": "first"}, callback=note)
        with pytest.raises(TimeoutError):
            while True:
                connection.drain_events(timeout=3)
    return found


def wait_for_members(cluster: Cluster, number: int) -> None:
    """Until the listener's queue has so many members that answer."""
    what = f"the queue has not {number} members"
    eventually(lambda: cluster.members_online(VHOST, HEARD) == number, seconds=180, every=1.0, what=what)


Blow = Callable[[Cluster], Callable[[], None]]


def kill_the_leader(cluster: Cluster) -> Callable[[], None]:
    node = cluster.leader(VHOST, HEARD)
    node.kill()
    return node.start


def cut_the_leader_off(cluster: Cluster) -> Callable[[], None]:
    node = cluster.leader(VHOST, HEARD)
    cluster.cut_off(node)
    return lambda: cluster.heal(node)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("blow", [kill_the_leader, cut_the_leader_off], ids=["killed", "cut off"])
def test_a_cluster_that_loses_its_leader_loses_no_event_and_repeats_no_effect(
    blow: Blow, cluster: Cluster, broker: Broker, pair: Pair
) -> None:
    """Given events that are committed all the while
    When the node that leads the listener's queue is killed, or cut off, and comes back
    Then the others go on without it, and afterwards every event was heard once and in its order."""
    assert cluster.members_online(VHOST, HEARD) == 3
    assert cluster.members_online(VHOST, STREAM) == 3
    sayer = Sayer(pair.intake, seed=7)
    before = {UUID(str(r.subject)): r.last for r in rows(pair.intake, "select subject, last from sequences")}
    with sayer.at_work():
        until_heard(pair, 60)
        come_back = blow(cluster)
        without = until_heard(pair, 200)
        wait_for_members(cluster, 2)
        come_back()
        wait_for_members(cluster, 3)
        after = until_heard(pair, 100)
    print(f"longest silence without the leader {without:.1f} s, when it came back {after:.1f} s")
    must_tell_the_same(pair, broker, {**before, **sayer.said})
