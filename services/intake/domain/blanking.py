"""Taking the reporter's identity out of words, her own and others'. Too much rather than too little."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from services.intake.domain.draft import Identity

BLANK = "[disamarkan]"

LEAST = 3
"""Letters of a part of a name, or of what stands before an @, that is blanked by itself: "Ali", but not "La"."""

TELLING_DIGITS = 9
"""The last ones of a telephone number, which everybody writes, whatever stands before them."""

_LETTERS = r"[^\W\d_]"
_ALONE = rf"(?<!{_LETTERS}){{}}(?=(?:nya|ku|mu|lah|kah|pun)?(?!{_LETTERS}))"
"""A word, not a part of another one; Indonesian endings, underscores and digits may touch it."""


def blanked(text: str, who: Identity) -> str:
    """The text without the reporter's name (each part of it), telephone, e-mail and address, however written.

    Titles, commas, apostrophes, line ends and other signs between the parts make no difference.
    """
    for pattern in _patterns(who):
        text = re.sub(pattern, BLANK, text, flags=re.IGNORECASE)
    return text


def _patterns(who: Identity) -> Iterable[str]:
    mail, address, name = who.email or "", _words(who.address or ""), re.findall(rf"{_LETTERS}+", who.name or "")
    if mail:
        yield re.escape(mail)
    if address:
        yield rf"(?<!\w){_in_a_row(address)}(?!\w)"
    if name:
        yield _ALONE.format(_in_a_row(name))
        yield from (_ALONE.format(part) for part in name if len(part) >= LEAST)
    mailbox = _words(mail.partition("@")[0])
    if sum(map(len, mailbox)) >= LEAST:
        yield _ALONE.format(_in_a_row(mailbox))
    digits = re.sub(r"\D", "", who.phone or "")[-TELLING_DIGITS:]
    if len(digits) == TELLING_DIGITS:
        yield r"[+(]*(?:\d[\W_]{0,3}){0,8}" + r"[\W_]{0,3}".join(digits)


def _words(text: str) -> Sequence[str]:
    return re.findall(r"[^\W_]+", text)


def _in_a_row(words: Sequence[str]) -> str:
    return r"[\W_]*".join(words)
