"""What operations see of an outbox while the broker is away."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from shared import metrics
from shared.entrances import Relay
from shared.ids import new_id
from shared.messaging.publisher import ConfirmingPublisher, NotConfirmed
from tests.conftest import Starter

NOBODY_LISTENS = "amqp://ombudsman:x@127.0.0.1:1/aduan"


def test_an_outbox_that_cannot_be_emptied_is_seen_growing(service: Starter) -> None:
    store = service("ombudsman", worker=False).store
    complaint_id, referral_id = new_id(), new_id()
    with store.begin() as tx:
        tx.publish(
            "referral.closed",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "referral_id": referral_id,
                "number": "OMB-2026-0001",
                "closed_at": datetime.now(UTC),
            },
        )
    relay = Relay()
    relay.open_store = SimpleNamespace(store=store)
    relay._publisher = ConfirmingPublisher(NOBODY_LISTENS)
    relay._gauged = 0.0
    metrics.OUTBOX_PENDING.set(0)

    with pytest.raises(NotConfirmed):
        relay._round()

    assert metrics.OUTBOX_PENDING._value.get() == 1
