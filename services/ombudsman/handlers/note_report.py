"""The agency reported to the Ombudsman how a recommendation was carried out, by another way than its answer here."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from services.ombudsman.store import queries
from services.ombudsman.store.tables import recommendations
from shared.errors import Conflict
from shared.store import Transaction


def note_report(tx: Transaction, number: str, account_id: UUID, how: str) -> None:
    """Note the report (UU 37/2008 art 38), also after closing: from here on nobody is reminded.

    Raises NotFound, and Conflict when no report is owed.
    """
    referral = queries.locked_by_number(tx, number)
    r = recommendations.c
    owed = update(recommendations).where(r.referral_id == referral.referral_id, r.reported_at.is_(None))
    noted = owed.values(reported_at=tx.now, reported_to=account_id, reported_how=how).returning(r.referral_id)
    if tx.session.execute(noted).first() is None:
        raise Conflict(
            "no_report_owed",
            "Pada rujukan ini tidak ada laporan pelaksanaan rekomendasi yang ditunggu.",
            "No report on a recommendation is owed on this referral.",
        )
