"""What notify does. Events plan messages; the sending happens outside transactions, step by step."""

from collections.abc import Callable
from typing import Any

from services.notify.handlers.admit_reply import AdmitReply
from services.notify.handlers.delivery import note_delivery
from services.notify.handlers.find_officers import FindOfficers
from services.notify.handlers.plan import plan
from services.notify.handlers.send import SendMessage
from services.notify.handlers.send_again import send_again

HEARS = {
    "intake": {
        "complaint.registered": plan,
        "complaint.message_received": plan,
        "complaint.objected": plan,
        "complaint.withdrawn": plan,
        "complaint.consented": plan,
        "inquiry.received": plan,
    },
    "routing": {
        "case.completeness_requested": plan,
        "case.dispatched": plan,
        "case.returned": plan,
        "case.answered": plan,
        "case.closed": plan,
        "case.reopened": plan,
        "case.archived": plan,
        "case.merged": plan,
    },
    "sla": {
        "clock.due_soon": plan,
        "clock.breached": plan,
        "escalation.raised": plan,
    },
    "ombudsman": {
        "referral.forwarded": plan,
        "referral.acknowledged": plan,
        "referral.recommended": plan,
        "referral.closed": plan,
    },
}

OUTSIDE: dict[str, Callable[[], Any]] = {
    "officers.find": FindOfficers,
    "reply.admit": AdmitReply,
    "notification.send": SendMessage,
}

__all__ = ["HEARS", "OUTSIDE", "note_delivery", "plan", "send_again"]
