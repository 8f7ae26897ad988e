"""The two things every use case does with a referral: move it along the table, and say what happened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, update

from services.ombudsman.domain.states import NotPossible, after
from services.ombudsman.store.tables import referrals
from shared import metrics
from shared.errors import Conflict
from shared.store import Transaction


def move(tx: Transaction, referral: Row[Any], deed: str, **changes: Any) -> None:
    """Move a locked referral by a deed and note the changes. Raises Conflict when its state does not allow it."""
    try:
        state = after(referral.state, deed)
    except NotPossible:
        raise Conflict(
            "wrong_state",
            "Rujukan ini tidak lagi dalam tahap untuk tindakan itu. Muat ulang halamannya.",
            "The referral is no longer at the stage for that. Reload the page.",
        ) from None
    tx.session.execute(
        update(referrals).where(referrals.c.referral_id == referral.referral_id).values(state=state, **changes)
    )
    metrics.REFERRALS.labels(outcome=state).inc()


def say(tx: Transaction, name: str, referral: Row[Any], **data: Any) -> None:
    """Publish an event about a referral."""
    identity = {
        "complaint_id": referral.complaint_id,
        "referral_id": referral.referral_id,
        "number": referral.number,
    }
    tx.publish(name, referral.complaint_id, {**identity, **data})


def prepare_soon(tx: Transaction, referral: Row[Any], revision: int) -> None:
    """Have the file of a revision composed."""
    _soon(tx, "referral.prepare", referral, revision)


def deliver_soon(tx: Transaction, referral: Row[Any], revision: int) -> None:
    """Have the file of a revision delivered. A delivery that was given up begins anew."""
    _soon(tx, "referral.deliver", referral, revision)


def stamp_soon(tx: Transaction, referral: Row[Any], revision: int) -> None:
    """Have the file of a revision stamped; it is delivered after that."""
    _soon(tx, "referral.stamp", referral, revision)


def is_on_its_way(referral: Row[Any], supplement: Row[Any] | None, revision: int) -> bool:
    """Whether the file of a revision is to be handed over: the referral's own, or a supplement's."""
    if supplement:
        return bool(supplement.state == "sending")
    return bool(referral.state == "sending" and referral.revision == revision)


def _soon(tx: Transaction, kind: str, referral: Row[Any], revision: int) -> None:
    tx.schedule(
        kind,
        key=f"{referral.referral_id}:{revision}",
        due_at=tx.now,
        payload={"referral_id": str(referral.referral_id), "revision": revision},
        subject=referral.complaint_id,
    )
