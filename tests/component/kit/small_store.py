"""The store of the small service of the property tests, and what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Identity, Integer, MetaData, String, Table, Uuid

from shared.ids import new_id
from shared.store import StoreDefinition
from shared.store.tables import moment

SOURCE, NAME = "intake", "complaint.withdrawn"

metadata = MetaData()


def _rows(name: str, *columns: Any) -> Table:
    return Table(name, metadata, Column("id", Integer, Identity(), primary_key=True), *columns)


heard = _rows("heard", Column("subject", Uuid), Column("sequence", Integer))
"""Effects of events."""
rung = _rows("rung", Column("key", String), moment("due_at"), moment("at"))
"""Effects of timers."""
told = _rows("told", Column("key", String), moment("due_at"), moment("at"))
"""Conclusions of work with the outside world."""

STORE = StoreDefinition.of("sla", metadata, lambda tx: None)


def clock_stopped(subject: UUID, at: datetime) -> dict[str, Any]:
    """Data of an event of sla."""
    return {
        "complaint_id": subject,
        "clock_id": new_id(),
        "clock": "legal",
        "agency_id": None,
        "outcome": "met",
        "stopped_at": at,
    }
