"""What ombudsman does: the table of contents."""

from collections.abc import Mapping

from services.ombudsman.handlers.acknowledge import acknowledge
from services.ombudsman.handlers.ask_more import ask_more, note_explanation, note_message
from services.ombudsman.handlers.close import close
from services.ombudsman.handlers.deliver import DeliverReferral
from services.ombudsman.handlers.follow_up import mark_overdue, remind
from services.ombudsman.handlers.note_complaints import note_complaints
from services.ombudsman.handlers.note_consent import note_consent, note_particulars
from services.ombudsman.handlers.note_progress import note_progress
from services.ombudsman.handlers.note_report import note_report
from services.ombudsman.handlers.note_withdrawal import note_withdrawal
from services.ombudsman.handlers.open_file import open_file
from services.ombudsman.handlers.open_referral import note_breach, open_on_day_60, open_on_wish
from services.ombudsman.handlers.prepare import PrepareReferral
from services.ombudsman.handlers.recommend import recommend
from services.ombudsman.handlers.resume import resume
from services.ombudsman.handlers.stamp import StampFile
from shared.usecases import Handlers, Together

HEARS: Mapping[str, Handlers] = {
    "intake": {
        "complaint.registered": Together(note_complaints),
        "complaint.consented": note_consent,
        "complaint.particulars_given": note_particulars,
        "complaint.referral_wished": open_on_wish,
        "complaint.message_received": note_message,
        "complaint.withdrawn": note_withdrawal,
    },
    "routing": {
        "case.answered": note_progress,
        "case.explained": note_explanation,
        "case.closed": note_progress,
        "case.reopened": note_progress,
    },
    "sla": {"forwarding.due": open_on_day_60, "clock.breached": note_breach},
}
"""Source → event → use case."""

TIMERS = {"recommendation.remind": remind, "recommendation.overdue": mark_overdue}

OUTSIDE = {"referral.prepare": PrepareReferral, "referral.stamp": StampFile, "referral.deliver": DeliverReferral}
"""Work with the outside world, in three steps each."""

__all__ = [
    "HEARS",
    "OUTSIDE",
    "TIMERS",
    "acknowledge",
    "ask_more",
    "close",
    "note_report",
    "open_file",
    "recommend",
    "resume",
]
