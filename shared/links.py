"""Signed, expiring links to files: who has the link may read, for a little while, by the true time."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from shared.clock import real_now
from shared.errors import NotFound
from shared.settings import env

FIFTEEN_MINUTES = 900


def secret_key() -> str:
    """The key that signs links, forms and form sessions."""
    key = env.required(
        "ADUAN_SECRET_KEY", "a secret of at least 32 random characters, as `openssl rand -hex 32` prints"
    )
    if len(key) < 32:
        env.missing("ADUAN_SECRET_KEY", "a longer secret: at least 32 random characters (`openssl rand -hex 32`)")
    return key


def signed_url(prefix: str, file_id: UUID | str, seconds: int = FIFTEEN_MINUTES) -> str:
    """`<prefix>/berkas/<token>`: relative to the public address, good for `seconds`."""
    return f"{prefix.rstrip('/')}/berkas/{_serializer().dumps([str(file_id), seconds])}"


def read_signed(token: str) -> str:
    """The file id of a token. Raises NotFound when it is forged or its time is over."""
    try:
        (file_id, seconds), signed_at = _serializer().loads(token, return_timestamp=True)
    except (BadData, ValueError, TypeError):
        raise _gone() from None
    if (real_now() - signed_at.replace(tzinfo=UTC)).total_seconds() > seconds:
        raise _gone()
    return str(file_id)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key(), salt="aduan file link")


def _gone() -> NotFound:
    return NotFound(
        "link_expired",
        "Tautan berkas ini sudah tidak berlaku. Buka kembali halaman laporan, lalu pilih berkasnya lagi.",
        "This file link is no longer valid. Open the report again and choose the file there.",
    )
