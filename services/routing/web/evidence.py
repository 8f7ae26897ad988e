"""Evidence: taken with an answer, shown by links that are good for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO
from uuid import UUID

from flask import Blueprint
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from services.routing.domain.answer import EVIDENCE_MAX
from services.routing.handlers.refusals import refusal, spoken
from services.routing.store import queries
from shared.errors import NotFound, Refusal
from shared.files import Files, SavedFile, clean_name
from shared.settings import env
from shared.web import store
from shared.web.links import read_signed, send_stored_file

blueprint = Blueprint("evidence", __name__)


def files() -> Files:
    """Where evidence is kept: `ADUAN_FILES_URL`."""
    return Files(env.required("ADUAN_FILES_URL", "the place for files, e.g. file:///var/lib/aduan/files"))


def keep(sent: Iterable[FileStorage]) -> list[SavedFile]:
    """The files a form brought, checked and kept. An empty file field brings none.

    Raises Invalid or TooLarge with the file's name at the field `evidence`.
    """
    named = [file for file in sent if file.filename]
    if len(named) > EVIDENCE_MAX:
        raise refusal("evidence_too_many")
    return [_keep_one(file.stream, file.filename or "") for file in named]


def _keep_one(stream: IO[bytes], name: str) -> SavedFile:
    try:
        return files().save(stream, name)
    except Refusal as why:
        named = clean_name(name)
        raise spoken(type(why)(why.slug, f"{named}: {why.detail_id}", f"{named}: {why.detail_en}"), "evidence") from why


@blueprint.get("/berkas/<token>")
def show(token: str) -> Response:
    """A file shown as evidence, to whoever has the link: the reporter has no account."""
    file_id = read_signed(token)
    with store().read() as session:
        file = queries.evidence_file(session, _uuid(file_id))
    if file is None:
        raise NotFound("file_not_found", "Berkas tidak ditemukan.", "The file was not found.")
    return send_stored_file(files(), file.sha256, file.name, file.media_type)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("file_not_found", "Berkas tidak ditemukan.", "The file was not found.") from None
