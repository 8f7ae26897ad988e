"""What another terminal can see of a running system: the lock that proves it, and a table of its processes."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.place import LOCK, Place
from deploy.local.terminal import Refusal, say

#: Asks a supervisor for a rolling restart.
ROLL = signal.SIGUSR1


@dataclass(frozen=True)
class Row:
    """One process as `make status` shows it. Pid and start tick together name it beyond doubt."""

    name: str
    state: str
    pid: int | None
    tick: int
    since: float
    restarts: int
    ports: tuple[int, ...]
    stop: int


@dataclass(frozen=True)
class Rolling:
    """The last rolling restart: the how many-th it is, and how it ended; nothing while it is under way."""

    number: int = 0
    outcome: str = ""


@dataclass(frozen=True)
class State:
    """All of it. `purpose` is what was asked for: up, test or test-env."""

    purpose: str
    pid: int
    address: str
    ready: bool
    since: float
    rows: tuple[Row, ...]
    rolling: Rolling = Rolling()


@contextmanager
def lock(place: Place, purpose: str) -> Iterator[None]:
    """Hold the run directory: one supervisor at a time. The kernel lets go when we die, however we die."""
    handle = os.open(_pid_file(place), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Refusal(already(place)) from None
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def already(place: Place) -> str:
    """The sentence for whoever starts a second one."""
    state, pid = read(place), holder_of_lock(place)
    what = "The test system" if place.run.name == "test" else "Aduan"
    if state and state.pid == pid and state.ready:
        stop = "Ctrl-C where it runs" if place.run.name == "test" else "make down"
        return f"{what} already runs in this checkout at {state.address} (pid {pid}); stop it with {stop}."
    return f"{what} is already starting or stopping in this checkout (pid {pid})."


def holder_of_lock(place: Place) -> int | None:
    """The pid of the supervisor that runs here now, or None."""
    try:
        handle = os.open(_pid_file(place), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.read(handle, 20) or b"0")
    finally:
        os.close(handle)
    return None


def write(place: Place, state: State) -> None:
    file = _state_file(place)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(asdict(state), indent=1) + "\n")
    draft.replace(file)


def read(place: Place) -> State | None:
    """The last written state, whether or not it still runs."""
    try:
        data = json.loads(_state_file(place).read_text())
        rows = tuple(Row(**{**row, "ports": tuple(row["ports"])}) for row in data.pop("rows"))
        rolling = Rolling(**data.pop("rolling"))
        return State(rows=rows, rolling=rolling, **data)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def running(place: Place) -> State | None:
    """The state of the system that runs here now."""
    pid, state = holder_of_lock(place), read(place)
    return state if pid is not None and state is not None and state.pid == pid else None


def tick(pid: int) -> int:
    """When the process started, in the kernel's ticks since boot; 0 when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])


def stop_leftovers(place: Place, patience: float = 15.0) -> int:
    """Stop what an earlier supervisor left running when it was killed. Returns how many there were."""
    state = read(place)
    left = [row for row in state.rows if row.pid and row.tick and tick(row.pid) == row.tick] if state else []
    if not left:
        return 0
    say(f"stopping what an earlier run left behind: {', '.join(row.name for row in left)}")
    for row in left:
        _signal_group(row, signal.Signals(row.stop))
    until = time.monotonic() + patience
    while any(tick(row.pid or 0) == row.tick for row in left):
        if time.monotonic() > until:
            for row in left:
                _signal_group(row, signal.SIGKILL)
        time.sleep(0.1)
    return len(left)


def _signal_group(row: Row, what: signal.Signals) -> None:
    if row.pid and tick(row.pid) == row.tick:
        try:
            os.killpg(row.pid, what)
        except (ProcessLookupError, PermissionError):
            return


def _pid_file(place: Place) -> Path:
    return place.run / LOCK


def _state_file(place: Place) -> Path:
    return place.run / "state.json"
