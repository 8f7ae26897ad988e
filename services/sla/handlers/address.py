"""The supervisor says which office gets which report from when on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, insert

from services.sla.store import editions
from services.sla.store.tables import addressees
from shared.errors import Conflict
from shared.ids import new_id
from shared.store import Transaction


def add_addressee(
    tx: Transaction,
    office: str,
    email: str,
    language: str,
    frequency: str,
    agency_id: str | None,
    valid_from: date,
    officer_id: UUID,
) -> UUID:
    """An office gets the reports of a frequency, of the region or of one agency. Raises Conflict when it does."""
    t = addressees.c
    same = (func.lower(t.email) == email.lower(), t.frequency == frequency, t.valid_to.is_(None))
    known = addressees.select().where(*same, t.agency_id.is_not_distinct_from(agency_id))
    if tx.session.execute(known).first():
        raise Conflict("known_addressee", "Alamat itu sudah menerima laporan ini.", "That address gets this already.")
    addressee_id = new_id()
    row = {"addressee_id": addressee_id, "office": office, "email": email, "language": language}
    row |= {"frequency": frequency, "agency_id": agency_id, "valid_from": valid_from}
    tx.session.execute(insert(addressees).values(**row, added_by=officer_id, added_at=tx.now))
    return addressee_id


def end_addressee(tx: Transaction, addressee_id: UUID, last: date) -> None:
    """The office gets none after a day. Again changes nothing. Raises NotFound."""
    row = editions.addressee(tx.session, addressee_id)
    if row.valid_to is None:
        end = max(last, row.valid_from)
        tx.session.execute(addressees.update().where(addressees.c.addressee_id == addressee_id).values(valid_to=end))
