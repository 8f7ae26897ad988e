"""A complaint as its reporter sees it: her own words, and what the other services tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from services.intake.domain.particulars import missing
from services.intake.handlers.may import possible
from services.intake.handlers.tell import told_file
from services.intake.store import queries
from services.intake.web import peers
from services.intake.web.words import ENTRIES, STATES, said
from shared import clock
from shared.texts import current_language
from shared.texts import gettext as _
from shared.web import store


def my_story(complaint_id: UUID) -> dict[str, Any]:
    """Everything a reporter may know of her complaint. Parts of services that are away are None and in `missing`."""
    with store().read() as session:
        own = _own(session, complaint_id)
    told = peers.told(complaint_id, referred=own["referral"] is not None)
    english = current_language() == "en"
    parts = {
        "timeline": _said(told.timeline, lambda e: e | {"sentence": said(ENTRIES, e["what"])}),
        "clocks": _said(told.clocks, lambda c: c | {"sentence": c["sentence_en" if english else "sentence_id"]}),
        "notices": told.notices,
    }
    return {
        **own,
        **parts,
        "agency_name": told.agency_name,
        "referral_number": told.referral["number"] if told.referral else None,
        "recommendation": told.referral["recommendation"] if told.referral else None,
        "ombudsman_asks": told.referral["request"]
        if told.referral and told.referral.get("request_of") == "reporter"
        else None,
        "missing": [name for name, part in parts.items() if part is None],
    }


def _own(session: Connection, complaint_id: UUID) -> dict[str, Any]:
    """What intake knows itself."""
    complaint = queries.complaint(session, complaint_id)
    files = queries.by_message(queries.attachments(session, complaint_id))
    return {
        **{
            name: getattr(complaint, name)
            for name in (
                "title",
                "body",
                "channel",
                "received_at",
                "event_date",
                "location",
                "case_number",
                "state",
                "referral",
                "anonymous",
                "confidential",
                "ombudsman_consent",
            )
        },
        "sentence": _(STATES[complaint.state][2]),
        "place": _place(session, complaint),
        "referral_wished": complaint.referral_wished_at is not None,
        "particulars_missing": list(missing(queries.identity(session, complaint_id))),
        "actions": sorted(possible(session, complaint, clock.now())),
        "files": _told_files(files.get(None, ())),
        "messages": [
            {
                "message_id": message.message_id,
                "kind": message.kind,
                "received_at": message.received_at,
                "words": message.body,
                "files": _told_files(files.get(message.message_id, ())),
            }
            for message in queries.messages(session, complaint_id)
        ],
        "looks": queries.looks(session, complaint_id),
        "rating": queries.rating(session, complaint_id, complaint.answers),
    }


def _place(session: Connection, complaint: Row[Any]) -> str:
    """Village and district by name."""
    codes = [code for code in (complaint.village_code, complaint.district_code) if code]
    found = [queries.area(session, code) for code in codes]
    return ", ".join(area.name for area in found if area)


def _told_files(files: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [told_file(file) for file in files]


def _said(part: list[dict[str, Any]] | None, sentence: Any) -> list[Mapping[str, Any]] | None:
    return None if part is None else [sentence(item) for item in part]
