"""Files that come with a complaint or a message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import IO
from uuid import UUID

from sqlalchemy import Connection, insert

from services.intake.domain.draft import Limits
from services.intake.store import queries
from services.intake.store import tables as t
from shared import files as kept
from shared.errors import Invalid, Refusal
from shared.files import Files, SavedFile
from shared.ids import new_id
from shared.settings import env
from shared.store import Transaction


@cache
def file_store() -> Files:
    """Where files lie: `ADUAN_FILES_URL`."""
    return Files(env.required("ADUAN_FILES_URL", "the place for files, e.g. file:///var/lib/aduan/files"))


def file_limits(session: Connection, limits: Limits) -> kept.Limits:
    """What the file store is to take: the types and the size out of our data."""
    return kept.Limits(max_bytes=limits.attachment_bytes, media_types=frozenset(queries.file_types(session)))


def keep(streams: Sequence[tuple[str, IO[bytes]]], limits: Limits, taken: kept.Limits) -> list[SavedFile]:
    """Check and keep uploaded files, given as (declared name, bytes). All or a refusal that names the file."""
    if len(streams) > limits.attachments:
        raise Invalid(
            "too_many_files",
            f"Paling banyak {limits.attachments} berkas.",
            f"At most {limits.attachments} files.",
        )
    saved = []
    for name, stream in streams:
        try:
            saved.append(file_store().save(stream, name, taken))
        except Refusal as refusal:
            shown = kept.clean_name(name)
            raise type(refusal)(
                refusal.slug, f"{shown}: {refusal.detail_id}", f"{shown}: {refusal.detail_en}"
            ) from None
    return saved


def attach(tx: Transaction, files: Sequence[SavedFile], complaint_id: UUID, message_id: UUID | None = None) -> None:
    """Put kept files to a complaint, or to a message of it."""
    for file in files:
        tx.session.execute(
            insert(t.attachments).values(
                attachment_id=new_id(),
                complaint_id=complaint_id,
                message_id=message_id,
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                sha256=file.sha256,
            )
        )
