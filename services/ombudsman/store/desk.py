"""Questions of the desk: which referrals there are, and everything about one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, Table, func, select
from sqlalchemy.orm import Session

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
    sandbox_deliveries,
    signin,
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
    current: Select[Any] = select(files.c.sha256, files.c.with_identity, files.c.composed_at).where(
        files.c.referral_id == row.referral_id, files.c.revision == row.revision
    )
    tries = session.execute(
        select(deliveries).where(deliveries.c.referral_id == row.referral_id).order_by(deliveries.c.at.desc())
    ).all()
    seen = select(func.count()).select_from(looks).where(looks.c.referral_id == row.referral_id)
    return Referral(
        row=row,
        file=session.execute(current).first(),
        deliveries=tries,
        acknowledgement=_deed(session, acknowledgements, row),
        recommendation=_deed(session, recommendations, row),
        closing=_deed(session, closings, row),
        looks=session.execute(seen).scalar_one(),
    )


def _deed(session: Session, table: Table, row: Row[Any]) -> Row[Any] | None:
    """What the Ombudsman's people did, with the name of who did it."""
    accounts = signin.accounts
    return session.execute(
        select(table, accounts.c.display_name.label("by"))
        .join(accounts, accounts.c.account_id == table.c.account_id)
        .where(table.c.referral_id == row.referral_id)
    ).first()


def sandbox_mail(session: Session) -> Sequence[Row[Any]]:
    """The newest mails that were shown instead of sent."""
    return session.execute(
        select(sandbox_deliveries, deliveries.c.at, referrals.c.number)
        .join(deliveries, deliveries.c.delivery_id == sandbox_deliveries.c.delivery_id)
        .join(referrals, referrals.c.referral_id == deliveries.c.referral_id)
        .order_by(deliveries.c.at.desc())
        .limit(PAGE)
    ).all()
