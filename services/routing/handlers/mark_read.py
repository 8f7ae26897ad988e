"""What the reporter said has been read by who must act on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from services.routing.domain.case import Case, Officer
from services.routing.domain.rights import may
from services.routing.store.tables import cases
from shared.store import Transaction


def mark_read(tx: Transaction, officer: Officer, case: Case, shown_at: datetime) -> None:
    """The case has no news up to `shown_at`, when she is the one it waits for: the coordinator or its agency."""
    waits_for_her = may(officer, "answer", case) if case.agency_id else may(officer, "dispatch", case)
    if waits_for_her and case.news_at and case.news_at <= shown_at:
        tx.session.execute(
            update(cases)
            .where(cases.c.complaint_id == case.complaint_id, cases.c.news_at == case.news_at)
            .values(news_at=None)
        )
