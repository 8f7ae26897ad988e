"""What the reporter thinks of it, for the report."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as upsert

from services.sla.store.tables import ratings
from shared.contracts import Event
from shared.store import Transaction


def rate(tx: Transaction, event: Event) -> None:
    """Keep a rating; after a reopening the newer one counts. Its complaint is known: intake's events come in order."""
    row = {
        "complaint_id": event.subject,
        "satisfied": event.data["satisfied"],
        "stars": event.data["rating"],
        "at": event.data["at"],
    }
    statement = upsert(ratings).values(row)
    tx.session.execute(statement.on_conflict_do_update(index_elements=["complaint_id"], set_=row))
