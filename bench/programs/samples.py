"""The events that are sent to and fro: a complaint as it is registered, and the clock it starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import EventType, event_type
from shared.ids import new_id
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, Outgoing

SOURCE, NAME = "intake", "complaint.registered"
WINDOW = 200


def registered(complaint_id: UUID) -> dict[str, Any]:
    """Data of `complaint.registered`, Python values."""
    return {
        "complaint_id": complaint_id,
        "channel": "sms",
        "language": "id",
        "received_at": datetime.now(UTC),
        "region": "74.08",
        "district_code": "74.08.05",
        "village_code": None,
        "category": None,
        "agency_id": None,
        "anonymous": False,
        "confidential": False,
        "ombudsman_consent": True,
        "event_date": None,
        "attachments": 0,
    }


def clock_started(complaint_id: UUID, now: datetime) -> dict[str, Any]:
    """Data of `clock.started`, Python values."""
    due = now + timedelta(days=3)
    return {
        "complaint_id": complaint_id,
        "clock_id": new_id(),
        "clock": "verification",
        "agency_id": None,
        "started_at": now,
        "due_at": due,
        "due_date": due.date(),
        "days": 3,
        "unit": "working_days",
        "rule_set": "bench",
        "source": "bench",
    }


def status(complaint_id: str) -> dict[str, Any]:
    """The answer to intake's `status`, JSON values."""
    return {
        "complaint_id": complaint_id,
        "channel": "sms",
        "received_at": datetime.now(UTC).isoformat(),
        "anonymous": False,
        "confidential": False,
        "ombudsman_consent": True,
        "withdrawn": False,
    }


def fill(url: str, exchange: str, routing_key: str, count: int) -> None:
    """Publish so many registered complaints, each the first word about it; on the exchange "" the key is a queue."""
    contract = event_type(SOURCE, NAME)
    publisher = ConfirmingPublisher(url)
    for start in range(0, count, WINDOW):
        publisher.publish([_message(exchange, routing_key, contract) for _ in range(min(WINDOW, count - start))])
    publisher.close()


def _message(exchange: str, routing_key: str, contract: EventType) -> Outgoing:
    complaint_id = new_id()
    body = contract.write(registered(complaint_id)).encode()
    headers = envelope.headers(
        event_id=new_id(),
        source=SOURCE,
        type_=contract.type,
        subject=complaint_id,
        time=datetime.now(UTC),
        sequence=1,
        traceparent=None,
    )
    return Outgoing(exchange, routing_key, body, headers, str(new_id()))
