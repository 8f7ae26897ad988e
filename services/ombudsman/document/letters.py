"""The letters a document can be set in: those of the PDF's own fonts (Western Europe), else of the machine's.

A character none of them has is printed as its plain form where it has one, else
as `?`, and counted, so that the document can say so.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from services.ombudsman.document import fonts

ENCODING: Final = "windows-1252"

_PLAIN: Final = {
    "\u2212": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2192": "->",
    "\u2264": "<=",
    "\u2265": ">=",
    "\t": "    ",
}
_JOINING: Final = "\u200c\u200d"
"""Not seen, but they say how the letters beside them are drawn."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Mn"})


def printable(words: str) -> tuple[str, int]:
    """The words as they can be printed, and how many characters had to become `?`."""
    made = [_letter(letter) for letter in words.replace("\r\n", "\n")]
    return "".join(letter or "?" for letter in made if letter != ""), made.count(None)


def is_plain(printed: str) -> bool:
    """Whether the PDF's own fonts have all of it."""
    return _known(printed)


def _letter(letter: str) -> str | None:
    """The letter or its plain form; nothing for what cannot be seen, None for what cannot be printed."""
    plain = _PLAIN.get(letter, letter)
    if _known(plain):
        return plain
    # Other signs of direction are left out: they could make words read otherwise than they were written.
    if fonts.has(letter) and (unicodedata.category(letter) not in ("Cc", "Cf") or letter in _JOINING):
        return letter
    if unicodedata.category(letter) in _INVISIBLE:
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return plain if plain and _known(plain) else None


def _known(letters: str) -> bool:
    try:
        letters.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") for c in letters)
