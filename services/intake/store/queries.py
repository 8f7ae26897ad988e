"""Questions to the store, one function each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.intake.domain.draft import Identity, Limits
from services.intake.domain.stages import FINISHED
from services.intake.store import tables as t
from services.intake.store import vault
from shared.errors import NotFound
from shared.store.memo import kept_for_a_while

# -- facts -----------------------------------------------------------------------------------------


@kept_for_a_while
def limits(session: Connection, day: date) -> Limits:
    """The limits in force on a day."""
    rows = session.execute(
        select(t.limits.c.name, t.limits.c.value)
        .ext(distinct_on(t.limits.c.name))
        .where(t.limits.c.valid_from <= day)
        .order_by(t.limits.c.name, t.limits.c.valid_from.desc())
    )
    return Limits(**{row.name: row.value for row in rows})


@kept_for_a_while
def home_region(session: Connection) -> str:
    """The regency this house serves: the first one loaded."""
    code: str = session.execute(
        select(t.areas.c.code).where(t.areas.c.kind == "regency").order_by(t.areas.c.code).limit(1)
    ).scalar_one()
    return code


def today(session: Connection, region: str, now: datetime) -> date:
    """The day at a regency's place."""
    return now.astimezone(_zone(session, region)).date()


@kept_for_a_while
def _zone(session: Connection, region: str) -> ZoneInfo:
    return ZoneInfo(session.execute(select(t.areas.c.timezone).where(t.areas.c.code == region)).scalar_one())


def areas(session: Connection) -> Sequence[Row[Any]]:
    """Districts and villages, each district followed by its villages; by code, as people are used to."""
    return session.execute(select(t.areas).where(t.areas.c.kind != "regency").order_by(t.areas.c.code)).all()


@kept_for_a_while
def area(session: Connection, code: str) -> Row[Any] | None:
    return session.execute(select(t.areas).where(t.areas.c.code == code)).first()


def categories(session: Connection, offered: bool = False) -> Sequence[Row[Any]]:
    """The tree of subjects in its order; `offered`: only those on the complaint form."""
    query = select(t.categories).order_by(t.categories.c.position)
    return session.execute(query.where(t.categories.c.offered) if offered else query).all()


@kept_for_a_while
def has_category(session: Connection, code: str) -> bool:
    return session.execute(select(t.categories.c.code).where(t.categories.c.code == code)).first() is not None


def keywords(session: Connection, day: date) -> dict[str, str]:
    """The words that open a complaint by text message on a day, and their regions; first the one people are told."""
    k = t.keywords
    query = select(k).where(k.c.valid_from <= day, or_(k.c.valid_to.is_(None), k.c.valid_to >= day))
    return {row.keyword: row.region for row in session.execute(query.order_by(k.c.shown.desc(), k.c.keyword))}


def file_types(session: Connection) -> dict[str, str]:
    """Media types that are taken, with the name people know them by."""
    return {row.media_type: row.name for row in session.execute(select(t.file_types))}


# -- complaints ------------------------------------------------------------------------------------


def by_code(session: Connection, code: str) -> UUID | None:
    """The complaint a normal code belongs to."""
    found: UUID | None = session.execute(
        select(t.complaints.c.complaint_id).where(t.complaints.c.code_index == vault.index("code", code))
    ).scalar()
    return found


def complaint(session: Connection, complaint_id: UUID, *, lock: bool = False) -> Row[Any]:
    """A complaint's row, locked until the end of the transaction if asked. Raises NotFound."""
    query = select(t.complaints).where(t.complaints.c.complaint_id == complaint_id)
    row = session.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound("complaint_not_found", "Laporan tidak ditemukan.", "There is no such report.")
    return row


def complaints_of(session: Connection, complaint_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """The rows of some complaints; unknown ones are left out."""
    return session.execute(select(t.complaints).where(t.complaints.c.complaint_id.in_(complaint_ids))).all()


def identity(session: Connection, complaint_id: UUID) -> Identity:
    """Who the reporter is, opened. All of it may be missing."""
    return identities(session, [complaint_id]).get(complaint_id, Identity())


def identities(session: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, Identity]:
    """The same for several complaints; those that gave nothing are left out."""
    rows = session.execute(select(t.identities).where(t.identities.c.complaint_id.in_(complaint_ids)))
    return {row.complaint_id: vault.open_identity(row.sealed, row.complaint_id) for row in rows}


def complaints_from(session: Connection, sender: Identity, *, only_open: bool) -> list[UUID]:
    """The complaints of a telephone number or mail address, newest first."""
    i, c = t.identities, t.complaints
    mine = []
    if sender.phone:
        mine.append(i.c.phone_index == vault.index("phone", sender.phone))
    if sender.email:
        mine.append(i.c.email_index == vault.index("email", sender.email))
    query = select(c.c.complaint_id).join(i, i.c.complaint_id == c.c.complaint_id).where(or_(*mine))
    if only_open:
        query = query.where(c.c.state.not_in(FINISHED))
    return list(session.execute(query.order_by(c.c.complaint_id.desc()).limit(50)).scalars())


def is_from(session: Connection, complaint_id: UUID, email: str) -> bool:
    """Whether a complaint is that of a mail address."""
    i = t.identities
    return (
        session.execute(
            select(i.c.complaint_id).where(
                i.c.complaint_id == complaint_id, i.c.email_index == vault.index("email", email)
            )
        ).first()
        is not None
    )


def messages(session: Connection, complaint_id: UUID) -> Sequence[Row[Any]]:
    """What the reporter added, oldest first."""
    return session.execute(
        select(t.messages).where(t.messages.c.complaint_id == complaint_id).order_by(t.messages.c.received_at)
    ).all()


def attachments(session: Connection, complaint_id: UUID) -> Sequence[Row[Any]]:
    """All files of a complaint and its messages, in the order they came."""
    a = t.attachments
    return session.execute(select(a).where(a.c.complaint_id == complaint_id).order_by(a.c.attachment_id)).all()


def attachment(session: Connection, attachment_id: UUID) -> Row[Any]:
    """One file. Raises NotFound."""
    row = session.execute(select(t.attachments).where(t.attachments.c.attachment_id == attachment_id)).first()
    if row is None:
        raise NotFound("file_not_found", "Berkas tidak ditemukan.", "The file was not found.")
    return row


def rating(session: Connection, complaint_id: UUID, answer: int) -> Row[Any] | None:
    """How the reporter rated the answer of that number."""
    r = t.ratings
    return session.execute(select(r).where(r.c.complaint_id == complaint_id, r.c.answer == answer)).first()


def looks(session: Connection, complaint_id: UUID) -> Sequence[Row[Any]]:
    """Who read the reporter's words or identity: by service, role and what; how often and when last."""
    k = t.looks
    last, kinds = func.max(k.c.at), (k.c.service, k.c.role, k.c.what, k.c.with_identity)
    return session.execute(
        select(*kinds, func.count().label("times"), last.label("last"))
        .where(k.c.complaint_id == complaint_id)
        .group_by(*kinds)
        .order_by(last.desc())
    ).all()


# -- what came in ----------------------------------------------------------------------------------


def waiting_sms(session: Connection, sender_index: bytes, up_to: UUID) -> Sequence[Row[Any]]:
    """A sender's text messages that wait to be read, oldest first, up to a certain one."""
    s = t.inbound_sms
    return session.execute(
        select(s)
        .where(s.c.sender_index == sender_index, s.c.outcome.is_(None), s.c.sms_id <= up_to)
        .order_by(s.c.sms_id)
    ).all()


def inbound_sms(session: Connection, sms_id: UUID) -> Row[Any]:
    return session.execute(select(t.inbound_sms).where(t.inbound_sms.c.sms_id == sms_id)).one()


def inbound_mail(session: Connection, mail_id: UUID) -> Row[Any]:
    return session.execute(select(t.inbound_mails).where(t.inbound_mails.c.mail_id == mail_id)).one()


def mail_is_known(session: Connection, message_index: bytes) -> bool:
    """Whether a mail with this sender and Message-ID was dealt with before."""
    m = t.inbound_mails
    return (
        session.execute(
            select(m.c.mail_id).where(and_(m.c.message_index == message_index, m.c.outcome.is_not(None)))
        ).first()
        is not None
    )


def inquiry(session: Connection, inquiry_id: UUID) -> Row[Any]:
    """An inquiry's row. Raises NotFound."""
    row = session.execute(select(t.inquiries).where(t.inquiries.c.inquiry_id == inquiry_id)).first()
    if row is None:
        raise NotFound("inquiry_not_found", "Pertanyaan tidak ditemukan.", "There is no such inquiry.")
    return row


def by_message(rows: Iterable[Row[Any]]) -> dict[UUID | None, list[Row[Any]]]:
    """Attachments grouped by the message they came with; None: with the complaint itself."""
    grouped: dict[UUID | None, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.message_id, []).append(row)
    return grouped
