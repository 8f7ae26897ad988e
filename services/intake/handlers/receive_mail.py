"""A mail reaches us; it is kept whole and sealed before the sender hears 250, and read in a moment by its timer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert

from services.intake.adapters.mails import with_envelope
from services.intake.store import tables as t
from services.intake.store import vault
from shared.ids import new_id
from shared.store import Transaction


def receive_mail(tx: Transaction, raw: bytes, *, sender: str, recipient: str) -> UUID:
    """Keep a mail as it came, with its envelope."""
    mail_id = new_id()
    tx.session.execute(
        insert(t.inbound_mails).values(
            mail_id=mail_id,
            sealed=vault.sealed_mail(with_envelope(raw, sender, recipient), mail_id),
            size=len(raw),
            received_at=tx.now,
        )
    )
    tx.schedule("mail.process", key=str(mail_id), due_at=tx.now, payload={"mail_id": str(mail_id)})
    return mail_id
