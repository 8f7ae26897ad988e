"""A note for the desk: never shown to the reporter, never part of a referral."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.case import Officer
from services.routing.handlers.desk import Done, done, said, take, write
from shared.store import Transaction


def add_note(tx: Transaction, officer: Officer, complaint_id: UUID, *, words: str) -> Done:
    """Write a note on the case, in whatever state it is and whoever changed it meanwhile."""
    case = take(tx, officer, complaint_id, "note", None)
    return done(case, write(tx, case, "note", officer=officer, agency_id=officer.agency_id, words=said(words)))
