"""The five databases, with an administrator's eyes and tied hands."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from chaos.plan import SERVICES

Rows = list[Any]
"""Rows carry the names of the columns asked for."""

OURS = "select complaint_id, substring(body from 'ujicoba[0-9a-f]{8}n[0-9]{5}') as mark from complaints"
"""Complaints with the mark of their sender, null for those that are not of a storm."""


class Databases:
    """Reads, and nothing else, past the proxies."""

    def __init__(self, url: str) -> None:
        tied = {"options": "-c default_transaction_read_only=on", "connect_timeout": 5}
        self._engines = {
            service: create_engine(
                make_url(url).set(database=f"aduan_{service}"), pool_size=1, pool_pre_ping=True, connect_args=tied
            )
            for service in SERVICES
        }

    @classmethod
    def from_environment(cls) -> Databases:
        return cls(os.environ["ADUAN_TEST_POSTGRES_URL"])

    def ask(self, service: str, question: str, **given: Any) -> Rows:
        with self._engines[service].connect() as connection:
            return list(connection.execute(text(question), given))

    def complaints_by_mark(self) -> dict[str, UUID]:
        """The complaints that are there already; none while the database is away."""
        try:
            return {row.mark: row.complaint_id for row in self.ask("intake", OURS) if row.mark}
        except DBAPIError:
            return {}

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
