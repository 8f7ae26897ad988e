"""What the kit promises of events, on the real broker and database: order, exactly once, nothing lost."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, func, insert, select, text, update
from structlog.testing import capture_logs

from shared.contracts import Event
from shared.entrances.subscribe import json_headers
from shared.errors import NotYet
from shared.ids import new_id
from shared.messaging import parked
from shared.messaging.aside import RETRIES_AT_ONCE
from shared.messaging.batch import Applier, Batch
from shared.messaging.held import FAILURE_DELAYS, Received, park
from shared.messaging.publisher import ConfirmingPublisher
from shared.messaging.relay import relay_window
from shared.store import Store, StoreDefinition, Transaction, open_store
from tests.harness import Broker, Databases, Ears, eventually

metadata = MetaData()
effects = Table(
    "effects",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", Uuid),
    Column("sequence", Integer),
    Column("what", String),
)
STORE = StoreDefinition.of("sla", metadata, lambda tx: None)
WITHDRAWN = "complaint.withdrawn"


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    made = open_store(STORE, databases.empty(f"kit_{new_id().hex[-12:]}"), pool_size=5)
    metadata.create_all(made.engine)
    yield made
    made.engine.dispose()


@pytest.fixture
def intake(databases: Databases) -> Iterator[Store]:
    """The store of a service that says things: intake's, with the kit's tables only."""
    own = MetaData()
    made = open_store(StoreDefinition.of("intake", own, lambda tx: None), databases.empty(f"kit_{new_id().hex[-12:]}"))
    own.create_all(made.engine)
    yield made
    made.engine.dispose()


def withdrawn(subject: UUID) -> dict[str, object]:
    return {"complaint_id": subject, "reason": "reporter", "withdrawn_at": datetime.now(UTC)}


def note(tx: Transaction, event: Event) -> None:
    tx.session.execute(insert(effects).values(subject=event.subject, sequence=event.sequence, what=event.name))
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


def messages(subject: UUID, *sequences: int) -> list[Received]:
    """Messages of intake about a subject, as they come off a queue."""
    from shared.contracts import event_type
    from shared.messaging import envelope

    contract = event_type("intake", WITHDRAWN)
    return [
        Received(
            envelope.headers(
                event_id=new_id(),
                source="intake",
                type_=contract.type,
                subject=subject,
                time=datetime.now(UTC),
                sequence=n,
                traceparent=None,
            ),
            contract.write(withdrawn(subject)).encode(),
        )
        for n in sequences
    ]


def applied(store: Store, subject: UUID) -> list[int]:
    with store.read() as session:
        return list(
            session.scalars(select(effects.c.sequence).where(effects.c.subject == subject).order_by(effects.c.id))
        )


def held(store: Store) -> list[tuple[str, int | None]]:
    h = store.definition.kit.held
    with store.read() as session:
        return [tuple(r) for r in session.execute(select(h.c.state, h.c.sequence).order_by(h.c.id))]


def test_a_committed_event_reaches_the_broker_numbered_and_leaves_the_outbox(intake: Store, broker: Broker) -> None:
    ears, publisher = Ears(broker, "intake"), ConfirmingPublisher(broker.url("intake"))
    subject = new_id()
    with intake.begin() as tx:
        tx.publish(WITHDRAWN, subject, withdrawn(subject))
        tx.publish(WITHDRAWN, subject, withdrawn(subject))
    assert relay_window(intake, publisher) == 2
    eventually(lambda: len(ears.events()) == 2)
    assert [(e.sequence, e.subject) for e in ears.events()] == [(1, subject), (2, subject)]
    assert relay_window(intake, publisher) == 0
    ears.close()
    publisher.close()


def test_after_an_outage_the_first_window_waits_until_the_broker_has_settled(
    intake: Store, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.publisher.SETTLE", 0.7)
    publisher = ConfirmingPublisher(broker.url("intake"))
    took = []
    for outage in (False, True, False):
        if outage:
            publisher.close()  # as it does itself when the connection is lost
        subject = new_id()
        with intake.begin() as tx:
            tx.publish(WITHDRAWN, subject, withdrawn(subject))
        began = time.monotonic()
        assert relay_window(intake, publisher) == 1
        took.append(time.monotonic() - began)
    publisher.close()
    assert took[1] >= 0.7 > max(took[0], took[2])


def test_what_is_rolled_back_is_never_said_and_leaves_no_gap(intake: Store) -> None:
    subject = new_id()
    with pytest.raises(RuntimeError), intake.begin() as tx:
        tx.publish(WITHDRAWN, subject, withdrawn(subject))
        tx.flush()
        raise RuntimeError
    with intake.begin() as tx:
        tx.publish(WITHDRAWN, subject, withdrawn(subject))
    outbox = intake.definition.kit.outbox
    with intake.read() as session:
        assert list(session.scalars(select(outbox.c.sequence))) == [1]


def test_two_relays_at_once_never_send_out_of_order(intake: Store, broker: Broker) -> None:
    first, second = ConfirmingPublisher(broker.url("intake")), ConfirmingPublisher(broker.url("intake"))
    subject = new_id()
    with intake.begin() as tx:
        tx.publish(WITHDRAWN, subject, withdrawn(subject))
    with intake.engine.begin() as other:  # another replica is in the middle of its window
        other.execute(text("select pg_advisory_xact_lock(hashtext('outbox'))"))
        assert relay_window(intake, second) == 0
    assert relay_window(intake, first) == 1


@pytest.mark.parametrize("seed", range(8))
def test_duplicates_and_disorder_change_nothing(store: Store, seed: int) -> None:
    """Given events of three complaints, repeated and shuffled and cut into random batches
    When they are applied
    Then each has its effect once, in order, and nothing is left aside."""
    chance = random.Random(seed)
    subjects = [new_id() for _ in range(3)]
    stream = [m for s in subjects for m in messages(s, *range(1, 8))]
    stream += chance.sample(stream, 9)
    chance.shuffle(stream)
    while stream:
        size = chance.randint(1, 6)
        Batch(store, "intake", stream[:size]).apply({WITHDRAWN: note})
        stream = stream[size:]
    assert [applied(store, s) for s in subjects] == [[1, 2, 3, 4, 5, 6, 7]] * 3
    assert held(store) == []


def test_effects_and_outgoing_events_commit_together(store: Store) -> None:
    subject = new_id()
    Batch(store, "intake", messages(subject, 1, 2)).apply({WITHDRAWN: note})
    outbox = store.definition.kit.outbox
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(outbox)) == 2


def test_a_failing_event_is_set_aside_and_only_its_own_complaint_waits(store: Store) -> None:
    sick, well = new_id(), new_id()

    def fragile(tx: Transaction, event: Event) -> None:
        note(tx, event)
        if event.subject == sick and event.sequence == 2:
            raise ValueError("cannot")

    Batch(store, "intake", messages(sick, 1, 2, 3) + messages(well, 1, 2, 3)).apply({WITHDRAWN: fragile})
    assert applied(store, well) == [1, 2, 3]
    assert applied(store, sick) == [1]
    assert sorted(held(store)) == [("retry", 2), ("waiting", 3)]

    make_due(store)
    Applier(store, "intake", {WITHDRAWN: note}).retry_due()
    assert applied(store, sick) == [1, 2, 3]
    assert held(store) == []


def test_a_failing_event_that_waited_does_not_blame_the_one_before_it(store: Store) -> None:
    subject = new_id()

    def fragile(tx: Transaction, event: Event) -> None:
        if event.sequence == 2:
            raise ValueError("cannot")
        note(tx, event)

    Batch(store, "intake", messages(subject, 2, 3)).apply({WITHDRAWN: fragile})
    Batch(store, "intake", messages(subject, 1)).apply({WITHDRAWN: fragile})
    assert applied(store, subject) == [1]
    assert sorted(held(store)) == [("retry", 2), ("waiting", 3)]


def test_an_event_that_fails_only_when_all_is_written_down_is_set_aside_like_any_other(store: Store) -> None:
    """Given an event whose use case goes well and leaves what the database refuses at the commit
    When it comes among others, alone, as one that waited, and again
    Then it is tried again and parked, and nobody else waits for it."""
    sick, well = new_id(), new_id()

    def fragile(tx: Transaction, event: Event) -> None:
        note(tx, event)
        if event.subject == sick and event.sequence == 2:
            tx.schedule("too long", "k" * 1000, tx.now)

    hears = {WITHDRAWN: fragile}
    Batch(store, "intake", messages(sick, 2, 3)).apply(hears)  # too early
    with capture_logs():  # drawing the traceback of a database's error takes longer than all of this
        Batch(store, "intake", messages(sick, 1) + messages(well, 1, 2, 3)).apply(hears)
    assert applied(store, well) == [1, 2, 3]
    assert applied(store, sick) == [1]
    assert sorted(held(store)) == [("retry", 2), ("waiting", 3)]

    h = store.definition.kit.held
    with store.begin() as tx:
        tx.session.execute(update(h).where(h.c.state == "retry").values(attempts=len(FAILURE_DELAYS)))
    make_due(store)
    with capture_logs():
        Applier(store, "intake", hears).retry_due()
    assert sorted(held(store)) == [("parked", 2), ("waiting", 3)]
    (row,) = parked.parked(store)
    assert row.reason == "failed: DataError"
    outbox = store.definition.kit.outbox
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(outbox).where(outbox.c.subject == sick)) == 1

    parked.replay(store, row.id, by="operator")
    Applier(store, "intake", {WITHDRAWN: note}).retry_due()
    assert applied(store, sick) == [1, 2, 3]
    assert held(store) == []


def test_what_a_failing_event_did_and_said_before_it_failed_is_undone(store: Store) -> None:
    sick, well = new_id(), new_id()

    def fragile(tx: Transaction, event: Event) -> None:
        note(tx, event)
        if event.subject == sick:
            raise ValueError("cannot")

    Batch(store, "intake", messages(sick, 1) + messages(well, 1)).apply({WITHDRAWN: fragile})
    outbox = store.definition.kit.outbox
    with store.read() as session:
        assert list(session.scalars(select(outbox.c.subject))) == [well]
    assert applied(store, sick) == []


def test_what_fails_again_and_again_is_parked_and_can_be_replayed_or_discarded(store: Store) -> None:
    subject = new_id()

    def broken(tx: Transaction, event: Event) -> None:
        raise ValueError("cannot")

    Batch(store, "intake", messages(subject, 1, 2)).apply({WITHDRAWN: broken})
    for _ in range(7):
        make_due(store)
        Applier(store, "intake", {WITHDRAWN: broken}).retry_due()
    assert sorted(held(store)) == [("parked", 1), ("waiting", 2)]
    (row,) = parked.parked(store)
    assert row.reason == "failed: ValueError"

    parked.replay(store, row.id, by="operator")
    parked.replay(store, row.id, by="operator")
    Applier(store, "intake", {WITHDRAWN: broken}).retry_due()
    for _ in range(7):
        make_due(store)
        Applier(store, "intake", {WITHDRAWN: broken}).retry_due()
    assert sorted(held(store)) == [("parked", 1), ("waiting", 2)]

    parked.discard(store, row.id, by="operator")
    Applier(store, "intake", {WITHDRAWN: note}).retry_due()
    assert applied(store, subject) == [2]
    assert held(store) == []


def test_what_is_discarded_before_its_turn_is_passed_over_in_its_turn(store: Store) -> None:
    subject = new_id()
    first, second, third = messages(subject, 1, 2, 3)
    known = second.read("intake")
    with store.begin() as tx:  # as from the dead-letter queue
        park(tx.session, tx.kit, "intake", known, "broker: delivery_limit", tx.now)
    (row,) = parked.parked(store)

    parked.discard(store, row.id, by="operator")
    Batch(store, "intake", [third]).apply({WITHDRAWN: note})
    assert applied(store, subject) == []
    Batch(store, "intake", [first]).apply({WITHDRAWN: note})
    assert applied(store, subject) == [1, 3]
    assert held(store) == []


def test_an_event_that_must_wait_for_another_source_is_tried_again_soon(store: Store) -> None:
    subject, known = new_id(), False

    def wants(tx: Transaction, event: Event) -> None:
        if not known:
            raise NotYet("not known here yet")
        note(tx, event)

    Batch(store, "intake", messages(subject, 1)).apply({WITHDRAWN: wants})
    assert held(store) == [("retry", 1)]
    assert 0 < (Applier(store, "intake", {WITHDRAWN: wants}).retry_due() or 0) < 1
    known = True
    make_due(store)
    Applier(store, "intake", {WITHDRAWN: wants}).retry_due()
    assert applied(store, subject) == [1]


def test_however_much_is_due_again_new_events_and_a_stopping_worker_wait_for_a_part_of_it_only(store: Store) -> None:
    tried: list[UUID] = []

    def unknown(tx: Transaction, event: Event) -> None:
        tried.append(event.subject)
        raise NotYet("not known here yet")

    Batch(store, "intake", [one for _ in range(RETRIES_AT_ONCE + 10) for one in messages(new_id(), 1)]).apply(
        {WITHDRAWN: unknown}
    )
    make_due(store)
    tried.clear()
    assert Applier(store, "intake", {WITHDRAWN: unknown}).retry_due() == 0
    assert len(tried) == RETRIES_AT_ONCE
    Applier(store, "intake", {WITHDRAWN: unknown}).retry_due()
    assert len(set(tried)) == RETRIES_AT_ONCE + 10


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"not json"),
        ({"cloudEvents:type": "id.aduan.intake.complaint.withdrawn.v1"}, b"{}"),
        (None, b"\xff\xfe"),
        (None, b"{}"),
        (None, b"[1, 2]"),
        (None, b'{"complaint_id": "x"}'),
    ],
)
def test_what_cannot_be_read_is_parked_at_once_with_the_reason(
    store: Store, headers: dict[str, str] | None, body: bytes
) -> None:
    good = messages(new_id(), 1)[0]
    bad = Received(good.headers if headers is None else headers, body)
    well = new_id()
    Batch(store, "intake", [bad, *messages(well, 1)]).apply({WITHDRAWN: note})
    assert applied(store, well) == [1]
    (row,) = parked.parked(store)
    assert row.reason.startswith("undecodable")
    assert parked.show(store, row.id)["id"] == row.id


@pytest.mark.parametrize(
    "given",
    [
        {"note": "nul \0 within"},
        {"nul \0 within": "note"},
        {"note": "half a letter \ud800"},
        {"note": float("nan")},
        {"note": float("inf")},
        {"cloudEvents:sequence": str(2**31)},
        {"cloudEvents:sequence": "9" * 5000},
        {"cloudEvents:type": "id.aduan.intake.nul \0 within.v1"},
        {"cloudEvents:type": f"id.aduan.intake.complaint.withdrawn.v{'9' * 5000}"},
        {"cloudEvents:subject": "nul \0 within"},
    ],
)
def test_headers_the_database_has_no_room_for_stop_nothing(store: Store, given: dict[str, object]) -> None:
    subject, well = new_id(), new_id()
    (whole,) = messages(subject, 2)  # comes early, so it is set aside with its headers
    bad = Received(json_headers({**whole.headers, **given}), whole.body)
    Batch(store, "intake", [bad, *messages(well, 1)]).apply({WITHDRAWN: note})
    assert applied(store, well) == [1]
    ((state, _),) = held(store)
    assert state == ("waiting" if not any(name.startswith("cloudEvents") for name in given) else "parked")


def make_due(store: Store) -> None:
    h = store.definition.kit.held
    with store.begin() as tx:
        tx.session.execute(update(h).where(h.c.state == "retry").values(due_at=text("now() - interval '1 second'")))
