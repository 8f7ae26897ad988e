"""What is sealed: the tracking code, who the reporter is, where to answer, and mails as they came.

Two keys: `INTAKE_IDENTITY_KEY` seals (several, newest first, when it is changed), `INTAKE_INDEX_KEY` makes the
indexes by which sealed values are found. The second never changes: what it indexed would be lost.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from typing import Any
from uuid import UUID

from services.intake.domain.draft import Identity
from shared.sealing import Seal
from shared.settings import env

_BYTES = "latin-1"
"""Gives every byte a character of its own and takes it back."""

_KEY = "32 random bytes in base64, as `openssl rand -base64 32` prints"


@cache
def _seal() -> Seal:
    return Seal(env.required("INTAKE_IDENTITY_KEY", _KEY))


@cache
def _indexer() -> Seal:
    return Seal(env.required("INTAKE_INDEX_KEY", _KEY))


def index(kind: str, value: str) -> bytes:
    """32 bytes by which a normal value (code, phone, email, address of a client) is found without being kept."""
    return _indexer().index(f"{kind}:{value}")


def sealed_code(code: str, complaint_id: UUID) -> dict[str, bytes]:
    """The columns of a tracking code."""
    return {"code_index": index("code", code), "code_sealed": _seal().seal(code, f"complaints/{complaint_id}/code")}


def open_code(sealed: bytes, complaint_id: UUID) -> str:
    """The tracking code of a complaint."""
    return _seal().open(sealed, f"complaints/{complaint_id}/code")


def sealed_identity(who: Identity, complaint_id: UUID) -> dict[str, bytes | None]:
    """The columns of an identity. What is not known is left out, so that an older program can open it too."""
    told = {field.name: value for field in fields(who) if (value := getattr(who, field.name)) is not None}
    return {
        "sealed": _seal().seal(json.dumps(told), f"identities/{complaint_id}"),
        "phone_index": index("phone", who.phone) if who.phone else None,
        "email_index": index("email", who.email) if who.email else None,
    }


def open_identity(sealed: bytes, complaint_id: UUID) -> Identity:
    """Who the reporter of a complaint is."""
    return Identity(**json.loads(_seal().open(sealed, f"identities/{complaint_id}")))


def sealed_json(value: dict[str, Any], place: str) -> bytes:
    """A small JSON object for one place, such as `inquiries/<id>`."""
    return _seal().seal(json.dumps(value), place)


def open_json(sealed: bytes, place: str) -> dict[str, Any]:
    """The JSON object again."""
    opened: dict[str, Any] = json.loads(_seal().open(sealed, place))
    return opened


def sealed_sms(phone: str, raw: bytes, charset: str | None, sms_id: UUID) -> bytes:
    """A text message with its sender."""
    return sealed_json({"phone": phone, "raw": raw.decode(_BYTES), "charset": charset}, f"inbound_sms/{sms_id}")


def open_sms(sealed: bytes, sms_id: UUID) -> tuple[str, bytes, str | None]:
    """Who sent a text message, its bytes, and the charset they were said to be in."""
    opened = open_json(sealed, f"inbound_sms/{sms_id}")
    return opened["phone"], opened["raw"].encode(_BYTES), opened["charset"]


def sealed_mail(raw: bytes, mail_id: UUID) -> bytes:
    """A whole mail with its envelope."""
    return _seal().seal(raw.decode(_BYTES), f"inbound_mails/{mail_id}")


def open_mail(sealed: bytes, mail_id: UUID) -> bytes:
    """The mail, byte for byte."""
    return _seal().open(sealed, f"inbound_mails/{mail_id}").encode(_BYTES)
