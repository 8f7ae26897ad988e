"""ombudsman told how far a referral is; the reporter's page shows it."""

from __future__ import annotations

from sqlalchemy import update

from services.intake.handlers.ask_for_ombudsman import ask_after_forwarding
from services.intake.store import tables as t
from shared.contracts import Event
from shared.store import Transaction


def note_referral(tx: Transaction, event: Event) -> None:
    """Note `forwarded`, `acknowledged`, `recommended` or `closed` beside the complaint's state."""
    tx.session.execute(
        update(t.complaints)
        .where(t.complaints.c.complaint_id == event.subject)
        .values(referral=event.name.removeprefix("referral."))
    )
    if event.name == "referral.forwarded":
        ask_after_forwarding(tx, event)
