"""One program as it runs: started, watched until ready, started again with growing pauses when it dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from enum import StrEnum
from pathlib import Path

from deploy.local import launch, runstate
from deploy.local.program import Program

#: Somebody who ran this long starts afresh: earlier failures no longer count.
STEADY = 60.0

#: Exit status of a process that lacks a setting; trying again cannot help.
EX_CONFIG = 78


class Phase(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    GIVEN_UP = "given up"
    LEAVING = "leaving"


class Child:
    """A program and what became of it.

    Signals are sent with os.kill, not by Popen, which would look whether the
    process still lives and so take its exit status away from the supervisor.
    """

    def __init__(self, program: Program, directory: Path, log: Path, steady: float = STEADY) -> None:
        self.program = program
        self.log = log
        self.phase = Phase.WAITING
        self.restarts = 0
        self.lacks = ""
        self.status = 0
        self.killed = False
        self._directory = directory
        self._steady = steady
        self._process: subprocess.Popen[bytes] | None = None
        self._tick = 0
        self._failures = 0
        self._began = 0.0
        self._since = 0.0
        self._not_before = 0.0
        self._left_at = 0.0

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def satisfied(self) -> bool:
        """Whether what comes after it may start."""
        return self.phase in (Phase.READY, Phase.DONE)

    @property
    def runs_for(self) -> float:
        return time.monotonic() - self._began

    @property
    def leaves_for(self) -> float:
        return time.monotonic() - self._left_at

    @property
    def may_start(self) -> bool:
        return self.phase is Phase.WAITING and time.monotonic() >= self._not_before

    def start(self, listener: socket.socket | None = None, *, in_front: bool = False) -> None:
        if in_front:
            self._process = launch.launch_in_front(self.program, self._directory)
        else:
            self._process = launch.launch(self.program, self._directory, self.log, listener)
        self._tick = runstate.tick(self._process.pid)
        self._began, self._since = time.monotonic(), time.time()
        self.phase, self.lacks, self.killed = Phase.STARTING, "", False

    def look(self) -> bool:
        """Ask a starting server whether it is ready; True when it just became so."""
        if self.phase is not Phase.STARTING or self.program.ready is None:
            return False
        self.lacks = self.program.ready() or ""
        if not self.lacks:
            self.phase = Phase.READY
        return not self.lacks

    def ended(self, status: int, tries: int) -> float | None:
        """Take note that the process ended. Returns the pause before the next try, None when there is none."""
        ran = self.runs_for
        self._let_go(status)
        if self.program.is_step and status == 0:
            if self.program.output is not None:
                launch.draft(self.program.output).replace(self.program.output)
            self.phase = Phase.DONE
            return None
        self._failures = 1 if ran > self._steady else self._failures + 1
        if self.program.is_step or status == EX_CONFIG or self._failures >= tries:
            self.phase = Phase.GIVEN_UP
            return None
        pause = min(2.0 ** (self._failures - 1), 30.0)
        self._not_before = time.monotonic() + pause
        self.phase = Phase.WAITING
        self.restarts += 1
        return pause

    def stopped(self, status: int) -> None:
        """Take note that the process ended because it was asked to."""
        self._let_go(status)
        self.phase = Phase.WAITING

    def leave(self) -> None:
        """Ask to stop for good: another one does its work."""
        self.phase, self._left_at = Phase.LEAVING, time.monotonic()
        self.ask_to_stop()

    def ask_to_stop(self) -> None:
        """Ask politely, as the program wants to be asked."""
        if self._process is None:
            return
        if self.program.deaf_at_start and self.phase is Phase.STARTING:
            self.kill()
        else:
            os.kill(self._process.pid, self.program.stop)

    def kill(self) -> None:
        """No more asking. Its whole group goes, since it can no longer tell them."""
        if self._process is None:
            return
        self.killed = True
        if os.getpgid(self._process.pid) == self._process.pid:
            os.killpg(self._process.pid, signal.SIGKILL)
        else:
            os.kill(self._process.pid, signal.SIGKILL)

    def row(self) -> runstate.Row:
        """What `make status` shows of it."""
        program = self.program
        state = str(self.phase)
        return runstate.Row(
            self.name, state, self.pid, self._tick, self._since, self.restarts, program.ports, int(program.stop)
        )

    def _let_go(self, status: int) -> None:
        process, self._process = self._process, None
        self.status = status
        if process is not None:
            process.returncode = status
            try:  # what it left in its group, such as the workers of a killed master, would keep its port
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


def told(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name} (signal {-status})"
    except ValueError:
        return f"was killed by signal {-status}"
