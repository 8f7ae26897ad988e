"""What officers write: cleaned the same way everywhere, with a shortest and a longest length."""

from __future__ import annotations

import unicodedata

from services.routing.domain.refused import Refused

SHORTEST = 10
LONGEST = 10_000
"""Characters of an answer or a reason. The contract of `routing.said` allows 20,000."""


def clean(written: str) -> str:
    """Normalised (NFC) words without control characters, with single line ends and no space around them."""
    text = unicodedata.normalize("NFC", written.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def checked(written: str) -> str:
    """Clean words of a length that says something. Raises Refused `words_too_short` or `words_too_long`."""
    words = clean(written)
    if len(words) < SHORTEST:
        raise Refused("words_too_short")
    if len(words) > LONGEST:
        raise Refused("words_too_long")
    return words
