"""Files and fields of a request, whether it is a form, multipart or JSON."""

from __future__ import annotations

from typing import Any

from flask import request

from services.intake.domain.draft import Limits
from services.intake.handlers.attach import file_limits, keep
from services.intake.store import queries
from services.intake.web.floods import one_more_upload
from shared import clock
from shared.errors import Invalid, Refusal
from shared.files import SavedFile
from shared.texts import current_language
from shared.web import store


class Typed(dict[str, Any]):
    """Fields of a form, or sentences about them; what is missing is empty, so that a template need not ask."""

    def __missing__(self, name: str) -> str:
        return ""


def sent_fields() -> dict[str, Any]:
    """The fields of a request; empty ones of a form count as missing. Raises Invalid when JSON is no object."""
    if not request.is_json:
        return Typed({name: value for name, value in request.form.items() if value.strip()})
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise Invalid("not_an_object", "Kirim satu objek JSON.", "Send one JSON object.")
    return sent


def limits_now() -> Limits:
    """The limits in force today."""
    with store().read() as session:
        return queries.limits(session, clock.now().date())


def sent_files() -> list[SavedFile]:
    """The uploaded files, checked and kept. Raises a Refusal whose `errors` name the field."""
    uploads = [(f.filename or "", f.stream) for f in request.files.getlist("files") if f.filename]
    if not uploads:
        return []
    limits = limits_now()
    with store().begin() as tx:
        one_more_upload(tx)
        taken = file_limits(tx.session, limits)
    try:
        return keep(uploads, limits, taken)
    except Refusal as refusal:
        refusal.errors = {"files": [refusal.detail(current_language())]}
        raise
