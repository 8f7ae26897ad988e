"""intake registered complaints: remember where each belongs and what its reporter allowed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from services.ombudsman.store.tables import complaints
from shared.contracts import Event
from shared.store import Transaction


def note_complaints(tx: Transaction, events: Sequence[Event]) -> None:
    """One row for each complaint, without anything personal."""
    tx.session.execute(
        insert(complaints).on_conflict_do_nothing(),
        [
            {
                "complaint_id": event.subject,
                "region": event.data["region"],
                "consent": event.data["ombudsman_consent"],
                "consent_at": event.data["received_at"],
            }
            for event in events
        ],
    )
