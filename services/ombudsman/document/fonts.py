"""Fonts of the machine for letters the PDF's own fonts lack: found by name, looked into once, embedded as a subset.

Debian: fonts-dejavu-core, fonts-noto-core (the scripts of Nusantara among them), fonts-droid-fallback (Chinese,
Japanese, Korean). What is not installed is missing, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

PLACES: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))

MAIN: Final = "DejaVuSans.ttf"
BOLD: Final = "DejaVuSans-Bold.ttf"
FURTHER: Final = (
    *(
        f"NotoSans{script}-Regular.ttf"
        for script in (
            "Arabic",
            "Javanese",
            "Balinese",
            "Sundanese",
            "Buginese",
            "Batak",
            "Rejang",
            "Devanagari",
            "Tamil",
            "Thai",
        )
    ),
    "DroidSansFallbackFull.ttf",
)
"""Asked in this order for a letter the main font lacks."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font file and the letters (code points) it has."""

    path: Path
    letters: frozenset[int]

    @property
    def name(self) -> str:
        return self.path.stem


@cache
def faces() -> tuple[Face, ...]:
    """The fonts that are here, the main one first; none without the main one."""
    found = {path.name: path for place in PLACES if place.is_dir() for path in sorted(place.rglob("*.ttf"))}
    if MAIN not in found:
        return ()
    return tuple(Face(found[name], _letters_of(found[name])) for name in (MAIN, *FURTHER) if name in found)


def bold() -> Path:
    """The main font's bold, or the main font where there is none."""
    main = faces()[0].path
    return main.with_name(BOLD) if main.with_name(BOLD).exists() else main


def has(letter: str) -> bool:
    """Whether one of the fonts has a letter."""
    return any(ord(letter) in face.letters for face in faces())


def needed_for(printed: str) -> list[Face]:
    """The main font, and of the others each that has a letter which those before it lack."""
    missing = {ord(letter) for letter in printed}
    found: list[Face] = []
    for face in faces():
        if not found or missing & face.letters:
            found.append(face)
            missing -= face.letters
    return found


def _letters_of(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
