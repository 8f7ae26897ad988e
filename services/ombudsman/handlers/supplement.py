"""A further file of the same referral, after the first went out. Never a second referral."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, insert, select, update

from services.ombudsman.handlers.moves import prepare_soon, say
from services.ombudsman.store.tables import supplements
from shared.store import Transaction

_PENDING = ("wanted", "sending", "failed")


def want_supplement(tx: Transaction, referral: Row[Any], why: str) -> None:
    """Have a further file composed and sent. One still under way is dropped: the new one holds what it would have."""
    drop_supplements(tx, referral)
    mine = supplements.c.referral_id == referral.referral_id
    last = tx.session.execute(select(func.max(supplements.c.revision)).where(mine)).scalar() or 0
    revision = max(last, referral.revision) + 1
    tx.session.execute(
        insert(supplements).values(
            referral_id=referral.referral_id, revision=revision, why=why, state="wanted", wanted_at=tx.now
        )
    )
    prepare_soon(tx, referral, revision)


def drop_supplements(tx: Transaction, referral: Row[Any]) -> None:
    """What is still under way is not sent any more."""
    mine = supplements.c.referral_id == referral.referral_id
    tx.session.execute(update(supplements).where(mine, supplements.c.state.in_(_PENDING)).values(state="dropped"))


def move_supplement(tx: Transaction, referral: Row[Any], revision: int, state: str, **changes: Any) -> None:
    """Note where a supplement is."""
    tx.session.execute(
        update(supplements)
        .where(supplements.c.referral_id == referral.referral_id, supplements.c.revision == revision)
        .values(state=state, **changes)
    )


def consent_came_too_late(tx: Transaction, referral: Row[Any]) -> None:
    """She took her consent back after the file with her identity had gone: she is told, and so is the Ombudsman."""
    say(tx, "referral.consent_too_late", referral, at=tx.now)
    want_supplement(tx, referral, "consent")
