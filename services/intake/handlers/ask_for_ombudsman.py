"""What the Ombudsman will need is asked of the reporter in time, and again when she decides something."""

from __future__ import annotations

from uuid import UUID

from services.intake.domain.particulars import missing
from services.intake.domain.stages import FINISHED
from services.intake.store import queries
from shared.contracts import Event
from shared.store import Transaction

LAST_REMINDER = 0.8
"""Of the sixty days: the forty-eighth leaves her twelve to answer."""


def ask_before_forwarding(tx: Transaction, event: Event) -> None:
    """sla: most of the legal time is used up. She is asked now, so that the file can be whole on the sixtieth day."""
    if event.data["clock"] == "legal" and event.data["fraction"] >= LAST_REMINDER:
        ask_for_ombudsman(tx, event.subject)


def ask_after_forwarding(tx: Transaction, event: Event) -> None:
    """ombudsman: the file went out. Where it names her and lacks what art 24 asks, she is asked for that.

    It may be for the first time: after an outage of twelve days nobody is reminded of the sixtieth. A notice without
    her name asks for her consent by itself, and who wished the Ombudsman was asked when she did.
    """
    complaint = queries.complaint(tx.session, event.subject)
    if event.data["with_identity"] and complaint.ombudsman_consent and complaint.referral_wished_at is None:
        ask_for_ombudsman(tx, event.subject)


def ask_for_ombudsman(tx: Transaction, complaint_id: UUID) -> None:
    """Say that she is owed a question: for her consent, else for what art 24 asks of her and nobody knows yet."""
    complaint = queries.complaint(tx.session, complaint_id)
    if complaint.state in FINISHED and complaint.referral_wished_at is None:
        return
    consent_wanted = not complaint.ombudsman_consent
    particulars_wanted = not consent_wanted and bool(missing(queries.identity(tx.session, complaint_id)))
    if consent_wanted or particulars_wanted:
        tx.publish(
            "complaint.ombudsman_asked",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "consent_wanted": consent_wanted,
                "particulars_wanted": particulars_wanted,
                "asked_at": tx.now,
            },
        )
