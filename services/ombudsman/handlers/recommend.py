"""The Ombudsman recommends what the agency must do (UU 37/2008 art 38)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from services.ombudsman.handlers import follow_up
from services.ombudsman.handlers.moves import move, say
from services.ombudsman.handlers.unnamed import must_not_name_her
from services.ombudsman.store import queries
from services.ombudsman.store.tables import recommendations
from shared.store import Transaction


def recommend(tx: Transaction, number: str, account_id: UUID, words: str) -> None:
    """Keep the recommendation and the day by which its carrying out must be reported.

    The agency reads it: Invalid is raised for one that names an anonymous reporter; also NotFound, Conflict.

    The day counts from the day after, as all limits of this system do.
    """
    referral = queries.locked_by_number(tx, number)
    move(tx, referral, "recommend")
    must_not_name_her(tx, referral, words, "words")
    region = queries.region(tx.session, referral.region)
    today = tx.now.astimezone(ZoneInfo(region.timezone)).date()
    limit = queries.limit(tx.session, "recommendation", today)
    due_date = today + timedelta(days=limit.amount)
    tx.session.execute(
        insert(recommendations).values(
            referral_id=referral.referral_id,
            account_id=account_id,
            words=words,
            due_date=due_date,
            source=limit.source,
            at=tx.now,
        )
    )
    follow_up.schedule(tx, referral, region, today, due_date)
    say(tx, "referral.recommended", referral, recommended_at=tx.now)
