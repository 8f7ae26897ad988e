"""Questions put to the store by use cases and by other services; the desk's own are in desk.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, or_, select

from services.ombudsman.domain.bundle import Stamping
from services.ombudsman.domain.canonical import File, opened
from services.ombudsman.domain.delivery import may_have_arrived
from services.ombudsman.domain.parts import Head, Region, Requirement
from services.ombudsman.store.tables import (
    acknowledgements,
    areas,
    complaints,
    deliveries,
    files,
    limits,
    recommendations,
    referrals,
    regions,
    requests,
    requirements,
    supplements,
)
from shared.errors import NotFound
from shared.store import Transaction


def no_referral() -> NotFound:
    """The refusal for a referral that does not exist, or none that the asker may know of."""
    return NotFound("no_referral", "Rujukan ini tidak ditemukan.", "There is no such referral.")


def locked(tx: Transaction, referral_id: UUID) -> Row[Any]:
    """The referral, locked until the transaction ends. Raises NotFound."""
    return _one_locked(tx, select(referrals).where(referrals.c.referral_id == referral_id))


def locked_by_number(tx: Transaction, number: str) -> Row[Any]:
    """The referral of a number, locked until the transaction ends. Raises NotFound."""
    return _one_locked(tx, select(referrals).where(referrals.c.number == number))


def locked_of_complaint(tx: Transaction, complaint_id: UUID) -> Row[Any] | None:
    """The referral of a complaint, locked until the transaction ends, if there is one."""
    return tx.session.execute(
        select(referrals).where(referrals.c.complaint_id == complaint_id).with_for_update()
    ).first()


def _one_locked(tx: Transaction, statement: Select[Any]) -> Row[Any]:
    row = tx.session.execute(statement.with_for_update()).first()
    if row is None:
        raise no_referral()
    return row


def complaint(tx: Transaction, complaint_id: UUID) -> Row[Any] | None:
    """What was heard of a complaint, locked until the transaction ends, if anything was."""
    return tx.session.execute(
        select(complaints).where(complaints.c.complaint_id == complaint_id).with_for_update()
    ).first()


def region(session: Connection, code: str) -> Region:
    """A region by its code. Raises LookupError for one that data/regions.json does not know."""
    row = session.execute(select(regions).where(regions.c.code == code)).mappings().first()
    if row is None:
        raise LookupError(f"region {code} is not in data/regions.json")
    return Region(**row)


def head(session: Connection, row: Row[Any], supplement: Row[Any] | None = None) -> Head:
    """The head of a referral's file, or of a supplement to it."""
    further = (
        {"kind": "supplement", "revision": supplement.revision, "why": supplement.why, "made_at": supplement.wanted_at}
        if supplement
        else {"revision": row.revision}
    )
    return Head(
        referral_id=row.referral_id,
        complaint_id=row.complaint_id,
        number=row.number,
        created_at=row.created_at,
        clock=row.clock,
        due_at=row.due_at,
        due_date=row.due_date,
        region=region(session, row.region),
        cause=row.cause,
        **further,
    )


def supplement(session: Connection, referral_id: UUID, revision: int) -> Row[Any] | None:
    """The supplement of a revision, if that revision is one."""
    return session.execute(
        select(supplements).where(supplements.c.referral_id == referral_id, supplements.c.revision == revision)
    ).first()


def failed_supplement(session: Connection, referral_id: UUID) -> Row[Any] | None:
    """A supplement whose delivery was given up, if there is one."""
    return session.execute(
        select(supplements).where(supplements.c.referral_id == referral_id, supplements.c.state == "failed")
    ).first()


def open_request(session: Connection, referral_id: UUID) -> Row[Any] | None:
    """What the Ombudsman asked and nobody has answered yet."""
    return session.execute(
        select(requests).where(requests.c.referral_id == referral_id, requests.c.answered_at.is_(None))
    ).first()


def recommendation(session: Connection, referral_id: UUID) -> Row[Any] | None:
    """The recommendation of a referral, if there is one."""
    return session.execute(select(recommendations).where(recommendations.c.referral_id == referral_id)).first()


def limit(session: Connection, name: str, day: date) -> Row[Any]:
    """The limit of a name in force on a day: `amount`, `unit`, `source`. Raises LookupError."""
    row = session.execute(
        select(limits).where(
            limits.c.name == name,
            limits.c.valid_from <= day,
            or_(limits.c.valid_to.is_(None), limits.c.valid_to >= day),
        )
    ).first()
    if row is None:
        raise LookupError(f"no limit {name} is in force on {day}")
    return row


def requirements_on(session: Connection, day: date) -> list[Requirement]:
    """What article 24 asks of a report on a day, in the law's order."""
    rows = session.execute(
        select(requirements.c.key, requirements.c.article, requirements.c.label)
        .where(requirements.c.valid_from <= day, or_(requirements.c.valid_to.is_(None), requirements.c.valid_to >= day))
        .order_by(requirements.c.position)
    )
    return [Requirement(*row) for row in rows]


def area_names(session: Connection) -> dict[str, str]:
    """Names of districts and villages by their code."""
    return dict(session.execute(select(areas.c.code, areas.c.name)).all())


@dataclass(frozen=True, slots=True)
class Stored:
    """A composed file, its PDF, when it was composed, and its time stamp."""

    file: File
    pdf: bytes
    composed_at: datetime
    stamping: Stamping


def file_of(session: Connection, referral_id: UUID, revision: int) -> Stored | None:
    """The file of a revision, if it is composed."""
    row = session.execute(select(files).where(files.c.referral_id == referral_id, files.c.revision == revision)).first()
    if row is None:
        return None
    stamping = Stamping(row.stamping, row.stamp, row.stamped_at, row.not_stamped)
    return Stored(opened(row.json), row.pdf, row.composed_at, stamping)


def named_may_have_arrived(session: Connection, referral_id: UUID, revision: int | None = None) -> bool:
    """Whether a try to hand over a file with her identity (of this revision, or of any) may have succeeded unproved."""
    d, f = deliveries.c, files.c
    tries = (
        select(d.status, d.reply)
        .join(files, (f.referral_id == d.referral_id) & (f.revision == d.revision))
        .where(d.referral_id == referral_id, f.with_identity, d.delivered.is_(False))
    )
    if revision is not None:
        tries = tries.where(d.revision == revision)
    return any(may_have_arrived(one.status, one.reply) for one in session.execute(tries))


def hidden_identities(session: Connection, referral_id: UUID) -> list[dict[str, Any]]:
    """What the files of a referral say of a reporter who is anonymous to the agency; empty when they say nothing."""
    told = select(files.c.json).where(files.c.referral_id == referral_id, files.c.with_identity)
    reporters = (opened(json).content["parties"]["reporter"] for json in session.execute(told).scalars())
    return [one["identity"] for one in reporters if one["anonymous"] and one["identity"]]


def pending_supplement(session: Connection, referral_id: UUID) -> Row[Any] | None:
    """The supplement that is still to be composed or delivered, if there is one."""
    s = supplements.c
    wanted = select(supplements).where(s.referral_id == referral_id, s.state.in_(("wanted", "sending", "failed")))
    return session.execute(wanted.order_by(s.revision.desc())).first()


def referral(session: Connection, complaint_id: UUID) -> dict[str, Any]:
    """The referral of a complaint as other services may know it. Raises NotFound; a cancelled one is none."""
    row = session.execute(
        select(
            referrals.c.complaint_id,
            referrals.c.referral_id,
            referrals.c.number,
            referrals.c.state,
            referrals.c.with_identity,
            referrals.c.created_at,
            referrals.c.forwarded_at,
            acknowledgements.c.at.label("acknowledged_at"),
            recommendations.c.words.label("recommendation"),
            recommendations.c.due_date.label("recommendation_due"),
            requests.c.words.label("request"),
            requests.c.of.label("request_of"),
        )
        .outerjoin(acknowledgements, acknowledgements.c.referral_id == referrals.c.referral_id)
        .outerjoin(recommendations, recommendations.c.referral_id == referrals.c.referral_id)
        .outerjoin(requests, (requests.c.referral_id == referrals.c.referral_id) & requests.c.answered_at.is_(None))
        .where(referrals.c.complaint_id == complaint_id, referrals.c.state != "cancelled")
    ).first()
    if row is None:
        raise no_referral()
    return dict(row._mapping)
