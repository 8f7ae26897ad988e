"""A service's database: how it is opened, and the transactions it gives."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import OperationalError as HungUp
from sqlalchemy import Connection, Engine, MetaData, create_engine, text
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError

from shared import metrics
from shared.settings import database_url, env
from shared.store.tables import KitTables, kit_tables
from shared.store.transaction import Transaction


@dataclass(frozen=True)
class StoreDefinition:
    """What a service's store consists of.

    `metadata` has the service's own tables (kit tables are added here);
    `load(tx)` puts the service's data files into them and may be repeated.
    """

    service: str
    metadata: MetaData
    kit: KitTables
    load: Callable[[Transaction], None]

    @classmethod
    def of(cls, service: str, metadata: MetaData, load: Callable[[Transaction], None]) -> StoreDefinition:
        return cls(service, metadata, kit_tables(metadata), load)


def definition_of(service: str) -> StoreDefinition:
    """The STORE a service declares in its `store` package."""
    store: StoreDefinition = importlib.import_module(f"services.{service}.store").STORE
    return store


class Store:
    """A service's open database."""

    def __init__(self, definition: StoreDefinition, engine: Engine) -> None:
        self.definition = definition
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends well; events and timers in it are part of it."""
        with self.engine.begin() as session:
            tx = Transaction(self.definition.service, self.definition.kit, session)
            yield tx
            tx.flush()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A session for questions; nothing it does is kept."""
        with self.engine.connect() as session:
            yield session

    def check(self) -> str | None:
        """None when the database answers, else a sentence."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except DBAPIError:
            metrics.DATABASE_UP.set(0)
            return "the database does not answer"
        metrics.DATABASE_UP.set(1)
        return None


def open_store(definition: StoreDefinition, url: str | None = None, *, pool_size: int | None = None) -> Store:
    """Open the service's database (`ADUAN_DATABASE_URL` unless given). Connects when first used."""
    engine = create_engine(
        url or database_url(),
        pool_size=pool_size or env.int("ADUAN_DATABASE_POOL", 10),
        max_overflow=0,
        pool_timeout=10,
        connect_args={
            "connect_timeout": 5,
            "application_name": f"aduan-{definition.service}",
            "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
        },
    )
    listen(engine, "checkout", _checked)
    return Store(definition, engine)


def _checked(connection: Any, _record: Any, _proxy: Any) -> None:
    """SQLAlchemy's pessimistic disconnect handling without its round trip: whether the server has hung up is read.

    It says so before it does, so the first look may find its words and only the second that nothing follows.
    """
    try:
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except HungUp as error:
        raise DisconnectionError from error


def is_away(error: BaseException) -> bool:
    """Whether an error means that the database cannot be reached, rather than that it refused what we did."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, InterfaceError):
        return True
    if isinstance(error, OperationalError):
        state = getattr(error.orig, "sqlstate", None)
        # No SQLSTATE: the connection itself failed. 08 connection, 57P shutting down, 53 no resources (disk full).
        return state is None or state[:2] in ("08", "53") or state.startswith("57P")
    return False
