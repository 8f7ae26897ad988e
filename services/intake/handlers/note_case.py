"""routing told what happened to a case; the reporter's side follows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from services.intake.domain.stages import FINISHED, state_after
from services.intake.store import queries
from services.intake.store import tables as t
from shared.contracts import Event
from shared.store import Transaction


def note_case(tx: Transaction, event: Event) -> None:
    """Note the state after an event of routing, the case number, and how many answers there were."""
    complaint = queries.complaint(tx.session, event.subject, lock=True)
    state = state_after(event.name, event.data, complaint.state)
    changes: dict[str, Any] = {"state": state, "case_number": event.data["case_number"]}
    if state != complaint.state:
        changes["ended_at"] = event.time if state in FINISHED else None
    if event.name == "case.completeness_requested":
        changes["completeness_asked_at"] = event.data["requested_at"]
    if event.name == "case.answered" and event.data["substantive"]:
        changes["answers"] = complaint.answers + 1
    tx.session.execute(update(t.complaints).where(t.complaints.c.complaint_id == event.subject).values(**changes))
