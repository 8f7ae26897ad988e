"""A report for a letter: the PDF, when it is small enough to travel in an answer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from eventlet import tpool

from services.sla.report.edition import TEXTS, file_name, pdf
from services.sla.report.telling import Names
from services.sla.store import editions, law
from shared.contracts.sla import MOST_BASE64
from shared.texts import gettext as _
from shared.texts import speaking


def document(store: Any, rpc: Any, report_id: UUID, language: str) -> dict[str, Any]:
    """The contract's `report_document`. Without routing the agencies stand there by their ids."""
    with store.read() as session:
        row = editions.report(session, report_id)
        districts = law.district_names(session)
    answer = rpc.ask_or_none("routing", "agencies", deadline=3.0)
    known = {one["agency_id"]: one["name"] for one in answer["agencies"]} if answer else {}
    # In a thread of its own: the seconds of drawing must not keep timers and other questions waiting.
    content = base64.b64encode(tpool.execute(_drawn, row, known, districts, language)).decode()
    fits = len(content) <= MOST_BASE64
    return {"name": file_name(row, "pdf"), "media_type": "application/pdf", "content": content if fits else None}


def _drawn(row: Any, known: Mapping[str, str], districts: Mapping[str, str], language: str) -> bytes:
    with speaking(TEXTS, language):

        def name(agency_id: str | None) -> str:
            return _("Admin koordinator") if agency_id is None else known.get(agency_id, agency_id)

        return pdf(row, Names(name, districts))
