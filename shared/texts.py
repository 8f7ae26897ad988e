"""What people read: Indonesian in the code, English in catalogues (`en.po`), dates and sizes in words.

The Indonesian sentence is the key. A catalogue is read from its `.po` files at
start; nothing is compiled. The language in force belongs to the context (a web
request, a letter being written), so `gettext` needs no argument for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from shared.settings import env

HERE = Path(__file__).parent
KIT_TEXTS = HERE / "web" / "texts"
DEFAULT_LANGUAGE = "id"

_ZONE_LABELS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


class Catalogue:
    """English for Indonesian sentences, out of the `en.po` of one or more folders; later folders win."""

    def __init__(self, *folders: Path) -> None:
        self._english: dict[str, str | tuple[str, ...]] = {}
        for folder in folders:
            if (folder / "en.po").exists():
                self._english |= _read(folder / "en.po")

    def gettext(self, message: str, language: str) -> str:
        """The sentence in a language; the Indonesian one where no English is known."""
        known = self._english.get(message) if language == "en" else None
        return (known if isinstance(known, str) else known[0]) if known else message

    def ngettext(self, one: str, many: str, number: int, language: str) -> str:
        """As `gettext`, for a sentence with a number. Indonesian knows one form only."""
        if language != "en":
            return many
        known = self._english.get(one)
        if isinstance(known, tuple):
            return known[0] if number == 1 else known[1]
        return known or (one if number == 1 else many)

    def knows(self, message: str) -> bool:
        """Whether the sentence has an English form with the same placeholders."""
        known = self._english.get(message)
        if not known:
            return False
        wanted = set(_PLACEHOLDER.findall(message))
        forms = (known,) if isinstance(known, str) else known
        return all(form and set(_PLACEHOLDER.findall(form)) == wanted for form in forms)


def _read(path: Path) -> dict[str, str | tuple[str, ...]]:
    english: dict[str, str | tuple[str, ...]] = {}
    with path.open("rb") as source:
        for entry in read_po(source, locale="en", abort_invalid=True):
            if not entry.id or not entry.string or entry.fuzzy:
                continue
            if isinstance(entry.id, str):
                english[entry.id] = str(entry.string)
            else:
                english[entry.id[0]] = tuple(entry.string)
    return english


_KIT = Catalogue(KIT_TEXTS)
_speaking: ContextVar[tuple[Catalogue, str]] = ContextVar("speaking", default=(_KIT, DEFAULT_LANGUAGE))


def catalogue_of(folder: Path) -> Catalogue:
    """The kit's sentences and those of a service, whose `en.po` lies in `folder`."""
    return Catalogue(KIT_TEXTS, folder)


def speak(catalogue: Catalogue, language: str) -> None:
    """From here on, in this context, sentences are in `language`."""
    _speaking.set((catalogue, language))


@contextmanager
def speaking(catalogue: Catalogue, language: str) -> Iterator[None]:
    """Sentences are in `language` inside the block, as for one letter among many."""
    before = _speaking.set((catalogue, language))
    try:
        yield
    finally:
        _speaking.reset(before)


def in_force() -> tuple[Catalogue, str]:
    """The catalogue and language of this context."""
    return _speaking.get()


def current_language() -> str:
    """`id` or `en`: what the reader of this page or letter reads."""
    return _speaking.get()[1]


def gettext(message: str, **variables: Any) -> str:
    """The sentence in the reader's language, with `%(name)s` filled in."""
    catalogue, language = _speaking.get()
    sentence = catalogue.gettext(message, language)
    return sentence % variables if variables else sentence


def ngettext(one: str, many: str, number: int, **variables: Any) -> str:
    """The sentence for a number, which it may name as `%(num)s`."""
    catalogue, language = _speaking.get()
    return catalogue.ngettext(one, many, number, language) % {"num": number, **variables}


def N_(message: str) -> str:  # noqa: N802 - the name extraction tools know
    """Marks a sentence of a table for the catalogue; `gettext` says it later."""
    return message


@cache
def zone(name: str = "") -> ZoneInfo:
    """The region's time zone: `ADUAN_TIMEZONE`, Asia/Makassar (WITA) unless set."""
    return ZoneInfo(name or env.str("ADUAN_TIMEZONE", "Asia/Makassar"))


def day(value: date | datetime | None) -> str:
    """`25 Maret 2026`, `25 March 2026`; a moment counts as its day in the region. Empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(zone()).date()
    return format_date(value, "d MMMM y", locale=current_language())


def moment(value: datetime | None) -> str:
    """`25 Maret 2026 14.05 WITA`, `25 March 2026 14:05 WITA`. Empty for None."""
    if value is None:
        return ""
    local = value.astimezone(zone())
    clock = local.strftime("%H.%M" if current_language() == "id" else "%H:%M")
    return f"{day(local)} {clock} {_ZONE_LABELS.get(zone().key) or local.tzname()}"


def size(octets: int) -> str:
    """`512 B`, `1,4 MB`, `1.4 MB`: a number of bytes in words."""
    number, unit = float(octets), "B"
    for larger in ("KB", "MB", "GB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{format_decimal(round(number, 1), locale=current_language())} {unit}"


def missing_translations(service: str | None = None) -> list[str]:
    """Sentences of a service (None: of the kit) that have no English, as `file:line sentence`.

    A sentence whose English lacks a placeholder, or has one too many, counts as missing.
    """
    root = HERE.parent / "services" / service if service else HERE
    known = catalogue_of(root / "web" / "texts")
    found = extract_from_dir(
        root,
        method_map=[("**.py", "python"), ("**/templates/**", "jinja2")],
        options_map={"**/templates/**": {"trimmed": "true", "newstyle_gettext": "true"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "N_": None},
    )
    missing = []
    for path, line, message, _comments, _context in found:
        sentence = message[0] if isinstance(message, tuple) else message
        if not known.knows(sentence):
            missing.append(f"{path}:{line} {sentence}")
    return sorted(missing)
