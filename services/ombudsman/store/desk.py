"""Questions of the desk: which referrals there are, and everything about one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, exists, func, select

from services.ombudsman.store.queries import no_referral
from services.ombudsman.store.tables import (
    acknowledgements,
    closings,
    complaints,
    deliveries,
    files,
    looks,
    recommendations,
    referrals,
    regions,
    requests,
    sandbox_deliveries,
    signin,
    supplements,
)

PAGE = 50
"""Referrals on one page of the list."""


@dataclass(frozen=True, slots=True)
class Referral:
    """Everything the desk shows of a referral but the words of its file.

    `file` is what went out, or is wanted now: its hash and whether it names the
    reporter; None while it is not composed. `deliveries` are newest first.
    """

    row: Row[Any]
    file: Row[Any] | None
    deliveries: Sequence[Row[Any]]
    acknowledgement: Row[Any] | None
    recommendation: Row[Any] | None
    closing: Row[Any] | None
    looks: int
    requests: Sequence[Row[Any]]
    supplements: Sequence[Row[Any]]

    @property
    def has_stopped(self) -> bool:
        """Whether a delivery was given up and waits for an operator."""
        return self.row.state == "failed" or any(s.state == "failed" for s in self.supplements)

    @property
    def owes_report(self) -> bool:
        """Whether the agency has still to report how a recommendation was carried out, also after closing."""
        return self.recommendation is not None and self.recommendation.reported_at is None


def counts(session: Connection) -> dict[str, int]:
    """How many referrals are in each state; states without any are left out."""
    return dict(session.execute(select(referrals.c.state, func.count()).group_by(referrals.c.state)).all())


def listed(session: Connection, states: Collection[str], page: int) -> Sequence[Row[Any]]:
    """One page of the referrals in the states, newest first; `page` counts from 1."""
    statement: Select[Any] = (
        select(
            referrals.c.number,
            referrals.c.state,
            referrals.c.created_at,
            referrals.c.forwarded_at,
            referrals.c.due_date,
            referrals.c.cause,
            _waits(requests.c.referral_id, requests.c.answered_at.is_(None)).label("asked"),
            _waits(recommendations.c.referral_id, recommendations.c.overdue_at.is_not(None)).label("overdue"),
            referrals.c.with_identity,
            regions.c.name.label("region_name"),
            closings.c.at.label("closed_at"),
        )
        .join(regions, regions.c.code == referrals.c.region)
        .outerjoin(closings, closings.c.referral_id == referrals.c.referral_id)
        .where(referrals.c.state.in_(states))
        .order_by(referrals.c.created_at.desc(), referrals.c.number.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return session.execute(statement).all()


def referral(session: Connection, number: str) -> Referral:
    """The referral of a number. Raises NotFound."""
    wanted: Select[Any] = (
        select(
            referrals,
            complaints.c.consent,
            complaints.c.consent_at,
            complaints.c.withdrawn_at,
            complaints.c.answered_at,
            complaints.c.closed_at.label("case_closed_at"),
        )
        .join(complaints, complaints.c.complaint_id == referrals.c.complaint_id)
        .where(referrals.c.number == number)
    )
    row = session.execute(wanted).first()
    if row is None:
        raise no_referral()
    told = ("sha256", "with_identity", "composed_at", "stamping", "stamped_at", "not_stamped")
    current: Select[Any] = select(*(files.c[name] for name in told)).where(
        files.c.referral_id == row.referral_id, files.c.revision == row.revision
    )
    tries: Select[Any] = (
        select(deliveries).where(deliveries.c.referral_id == row.referral_id).order_by(deliveries.c.at.desc())
    )
    seen = select(func.count()).select_from(looks).where(looks.c.referral_id == row.referral_id)
    return Referral(
        row=row,
        file=session.execute(current).first(),
        deliveries=session.execute(tries).all(),
        acknowledgement=_deed(session, acknowledgements, row),
        recommendation=_deed(session, recommendations, row),
        closing=_deed(session, closings, row),
        looks=session.execute(seen).scalar_one(),
        requests=session.execute(
            select(requests).where(requests.c.referral_id == row.referral_id).order_by(requests.c.at)
        ).all(),
        supplements=session.execute(
            select(supplements).where(supplements.c.referral_id == row.referral_id).order_by(supplements.c.revision)
        ).all(),
    )


def _waits(referral_id: Any, condition: Any) -> Any:
    """Whether a referral of the list has such a row."""
    return exists().where(referral_id == referrals.c.referral_id, condition)


def _deed(session: Connection, table: Table, row: Row[Any]) -> Row[Any] | None:
    """What the Ombudsman's people did, with the name of who did it."""
    accounts = signin.accounts
    statement: Select[Any] = (
        select(table, accounts.c.display_name.label("by"))
        .join(accounts, accounts.c.account_id == table.c.account_id)
        .where(table.c.referral_id == row.referral_id)
    )
    return session.execute(statement).first()


def sandbox_mail(session: Connection) -> Sequence[Row[Any]]:
    """The newest mails that were shown instead of sent."""
    statement: Select[Any] = (
        select(sandbox_deliveries, deliveries.c.at, referrals.c.number)
        .join(deliveries, deliveries.c.delivery_id == sandbox_deliveries.c.delivery_id)
        .join(referrals, referrals.c.referral_id == deliveries.c.referral_id)
        .order_by(deliveries.c.at.desc())
        .limit(PAGE)
    )
    return session.execute(statement).all()
