"""The desk answered, closed or reopened the case: the Ombudsman sees what happened after the file was sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from services.ombudsman.handlers.ask_more import note_answer_of_agency
from services.ombudsman.store import queries
from services.ombudsman.store.tables import complaints
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Transaction


def note_progress(tx: Transaction, event: Event) -> None:
    """Remember when. An interim reply is no answer."""
    if queries.complaint(tx, event.subject) is None:
        raise NotYet("the complaint is not known here yet")
    changes = _changes(event)
    if event.name == "case.answered":
        note_answer_of_agency(tx, event)
    if changes:
        tx.session.execute(update(complaints).where(complaints.c.complaint_id == event.subject).values(changes))


def _changes(event: Event) -> dict[str, Any]:
    match event.name:
        case "case.answered" if event.data["substantive"]:
            return {"answered_at": event.data["answered_at"]}
        case "case.closed":
            return {"closed_at": event.data["closed_at"]}
        case "case.reopened":
            return {"closed_at": None}
        case _:
            return {}
