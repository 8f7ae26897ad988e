"""Files reporters sent, by links that expire."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from services.intake.domain.blanking import blanked
from services.intake.handlers.attach import file_store
from services.intake.store import queries
from shared.web import store
from shared.web.links import read_signed, send_stored_file

blueprint = Blueprint("files", __name__)


@blueprint.get("/berkas/<token>")
def show_file(token: str) -> Response:
    """The file behind a link of ours. Raises NotFound when the link is forged or its time is over."""
    attachment_id = UUID(read_signed(token))
    with store().read() as session:
        file = queries.attachment(session, attachment_id)
        # The link does not say who follows it, so the name is one that anybody may read.
        name = blanked(file.name, queries.identity(session, file.complaint_id))
    return send_stored_file(file_store(), file.sha256, name, file.media_type)
