"""Clean text out of whatever people and their telephones send."""

from __future__ import annotations

import codecs
import re
import unicodedata

_REPLACEMENT = "\ufffd"
_CONTROLS = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # C0 and C1 except tab and newline
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # invisible, and those that turn the reading direction
    "\ufdd0-\ufdef\ufffe\uffff]"  # never characters
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|[\u0085\u2028\u2029\u000b\u000c]")
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[^\S\n]+")


_FOR_PROGRAMS = {"idna", "punycode", "raw-unicode-escape", "unicode-escape"}
"""Python's names of encodings no telephone writes in; the time some take grows by the square of the text."""


class Unreadable(ValueError):
    """Bytes that are no text in the encoding they claim."""


def is_charset(name: str) -> bool:
    """Whether people's text may be written in the encoding of this name."""
    try:
        b" ".decode(name, "replace")  # fails for encodings that do not give text, such as "zlib"
        return codecs.lookup(name).name.replace("_", "-") not in _FOR_PROGRAMS
    except (LookupError, ValueError):
        return False


def decode(raw: bytes, charset: str | None) -> str:
    """Bytes as text. Raises Unreadable when the charset is unknown or the bytes are not valid in it."""
    if charset and not is_charset(charset):
        raise Unreadable("unknown charset")
    try:
        return raw.decode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError) as error:
        raise Unreadable(str(error)) from error


def tidy(text: str) -> str:
    """The text in NFC, without control characters, with plain newlines and at most one blank line in a row.

    What cannot be a character becomes U+FFFD, so that the repair can be seen.
    """
    if text.isascii() and text.isprintable():  # most lines: all there is to mend are the spaces
        return " ".join(text.split())
    text = _SURROGATES.sub(_REPLACEMENT, text)
    text = _NEWLINES.sub("\n", text)
    text = _CONTROLS.sub("", text)
    text = unicodedata.normalize("NFC", text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """Tidy text on a single line."""
    return " ".join(tidy(text).split())


def readable(text: str) -> bool:
    """Whether a tidy text is more than debris of a wrong encoding: at most one character in ten is U+FFFD."""
    return text.count(_REPLACEMENT) * 10 <= len(text)


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it at all."""
    return any(character.isalnum() for character in text)


def shortened(text: str, limit: int) -> str:
    """The text on one line, at most `limit` characters, cut between words with an ellipsis."""
    text = one_line(text)
    if len(text) <= limit:
        return text
    head, space, _ = text[:limit].rpartition(" ")
    return (head if space and len(head) > limit // 2 else text[: limit - 1]).rstrip(" ,;:-") + "…"
