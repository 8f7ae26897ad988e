"""Table of contents of routing: what it does at the desk, what it hears, what it tells."""

from collections.abc import Mapping

from services.routing.handlers import told
from services.routing.handlers.add_note import add_note
from services.routing.handlers.answer import answer
from services.routing.handlers.archive import archive
from services.routing.handlers.ask_completeness import ask_completeness
from services.routing.handlers.close_case import close_case
from services.routing.handlers.desk import Done
from services.routing.handlers.dispatch import dispatch
from services.routing.handlers.explain import explain
from services.routing.handlers.hear_clocks import (
    note_breach,
    note_due_soon,
    note_escalation,
    note_relief,
    note_silence,
)
from services.routing.handlers.hear_ombudsman import (
    note_acknowledgement,
    note_end_of_referral,
    note_forwarding,
    note_recommendation,
)
from services.routing.handlers.hear_reporter import (
    note_completion,
    note_consent,
    note_message,
    note_objection,
    note_rating,
    note_withdrawal,
)
from services.routing.handlers.lock import accuse, lift, note_attempt, propose_lifting
from services.routing.handlers.mark_read import mark_read
from services.routing.handlers.merge import merge
from services.routing.handlers.open_cases import open_cases
from services.routing.handlers.promise import promise
from services.routing.handlers.reclassify import reclassify
from services.routing.handlers.reopen import reopen
from services.routing.handlers.return_case import return_case
from services.routing.handlers.verify import verify
from shared.usecases import Handlers, Together

HEARS: Mapping[str, Handlers] = {
    "intake": {
        "complaint.registered": Together(open_cases),
        "complaint.message_received": note_message,
        "complaint.completed": note_completion,
        "complaint.withdrawn": note_withdrawal,
        "complaint.objected": note_objection,
        "complaint.rated": note_rating,
        "complaint.consented": note_consent,
    },
    "sla": {
        "clock.due_soon": note_due_soon,
        "clock.breached": note_breach,
        "clock.stopped": note_relief,
        "clock.resumed": note_relief,
        "clock.expired": note_silence,
        "escalation.raised": note_escalation,
    },
    "ombudsman": {
        "referral.forwarded": note_forwarding,
        "referral.acknowledged": note_acknowledgement,
        "referral.recommended": note_recommendation,
        "referral.closed": note_end_of_referral,
    },
}

__all__ = [
    "HEARS",
    "Done",
    "accuse",
    "add_note",
    "answer",
    "archive",
    "ask_completeness",
    "close_case",
    "dispatch",
    "explain",
    "lift",
    "mark_read",
    "merge",
    "note_attempt",
    "open_cases",
    "promise",
    "propose_lifting",
    "reclassify",
    "reopen",
    "return_case",
    "told",
    "verify",
]
