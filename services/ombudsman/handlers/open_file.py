"""Somebody at the Ombudsman opens a file; every look is recorded."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert

from services.ombudsman.domain.states import WITH_OMBUDSMAN
from services.ombudsman.store import queries
from services.ombudsman.store.queries import Stored
from services.ombudsman.store.tables import looks
from shared.errors import NotFound
from shared.ids import new_id
from shared.store import Transaction


def open_file(tx: Transaction, number: str, account_id: UUID, what: str) -> Stored:
    """The newest file that was handed over. `what` is page, pdf, json or zip.

    Raises NotFound before it was handed over: until then the reporter may
    change her mind, and nobody reads it.
    """
    referral = queries.locked_by_number(tx, number)
    found = queries.file_of(tx.session, referral.referral_id, referral.revision)
    if referral.state not in WITH_OMBUDSMAN or found is None:
        raise NotFound("no_file", "Berkas ini belum diserahkan.", "This file has not been handed over.")
    tx.session.execute(
        insert(looks).values(
            look_id=new_id(), referral_id=referral.referral_id, account_id=account_id, what=what, at=tx.now
        )
    )
    return found
