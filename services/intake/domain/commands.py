"""The grammar of a text message: keyword, command, code, words.

    KOLUT Jalan rusak di Pitulua          a new complaint (also LAPOR …, KAB. KOLAKA UTARA …)
    STATUS [code]                         where it stands
    TAMBAH [code] words                   adds to it; so do plain words, with or without the code in them
    TIDAK PUAS [code] words, TIDAK code   does not accept the answer
    PUAS [code] [1-5]                     accepts it
    OMBUDSMAN YA|TIDAK [code]             allows forwarding with identity, or no longer
    OMBUDSMAN SEKARANG [code]             wants the Ombudsman to settle it now (UU 25/2009 art 46(2))
    DATA [code] NAMA …, LAHIR …           gives what the Ombudsman asks of her (domain/particulars.py)
    BANTUAN                               how all this works

Case, dots and spaces inside a keyword do not matter; the longest keyword wins. A word that is only the
beginning of a sentence ("Tidak ada petugas …", "Puas sekali kalian …") is no command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.intake.domain.particulars import particulars_in
from services.intake.domain.wording import tidy

CodeReader = Callable[[str], str | None]
"""Normalises what may be a code; None when length, letters or check character are wrong."""

CODE_LETTERS = 11
_TOKEN = re.compile(r"\S+")
_HELP = {"BANTUAN", "BANTU", "HELP", "INFO"}
_RATING = re.compile(r"[1-5]")
_RUN_TOGETHER = re.compile(r"\b(OMBUDSMAN)(YA|IYA|TIDAK|SEKARANG)\b", re.IGNORECASE)
_ANSWERS: dict[str, tuple[str, bool | None]] = {
    **dict.fromkeys(("YA", "IYA", "YES", "SETUJU", "IZINKAN"), ("consent", True)),
    **dict.fromkeys(("TIDAK", "TDK", "TAK", "NO", "BATAL", "JANGAN"), ("consent", False)),
    **dict.fromkeys(("SEKARANG", "TERUSKAN", "NOW"), ("refer", None)),
}
"""What can be said to OMBUDSMAN: the command, and for consent whether it is given."""

_UNMISTAKABLE = {"help", "consent", "refer", "particulars"}
"""Commands that no complaint begins with; taken for one, they would be shown to the desk."""

_FILLING = {"OMBUDSMAN", "", "KODE", "LAPORAN", "RI"}


@dataclass(frozen=True, slots=True)
class Command:
    """What a sender wants. `keyword` is the one a new complaint began with.

    `what` is register, status, add, object, accept, consent, refer, particulars, help or text (none of these).
    `codes` are the codes in it, best first; `mistyped`: where a code belongs stands something like one.
    """

    what: str
    words: str = ""
    codes: tuple[str, ...] = ()
    mistyped: bool = False
    rating: int | None = None
    given: bool | None = None
    keyword: str | None = None


def parse(text: str, keywords: Iterable[str], read_code: CodeReader) -> Command:
    """The command in a text message; `register` with the words after the keyword, `text` when nothing fits."""
    text = tidy(text)
    command = command_in(text, read_code)
    if command:
        return command
    keyword, rest = split_keyword(text, keywords)
    if keyword is None:
        return Command("text", words=text, codes=tuple(codes_in(text, read_code)))
    inner = command_in(rest, read_code)  # "KOLUT STATUS K7Q2…": the habit of the national number 1708
    if inner and (inner.codes or inner.what in _UNMISTAKABLE):
        return inner
    return Command("register", words=rest, keyword=keyword)


def command_in(text: str, read_code: CodeReader) -> Command | None:
    """The command a text begins with; None when it begins with none."""
    if command := _ombudsman(text, read_code):
        return command
    first, rest = _first(text)
    match first.upper():
        case word if word in _HELP and not rest:
            return Command("help")
        case "STATUS":
            return _status(rest, read_code)
        case "TAMBAH":
            codes, mistyped, words = _leading_code(rest, read_code)
            return Command("add", words, codes, mistyped)
        case "TIDAK":
            return _objection(text, rest, read_code)
        case "PUAS":
            return _acceptance(rest, read_code)
        case "DATA":
            codes, mistyped, words = _leading_code(rest, read_code)
            meant = codes or mistyped or len(particulars_in(words)) > 1  # else a sentence that begins with this word
            return Command("particulars", words, codes, mistyped) if meant else None
    return None


def split_keyword(text: str, keywords: Iterable[str]) -> tuple[str | None, str]:
    """The longest keyword the text begins with, and what follows it; None and the text when it begins with none."""
    ends = {keyword: end for keyword in keywords if (end := _end_of(keyword, text)) is not None}
    if not ends:
        return None, text
    longest = max(ends, key=lambda keyword: ends[keyword])
    return longest, text[ends[longest] :].lstrip(" .,:;-\n")


@dataclass(frozen=True, slots=True)
class Written:
    """A code as it stands in a text: from `start` to `end`."""

    code: str
    start: int
    end: int


def written_codes(text: str, read_code: CodeReader) -> Iterator[Written]:
    """Everything in a text that reads as a code, also written in up to three groups."""
    tokens = list(_TOKEN.finditer(text))
    lengths = [sum(map(str.isalnum, token.group())) for token in tokens]
    for first in range(len(tokens)):
        letters = 0
        for last in range(first, min(first + 3, len(tokens))):
            letters += lengths[last]
            start, end = tokens[first].start(), tokens[last].end()
            if letters == CODE_LETTERS and (code := read_code(text[start:end])):
                yield Written(code, start, end)
            if letters >= CODE_LETTERS:
                break


def codes_in(text: str, read_code: CodeReader) -> list[str]:
    """The codes in a text, in their order."""
    return [written.code for written in written_codes(text, read_code)]


def resembles_code(text: str) -> bool:
    """Whether a word looks as if a code was meant: nearly the right length, with a digit in it."""
    letters = [character for character in text if character.isalnum()]
    return abs(len(letters) - CODE_LETTERS) <= 1 and any(character.isdigit() for character in letters)


def _status(rest: str, read_code: CodeReader) -> Command:
    codes = tuple(codes_in(rest, read_code))
    return Command("status", codes=codes, mistyped=bool(rest) and not codes)


def _objection(text: str, rest: str, read_code: CodeReader) -> Command | None:
    second, after = _first(rest)
    if second.upper() == "PUAS":
        codes, mistyped, words = _leading_code(after, read_code)
        return Command("object", words or text, codes, mistyped)
    codes, mistyped, words = _leading_code(rest, read_code)
    if codes or mistyped or not rest:
        return Command("object", words or text, codes, mistyped)
    return None


def _acceptance(rest: str, read_code: CodeReader) -> Command | None:
    rating, after = _rating(rest)
    codes, mistyped, words = _leading_code(after, read_code)
    if rating is None:
        rating, words = _rating(words)
    if codes or mistyped or rating is not None or not rest:
        return Command("accept", words, codes, mistyped, rating=rating)
    return None


def _ombudsman(text: str, read_code: CodeReader) -> Command | None:
    """OMBUDSMAN, an answer and a code in any order, and nothing else: a sentence about the Ombudsman is none."""
    tokens = _RUN_TOGETHER.sub(r"\1 \2", text).split()
    words = [token.strip(".,:;!?-\"'").upper() for token in tokens]
    said = [word for word in words if word in _ANSWERS]
    if "OMBUDSMAN" not in words or len(said) != 1:
        return None
    rest = " ".join(
        token for token, word in zip(tokens, words, strict=True) if word not in _ANSWERS and word not in _FILLING
    )
    codes, mistyped, more = _leading_code(rest, read_code)
    if more:
        return None
    what, given = _ANSWERS[said[0]]
    return Command(what, codes=codes, mistyped=mistyped, given=given)


def _rating(text: str) -> tuple[int | None, str]:
    first, rest = _first(text)
    return (int(first), rest) if _RATING.fullmatch(first) else (None, text)


def _first(text: str) -> tuple[str, str]:
    """The first word without punctuation around it, and the rest."""
    parts = text.split(None, 1)
    return (parts[0].strip(".,:;!?-\"'"), parts[1] if len(parts) > 1 else "") if parts else ("", "")


def _leading_code(text: str, read_code: CodeReader) -> tuple[tuple[str, ...], bool, str]:
    """The code a text begins with (in up to three groups), whether one was meant but mistyped, and the rest."""
    tokens = list(_TOKEN.finditer(text))
    for width in (1, 2, 3):
        if width > len(tokens):
            break
        end = tokens[width - 1].end()
        code = read_code(text[:end])
        if code:
            return (code,), False, text[end:].lstrip(" .,:;-\n")
    if tokens and resembles_code(tokens[0].group()):
        return (), True, text[tokens[0].end() :].lstrip()
    return (), False, text


def _end_of(keyword: str, text: str) -> int | None:
    """Where a keyword ends in the text it begins; None when it does not begin it as whole words."""
    wanted = [c for c in keyword.casefold() if c.isalnum()]
    position = 0
    for letter in wanted:
        while position < len(text) and text[position] in " .\n":
            position += 1
        if position >= len(text) or text[position].casefold() != letter:
            return None
        position += 1
    return None if position < len(text) and text[position].isalnum() else position
