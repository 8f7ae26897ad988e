"""What another service says becomes a fact of the complaint's history; its clocks follow."""

from __future__ import annotations

from collections.abc import Mapping

from services.sla.domain.history import Fact
from services.sla.handlers.recompute import recompute
from services.sla.store import histories
from services.sla.store.book import book
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Transaction

FACTS: Mapping[str, Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "intake": {
        "complaint.registered": ("registered", "received_at", {}),
        "complaint.completed": ("completed", "completed_at", {}),
        "complaint.objected": ("objected", "at", {}),
        "complaint.withdrawn": ("withdrawn", "withdrawn_at", {"how": "reason"}),
    },
    "routing": {
        "case.verified": ("verified", "verified_at", {"class_": "class_"}),
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


def record(tx: Transaction, event: Event) -> None:
    """Append the fact and derive the clocks. Whatever comes before the registration waits for it (NotYet)."""
    what, when, details = FACTS[event.source][event.name]
    at = event.data[when]
    if what == "registered":
        histories.open_case(
            tx.session,
            {
                "complaint_id": event.subject,
                "region": event.data["region"],
                "district_code": event.data["district_code"],
                "channel": event.data["channel"],
                "state": "unverified",
                "received_at": at,
                "received_on": book(tx.session).calendar(event.data["region"]).local_day(at),
            },
        )
    case = histories.lock_case(tx.session, event.subject)
    if case is None:
        raise NotYet("the complaint is not known here yet")
    fact = Fact(event.id, what, at, **{name: event.data[field] for name, field in details.items()})
    histories.add_fact(tx.session, event.subject, fact)
    number = event.data.get("case_number")
    recompute(tx, case, **({"case_number": number} if number else {}))
