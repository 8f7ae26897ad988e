"""Ports are chosen once, remembered, and moved only when others took them."""

import json
import socket

import pytest

from deploy.local import ports
from deploy.local.place import Place
from deploy.local.terminal import Refusal


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path, tmp_path / ".run")
    place.make()
    return place


@pytest.fixture(autouse=True)
def forget_claims():
    yield
    while ports._claims:
        ports._claims.pop().close()


def test_every_name_gets_a_port_of_its_own():
    chosen = ports.choose({}, 20_000, lambda port: True)
    assert set(chosen) == set(ports.NAMES)
    assert len(set(chosen.values())) == len(chosen)
    assert (chosen["gateway"], chosen["smtp"]) == (8080, 8025)


def test_a_taken_port_gives_way_to_the_next_free_one():
    chosen = ports.choose({"postgres": 30_000}, 20_000, lambda port: port not in (8080, 8081, 30_000))
    assert chosen["gateway"] == 8082
    assert chosen["postgres"] == 30_001


def test_what_was_remembered_is_used_again():
    first = ports.choose({}, 20_000, lambda port: port % 3 != 0)
    assert ports.choose(first, 29_000, lambda port: True) == first


def test_inner_ports_stay_below_those_of_outgoing_connections(tmp_path):
    assert all(ports.base(tmp_path / str(n)) + len(ports.NAMES) < 32_768 for n in range(500))


def test_a_claimed_port_is_free_for_nobody_else(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        assert not ports.claim(port)
    assert ports.claim(port)
    assert not ports.claim(port)


def test_a_moved_port_is_told_and_remembered(place, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (place.run / "ports.json").write_text(json.dumps({"gateway": port}))
        chosen = ports.settle(place)
    assert chosen["gateway"] != port
    assert f"port {port} of gateway is in use by" in capsys.readouterr().out
    assert ports.remembered(place) == chosen


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1"])
def test_what_is_not_a_port_is_refused(place, text):
    with pytest.raises(Refusal, match="is not a port"):
        ports.settle(place, text)


def test_a_port_asked_for_by_name_never_moves(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refusal, match="choose another with make up PORT="):
            ports.settle(place, str(taken.getsockname()[1]))


def test_a_damaged_memory_only_means_choosing_anew(place):
    (place.run / "ports.json").write_text('{"gateway": ')
    assert set(ports.settle(place)) == set(ports.NAMES)
