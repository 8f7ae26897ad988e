"""What people and their telephones send becomes clean text, visibly repaired, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.wording import Unreadable, decode, has_words, one_line, readable, shortened, tidy


def test_accents_are_composed_and_lines_tidied() -> None:
    assert tidy("  Jalan\t rusak\r\nde\u0301sa \n\n\n\n Tolala  ") == "Jalan rusak\ndésa\n\nTolala"


def test_control_characters_and_hidden_direction_marks_are_stripped() -> None:
    assert tidy("Ja\x00lan\x1b[31m \u202eterbalik\u202c\u200b") == "Jalan[31m terbalik"


def test_half_a_character_is_repaired_so_that_it_can_be_seen() -> None:
    assert tidy("rusak \ud83d parah") == "rusak \ufffd parah"


def test_a_whole_emoji_with_a_joiner_survives() -> None:
    assert tidy("👨‍👩‍👧") == "👨‍👩‍👧"


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(st.characters()))
def test_tidy_text_can_always_be_stored(text: str) -> None:
    tidy(text).encode("utf-8")
    assert "\x00" not in tidy(text)


def test_bytes_are_read_in_the_charset_they_name() -> None:
    assert decode("Puskesmas – tutup".encode("utf-16-be"), "UTF-16BE") == "Puskesmas – tutup"
    assert decode(b"caf\xe9", "latin-1") == "café"


@pytest.mark.parametrize(
    ("raw", "charset"),
    [(b"\xff\xfe\xfa", "utf-8"), (b"abc", "utf-16-be"), (b"abc", "no-such-charset"), (b"abc", "zlib")],
)
def test_bytes_that_are_no_text_are_unreadable(raw: bytes, charset: str) -> None:
    with pytest.raises(Unreadable):
        decode(raw, charset)


def test_debris_is_not_readable() -> None:
    assert readable("Jalan rusak \ufffd parah")
    assert not readable("\ufffd\ufffda\ufffd")


def test_signs_alone_are_no_words() -> None:
    assert not has_words("... !!! ???")
    assert has_words("… 5")


def test_shortening_cuts_between_words() -> None:
    assert shortened("Jalan poros di desa Pitulua rusak", 20) == "Jalan poros di desa…"
    assert shortened("Jalan", 20) == "Jalan"
    assert len(shortened("x" * 500, 80)) == 80


def test_one_line_is_one_line() -> None:
    assert one_line("a\r\n b\t c") == "a b c"
