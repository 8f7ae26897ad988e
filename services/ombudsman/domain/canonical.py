"""One way to write a file as bytes, so that the same stores give the same bytes and the same hash."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class File:
    """The file of a referral: its content as JSON values, and its canonical bytes with their hash.

    `json` is UTF-8 with sorted keys, no insignificant white space and one line
    end at its close; `sha256` is of exactly these bytes, in hexadecimal.
    """

    content: Mapping[str, Any]
    json: bytes
    sha256: str


def seal(content: Mapping[str, Any]) -> File:
    """The content as a File. Moments become UTC (`2026-05-12T15:59:59Z`), text becomes NFC."""
    plain = _plain(content)
    written = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"
    raw = written.encode()
    return File(plain, raw, hashlib.sha256(raw).hexdigest())


def opened(raw: bytes) -> File:
    """A File from its stored bytes."""
    return File(json.loads(raw), raw, hashlib.sha256(raw).hexdigest())


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case str():
            return unicodedata.normalize("NFC", value)
        case _:
            return value
