"""Channels, pauses, and words fit for a telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.channels import Person, choose
from services.notify.domain.retries import IN_ALL, LONGEST, pause
from services.notify.domain.wording import plain, shortened
from services.notify.gateways.segments import is_gsm, parts
from shared.texts import missing_translations


@pytest.mark.parametrize(
    ("came_by", "phone", "email", "code", "channel"),
    [
        ("sms", "+62811", None, "K7", "sms"),
        ("sms", "+62811", "a@b.id", "K7", "sms"),
        ("email", None, "a@b.id", "K7", "email"),
        ("email", "+62811", "a@b.id", "K7", "email"),
        ("web", "+62811", "a@b.id", "K7", "email"),
        ("web", "+62811", None, "K7", "sms"),
        ("api", None, "a@b.id", "K7", "email"),
        ("walk_in", "+62811", None, "K7", "sms"),
        ("web", None, None, "K7", "page"),
        ("sms", None, None, None, None),
        ("email", None, None, None, None),
    ],
)
def test_a_person_is_told_on_the_channel_she_used(
    came_by: str, phone: str | None, email: str | None, code: str | None, channel: str | None
) -> None:
    assert choose(Person(language="id", came_by=came_by, phone=phone, email=email, code=code)) == channel


def test_an_officer_is_told_by_mail() -> None:
    assert choose(Person(language="id", email="pupr@kolutkab.example")) == "email"


def test_pauses_grow_from_a_second_to_an_hour_and_end_after_two_days() -> None:
    pauses = []
    while (rest := pause(len(pauses) + 1)) is not None:
        pauses.append(rest)
    assert pauses[:4] == [timedelta(seconds=s) for s in (1, 2, 4, 8)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST
    assert IN_ALL <= sum(pauses, timedelta()) < IN_ALL + LONGEST


@given(st.text())
def test_plain_words_stand_on_one_line(words: str) -> None:
    made = plain(words)
    assert made == " ".join(made.split())
    assert made.isprintable()


def test_emoji_and_typography_become_plain() -> None:
    assert plain("Terima kasih 🙏🏽 – “jalan” 5 m² ± 1\u200b… ½") == 'Terima kasih - "jalan" 5 m2 +/- 1... 1/2'


@given(st.text(alphabet="ab c", max_size=200), st.integers(min_value=0, max_value=120))
def test_shortened_words_fit_and_begin_like_the_whole(words: str, room: int) -> None:
    words = plain(words)
    made = shortened(words, "MORE", lambda w: len(w) <= room)
    if len(words) <= room:
        assert made == words
    elif made != "MORE":
        assert len(made) <= room
        kept = made.removesuffix("... MORE")
        assert kept != made
        assert words.startswith(kept)


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=8), min_size=1, max_size=30), st.integers(7, 120))
def test_not_one_word_more_would_fit(words: list[str], room: int) -> None:
    whole = " ".join(words)
    cuts = [whole] + [" ".join(words[:n]) + "... MORE" for n in range(len(words) - 1, 0, -1)] + ["MORE"]
    assert shortened(whole, "MORE", lambda w: len(w) <= room) == next(c for c in cuts if len(c) <= room)


def test_as_many_words_as_fit_are_kept() -> None:
    assert shortened("satu dua tiga empat", "LAGI", lambda w: len(w) <= 17) == "satu dua... LAGI"


@pytest.mark.parametrize(
    ("text", "gsm", "count"),
    [
        ("a" * 160, True, 1),
        ("a" * 161, True, 2),
        ("a" * 306, True, 2),
        ("a" * 307, True, 3),
        ("[" * 80, True, 1),  # the extension table counts double
        ("[" * 81, True, 2),
        ("é@£", True, 1),
        ("中" * 70, False, 1),
        ("中" * 71, False, 2),
        ("`", False, 1),
    ],
)
def test_parts_are_counted_as_the_network_counts_them(text: str, gsm: bool, count: int) -> None:
    assert is_gsm(text) is gsm
    assert parts(text) == count


def test_every_sentence_of_the_pages_has_its_english() -> None:
    assert missing_translations("notify") == []
