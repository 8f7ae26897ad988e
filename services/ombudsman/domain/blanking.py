"""A second net under intake's blanking, for a file that goes out without the reporter's identity.

intake alone knows who she is, and blanks her own words before they reach us.
What others wrote (an agency's answer that begins with her name, a file called
after her) intake does not see. So every word in such a file passes here: what
looks like a telephone number, an e-mail address, an identity number or a name
after a form of address is taken out. Too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

BLANK: Final = "[disamarkan]"

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IDENTITY_NUMBER: Final = re.compile(r"(?<!\w)\d{4}[ .]?\d{4}[ .]?\d{4}[ .]?\d{4}(?!\w)")  # NIK and KK: 16 digits
_MOBILE: Final = re.compile(r"(?<![\w-])(?:\+?62[ .-]?|0)8\d{1,2}[ .-]?\d{3,4}[ .-]?\d{3,5}(?!\w)")
_LANDLINE: Final = re.compile(r"(?<![\w-])(?:\(0\d{2,3}\)|0\d{2,3})[ .-]?\d{5,8}(?!\w)")

_NAME: Final = r"[A-Z][\w'’.-]*"
_OFFICES: Final = (
    "Bupati|Wakil|Camat|Lurah|Kepala|Kota|Kabupaten|Sekretaris|Direktur|Gubernur|Menteri|Presiden|Dinas|Badan|Kantor|"
    "Inspektur|Ketua|Pelapor|Desa|Dokter|Guru|Hakim|Jaksa|Kapolres|Kapolsek|Pejabat|Petugas|Pimpinan"
)
_ADDRESSED: Final = re.compile(
    r"\b((?:Yth\.?|Bapak/Ibu|Bapak|Ibu|Pak|Bu|Sdr\.?|Sdri\.?|Saudara|Saudari|Sdr/i\.?|Tn\.?|Ny\.?|Nn\.?|"
    r"a\.n\.?|atas nama|bernama)\s+)"
    rf"(?!(?:{_OFFICES}|Yth|Bapak|Ibu|Pak|Bu|Sdr|Sdri|Saudara|Saudari)\b)"
    rf"({_NAME}(?:\s+{_NAME}){{0,4}})"
)


_LEAST: Final = 3
"""Letters of a part of a name that tells whose it is."""

_TELLING_DIGITS: Final = 9
"""The last ones of a telephone number, which everybody writes."""


def tells(words: str, identity: Mapping[str, Any]) -> bool:
    """Whether words name the person of an identity: a part of her name, her telephone or her mail address."""
    said = {word.casefold() for word in re.findall(r"[^\W\d_]+", words)}
    parts = {part.casefold() for part in re.findall(r"[^\W\d_]+", identity.get("name") or "")}
    telling = {part for part in parts if len(part) >= _LEAST} or parts
    phone = re.sub(r"\D", "", identity.get("phone") or "")[-_TELLING_DIGITS:]
    mail = (identity.get("email") or "").casefold()
    return bool(
        said & telling
        or (len(phone) == _TELLING_DIGITS and phone in re.sub(r"\D", "", words))
        or (mail and mail in words.casefold())
    )


def blank(words: str) -> str:
    """The words without what looks like a person's name, number or address. Blanking twice changes nothing more."""
    for pattern in (_EMAIL, _IDENTITY_NUMBER, _MOBILE, _LANDLINE):
        words = pattern.sub(BLANK, words)
    return _ADDRESSED.sub(rf"\1{BLANK}", words)
