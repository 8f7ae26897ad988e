"""A rolling restart of real processes: the successor first, and nobody who connects is turned away."""

import os
import socket
import sys
import time
from dataclasses import replace

import pytest

from deploy.local.child import Child, Phase
from deploy.local.listeners import Listeners
from deploy.local.program import Listens, Program, Wave
from deploy.local.rolling import DONE, Roll

#: Answers each connection with its own name until it is asked to stop; then it finishes for a while.
SERVER = """
import os, signal, socket, sys, time
name, lasts = sys.argv[1], float(sys.argv[2])
listener = socket.socket(fileno=int(os.environ["BIND"].removeprefix("fd://")))
def stop(*_):
    time.sleep(lasts)
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
open(name + ".ready", "w").close()
while True:
    connection, _ = listener.accept()
    connection.sendall(name.encode())
    connection.close()
"""


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def listeners(port):
    made = Listeners()
    yield made
    made.close(server("nobody", port, None))


def server(name, port, folder, *, lasts=0.0, script=SERVER, patience=5.0):
    def probe():
        return None if (folder / f"{name}.ready").exists() else "is not there yet"

    return Program(
        "fake",
        (sys.executable, "-c", script, name, str(lasts)),
        {},
        Wave.ENTRANCES,
        ready=probe,
        listens=Listens(port, "BIND"),
        patience=patience,
    )


@pytest.fixture
def running(tmp_path, port, listeners):
    """Starts the first one and gives it with its list."""
    started = []

    def start(first, second):
        child = Child(replace(first, successor=second), tmp_path, tmp_path / "log")
        child.start(listeners.of(first))
        started.append(child)
        until(child.look)
        return child, started

    yield start
    for child in started:
        child.kill()
        if child.pid:
            os.waitpid(child.pid, 0)


def until(yes, seconds=20.0):
    give_up = time.monotonic() + seconds
    while not yes():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def rolled(children, listeners, folder):
    """One rolling restart to its end; how it ended."""
    roll = Roll(children, listeners, folder)

    def ended():
        roll.step()
        for child in [child for child in roll.aside if child.pid]:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                child.stopped(os.waitstatus_to_exitcode(status))
        return roll.outcome

    until(ended)
    return roll.outcome


def who_answers(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return connection.recv(100).decode()


def test_the_successor_takes_over_and_the_old_one_is_gone(running, listeners, tmp_path, port):
    old, children = running(server("first", port, tmp_path), server("second", port, tmp_path))
    assert who_answers(port) == "first"
    assert rolled(children, listeners, tmp_path) == DONE
    assert who_answers(port) == "second"
    (new,) = children
    assert (old.pid, new.phase) == (None, Phase.READY)


def test_the_next_restart_goes_back_to_the_first_ports(running, listeners, tmp_path, port):
    _, children = running(server("first", port, tmp_path), server("second", port, tmp_path))
    assert rolled(children, listeners, tmp_path) == DONE
    (tmp_path / "first.ready").unlink()
    assert rolled(children, listeners, tmp_path) == DONE
    assert who_answers(port) == "first"


def test_who_connects_while_nobody_is_there_waits_and_is_answered(running, listeners, tmp_path, port):
    listeners.of(server("first", port, tmp_path))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as early:
        running(server("first", port, tmp_path), None)
        assert early.recv(100) == b"first"


def test_a_successor_that_fails_ends_the_restart_and_the_old_one_goes_on(running, listeners, tmp_path, port):
    broken = server("second", port, tmp_path, script="raise SystemExit(3)")
    old, children = running(server("first", port, tmp_path), broken)
    assert "ended with status 3" in rolled(children, listeners, tmp_path)
    assert children == [old]
    assert who_answers(port) == "first"


def test_an_old_one_that_does_not_end_is_killed_when_its_time_is_over(running, listeners, tmp_path, port):
    stubborn = server("first", port, tmp_path, lasts=60, patience=0.3)
    old, children = running(stubborn, server("second", port, tmp_path))
    assert rolled(children, listeners, tmp_path) == DONE
    assert (old.killed, old.pid) == (True, None)
