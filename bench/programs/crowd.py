"""Many open complaints in sla's store: a few live their lives by the use cases themselves, the others are copies.

`crowd models`: these few, put aside in a schema of their own. First of all.
`crowd open <cases>`: copies of those of the last days; all that fell due meanwhile is done.
`crowd tidy`: as autovacuum does it in its time.
`crowd overdue <timers>`: copies of those of the last ten weeks; of the last two days nothing is done.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Table, delete, select

from bench.stopwatch import Stopwatch, hand_over
from services.sla.domain.clocks import NAMESPACE
from services.sla.domain.derive import derive
from services.sla.handlers import TIMERS, record
from services.sla.store import STORE, histories, tables
from services.sla.store.book import book
from shared import clock
from shared.contracts import Event
from shared.entrances.firing import fire
from shared.ids import new_id
from shared.settings import database_url
from shared.store import Store, open_store, timers

REGION, AGENCIES = "74.08", 50
AGES = {"open": range(1, 6), "overdue": range(1, 71, 3)}
"""Days since the registration."""
OUTAGE = timedelta(days=2)
AT_ONCE = 50_000
"""Copies in one transaction."""

T = STORE.kit.timers

# A UUIDv7, as `new_id` gives them: near in time is near in the index.
_ID_OF = """
    create function pg_temp.id_of(at timestamptz) returns uuid language sql volatile as $$
        select cast(lpad(to_hex(cast(extract(epoch from at) * 1000 as bigint)), 12, '0') || '7'
            || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15) as uuid)
    $$
"""
_NEW_CLOCK = f"uuid_generate_v5('{NAMESPACE}', n.id || ':' || m.clock || ':' || m.generation)"
_RENAMED = f"replace({{}}, m.clock_id::text, {_NEW_CLOCK}::text)"

# Of each table: where the rows of the model are, and what is another one in a copy.
COPIED: Mapping[Table, tuple[str, Mapping[str, str]]] = {
    tables.cases: ("models.cases as r where complaint_id = %(model)s", {"complaint_id": "n.id"}),
    tables.facts: (
        "models.facts as r where complaint_id = %(model)s",
        {"fact_id": "pg_temp.id_of(r.at)", "complaint_id": "n.id"},
    ),
    tables.clocks: (
        "models.clocks as r join models.clocks as m using (clock_id) where r.complaint_id = %(model)s",
        {"clock_id": _NEW_CLOCK, "complaint_id": "n.id", "next_key": _RENAMED.format("r.next_key")},
    ),
    tables.steps: (
        "models.steps as r join models.clocks as m using (clock_id) where complaint_id = %(model)s",
        {"clock_id": _NEW_CLOCK},
    ),
    T: (
        "models.timers as r join models.clocks as m on split_part(key, ':', 1) = m.clock_id::text"
        " where subject = %(model)s and state = 'pending'",
        {
            "subject": "n.id",
            "key": _RENAMED.format("r.key"),
            "payload": _RENAMED.format("r.payload::text") + "::jsonb",
        },
    ),
    STORE.kit.sequences: ("models.sequences as r where subject = %(model)s", {"subject": "n.id"}),
}

# Copying switches the triggers off, this one among them.
_COUNTED = f"""
    insert into open_limits (agency_id, clock, due_date, count)
    select agency_id, clock, due_date, count(*) * %(copies)s from models.clocks
    where complaint_id = %(model)s and {tables.LIMITED} group by 1, 2, 3
"""  # noqa: S608 - words of ours


_OVERDUE = """
    select count(*) from models.timers join models.lives on model = subject
    where lives.kind = 'overdue' and state = 'pending' and next_try_at <= now()
"""
_A_COPY = """
    select complaint_id from cases
    where received_at = (select received_at from models.cases where complaint_id = %s) limit 1
"""


def live(store: Store, age: int, until: datetime) -> UUID:
    """One complaint, registered so many days ago and sent to an agency, and everything that fell due until a moment."""
    complaint_id, now = new_id(), clock.now() - timedelta(days=age)
    agency_id = f"agency-{age % AGENCIES}"
    registered = {
        "received_at": now,
        "region": REGION,
        "district_code": "74.08.01",
        "channel": "web",
        "category": "jalan",
        "confidential": False,
    }
    verified = {
        "verified_at": now,
        "class_": "non_supervisory",
        "category": "jalan",
        "case_number": "KOLUT-2026-000001",
    }
    for source, name, data in (
        ("intake", "complaint.registered", registered),
        ("routing", "case.verified", verified),
        ("routing", "case.dispatched", {"dispatched_at": now, "agency_id": agency_id}),
    ):
        with store.begin() as tx:
            tx.now = now
            record(tx, [Event(new_id(), source, name, complaint_id, 1, now, data)])
    pending = select(T.c.id, T.c.due_at).where(T.c.subject == complaint_id, T.c.state == "pending")
    while True:
        with store.begin() as tx:
            due = [row for row in tx.session.execute(pending.order_by(T.c.due_at)) if row.due_at <= until]
            if not due:
                break
            tx.now = due[0].due_at
            fire(tx, TIMERS, timers.claim(tx.session, tx.kit, list(TIMERS), tx.now, len(due), only=[r.id for r in due]))
    with store.begin() as tx:
        tx.session.execute(delete(tx.kit.outbox).where(tx.kit.outbox.c.subject == complaint_id))
    return complaint_id


def put_aside(connection: Any, model: UUID, kind: str) -> None:
    """Move all rows of a complaint into the schema of the models."""
    for table in COPIED:
        connection.execute(f"create table if not exists models.{table.name} (like {table.name})")
    connection.execute("create table if not exists models.lives (kind text, model uuid)")
    connection.execute("insert into models.lives values (%s, %s)", (kind, model))
    for table in reversed(list(COPIED)):
        mine = {
            tables.steps: "clock_id in (select clock_id from clocks where complaint_id = %s)",
            T: "subject = %s",
            STORE.kit.sequences: "subject = %s",
        }.get(table, "complaint_id = %s")
        gone = f"with gone as (delete from {table.name} where {mine} returning *)"  # noqa: S608 - words of ours
        connection.execute(f"{gone} insert into models.{table.name} select * from gone", (model,))  # noqa: S608


def copy(connection: Any, model: UUID, count: int) -> None:
    """So many complaints that have lived as the model has."""
    for start in range(0, count, AT_ONCE):
        values = {"model": model, "copies": min(AT_ONCE, count - start)}
        with connection.transaction():
            connection.execute("set local session_replication_role = replica")
            connection.execute(
                "create temp table newcomers on commit drop as select pg_temp.id_of(received_at) as id"
                " from models.cases, generate_series(1, %(copies)s) where complaint_id = %(model)s",
                values,
            )
            for table, (source, changed) in COPIED.items():
                columns = [column.name for column in table.columns if column is not T.c.id]
                given = ", ".join(changed.get(name, f'r."{name}"') for name in columns)
                names = ", ".join(f'"{name}"' for name in columns)
                rows, _, wanted = source.partition(" where ")
                connection.execute(
                    f"insert into {table.name} ({names}) select {given} from newcomers as n cross join {rows}"  # noqa: S608
                    f" where {wanted}",
                    values,
                )
            connection.execute(_COUNTED, values)


def check(store: Store, complaint_id: UUID) -> None:
    """A copy's clocks and timers are what its history gives."""
    with store.read() as session:
        facts = histories.histories_of(session, [complaint_id])[complaint_id]
        rules = book(session)
        derived = derive(complaint_id, facts, rules.rules, rules.almanac(REGION), REGION).clocks
        kept = histories.clocks_of(session, [complaint_id])[complaint_id]
        assert {one.clock_id: one for one in derived} == {key: one.clock for key, one in kept.items()}
        wanted = {(one.timer.kind, one.timer.key) for one in kept.values() if one.timer}
        there = session.execute(select(T.c.kind, T.c.key).where(T.c.subject == complaint_id))
        assert {tuple(row) for row in there} == wanted


def make_models(store: Store, connection: Any) -> int:
    """Complaints that have lived until now, and until the outage began."""
    connection.execute("create schema models")
    for kind, until in (("open", clock.now()), ("overdue", clock.now() - OUTAGE)):
        for age in AGES[kind]:
            put_aside(connection, live(store, age, until), kind)
    return sum(len(ages) for ages in AGES.values())


def fill(store: Store, connection: Any, kind: str, wanted: int) -> int:
    """So many cases, or cases with about so many overdue timers; how many cases that makes."""
    models = [row[0] for row in connection.execute("select model from models.lives where kind = %s", (kind,))]
    each = len(models) if kind == "open" else connection.execute(_OVERDUE).fetchone()[0]
    copies = max(1, round(wanted / each))
    for model in models:
        copy(connection, model, copies)
    [newest] = connection.execute(_A_COPY, (models[-1],)).fetchone()
    check(store, newest)
    connection.execute("analyze")
    return copies * len(models)


def main(what: str, count: int = 0) -> None:
    store = open_store(STORE)
    watch = Stopwatch()
    watch.start()
    url = database_url().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute('create extension if not exists "uuid-ossp"')
        connection.execute(_ID_OF)
        match what:
            case "models":
                made = make_models(store, connection)
            case "tidy":
                made = 0
                connection.execute("vacuum analyze")
            case _:
                made = fill(store, connection, what, count)
    hand_over(made, watch.stop())


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
