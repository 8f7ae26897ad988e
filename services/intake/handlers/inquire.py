"""A sender is owed an answer that opens nothing: a question, or something we could not use."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from services.intake.domain.draft import Identity
from services.intake.store import tables as t
from services.intake.store import vault
from shared import metrics
from shared.ids import new_id
from shared.store import Transaction


def inquire(
    tx: Transaction,
    kind: str,
    sender: Identity,
    *,
    channel: str,
    complaint_id: UUID | None = None,
    language: str = "id",
    at: datetime | None = None,
) -> UUID:
    """Keep whom to answer (sealed) and say that an answer is owed. `complaint_id` only where the sender may know it."""
    inquiry_id = new_id()
    at = at or tx.now
    tx.session.execute(
        insert(t.inquiries).values(
            inquiry_id=inquiry_id,
            complaint_id=complaint_id,
            kind=kind,
            channel=channel,
            language=language,
            sealed=vault.sealed_json(asdict(sender), f"inquiries/{inquiry_id}"),
            received_at=at,
        )
    )
    tx.publish(
        "inquiry.received",
        inquiry_id,
        {
            "inquiry_id": inquiry_id,
            "complaint_id": complaint_id,
            "kind": kind,
            "channel": channel,
            "received_at": at,
        },
        time=at,
    )
    if kind not in ("status", "help"):
        metrics.REFUSED_INPUT.labels(channel, kind).inc()
    return inquiry_id
