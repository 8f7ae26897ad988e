"""What is sealed opens only in its place, with its key, unchanged."""

from __future__ import annotations

import base64

import pytest

from shared.sealing import Seal, Unsealable
from shared.settings import MissingSetting


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


def test_what_was_sealed_opens_in_its_place() -> None:
    seal = Seal(key("a"))
    assert seal.open(seal.seal("0812 3456 7890 – Bu Sîti", "identities/1/phone"), "identities/1/phone") == (
        "0812 3456 7890 – Bu Sîti"
    )


def test_the_same_text_is_never_sealed_alike() -> None:
    seal = Seal(key("a"))
    assert seal.seal("x", "c") != seal.seal("x", "c")


def test_moved_to_another_place_it_does_not_open() -> None:
    seal = Seal(key("a"))
    with pytest.raises(Unsealable):
        seal.open(seal.seal("x", "identities/1/phone"), "identities/2/phone")


@pytest.mark.parametrize("position", [0, 1, 6, -1])
def test_changed_by_one_bit_it_does_not_open(position: int) -> None:
    seal = Seal(key("a"))
    sealed = bytearray(seal.seal("x", "c"))
    sealed[position] ^= 1
    with pytest.raises(Unsealable):
        seal.open(bytes(sealed), "c")


@pytest.mark.parametrize("cut", [b"", b"\x01", b"\x01abcd", b"\x01abcd" + bytes(12)])
def test_too_short_it_does_not_open(cut: bytes) -> None:
    with pytest.raises(Unsealable):
        Seal(key("a")).open(cut, "c")


def test_a_new_key_in_front_still_opens_the_old_and_finds_it() -> None:
    old, both = Seal(key("a")), Seal(f"{key('b')}, {key('a')}")
    assert both.open(old.seal("x", "c"), "c") == "x"
    assert both.index("x") == old.index("x")
    with pytest.raises(Unsealable):
        old.open(both.seal("x", "c"), "c")


def test_the_index_depends_on_the_key_and_the_value_alone() -> None:
    assert Seal(key("a")).index("x") == Seal(key("a")).index("x")
    assert len({Seal(key(k)).index(v) for k in "ab" for v in "xy"}) == 4


@pytest.mark.parametrize("bad", ["", "no base64!", base64.b64encode(b"short").decode(), f"{key('a')},"])
def test_a_missing_or_short_key_says_what_to_set(bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(MissingSetting):
        Seal(bad)
    assert "ADUAN_SEALING_KEY" in capsys.readouterr().err


def test_the_key_comes_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADUAN_SEALING_KEY", key("a"))
    assert Seal.from_settings().index("x") == Seal(key("a")).index("x")
