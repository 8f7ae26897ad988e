"""Passwords and keys are made once and read by their owner only."""

import base64
import stat

import pytest

from deploy.local import credentials
from deploy.local.place import Place
from deploy.local.terminal import Refusal


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path, tmp_path / ".run")
    place.make()
    return place


def test_the_same_secrets_every_time(place):
    assert credentials.settle(place) == credentials.settle(place)


def test_no_two_secrets_are_alike(place):
    known = credentials.settle(place)
    assert len(set(known.values())) == len(known) == len(credentials.MAKERS)


def test_only_the_owner_can_read_them(place):
    credentials.settle(place)
    assert stat.S_IMODE((place.run / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.run.stat().st_mode) == 0o700


def test_keys_are_32_bytes(place):
    known = credentials.settle(place)
    assert len(base64.b64decode(known["intake-identity"])) == len(base64.b64decode(known["intake-index"])) == 32


def test_what_a_newer_version_needs_is_added_and_the_rest_kept(place, monkeypatch):
    old = credentials.settle(place)
    monkeypatch.setitem(credentials.MAKERS, "new", lambda: "fresh")
    assert credentials.settle(place) == {**old, "new": "fresh"}


def test_a_damaged_file_is_never_overwritten(place):
    file = place.run / "secrets.json"
    file.write_text('{"postgres": "kept')
    with pytest.raises(Refusal, match="is damaged"):
        credentials.settle(place)
    assert file.read_text() == '{"postgres": "kept'
