"""Links to files open for a while, and only as they were signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared import links
from shared.clock import real_now
from shared.errors import NotFound
from shared.links import read_signed, signed_url

pytestmark = pytest.mark.usefixtures("secret")


def token(seconds: int = 900) -> str:
    return signed_url("/meja", "0190f2c4", seconds).rsplit("/", 1)[1]


def test_a_link_is_relative_to_the_prefix_and_names_the_file() -> None:
    assert signed_url("/meja", "x").startswith("/meja/berkas/")
    assert signed_url("", "x").startswith("/berkas/")
    assert read_signed(token()) == "0190f2c4"


def test_a_link_expires_by_the_true_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given = token(60)
    monkeypatch.setattr(links, "real_now", lambda: real_now() + timedelta(seconds=59))
    assert read_signed(given) == "0190f2c4"
    monkeypatch.setattr(links, "real_now", lambda: real_now() + timedelta(seconds=62))
    with pytest.raises(NotFound):
        read_signed(given)


@pytest.mark.parametrize("forged", ["", "x", "W10.aaaa.bbbb", "a.b", "\x00"])
def test_a_forged_link_is_refused(forged: str) -> None:
    with pytest.raises(NotFound):
        read_signed(forged)


def test_a_link_of_another_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given = token()
    monkeypatch.setenv("ADUAN_SECRET_KEY", "another secret of forty characters or so")
    with pytest.raises(NotFound):
        read_signed(given)
