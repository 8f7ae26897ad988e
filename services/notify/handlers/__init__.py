"""What notify does. Events plan messages; the sending happens outside transactions, step by step."""

from collections.abc import Callable, Mapping

from services.notify.handlers.admit_reply import AdmitReply
from services.notify.handlers.delivery import note_delivery
from services.notify.handlers.find_officers import FindOfficers
from services.notify.handlers.gather import GatherDigest
from services.notify.handlers.plan import plan
from services.notify.handlers.send import SendMessage
from services.notify.handlers.send_again import send_again
from shared.usecases import Handlers, Outside, Together

_plan = Together(plan)
HEARS: Mapping[str, Handlers] = {
    "intake": {
        "complaint.registered": _plan,
        "complaint.message_received": _plan,
        "complaint.objected": _plan,
        "complaint.withdrawn": _plan,
        "complaint.consented": _plan,
        "complaint.ombudsman_asked": _plan,
        "complaint.particulars_given": _plan,
        "complaint.referral_wished": _plan,
        "inquiry.received": _plan,
    },
    "routing": {
        "case.completeness_requested": _plan,
        "case.dispatched": _plan,
        "case.returned": _plan,
        "case.answered": _plan,
        "case.closed": _plan,
        "case.reopened": _plan,
        "case.promised": _plan,
        "case.explained": _plan,
        "case.archived": _plan,
        "case.locked": _plan,
        "case.merged": _plan,
    },
    "sla": {
        "clock.due_soon": _plan,
        "clock.moved": _plan,
        "clock.breached": _plan,
        "clock.overdue": _plan,
        "escalation.raised": _plan,
        "promise.due": _plan,
        "promise.broken": _plan,
        "report.addressed": _plan,
    },
    "ombudsman": {
        "referral.forwarded": _plan,
        "referral.acknowledged": _plan,
        "referral.recommended": _plan,
        "referral.supplemented": _plan,
        "referral.consent_too_late": _plan,
        "referral.more_requested": _plan,
        "referral.recommendation_due_soon": _plan,
        "referral.recommendation_overdue": _plan,
        "referral.closed": _plan,
    },
}

OUTSIDE: dict[str, Callable[[], Outside]] = {
    "officers.find": FindOfficers,
    "digest.gather": GatherDigest,
    "reply.admit": AdmitReply,
    "notification.send": SendMessage,
}

__all__ = ["HEARS", "OUTSIDE", "note_delivery", "plan", "send_again"]
