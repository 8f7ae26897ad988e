"""Taking the reporter's identity out of words, her own and others'. Too much rather than too little."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.intake.domain.draft import Identity

BLANK = "[disamarkan]"

LEAST = 3
"""Letters of a part of a name, or of what stands before an @, that is blanked by itself: "Ali", but not "La"."""

TELLING_DIGITS = 9
"""The last ones of a telephone number, which everybody writes, whatever stands before them."""

_LETTERS = r"[^\W\d_]"
_ALONE = rf"(?<!{_LETTERS})(?:{{}})(?=(?:nya|ku|mu|lah|kah|pun)?(?!{_LETTERS}))"
"""A word, not a part of another one; Indonesian endings, underscores and digits may touch it."""

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1a00-\u1a1f\u1b00-\u1bff\u3040-\u30ff\u3400-\u9fff"
    "\ua930-\ua9df\uf900-\ufaff]+"
)
"""Scripts that put no space between words (Chinese, Thai, Javanese, Balinese, Bugis …): a name stands among letters."""

LONG = 6
"""Letters of a part of a name that is no ordinary word however it is divided: "si di" may well not be Sidi."""

MOST_BETWEEN = 3
"""Signs between two letters of a name that is spelled out."""

_APOSTROPHES = set("'\u2018\u2019\u02bc`\u00b4-")
_ENDINGS = ("nya", "ku", "mu", "lah", "kah", "pun")
_ADDRESSED = re.compile(
    r"\b(?:pak|bapak|bu|ibu|sdr|sdri|saudara|saudari|mas|mba|mbak|kak|bang|om|tante|haji|hj|tn|ny|nn|puang|daeng)"
    rf"\b[\W_]{{0,5}}({_LETTERS}+)"
)
_ALONE_ON_A_LINE = re.compile(rf"(?m)^[^\w\n]{{0,5}}({_LETTERS}+)[^\w\n]{{0,5}}$")

_STREET = re.compile(r"(?:jl|jln|jalan|gg|gang|lr|lorong|blok|perum|perumahan|btn|kompleks?)\b")
_HOUSE_NUMBER = {"no", "nomor", "nomer"}
_SPELLINGS = {
    **dict.fromkeys(("jl", "jln", "jalan"), "(?:jl|jln|jalan)"),
    **dict.fromkeys(("gg", "gang"), "(?:gg|gang)"),
    **dict.fromkeys(("lr", "lorong"), "(?:lr|lorong)"),
}


def blanked(text: str, who: Identity) -> str:
    """The text without the reporter's name (each part of it), telephone, e-mail, address and birth, however written.

    Titles, commas, apostrophes, line ends, accents, broad letters and other signs in and between the parts make no
    difference.
    """
    flat, places = _flattened(text)
    found = sorted(_span(text, places, start, stop) for start, stop in _found(flat, who))
    left, end = [], 0
    for start, stop in found:
        if start >= end:
            left += [text[end:start], BLANK]
        end = max(end, stop)
    return "".join([*left, text[end:]])


def _flattened(text: str) -> tuple[str, Sequence[int]]:
    """The text as names are compared, and where in the text each of its characters comes from.

    Without case, accents and vowel signs, in plain letters and digits.
    """
    if text.isascii():
        return text.lower(), range(len(text))
    flat: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = str(unicodedata.decimal(character)) if character.isdecimal() else character
        letters = [c for c in unicodedata.normalize("NFKD", plain).casefold() if not _is_mark(c)]
        flat += letters
        places += [place] * len(letters)
    return "".join(flat), places


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _span(text: str, places: Sequence[int], start: int, stop: int) -> tuple[int, int]:
    """A place in the flat text as one in the text itself, with the signs over its last letter."""
    end = places[stop - 1] + 1
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return places[start], end


def _found(flat: str, who: Identity) -> Iterator[tuple[int, int]]:
    """Where in a flat text something tells who she is."""
    names = [re.findall(rf"{_LETTERS}+", _flat(name)) for name in (who.name, who.full_name) if name]
    name = [part for parts in names for part in parts]
    for pattern in _patterns(who, names):
        yield from (match.span() for match in re.finditer(pattern, flat))
    if not name:
        return
    squeezed = [place for place, character in enumerate(flat) if character.isalpha()]
    letters = "".join(flat[place] for place in squeezed)
    for part in set(name):
        yield from _parts_found(part, flat, letters, squeezed)
    for spoken in (_ADDRESSED, _ALONE_ON_A_LINE):
        yield from (m.span(1) for m in spoken.finditer(flat) if any(_is_short_for(m.group(1), part) for part in name))


def _patterns(who: Identity, names: Sequence[Sequence[str]]) -> Iterator[str]:
    mail = _flat(who.email)
    if mail:
        yield re.escape(mail)
    for said in (who.address, who.birth):
        if words := _words(_flat(said)):
            yield rf"(?<!\w){_in_a_row(words)}(?!\w)"
    yield from _house(_flat(who.address))
    for parts in filter(None, names):
        unspaced = _UNSPACED.fullmatch("".join(parts))
        yield _in_a_row(parts) if unspaced else _ALONE.format(_in_a_row(parts))
    mailbox = _words(mail.partition("@")[0])
    if sum(map(len, mailbox)) >= LEAST:
        yield _ALONE.format(_in_a_row(mailbox))
    for word in mailbox:
        if len(word) >= LEAST and any(part.startswith(word) for parts in names for part in parts):
            yield _ALONE.format(re.escape(word))
    digits = re.sub(r"\D", "", _flat(who.phone))[-TELLING_DIGITS:]
    if len(digits) == TELLING_DIGITS:
        yield r"[+(]*(?:\d[\W_]{0,3}){0,8}" + r"[\W_]{0,3}".join(digits)


def _parts_found(part: str, flat: str, letters: str, squeezed: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where one part of a name stands: as a word, with an apostrophe in it, or spelled out letter by letter.

    `letters` are those of the flat text without anything between them, `squeezed` their places in it. In a script
    that knows no words it may stand among other letters.
    """
    unspaced = bool(_UNSPACED.fullmatch(part))
    if len(part) < (2 if unspaced else LEAST):
        return
    at = letters.find(part)
    while at >= 0:
        places = squeezed[at : at + len(part)]
        start, stop = places[0], places[-1] + 1
        between = [flat[one + 1 : other] for one, other in pairwise(places)]
        if unspaced:
            if not any(between):
                yield start, stop
        elif _is_alone(flat, start, stop) and _may_stand(between, len(part)):
            yield start, stop
        at = letters.find(part, at + 1)


def _is_alone(flat: str, start: int, stop: int) -> bool:
    """Whether no other letters touch it, but for an Indonesian ending."""
    if start and flat[start - 1].isalpha():
        return False
    return any(not flat[end : end + 1].isalpha() for end in _ends(flat, stop))


def _ends(flat: str, stop: int) -> Iterator[int]:
    yield stop
    yield from (stop + len(ending) for ending in _ENDINGS if flat.startswith(ending, stop))


def _may_stand(between: Sequence[str], letters: int) -> bool:
    """Whether what stands between the letters of a part leaves it that part."""
    if all(between):
        return all(len(gap) <= MOST_BETWEEN for gap in between)  # spelled out
    fit = _APOSTROPHES | {" "} if letters >= LONG else _APOSTROPHES
    return all(gap in fit for gap in between if gap)


def _is_short_for(word: str, part: str) -> bool:
    """Whether people may call her so: "Bu Hasna" and "Bu Wati" are Hasnawati. A short name is itself."""
    if len(part) < LEAST:
        return word == part
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= LEAST), "")
    said = (word, word.removesuffix(ending))
    return any(len(w) >= LEAST and (part.startswith(w) or part.endswith(w)) for w in said)


def _house(address: str) -> Iterator[str]:
    """Her street and house alone. The village stays: it says where the road is broken."""
    for line in re.split(r"[,;\n]", address):
        words = [word for word in _words(line) if word not in _HOUSE_NUMBER]
        number = next((i for i, word in enumerate(words) if any(map(str.isdigit, word))), 0)
        if number and _STREET.match(words[0]):
            between = r"[\W_]*(?:(?:no|nomor|nomer)\b[\W_]*)?"
            yield r"(?<!\w)" + between.join(_SPELLINGS.get(w, re.escape(w)) for w in words[: number + 1]) + r"(?!\w)"


def _flat(text: str | None) -> str:
    return _flattened(text or "")[0]


def _words(text: str) -> Sequence[str]:
    return re.findall(r"[^\W_]+", text)


def _in_a_row(words: Sequence[str]) -> str:
    return r"[\W_]*".join(words)
