"""What other services may read of a complaint. Every look at words or identity is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert

from services.intake.adapters.personal import unnamed, without_identity
from services.intake.domain.draft import Identity
from services.intake.store import queries, vault
from services.intake.store import tables as t
from shared.ids import new_id
from shared.links import signed_url
from shared.store import Transaction

_LINK_SECONDS = 15 * 60
_DOSSIER_LINK_SECONDS = 24 * 3600
"""The file of a referral is put together at once, but may be fetched again when delivery is tried again."""

_FOR_OMBUDSMAN = ("name", "phone", "email", "address", "birth", "marital_status", "occupation")

Blank = Callable[[str], str]


def tell_status(session: Connection, complaint_id: UUID) -> dict[str, Any]:
    """What may be known of a complaint without reading it."""
    complaint = queries.complaint(session, complaint_id)
    return {
        "complaint_id": complaint_id,
        "channel": complaint.channel,
        "received_at": complaint.received_at,
        "anonymous": complaint.anonymous,
        "confidential": complaint.confidential,
        "ombudsman_consent": complaint.ombudsman_consent,
        "withdrawn": complaint.state == "withdrawn",
    }


def tell_titles(session: Connection, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
    """Titles for a queue; those of anonymous reporters without their identity."""
    complaints = queries.complaints_of(session, complaint_ids)
    hidden = queries.identities(session, [c.complaint_id for c in complaints if c.anonymous])
    return {
        "titles": [
            {
                "complaint_id": c.complaint_id,
                "title": unnamed(c.title, hidden[c.complaint_id]) if c.complaint_id in hidden else c.title,
            }
            for c in complaints
        ]
    }


def tell_inquiry(session: Connection, inquiry_id: UUID) -> dict[str, Any]:
    """Who is owed an answer, and which. The code only to who showed it or wrote from the complaint's own number."""
    inquiry = queries.inquiry(session, inquiry_id)
    who = vault.open_json(inquiry.sealed, f"inquiries/{inquiry_id}")
    code = None
    if inquiry.complaint_id:
        complaint = queries.complaint(session, inquiry.complaint_id)
        code = vault.open_code(complaint.code_sealed, complaint.complaint_id)
    return {
        "inquiry_id": inquiry_id,
        "kind": inquiry.kind,
        "channel": inquiry.channel,
        "phone": who["phone"],
        "email": who["email"],
        "language": inquiry.language,
        "complaint_id": inquiry.complaint_id,
        "tracking_code": code,
        "thread": who["thread"],
        "subject": who["subject"],
    }


def tell_text(tx: Transaction, complaint_id: UUID, reader: str, role: str) -> dict[str, Any]:
    """The complaint in the reporter's words, for an officer. An anonymous reporter's identity is blanked in them."""
    complaint = queries.complaint(tx.session, complaint_id)
    who = queries.identity(tx.session, complaint_id)
    named = bool(who.name) and not complaint.anonymous
    tx.session.execute(insert(t.looks), _look(tx, complaint_id, "text", "routing", reader, role, with_identity=named))
    blank: Blank = (lambda text: unnamed(text, who)) if complaint.anonymous else str
    return {
        **_story(tx, complaint, blank, _LINK_SECONDS),
        "reporter_name": None if complaint.anonymous else who.name,
    }


def tell_contacts(tx: Transaction, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
    """Where reporters want to be told, for letters to them."""
    known = queries.identities(tx.session, complaint_ids)
    contacts: list[dict[str, Any]] = []
    looks: list[dict[str, Any]] = []
    for complaint in queries.complaints_of(tx.session, complaint_ids):
        complaint_id = complaint.complaint_id
        who = known.get(complaint_id, Identity())
        looks.append(_look(tx, complaint_id, "contact", "notify", with_identity=bool(who.phone or who.email)))
        contacts.append(
            {
                "complaint_id": complaint_id,
                "channel": complaint.channel,
                "phone": who.phone,
                "email": who.email,
                "language": complaint.language,
                "tracking_code": vault.open_code(complaint.code_sealed, complaint_id),
                "thread": who.thread,
                "subject": who.subject,
            }
        )
    if looks:
        tx.session.execute(insert(t.looks), looks)
    return {"contacts": contacts}


def tell_dossier(tx: Transaction, complaint_id: UUID) -> dict[str, Any]:
    """The reporter's part of a referral: with her identity only if she consented (UU 37/2008 art 24)."""
    complaint = queries.complaint(tx.session, complaint_id)
    who = queries.identity(tx.session, complaint_id)
    consented = complaint.ombudsman_consent
    look = _look(tx, complaint_id, "dossier", "ombudsman", role="ombudsman", with_identity=consented)
    tx.session.execute(insert(t.looks), look)
    blank: Blank = str if consented else (lambda text: without_identity(text, who))
    return {
        **_story(tx, complaint, blank, _DOSSIER_LINK_SECONDS),
        "ombudsman_consent": consented,
        "identity": _for_ombudsman(who) if consented else None,
    }


def _for_ombudsman(who: Identity) -> dict[str, str | None]:
    """Who she is; the name she gave for the Ombudsman counts before the one she complained by."""
    return {name: getattr(who, name) for name in _FOR_OMBUDSMAN} | {"name": who.full_name or who.name}


def tell_without_identity(session: Connection, complaint_id: UUID, texts: Sequence[str]) -> dict[str, Any]:
    """What others wrote about a complaint, without its reporter's identity. Raises NotFound."""
    queries.complaint(session, complaint_id)
    who = queries.identity(session, complaint_id)
    return {"texts": [without_identity(text, who) for text in texts]}


def _story(tx: Transaction, complaint: Row[Any], blank: Blank, seconds: int) -> dict[str, Any]:
    files = queries.by_message(queries.attachments(tx.session, complaint.complaint_id))
    return {
        **{
            name: getattr(complaint, name)
            for name in (
                "complaint_id",
                "channel",
                "language",
                "received_at",
                "anonymous",
                "confidential",
                "event_date",
                "district_code",
                "village_code",
            )
        },
        "title": blank(complaint.title),
        "body": blank(complaint.body),
        "location": blank(complaint.location) if complaint.location else None,
        "attachments": [told_file(file, blank, seconds) for file in files.get(None, [])],
        "messages": [
            {
                "message_id": message.message_id,
                "kind": message.kind,
                "channel": message.channel,
                "received_at": message.received_at,
                "body": blank(message.body),
                "attachments": [told_file(file, blank, seconds) for file in files.get(message.message_id, [])],
            }
            for message in queries.messages(tx.session, complaint.complaint_id)
        ],
    }


def told_file(file: Row[Any], blank: Blank = str, seconds: int = _LINK_SECONDS) -> dict[str, Any]:
    """An attachment as others see it, with a link that is good for a while."""
    return {
        "attachment_id": file.attachment_id,
        "name": blank(file.name),
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "url": signed_url("", file.attachment_id, seconds),
    }


def _look(
    tx: Transaction,
    complaint_id: UUID,
    what: str,
    service: str,
    reader: str | None = None,
    role: str | None = None,
    *,
    with_identity: bool,
) -> dict[str, Any]:
    """The record of a look."""
    return {
        "look_id": new_id(),
        "complaint_id": complaint_id,
        "at": tx.now,
        "what": what,
        "service": service,
        "reader": reader,
        "role": role,
        "with_identity": with_identity,
    }
