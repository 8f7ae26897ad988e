"""Doing what a text message or a mail asks for, and answering what cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.intake.domain.commands import Command, resembles_code
from services.intake.domain.draft import Identity
from services.intake.domain.particulars import may_be_a_particular, particulars_in
from services.intake.handlers.consent import consent
from services.intake.handlers.dispute import dispute
from services.intake.handlers.inquire import inquire
from services.intake.handlers.rate import rate
from services.intake.handlers.register import NotAcceptable
from services.intake.handlers.say import say
from services.intake.handlers.tell_particulars import tell_particulars
from services.intake.handlers.wish_referral import wish_referral
from services.intake.store import queries
from shared.errors import Conflict, Invalid
from shared.files import SavedFile
from shared.store import Transaction

_INQUIRIES = {"too_long": "too_long", "unreadable": "unreadable"}
"""Problems of a text that have an answer of their own; every other text was too short to say anything."""

MOST_CODES = 20
"""Codes looked up for one message. Nobody writes so many; with more, one message would be a thousand guesses."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent what is being read, by which channel, and when it reached us."""

    identity: Identity
    channel: str
    at: datetime


def meant(session: Connection, command: Command, sender: Identity) -> UUID | None:
    """The complaint a command is about: by its code, else the sender's only one. None when that cannot be told.

    A code found by chance in plain words (one word of eleven letters in 32 has a fitting last letter) is no code.
    """
    for code in command.codes[:MOST_CODES]:
        if found := queries.by_code(session, code):
            return found
    if command.mistyped or any(resembles_code(code) for code in command.codes):
        return None
    mine = queries.complaints_from(session, sender, only_open=True)
    if not mine:
        mine = queries.complaints_from(session, sender, only_open=False)
    return mine[0] if len(mine) == 1 else None


def obey(tx: Transaction, command: Command, complaint_id: UUID, sender: Sender, files: Sequence[SavedFile] = ()) -> str:
    """Do what the command says to a complaint and return what was done; what cannot be done becomes an inquiry."""
    channel, at = sender.channel, sender.at
    try:
        match command.what:
            case "status":
                return ask_back(tx, "status", sender, complaint_id)
            case "object":
                dispute(tx, complaint_id, command.words, files, channel=channel, at=at)
                return "objected"
            case "accept":
                rate(tx, complaint_id, rating=command.rating, words=command.words, channel=channel, at=at)
                return "accepted"
            case "consent":
                consent(tx, complaint_id, bool(command.given), channel=channel, at=at)
                return "consented"
            case "refer":
                wish_referral(tx, complaint_id, channel=channel, at=at)
                return "referral wished"
            case "particulars":
                tell_particulars(tx, complaint_id, particulars_in(command.words), channel=channel, at=at)
                return "particulars"
        if may_be_a_particular(command.words) and _was_asked_for_it(tx.session, complaint_id):
            tell_particulars(tx, complaint_id, particulars_in(command.words), channel=channel, at=at)
            return "particulars"
        say(tx, complaint_id, command.words, files, channel=channel, at=at)
        return "added"
    except Conflict:
        return ask_back(tx, "not_possible", sender, complaint_id)
    except NotAcceptable as refusal:
        return ask_back(tx, inquiry_for(refusal), sender, complaint_id)
    except Invalid:
        return ask_back(tx, "empty", sender, complaint_id)


def _was_asked_for_it(session: Connection, complaint_id: UUID) -> bool:
    """Whether she consented, so that she was asked who she is: what she then says of it is for no officer."""
    return bool(queries.complaint(session, complaint_id).ombudsman_consent)


def ask_back(tx: Transaction, kind: str, sender: Sender, complaint_id: UUID | None = None) -> str:
    """Owe the sender an answer of this kind; returns the outcome to be noted."""
    inquire(tx, kind, sender.identity, channel=sender.channel, complaint_id=complaint_id, at=sender.at)
    return f"inquiry {kind}"


def inquiry_for(refusal: NotAcceptable) -> str:
    """Which answer a sender gets whose words cannot be accepted."""
    return next((_INQUIRIES[p.slug] for p in refusal.problems if p.slug in _INQUIRIES), "empty")
