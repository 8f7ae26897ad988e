"""What other services are told: the answers of routing's RPC methods, in the shapes of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from services.routing.domain.case import Case
from services.routing.handlers.refusals import refusal
from services.routing.store import queries
from services.routing.store.queries import Found
from shared.errors import NotFound
from shared.links import signed_url
from shared.texts import day

FOR_THE_REPORTER: Final = (
    "registered",
    "verified",
    "completeness_requested",
    "completed",
    "dispatched",
    "returned",
    "interim",
    "answered",
    "promised",
    "objected",
    "reopened",
    "rated",
    "closed",
    "archived",
    "withdrawn",
    "reclassified",
    "merged",
    "escalated",
    "forwarded",
    "explained",
)
"""The entries the reporter sees. Notes, reasons for the desk and officers' names are not among what she is told."""

FOR_THE_OMBUDSMAN: Final = ("explained",)
"""The entries whose words and files only the Ombudsman reads."""

SAID: Final = ("completeness_requested", "returned", "interim", "answered", "promised", "archived")
"""The entries whose words `said` gives out."""


def case(session: Connection, complaint_id: UUID) -> dict[str, Any]:
    """Where a case stands. Raises NotFound."""
    found = _case(session, complaint_id)
    return {
        "complaint_id": found.complaint_id,
        "case_number": found.case_number,
        **_standing(session, found),
        "category": found.category,
        "agency_id": found.agency_id,
        "dispatches": found.dispatches,
        "returns": found.returns,
    }


def cases(session: Connection, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
    """Where cases stand; unknown ones are left out."""
    return {"cases": queries.standings(session, complaint_ids)}


def locks(session: Connection, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
    """Which agencies must not hear of which of these complaints."""
    return {"locks": queries.locked_agencies(session, complaint_ids)}


def timeline(session: Connection, complaint_id: UUID) -> dict[str, Any]:
    """What happened to a complaint, as the reporter may see it. Raises NotFound."""
    found = _case(session, complaint_id)
    return {**_standing(session, found), "entries": _entries(session, complaint_id, ())}


def dossier(session: Connection, complaint_id: UUID) -> dict[str, Any]:
    """The desk's part of a referral. Raises NotFound."""
    found = _case(session, complaint_id)
    return {
        "case_number": found.case_number,
        **_standing(session, found),
        "category": found.category,
        "agency_id": found.agency_id,
        "opened_at": found.opened_at,
        "dispatches": found.dispatches,
        "returns": found.returns,
        "entries": _entries(session, complaint_id, FOR_THE_OMBUDSMAN),
    }


def agencies(session: Connection, now: datetime) -> dict[str, Any]:
    """The agencies in office, in the order people look for them."""
    return {
        "agencies": [
            {"agency_id": a.agency_id, "name": a.name, "kind": a.kind, "head_title": a.head_title}
            for a in queries.agencies_in_office(session, now)
        ]
    }


def officers(session: Connection, agency_id: str | None, roles: Sequence[str]) -> dict[str, Any]:
    """The officers with one of the roles: of one agency, or (None) those who serve the whole region."""
    return {
        "officers": [
            {
                "officer_id": o.account_id,
                "name": o.display_name,
                "role": o.role,
                "email": o.email,
                "phone": o.phone,
                "language": o.language,
            }
            for o in queries.officers(session, agency_id, roles)
        ]
    }


def said(session: Connection, item_id: UUID) -> dict[str, Any]:
    """The words behind an event's item_id. Raises NotFound for anything not meant to be told in a letter."""
    item = queries.item(session, item_id)
    if item is None or item.what not in SAID:
        raise NotFound("unknown_item", "Tidak ada catatan dengan nomor ini.", "There is no entry with this id.")
    return {
        "item_id": item.item_id,
        "complaint_id": item.complaint_id,
        "what": item.what,
        "agency_name": item.agency_name,
        "words": item.words,
        "evidence": queries.evidence_count(session, item_id),
    }


def shown(files: Iterable[Found]) -> list[dict[str, Any]]:
    """Files of evidence with links that are good for a quarter of an hour."""
    return [
        {
            "evidence_id": f.evidence_id,
            "name": f.name,
            "media_type": f.media_type,
            "size": f.size,
            "sha256": f.sha256,
            "url": signed_url("/meja", f.evidence_id),
        }
        for f in files
    ]


def _case(session: Connection, complaint_id: UUID) -> Case:
    found = queries.case(session, complaint_id)
    if found is None:
        raise refusal("unknown_case")
    return found


def _standing(session: Connection, found: Case) -> dict[str, Any]:
    return {
        "state": found.state,
        "class_": found.class_,
        "agency_name": queries.agency_name(session, found.agency_id),
    }


def _entries(session: Connection, complaint_id: UUID, opened: Sequence[str]) -> list[dict[str, Any]]:
    """The entries she sees; of those in `opened` also what is not for her to read."""
    files = queries.evidence_of(session, complaint_id)
    return [
        {
            "item_id": item.item_id,
            "at": item.at,
            "what": item.what,
            "agency_name": item.agency_name,
            "words": _words(item) if item.public or item.what in opened else None,
            "evidence": shown(files.get(item.item_id, ())) if item.public or item.what in opened else [],
        }
        for item in queries.timeline(session, complaint_id)
        if item.what in FOR_THE_REPORTER
    ]


def _words(item: Found) -> str | None:
    """The words, and why no evidence could be shown, or for which day something was promised, where that was so."""
    if why := item.data.get("why_no_evidence"):
        return f"{item.words}\n\n(Tanpa bukti terlampir: {why})"
    if promised_for := item.data.get("promised_for"):
        return f"{item.words}\n\n(Dijanjikan untuk {day(date.fromisoformat(promised_for))})"
    return item.words  # type: ignore[no-any-return]
