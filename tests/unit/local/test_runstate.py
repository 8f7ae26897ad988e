"""What another terminal can see, and that a process is never mistaken for another."""

import os
import signal
import subprocess
import sys

import pytest

from deploy.local import runstate, virtualenv
from deploy.local.child import told
from deploy.local.place import UNUSABLE, Place
from deploy.local.runstate import Row, State
from deploy.local.terminal import Refusal, span


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path, tmp_path / ".run")
    place.make()
    return place


def state_with(process, tick):
    row = Row("fake", "ready", process.pid, tick, 0.0, 0, (1, 2), int(signal.SIGTERM))
    return State("up", os.getpid(), "http://127.0.0.1:1", True, 0.0, (row,))


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_the_state_is_read_as_it_was_written(place, sleeper):
    state = state_with(sleeper, 5)
    runstate.write(place, state)
    assert runstate.read(place) == state


def test_only_one_supervisor_at_a_time(place):
    with runstate.lock(place, "up"):
        assert runstate.holder_of_lock(place) == os.getpid()
        with pytest.raises(Refusal, match="already"), runstate.lock(place, "up"):
            pass
    assert runstate.holder_of_lock(place) is None


def test_a_state_without_its_supervisor_is_not_running(place, sleeper):
    runstate.write(place, state_with(sleeper, 5))
    assert runstate.running(place) is None


def test_leftovers_are_stopped(place, sleeper):
    runstate.write(place, state_with(sleeper, runstate.tick(sleeper.pid)))
    assert runstate.stop_leftovers(place) == 1
    assert sleeper.wait(timeout=5) == -signal.SIGTERM


def test_a_stranger_with_a_reused_pid_is_left_alone(place, sleeper):
    runstate.write(place, state_with(sleeper, runstate.tick(sleeper.pid) - 1))
    assert runstate.stop_leftovers(place) == 0
    assert sleeper.poll() is None


def test_wiping_keeps_the_lock_that_the_wiper_holds(place):
    (place.run / "data").mkdir()
    (place.run / "data" / "file").write_text("x")
    with runstate.lock(place, "test"):
        place.wipe()
        assert runstate.holder_of_lock(place) == os.getpid()
    assert [entry.name for entry in place.run.iterdir()] == ["pid"]


@pytest.mark.parametrize("character", UNUSABLE)
def test_a_path_that_the_foreign_programs_cannot_handle_is_refused(tmp_path, character):
    root = tmp_path / f"a{character}b"
    with pytest.raises(Refusal, match="move the checkout"):
        Place(root, root / ".run").make()


def test_the_environment_is_made_again_when_the_lock_or_its_place_changes(tmp_path):
    stamps = {virtualenv.stamp_of(lock, tmp_path / name) for lock in ("a", "b") for name in ("x", "y")}
    assert len(stamps) == 4


@pytest.mark.parametrize(
    ("status", "words"),
    [(3, "ended with status 3"), (-9, "was killed by SIGKILL (signal 9)"), (-200, "was killed by signal 200")],
)
def test_an_end_is_told_in_words(status, words):
    assert told(status) == words


@pytest.mark.parametrize(("seconds", "words"), [(4.21, "4.2 s"), (185, "3 min 5 s"), (7_800, "2 h 10 min")])
def test_a_time_is_told_in_words(seconds, words):
    assert span(seconds) == words
