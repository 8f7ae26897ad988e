"""The table of contents of intake: what it hears, what falls due, and what can be done."""

from collections.abc import Mapping

from services.intake.handlers.ask_for_ombudsman import ask_before_forwarding
from services.intake.handlers.consent import consent
from services.intake.handlers.dispute import dispute
from services.intake.handlers.enter import enter, leave, open_session, whose
from services.intake.handlers.expire import expire
from services.intake.handlers.note_case import note_case
from services.intake.handlers.note_referral import note_referral
from services.intake.handlers.process_mail import process_mail
from services.intake.handlers.process_sms import process_sms
from services.intake.handlers.rate import rate
from services.intake.handlers.receive_mail import receive_mail
from services.intake.handlers.receive_sms import receive_sms
from services.intake.handlers.register import Registered, register
from services.intake.handlers.say import say
from services.intake.handlers.sweep import sweep
from services.intake.handlers.tell import (
    tell_contacts,
    tell_dossier,
    tell_inquiry,
    tell_status,
    tell_text,
    tell_titles,
    tell_without_identity,
)
from services.intake.handlers.tell_particulars import tell_particulars
from services.intake.handlers.wish_referral import wish_referral
from services.intake.handlers.withdraw import withdraw
from shared.usecases import Handlers

HEARS: Mapping[str, Handlers] = {
    "routing": {
        "case.verified": note_case,
        "case.completeness_requested": note_case,
        "case.dispatched": note_case,
        "case.returned": note_case,
        "case.answered": note_case,
        "case.closed": note_case,
        "case.reopened": note_case,
        "case.archived": note_case,
        "case.merged": note_case,
    },
    "sla": {"clock.expired": expire, "clock.due_soon": ask_before_forwarding},
    "ombudsman": {
        "referral.forwarded": note_referral,
        "referral.acknowledged": note_referral,
        "referral.recommended": note_referral,
        "referral.closed": note_referral,
    },
}

TIMERS = {"sms.process": process_sms, "mail.process": process_mail, "guards.sweep": sweep}

__all__ = [
    "HEARS",
    "TIMERS",
    "Registered",
    "consent",
    "dispute",
    "enter",
    "leave",
    "open_session",
    "process_mail",
    "process_sms",
    "rate",
    "receive_mail",
    "receive_sms",
    "register",
    "say",
    "tell_contacts",
    "tell_dossier",
    "tell_inquiry",
    "tell_particulars",
    "tell_status",
    "tell_text",
    "tell_titles",
    "tell_without_identity",
    "whose",
    "wish_referral",
    "withdraw",
]
