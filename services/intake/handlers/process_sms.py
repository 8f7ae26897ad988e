"""Reading text messages: a new complaint, a word to one that is there, or an answer owed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, update

from services.intake.domain.commands import Command, parse
from services.intake.domain.draft import Draft, Identity, Limits
from services.intake.domain.letters import anonymity
from services.intake.domain.wording import Unreadable, decode, has_words, readable, tidy
from services.intake.handlers.codes import read_code
from services.intake.handlers.limit import count
from services.intake.handlers.obey import Sender, ask_back, inquiry_for, meant, obey
from services.intake.handlers.register import NotAcceptable, register
from services.intake.handlers.turns import wait_for_turn
from services.intake.store import queries, vault
from services.intake.store import tables as t
from shared.store import Timer, Transaction


def process_sms(tx: Transaction, timer: Timer) -> None:
    """Read the sender's waiting messages up to this one, in the order they came.

    So a message never overtakes an earlier one of the same telephone, also when several workers read.
    """
    sms_id = UUID(timer.payload["sms_id"])
    sender_index = queries.inbound_sms(tx.session, sms_id).sender_index
    wait_for_turn(tx, sender_index)
    for sms in queries.waiting_sms(tx.session, sender_index, sms_id):
        outcome, complaint_id = _read(tx, sms)
        tx.session.execute(
            update(t.inbound_sms)
            .where(t.inbound_sms.c.sms_id == sms.sms_id)
            .values(outcome=outcome, complaint_id=complaint_id)
        )


def _read(tx: Transaction, sms: Row[Any]) -> tuple[str, UUID | None]:
    """Act on one message; returns its outcome and the complaint it concerned."""
    phone, raw, charset = vault.open_sms(sms.sealed, sms.sms_id)
    sender = Sender(Identity(phone=phone), "sms", sms.received_at)
    region = queries.home_region(tx.session)
    today = queries.today(tx.session, region, sms.received_at)
    limits = queries.limits(tx.session, today)
    if over := _flood(tx, phone, limits, sender):
        return over, None
    try:
        words = tidy(decode(raw, charset))
    except Unreadable:
        return ask_back(tx, "unreadable", sender), None
    if not has_words(words):
        return ask_back(tx, "empty", sender), None
    if not readable(words):
        return ask_back(tx, "unreadable", sender), None
    keywords = queries.keywords(tx.session, today)
    command = parse(words, keywords, read_code)
    if command.what == "help":
        return ask_back(tx, "help", sender), None
    if command.keyword:
        return _register(tx, command, sender, keywords[command.keyword])
    return _act(tx, command, sender)


def _flood(tx: Transaction, phone: str, limits: Limits, sender: Sender) -> str | None:
    """The outcome when a telephone sends too much: told once in a window, then silence."""
    number = count(tx, "sms", phone, limits.window_minutes)
    if number <= limits.sms_per_window:
        return None
    return ask_back(tx, "too_many", sender) if number == limits.sms_per_window + 1 else "too many"


def _register(tx: Transaction, command: Command, sender: Sender, region: str) -> tuple[str, UUID | None]:
    anonymous, _, words = anonymity("", command.words)
    draft = Draft(channel="sms", body=words, region=region, anonymous=anonymous, identity=sender.identity)
    try:
        return "registered", register(tx, draft, received_at=sender.at).complaint_id
    except NotAcceptable as refusal:
        return ask_back(tx, inquiry_for(refusal), sender), None


def _act(tx: Transaction, command: Command, sender: Sender) -> tuple[str, UUID | None]:
    complaint_id = meant(tx.session, command, sender.identity)
    if complaint_id:
        return obey(tx, command, complaint_id, sender), complaint_id
    stranger = not queries.complaints_from(tx.session, sender.identity, only_open=False)
    lost = stranger and command.what == "text" and not command.codes
    return ask_back(tx, "unknown_keyword" if lost else "unknown_code", sender), None
