"""intake registered a complaint: remember where it belongs and what its reporter allowed."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from services.ombudsman.store.tables import complaints
from shared.contracts import Event
from shared.store import Transaction


def note_complaint(tx: Transaction, event: Event) -> None:
    """One row for the complaint, without anything personal."""
    tx.session.execute(
        insert(complaints)
        .values(
            complaint_id=event.subject,
            region=event.data["region"],
            consent=event.data["ombudsman_consent"],
            consent_at=event.data["received_at"],
        )
        .on_conflict_do_nothing()
    )
