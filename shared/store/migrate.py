"""Migrations of one service's database, by Alembic."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text

from shared.store.database import definition_of

_ONE_AT_A_TIME = 7408
"""Key of the advisory lock that keeps two starting replicas from migrating at once."""


def config(service: str, connection: Connection | None = None) -> Config:
    package = importlib.import_module(f"services.{service}.store")
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", str(Path(str(package.__file__)).parent / "migrations"))
    made.attributes["connection"] = connection
    made.attributes["metadata"] = definition_of(service).metadata
    return made


def upgrade(service: str, url: str) -> bool:
    """Bring the database to the newest version; True when there was something to do."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        settings = config(service, connection)
        head = ScriptDirectory.from_config(settings).get_current_head()
        if MigrationContext.configure(connection).get_current_revision() == head:
            return False
        connection.rollback()
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
        connection.commit()
        command.upgrade(settings, "head")
        connection.commit()
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _ONE_AT_A_TIME})
        connection.commit()
    return True


def revision(service: str, url: str, message: str, revision_id: str) -> None:
    """Write the migration that brings the database to what the tables say now."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        settings = config(service, connection)
        command.revision(
            settings,
            message,
            autogenerate=True,
            rev_id=revision_id,
            version_path=settings.get_main_option("version_locations"),
        )
