"""The supervisor says what becomes of a recommendation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from services.sla.store.tables import recommendations
from shared.errors import Conflict, Invalid, NotFound
from shared.store import Transaction

NEXT = {"proposed": ("accepted", "done", "rejected"), "accepted": ("done", "rejected"), "done": (), "rejected": ()}
"""What a recommendation can become. What is done or rejected stays so; found again it is recommended anew."""

WITH_WORDS = ("done", "rejected")


def advise(tx: Transaction, recommendation_id: UUID, status: str, words: str, officer_id: UUID) -> None:
    """Set the status, with words when it is done or rejected. Raises NotFound, Invalid, Conflict."""
    t = recommendations
    mine = t.c.recommendation_id == recommendation_id
    row = tx.session.execute(select(t.c.status).where(mine).with_for_update()).first()
    if row is None:
        raise NotFound("no_such_recommendation", "Rekomendasi ini tidak ditemukan.", "There is no such recommendation.")
    if status not in NEXT[row.status]:
        raise Conflict(
            "status_passed",
            "Keadaan rekomendasi ini sudah berubah. Muat ulang halaman ini.",
            "The recommendation has changed meanwhile. Load this page again.",
        )
    words = words.strip()
    if status in WITH_WORDS and not words:
        raise Invalid(
            "words_missing",
            "Tulis apa yang dilakukan, atau mengapa ditolak.",
            "Write what was done, or why it is rejected.",
            {"kata": ["Tulis apa yang dilakukan, atau mengapa ditolak."]},
        )
    tx.session.execute(
        t.update().where(mine).values(status=status, words=words or None, set_by=officer_id, set_at=tx.now)
    )
