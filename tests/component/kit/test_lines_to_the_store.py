"""Lines to the database that were cut while nobody used them."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from sqlalchemy import MetaData, text

from shared.store import Store, StoreDefinition, open_store
from tests.harness import Databases

STORE = StoreDefinition.of("lines", MetaData(), lambda tx: None)
CUT = text("""
    select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and datname = current_database() and application_name = 'aduan-lines'
""")


def backend(store: Store) -> int:
    with store.read() as session:
        return int(session.execute(text("select pg_backend_pid()")).scalar_one())


@pytest.mark.parametrize("rest", (0.05, 1.5))
def test_a_line_that_the_server_cut_is_noticed_before_it_is_used_however_lately_it_was(
    databases: Databases, rest: float
) -> None:
    """Given a store whose only line to the database was just used
    When the server ends it, as in a restart, and hardly a moment passes
    Then the next question goes over a new line and is answered."""
    url = databases.empty("lines")
    store, other = open_store(STORE, url, pool_size=1), open_store(STORE, url, pool_size=1)
    seen = [backend(store)]
    for _ in range(5):
        with other.begin() as tx:
            assert tx.session.execute(CUT).all()
        time.sleep(rest)
        seen.append(backend(store))

    assert all(before != after for before, after in pairwise(seen))
