"""Personal data in free text, found by lokal-id: for words that leave without the reporter's identity."""

from __future__ import annotations

from lokal import PiiType, detect_pii

from services.intake.domain.blanking import BLANK, blanked
from services.intake.domain.draft import Identity

_TYPES: tuple[PiiType, ...] = (
    "NIK",
    "KK",
    "NPWP",
    "PASSPORT",
    "SIM",
    "BPJS",
    "PHONE",
    "EMAIL",
    "BANK_ACCOUNT",
    "NAME",
    "BIRTH_DATE",
)
"""What tells who somebody is. Addresses stay: they say where the road is broken."""


def without_identity(text: str, who: Identity) -> str:
    """The text without the reporter's identity, and without whatever else in it looks like a person's data."""
    text = blanked(text, who)
    for match in sorted(detect_pii(text, types=_TYPES), key=lambda m: m.start, reverse=True):
        text = text[: match.start] + BLANK + text[match.end :]
    return text
