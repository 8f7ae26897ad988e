"""Words fit for a text message: plain characters, one line, cut at a word where they are too long."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_TYPOGRAPHIC = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "•": "-",
        "`": "'",
        "´": "'",
        "±": "+/-",
        "×": "x",
        "⁄": "/",
    }
)
"""What word processors put in and a telephone's alphabet lacks; one such character halves the length of an SMS."""

_PICTURES = ("So", "Sk", "Cf")
"""Emoji and the invisible marks that colour them: no telephone needs them to understand."""


def plain(words: str) -> str:
    """The words on one line, typographic characters replaced by those every telephone has."""
    folded = unicodedata.normalize("NFKC", words).translate(_TYPOGRAPHIC)
    shown = "".join(c if c.isprintable() else " " for c in folded if unicodedata.category(c) not in _PICTURES)
    return " ".join(shown.split())


def ended(words: str) -> str:
    """The words with a full stop where they end without any mark, so that what follows begins anew."""
    return f"{words}." if words and words[-1].isalnum() else words


def shortened(words: str, more: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of `words`, cut between words and followed by `more`, that `fits`; all of them if they fit.

    `more` says where the rest can be read. When not even one word fits, `more` alone is left.
    """
    if fits(words):
        return words
    ends = [0, *(i for i, c in enumerate(words) if c == " ")]
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(_cut(words, ends[middle], more)):
            low = middle
        else:
            high = middle - 1
    return _cut(words, ends[low], more)


def _cut(words: str, end: int, more: str) -> str:
    return f"{words[:end].rstrip(' ,;:.-')}... {more}" if end else more
