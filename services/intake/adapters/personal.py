"""Personal data in free text, found by lokal-id: for words that leave without the reporter's identity."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lokal import PiiType, detect_pii

from services.intake.domain.blanking import BLANK, blanked
from services.intake.domain.draft import Identity

_NUMBERS: tuple[PiiType, ...] = (
    "NIK",
    "KK",
    "NPWP",
    "PASSPORT",
    "SIM",
    "BPJS",
    "PHONE",
    "EMAIL",
    "BANK_ACCOUNT",
    "BIRTH_DATE",
)
_ALL: tuple[PiiType, ...] = (*_NUMBERS, "NAME")
"""What tells who somebody is. Addresses stay: they say where the road is broken."""

_WINDOW = 400
_OVERLAP = 120
"""Characters looked at together. lokal-id takes time by the square of a text: "bu bu bu …" took half a minute."""

_MAY_BE_A_NUMBER = re.compile(r"[\d@]")

_CLOSING = (
    r"(?:(?:hormat|salam)\s+(?:saya|kami)|salam\s+hormat|wassalam\w*(?:\s+wr\.?\s*wb\.?)?|ttd|tertanda"
    r"|terima\s*kasih|makasih|trims|thanks|tks|regards)"
)
_CAPITAL = r"[A-Z][\w'.-]*"
_NO_NAME = r"(?!(?:atas|banyak|sebelumnya|pak|bu|kasih|admin)\b)"
_SIGNED = (
    # "Hormat saya,⏎Hasnawati": what follows on its own up to the end of the line
    re.compile(rf"(?i:\b{_CLOSING})[,.:;!) -]{{0,10}}\n\s{{0,5}}(?P<who>[^\n]{{2,60}})(?=\n|$)"),
    # "Trims, Hasnawati Rt 3": words with capitals after it
    re.compile(
        rf"(?i:\b{_CLOSING})[,.:;!)\s-]{{1,10}}"
        rf"(?P<who>{_CAPITAL}(?: (?:{_CAPITAL}|\d+)){{0,4}})(?=\s{{0,5}}(?:[,.;(\n]|$))"
    ),
    # "trims, hasnawati rt 3": the last words of a text message, where nothing has capitals
    re.compile(
        rf"(?i:\b{_CLOSING})[,.:;!)\s-]{{1,10}}"
        rf"(?P<who>{_NO_NAME}[^\W\d_]{{3,}}(?: [^\W\d_]{{3,}})?(?: r[tw] ?\d+)*)\W{{0,5}}$"
    ),
    # "Dari: hasnawati"
    re.compile(
        r"(?im:(?:^|[.;,(])\s{0,5}(?:dari|pengirim|pelapor|nama|a\.?n|a/n)\s{0,5}[:=]\s{0,5}(?P<who>[^\n,.;)]{2,60}))"
    ),
    # "saya hasnawati, warga Pitulua"
    re.compile(
        r"(?i:\bsaya\s+(?P<who>(?!(?:hanya|sebagai|adalah|seorang|selaku|dan|juga|sudah|ini|para)\b)[^\W\d_]{3,}"
        r"(?:\s[^\W\d_]{3,}){0,2}?),?\s+(?:warga|penduduk)\b)"
    ),
)
"""How somebody signs or names herself, where nobody knows her name: by SMS there is only a number."""


def without_identity(text: str, who: Identity) -> str:
    """The text without the reporter's identity, and without whatever else in it looks like a person's data."""
    return _signer_left_out(_left_out(blanked(text, who), _ALL))


def unnamed(text: str, who: Identity) -> str:
    """The text of an anonymous reporter for officers: without her identity, and without anybody's numbers.

    Others' names stay: the officer must know whom it is about. Who wrote by SMS gave no name but may have signed.
    """
    return _signer_left_out(_left_out(blanked(text, who), _NUMBERS))


def _left_out(text: str, types: tuple[PiiType, ...]) -> str:
    found = sorted({span for start, window in _windows(text) for span in _found(start, window, types)})
    left, end = [], 0
    for start, stop in found:
        if start >= end:
            left += [text[end:start], BLANK]
        end = max(end, stop)
    return "".join([*left, text[end:]])


def _found(start: int, window: str, types: tuple[PiiType, ...]) -> Iterator[tuple[int, int]]:
    if types is _NUMBERS and not _MAY_BE_A_NUMBER.search(window):
        return
    for match in detect_pii(window, types=types):
        yield start + match.start, start + match.end


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces that overlap by more than a name is long; each begins and ends between words."""
    start = 0
    while start < len(text):
        stop = _between_words(text, start + _WINDOW)
        yield start, text[start:stop]
        if stop == len(text):
            return
        start = _between_words(text, max(start + 1, stop - _OVERLAP))


def _between_words(text: str, place: int) -> int:
    """The first place from here on that is not within a word; a word without end is cut."""
    most = min(place + _OVERLAP // 2, len(text))
    while place < most and not text[place].isspace():
        place += 1
    return min(place, len(text))


def _signer_left_out(text: str) -> str:
    for pattern in _SIGNED:
        text = pattern.sub(_without_signer, text)
    return text


def _without_signer(match: re.Match[str]) -> str:
    start, end = (place - match.start() for place in match.span("who"))
    return f"{match.group()[:start]}{BLANK}{match.group()[end:]}"
