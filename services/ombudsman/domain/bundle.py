"""The bundle of a referral: one ZIP with the file, its attachments, a list of their hashes and a signature.

    berkas.json  berkas.pdf  skema.json  lampiran/…  SHA256SUMS  SHA256SUMS.sig  kunci-publik.pem

`SHA256SUMS` is what `sha256sum -c` reads; its first lines say what it lists and when it was made. The signature is
Ed25519 over exactly its bytes. The same parts give the same bytes: fixed dates, nothing compressed.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

MANIFEST: Final = "SHA256SUMS"
SIGNATURE: Final = "SHA256SUMS.sig"
PUBLIC_KEY: Final = "kunci-publik.pem"
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


class NotGenuine(ValueError):
    """The bundle is not what was signed; says what differs."""


def manifest(number: str, revision: int, made_at: datetime, parts: Mapping[str, bytes]) -> bytes:
    """The list of hashes. The time is the sender's own clock; no time-stamping authority vouches for it."""
    head = [
        f"# rujukan {number}, berkas ke-{revision}",
        f"# dibuat {made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} menurut jam pengirim, tanpa otoritas stempel waktu",
    ]
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}" for path, content in sorted(parts.items())]
    return "\n".join([*head, *lines, ""]).encode()


def packed(parts: Mapping[str, bytes], listed: bytes, signature: bytes, public_key: bytes) -> bytes:
    """The bundle as ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for path, content in {
            **dict(sorted(parts.items())),
            MANIFEST: listed,
            SIGNATURE: signature,
            PUBLIC_KEY: public_key,
        }.items():
            entry = zipfile.ZipInfo(path, _NO_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def check_hashes(parts: Mapping[str, bytes]) -> int:
    """Compare an unpacked bundle with its own list; returns how many files it lists. Raises NotGenuine."""
    try:
        lines = parts[MANIFEST].decode().splitlines()
        listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines if not line.startswith("#"))}
    except (KeyError, ValueError) as error:
        raise NotGenuine(f"{MANIFEST} is missing or is no list of hashes") from error
    present = parts.keys() - {MANIFEST, SIGNATURE, PUBLIC_KEY}
    if missing := sorted(listed.keys() - present):
        raise NotGenuine(f"missing: {', '.join(missing)}")
    if more := sorted(present - listed.keys()):
        raise NotGenuine(f"not in {MANIFEST}: {', '.join(more)}")
    for path, digest in listed.items():
        if hashlib.sha256(parts[path]).hexdigest() != digest:
            raise NotGenuine(f"{path} was changed")
    return len(listed)
