"""A text message reaches us; it is kept, and read in a moment by its timer."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as upsert

from services.intake.adapters.contacts import normal_phone
from services.intake.store import tables as t
from services.intake.store import vault
from shared.ids import new_id
from shared.store import Transaction


def receive_sms(tx: Transaction, *, gateway_id: str, sender: str, raw: bytes, charset: str | None) -> None:
    """Keep a text message as it came, once for each gateway id.

    A sender that is no telephone (short codes, names of companies) cannot be answered: kept, never read.
    """
    phone = normal_phone(sender)
    sms_id = new_id()
    kept = tx.session.execute(
        upsert(t.inbound_sms)
        .values(
            sms_id=sms_id,
            gateway_id=gateway_id,
            sender_index=vault.index("phone", phone or sender),
            sealed=vault.sealed_sms(phone or sender, raw, charset, sms_id),
            received_at=tx.now,
            outcome=None if phone else "not a telephone",
        )
        .on_conflict_do_nothing(index_elements=["gateway_id"])
        .returning(t.inbound_sms.c.sms_id)
    ).first()
    if kept and phone:
        tx.schedule("sms.process", key=str(sms_id), due_at=tx.now, payload={"sms_id": str(sms_id)})
