"""What other services say become facts of the complaints' histories; the clocks follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.sla.domain.history import Fact
from services.sla.handlers.recompute import recompute
from services.sla.store import histories
from services.sla.store.book import book_until_commit
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Transaction

FACTS: Mapping[str, Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "intake": {
        "complaint.registered": ("registered", "received_at", {"category": "category"}),
        "complaint.completed": ("completed", "completed_at", {}),
        "complaint.message_received": ("replied", "received_at", {}),
        "complaint.objected": ("objected", "at", {}),
        "complaint.withdrawn": ("withdrawn", "withdrawn_at", {"how": "reason"}),
    },
    "routing": {
        "case.verified": ("verified", "verified_at", {"class_": "class_", "category": "category"}),
        "case.completeness_requested": ("completeness_requested", "requested_at", {}),
        "case.dispatched": ("dispatched", "dispatched_at", {"agency_id": "agency_id"}),
        "case.returned": ("returned", "returned_at", {"agency_id": "agency_id"}),
        "case.answered": ("answered", "answered_at", {"agency_id": "agency_id", "substantive": "substantive"}),
        "case.closed": ("closed", "closed_at", {"how": "how"}),
        "case.reopened": ("reopened", "reopened_at", {"agency_id": "agency_id", "how": "why"}),
        "case.archived": ("archived", "archived_at", {"how": "reason"}),
        "case.reclassified": ("reclassified", "reclassified_at", {"class_": "class_"}),
        "case.merged": ("merged", "merged_at", {}),
    },
    "ombudsman": {"referral.forwarded": ("forwarded", "forwarded_at", {})},
}
"""Source and event: what kind of fact it is, which field says when, and where the fact's own fields come from."""


def record(tx: Transaction, events: Sequence[Event]) -> None:
    """Append the facts and derive the clocks. Whatever comes before a registration waits for it (NotYet)."""
    if new := [_opened(tx, event) for event in events if event.name == "complaint.registered"]:
        histories.open_cases(tx.session, new)
    cases = histories.lock_cases(tx.session, [event.subject for event in events])
    if len(cases) < len(events):
        raise NotYet("the complaint is not known here yet")
    if known := [(event.subject, _fact(event)) for event in events if not _is_told_otherwise(event)]:
        histories.add_facts(tx.session, known)
    numbers = {event.subject: event.data["case_number"] for event in events if event.data.get("case_number")}
    recompute(tx, list(cases.values()), numbers)
    verified = [event for event in events if event.name == "case.verified"]
    histories.change_cases(
        tx.session, [{"complaint_id": event.subject, "category": event.data["category"]} for event in verified]
    )


def _opened(tx: Transaction, event: Event) -> dict[str, Any]:
    """The first row of a complaint."""
    region, received_at = event.data["region"], event.data["received_at"]
    return {
        "complaint_id": event.subject,
        "region": region,
        "district_code": event.data["district_code"],
        "channel": event.data["channel"],
        "category": event.data["category"],
        "confidential": event.data["confidential"],
        "state": "unverified",
        "received_at": received_at,
        "received_on": book_until_commit(tx.session).calendar(region).local_day(received_at),
    }


def _is_told_otherwise(event: Event) -> bool:
    """An objection comes as a message too."""
    return event.name == "complaint.message_received" and event.data["kind"] == "objection"


def _fact(event: Event) -> Fact:
    what, when, details = FACTS[event.source][event.name]
    return Fact(event.id, what, event.data[when], **{name: event.data[field] for name, field in details.items()})
