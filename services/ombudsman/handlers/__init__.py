"""What ombudsman does: the table of contents."""

from collections.abc import Mapping

from services.ombudsman.handlers.acknowledge import acknowledge
from services.ombudsman.handlers.close import close
from services.ombudsman.handlers.deliver import DeliverReferral
from services.ombudsman.handlers.note_complaints import note_complaints
from services.ombudsman.handlers.note_consent import note_consent
from services.ombudsman.handlers.note_progress import note_progress
from services.ombudsman.handlers.note_withdrawal import note_withdrawal
from services.ombudsman.handlers.open_file import open_file
from services.ombudsman.handlers.open_referral import open_referral
from services.ombudsman.handlers.prepare import PrepareReferral
from services.ombudsman.handlers.recommend import recommend
from services.ombudsman.handlers.resume import resume
from shared.usecases import Handlers, Together

HEARS: Mapping[str, Handlers] = {
    "intake": {
        "complaint.registered": Together(note_complaints),
        "complaint.consented": note_consent,
        "complaint.withdrawn": note_withdrawal,
    },
    "routing": {
        "case.answered": note_progress,
        "case.closed": note_progress,
        "case.reopened": note_progress,
    },
    "sla": {"forwarding.due": open_referral},
}
"""Source → event → use case."""

OUTSIDE = {"referral.prepare": PrepareReferral, "referral.deliver": DeliverReferral}
"""Work with the outside world, in three steps each."""

__all__ = ["HEARS", "OUTSIDE", "acknowledge", "close", "open_file", "recommend", "resume"]
