"""The bundle of a referral: one ZIP with the file, its attachments, a list of their hashes and a signature.

    berkas.json  berkas.pdf  skema.json  lampiran/…  SHA256SUMS  SHA256SUMS.sig  [SHA256SUMS.tsr]  kunci-publik.pem

`SHA256SUMS` is what `sha256sum -c` reads; its first lines say what it lists and when it was made. The signature is
Ed25519 over exactly its bytes, and so is the time stamp of RFC 3161, where an authority gave one. The same parts give
the same bytes: fixed dates, nothing compressed.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

MANIFEST: Final = "SHA256SUMS"
SIGNATURE: Final = "SHA256SUMS.sig"
STAMP: Final = "SHA256SUMS.tsr"
PUBLIC_KEY: Final = "kunci-publik.pem"
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)

STAMPINGS: Final = ("none", "wanted", "stamped", "failed")
"""No authority is asked; one is being asked; it gave a stamp; it gave none in the time we wait for it."""
_ENCLOSED: Final = f"; stempel waktu RFC 3161 ada dalam {STAMP}"
_WHOSE_TIME: Final = MappingProxyType(
    {
        "none": ", tanpa otoritas stempel waktu",
        "wanted": _ENCLOSED,  # the stamp is over the list that says so
        "stamped": _ENCLOSED,
        "failed": ", tanpa stempel waktu: otoritasnya tidak memberikannya",
    }
)


@dataclass(frozen=True, slots=True)
class Stamping:
    """What a time-stamping authority did for a bundle, and its answer (DER) and time when it is `stamped`.

    `refused` is why the last try gave none.
    """

    state: str = "none"
    answer: bytes | None = None
    at: datetime | None = None
    refused: str | None = None


UNSTAMPED: Final = Stamping()
"""No authority is asked."""


class NotGenuine(ValueError):
    """The bundle is not what was signed; says what differs."""


def manifest(
    number: str, revision: int, made_at: datetime, parts: Mapping[str, bytes], stamping: str = "none"
) -> bytes:
    """The list of hashes. The time in it is the sender's own; it says whether an authority's stamp lies beside it."""
    head = [
        f"# rujukan {number}, berkas ke-{revision}",
        f"# dibuat {made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} menurut jam pengirim{_WHOSE_TIME[stamping]}",
    ]
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}" for path, content in sorted(parts.items())]
    return "\n".join([*head, *lines, ""]).encode()


def packed(
    parts: Mapping[str, bytes], listed: bytes, signature: bytes, public_key: bytes, stamp: bytes | None = None
) -> bytes:
    """The bundle as ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for path, content in {
            **dict(sorted(parts.items())),
            MANIFEST: listed,
            SIGNATURE: signature,
            **({STAMP: stamp} if stamp is not None else {}),
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
    present = parts.keys() - {MANIFEST, SIGNATURE, STAMP, PUBLIC_KEY}
    if missing := sorted(listed.keys() - present):
        raise NotGenuine(f"missing: {', '.join(missing)}")
    if more := sorted(present - listed.keys()):
        raise NotGenuine(f"not in {MANIFEST}: {', '.join(more)}")
    for path, digest in listed.items():
        if hashlib.sha256(parts[path]).hexdigest() != digest:
            raise NotGenuine(f"{path} was changed")
    if (STAMP in parts) != any(line.startswith("#") and line.endswith(_ENCLOSED) for line in lines):
        raise NotGenuine(f"{STAMP} is {'there' if STAMP in parts else 'missing'}, and {MANIFEST} says otherwise")
    return len(listed)
