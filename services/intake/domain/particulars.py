"""What UU 37/2008 art 24(1)(a) asks of who reports to the Ombudsman, and how she gives it in plain words.

DATA K7Q2-M9XF-4WC NAMA Siti Aminah, LAHIR Lasusua 17-8-1980, STATUS kawin, KERJA petani, ALAMAT Desa Pitulua
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from services.intake.domain.draft import Identity
from services.intake.domain.wording import has_words, one_line, readable

LONGEST: Final[Mapping[str, int]] = {
    "name": 200,
    "birth": 200,
    "marital_status": 60,
    "occupation": 120,
    "address": 1000,
}
"""The particulars in the law's order, and how long each may be."""

_LABELS: Final = {
    "NAMA": "name",
    "LAHIR": "birth",
    "TTL": "birth",
    "STATUS": "marital_status",
    "KERJA": "occupation",
    "PEKERJAAN": "occupation",
    "ALAMAT": "address",
}
_LABEL: Final = re.compile(rf"\b({'|'.join(_LABELS)})\b\s*[:=.-]?\s*", re.IGNORECASE)

_ONE_ALONE: Final = re.compile(rf"\s*DATA\b[\s:.,-]*(?:{'|'.join(_LABELS)})\b[\s:=.-]*\w", re.IGNORECASE)


def missing(who: Identity) -> tuple[str, ...]:
    """Which particulars are not known yet, in the law's order."""
    known = {name: getattr(who, name) for name in LONGEST} | {"name": who.full_name or who.name}
    return tuple(name for name in LONGEST if not known[name])


def particulars_in(text: str) -> dict[str, str]:
    """The particulars in a text, by their labels, in any order; the first of each counts. Empty without a label."""
    found: dict[str, str] = {}
    labels = list(_LABEL.finditer(text))
    for label, following in zip_longest(labels, labels[1:]):
        said = text[label.end() : following.start() if following else len(text)]
        found.setdefault(_LABELS[label.group(1).upper()], one_line(said).strip(" ,;."))
    return {name: said for name, said in found.items() if said}


def may_be_a_particular(text: str) -> bool:
    """Whether a text is "DATA NAMA Siti Aminah": one label and no code, which may also begin a sentence."""
    return bool(_ONE_ALONE.match(text))


def unfit(given: Mapping[str, str]) -> list[str]:
    """Which of the particulars given are too long, or nothing anybody could read."""
    return [
        name for name, said in given.items() if len(said) > LONGEST[name] or not readable(said) or not has_words(said)
    ]


def with_particulars(who: Identity, given: Mapping[str, str]) -> Identity:
    """The identity with what was given; what was not stays as it is. A name is kept apart from the one she filed by."""
    return replace(who, **{"full_name" if name == "name" else name: said for name, said in given.items() if said})
