"""What the Ombudsman does with a case, heard from ombudsman: a flag beside the state, and entries on the timeline."""

from __future__ import annotations

from datetime import datetime

from services.routing.handlers.desk import change, heard_of, write
from shared.contracts import Event
from shared.store import Transaction


def note_forwarding(tx: Transaction, event: Event) -> None:
    """The file went to the Ombudsman. The state stays: the agency still owes its answer."""
    _note(tx, event, "forwarded", event.data["forwarded_at"], True)


def note_acknowledgement(tx: Transaction, event: Event) -> None:
    """The Ombudsman confirms receipt."""
    _note(tx, event, "acknowledged", event.data["acknowledged_at"], True)


def note_recommendation(tx: Transaction, event: Event) -> None:
    """The Ombudsman recommends what the agency must do (UU 37/2008 art 38)."""
    _note(tx, event, "recommended", event.data["recommended_at"], True)


def note_end_of_referral(tx: Transaction, event: Event) -> None:
    """The Ombudsman is finished with it."""
    _note(tx, event, "referral_closed", event.data["closed_at"], False)


def _note(tx: Transaction, event: Event, what: str, at: datetime, under_ombudsman: bool) -> None:
    case = heard_of(tx, event.subject)
    write(tx, case, what, at=at, data={"number": event.data["number"]})
    change(tx, case, under_ombudsman=under_ombudsman)
