"""Reading mails: a new complaint, a word to one that is there, or an answer owed. Machines are never answered."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update

from services.intake.adapters.contacts import normal_email
from services.intake.adapters.mails import newest_words, read
from services.intake.domain.commands import Command, codes_in, command_in, resembles_code
from services.intake.domain.draft import Draft, Identity, Limits
from services.intake.domain.letters import (
    Enclosure,
    Letter,
    anonymity,
    complaints_named,
    is_reply,
    lines_that_may_command,
    plain_subject,
    why_automatic,
)
from services.intake.domain.particulars import particulars_in
from services.intake.domain.wording import has_words, shortened
from services.intake.handlers.attach import file_limits, file_store
from services.intake.handlers.codes import read_code
from services.intake.handlers.limit import count
from services.intake.handlers.obey import MOST_CODES, Sender, ask_back, inquiry_for, obey
from services.intake.handlers.register import NotAcceptable, register
from services.intake.handlers.turns import wait_for_turn
from services.intake.store import queries, vault
from services.intake.store import tables as t
from shared import metrics
from shared.errors import Refusal
from shared.files import SavedFile, clean_name
from shared.store import Timer, Transaction

_FIRST_LINE_COMMANDS = {"status", "add", "object", "accept", "consent", "refer", "particulars"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, and the complaint it concerned."""

    what: str
    complaint_id: UUID | None = None


def process_mail(tx: Transaction, timer: Timer) -> None:
    """Read one mail and act on it. One that cannot even be parsed raises, is tried again and parked, raw as it is."""
    mail_id = UUID(timer.payload["mail_id"])
    row = queries.inbound_mail(tx.session, mail_id)
    mail = read(vault.open_mail(row.sealed, mail_id))
    letter = mail.letter
    reason = why_automatic(mail.headers, mail.envelope_sender, letter.sender, mail.delivered_to)
    index = vault.index("mail", f"{letter.sender} {letter.message_id}") if letter.message_id else None
    if reason:
        metrics.REFUSED_INPUT.labels("email", "automatic").inc()
        outcome = Outcome(f"automatic {reason}")
    else:
        outcome = _from_person(tx, letter, row, index)
    tx.session.execute(
        update(t.inbound_mails)
        .where(t.inbound_mails.c.mail_id == mail_id)
        .values(message_index=index, outcome=outcome.what, complaint_id=outcome.complaint_id)
    )


def _from_person(tx: Transaction, letter: Letter, row: Row[Any], index: bytes | None) -> Outcome:
    address = normal_email(letter.sender)
    if address is None:
        return Outcome("no sender")
    wait_for_turn(tx, vault.index("email", address))
    if index and queries.mail_is_known(tx.session, index):
        return Outcome("duplicate")
    subject = plain_subject(letter.subject)
    identity = Identity(
        name=shortened(letter.sender_name, 200) if letter.sender_name else None,
        email=address,
        thread=letter.message_id,
        subject=shortened(subject, 200) or None,
    )
    sender = Sender(identity, "email", row.received_at)
    limits = queries.limits(tx.session, row.received_at.date())
    number = count(tx, "mail", address, limits.window_minutes)
    if number > limits.mails_per_window:
        return Outcome(ask_back(tx, "too_many", sender) if number == limits.mails_per_window + 1 else "too many")
    words = (newest_words(letter.text) if is_reply(letter) else "") or letter.text
    complaint_id, refused = _thread(tx, letter, subject, words, address)
    if refused:
        return Outcome(ask_back(tx, refused, sender))
    if complaint_id:
        return _answer(tx, letter, words, complaint_id, sender, limits)
    return _complain(tx, letter, subject, words, sender, limits)


def _thread(tx: Transaction, letter: Letter, subject: str, words: str, address: str) -> tuple[UUID | None, str | None]:
    """The complaint a mail belongs to, or why it cannot be told. A code counts from anybody, a thread only from her."""
    codes = [code for text in (subject, words) for code in codes_in(text, read_code) if resembles_code(code)]
    for code in codes[:MOST_CODES]:
        if found := queries.by_code(tx.session, code):
            return found, None
    named = complaints_named(letter.references)
    for complaint_id in named:
        if queries.is_from(tx.session, complaint_id, address):
            return complaint_id, None
    if codes:
        return None, "unknown_code"
    return None, "not_yours" if named else None


def _answer(tx: Transaction, letter: Letter, words: str, complaint_id: UUID, sender: Sender, limits: Limits) -> Outcome:
    """A mail to a complaint that is there: a command in its first line, or below a greeting, or an addition."""
    files, refused = _kept(tx, letter.enclosures, limits)
    command, rest, before = _command(words)
    if command is None:
        command = Command("add", _with_refused(words, refused))
    elif command.what in ("add", "object", "accept", "particulars"):
        command = replace(command, words=_with_refused(f"{command.words}\n{rest}".strip(), refused))
    outcome = obey(tx, command, complaint_id, sender, files)
    if before:
        obey(tx, Command("add", before), complaint_id, sender)
    if queries.is_from(tx.session, complaint_id, sender.identity.email or ""):
        _follow_thread(tx, complaint_id, letter)
    return Outcome(outcome, complaint_id)


def _command(words: str) -> tuple[Command | None, str, str]:
    """The command in a mail, what stands below it, and what stands above it and is more than a greeting.

    Who she is goes to the Ombudsman and to no officer, and a consent taken back is taken back, wherever the line
    stands. What she allows or wishes counts only at the top: a letter of ours quoted further below has such lines too.
    """
    lines = words.split("\n")
    for number, at_the_top in lines_that_may_command(words):
        command = command_in(lines[number], read_code)
        if command is None or command.what not in _FIRST_LINE_COMMANDS:
            continue
        anywhere = command.given is False or (command.what == "particulars" and not _is_example(command))
        if number == 0 or anywhere or (at_the_top and command.what in ("consent", "refer")):
            above = "" if at_the_top else "\n".join(lines[:number]).strip()
            below = "\n".join(lines[number + 1 :])
            return command, _labelled(below) if command.what == "particulars" else below, above
    return None, "", ""


def _labelled(below: str) -> str:
    """What goes on telling who she is; the greeting and name at the end of a mail are no part of her address."""
    first, *further = f"\n{below}".split("\n\n")
    return "\n".join([first, *takewhile(particulars_in, further)]).strip()


def _is_example(command: Command) -> bool:
    """Whether it is the line our own letter shows, with dots where her words belong."""
    return not particulars_in(command.words)


def _complain(tx: Transaction, letter: Letter, subject: str, words: str, sender: Sender, limits: Limits) -> Outcome:
    """A mail that begins something new. A complaint written into the subject alone counts as well."""
    anonymous, subject, words = anonymity(subject, words)
    if len(words) < limits.body_min_characters or not has_words(words):
        words = f"{subject}\n{words}".strip()
    if len(words) < limits.body_min_characters or not has_words(words):
        return Outcome(ask_back(tx, "empty", sender))
    files, refused = _kept(tx, letter.enclosures, limits)
    draft = Draft(
        channel="email",
        title=shortened(subject, limits.title_characters),
        body=_with_refused(words, refused),
        anonymous=anonymous,
        identity=sender.identity,
    )
    try:
        return Outcome("registered", register(tx, draft, files, received_at=sender.at).complaint_id)
    except NotAcceptable as refusal:
        return Outcome(ask_back(tx, inquiry_for(refusal), sender))


def _kept(tx: Transaction, enclosures: Sequence[Enclosure], limits: Limits) -> tuple[list[SavedFile], list[str]]:
    """The files that are taken, and a line for each that is not."""
    taken = file_limits(tx.session, limits)
    files: list[SavedFile] = []
    refused: list[str] = []
    for enclosure in enclosures:
        name = clean_name(enclosure.name)
        if len(files) == limits.attachments:
            refused.append(f"{name} (lebih dari {limits.attachments} berkas)")
            continue
        try:
            files.append(file_store().save(io.BytesIO(enclosure.content), enclosure.name, taken))
        except Refusal as refusal:
            refused.append(f"{name} ({refusal.detail_id.rstrip('.')})")
    return files, refused


def _with_refused(words: str, refused: Sequence[str]) -> str:
    """The words, and below them which files could not be taken, so that both sides know."""
    if not refused:
        return words
    return "\n".join([words, "", "Lampiran yang tidak dapat kami terima:", *(f"- {line}" for line in refused)]).strip()


def _follow_thread(tx: Transaction, complaint_id: UUID, letter: Letter) -> None:
    """Answers join the reporter's latest mail."""
    who = queries.identity(tx.session, complaint_id)
    if letter.message_id:
        subject = shortened(plain_subject(letter.subject), 200) or who.subject
        who = replace(who, thread=letter.message_id, subject=subject)
        tx.session.execute(
            update(t.identities)
            .where(t.identities.c.complaint_id == complaint_id)
            .values(**vault.sealed_identity(who, complaint_id))
        )
