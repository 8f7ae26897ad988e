"""Facts that are kept until their tables change."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, Table, delete, insert, select, update

from shared.store import StoreDefinition, open_store
from shared.store.memo import kept_while_unchanged
from tests.harness import Databases

metadata = MetaData()
facts = Table("facts", metadata, Column("number", Integer, primary_key=True), Column("value", Integer))
STORE = StoreDefinition.of("memo", metadata, lambda tx: None)
read = 0


@kept_while_unchanged(facts)
def total(session: Connection) -> int:
    global read
    read += 1
    return sum(session.execute(select(facts.c.value)).scalars())


def test_what_is_kept_while_nothing_changes_is_read_anew_after_every_kind_of_change(databases: Databases) -> None:
    """Given an answer that is kept while its table is unchanged
    When rows are added, changed and taken out, or a transaction that did so is rolled back
    Then the very next answer is the right one, and without a change nothing is read again."""
    store = open_store(STORE, databases.empty("memo"))
    metadata.create_all(store.engine)
    changes = (
        (insert(facts).values(number=1, value=10), 10),
        (insert(facts).values(number=2, value=5), 15),
        (update(facts).where(facts.c.number == 2).values(value=7), 17),
        (delete(facts).where(facts.c.number == 1), 7),
    )
    for change, right in changes:
        with store.begin() as tx:
            tx.session.execute(change)
            assert total(tx.session) == right  # also in the transaction that changes it
        before = read
        with store.read() as session:
            assert (total(session), total(session)) == (right, right)
        assert read == before
    with store.read() as session:  # which rolls back
        session.execute(update(facts).values(value=100))
        assert total(session) == 100
    with store.read() as session:
        assert total(session) == 7
    store.engine.dispose()
