"""What complaints have caused in the running system, read from the services' own databases."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg

from bench.launch import Failed
from bench.machine import postgres_url
from deploy.local.terminal import say

RECEIPT = "reporter.receipt"
COUNTS = {
    "intake": ("accepted", "select count(*) from complaints"),
    "routing": ("cases", "select count(*) from cases"),
    "sla": ("with clocks", "select count(distinct complaint_id) from clocks"),
    "notify": ("receipts sent", f"select count(*) from sandbox_messages where template = '{RECEIPT}'"),  # noqa: S608
}
_PENDING = "select count(*) from timers where state = 'pending' and due_at <= now() + interval '1 second'"
"""Letters wait a moment before they go; what is gathered for later is not waited for."""

PATIENCE = 300.0
"""Seconds without any progress after which we stop waiting."""


class Effects:
    """Use as a context."""

    def __enter__(self) -> Self:
        self._databases: Mapping[str, psycopg.Connection[Any]] = {
            service: psycopg.connect(postgres_url(f"aduan_{service}"), autocommit=True) for service in COUNTS
        }
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for database in self._databases.values():
            database.close()

    def counts(self) -> dict[str, int]:
        """Complaints so far, by how far they came."""
        return {
            what: self._databases[service].execute(query).fetchone()[0] for service, (what, query) in COUNTS.items()
        }

    def wait_for(self, complaints: int) -> None:
        """Until so many complaints in all have a case, clocks and a receipt. Raises Failed."""
        counts = self.counts()
        told = moved = time.monotonic()
        while min(counts.values()) < complaints:
            time.sleep(0.1)
            before, counts = counts, self.counts()
            now = time.monotonic()
            if counts != before:
                moved = now
            if now - moved > PATIENCE:
                raise Failed(f"No progress for {PATIENCE:.0f} s: {_told(counts)} of {complaints:,}.")
            if now - told > 10:
                told = now
                say(f"    {_told(counts)} of {complaints:,}")

    def wait_for_rest(self) -> None:
        """Until notify has nothing left to send: the letters to the desk are no part of a complaint's receipt."""
        until = time.monotonic() + PATIENCE
        while self._databases["notify"].execute(_PENDING).fetchone()[0]:
            if time.monotonic() > until:
                raise Failed(f"Letters are still waiting after {PATIENCE:.0f} s.")
            time.sleep(0.2)

    def accepted_since(self, moment: datetime) -> dict[UUID, datetime]:
        """When each complaint was accepted, as its receipt says."""
        query = "select complaint_id, received_at from complaints where received_at >= %s"
        return dict(self._databases["intake"].execute(query, (moment,)).fetchall())

    def receipts_since(self, moment: datetime) -> dict[UUID, datetime]:
        """When each receipt was sent, as the sandbox's outbox says."""
        query = "select complaint_id, at from sandbox_messages where template = %s and at >= %s"
        return dict(self._databases["notify"].execute(query, (RECEIPT, moment)).fetchall())


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.items())
