"""Runs the table of programs: brings them up as they depend on each other, keeps them up, takes them down in order."""

from __future__ import annotations

import errno
import os
import select
import shutil
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from types import FrameType, TracebackType
from typing import Self

from deploy.local import reaper, runstate
from deploy.local.child import STEADY, Child, Phase, told
from deploy.local.listeners import Listeners
from deploy.local.place import Place
from deploy.local.program import Program, Wave
from deploy.local.rolling import Rolls
from deploy.local.terminal import Refusal, say, span, tail

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

#: Seconds between two looks at programs that are not ready yet.
LOOK = 0.15

#: A start that takes longer is told about, and refused after the second.
PATIENCE, LIMIT = 15.0, 300.0

#: How often in a row a program may fail before we give up.
TRIES, TRIES_AT_START = 7, 3

LOW_DISK_BYTES = 200 * 1024 * 1024


class StopAsked(Exception):
    """Somebody pressed Ctrl-C or called make down."""


class Supervisor:
    """Use as a context: whatever happens inside, leaving it stops everything."""

    def __init__(
        self, programs: Sequence[Program], place: Place, *, purpose: str, address: str, steady: float = STEADY
    ) -> None:
        self._place = place
        self._purpose = purpose
        self._address = address
        self._children = [Child(program, place.root, place.log(program.name), steady) for program in programs]
        self._named = {child.name: child for child in self._children}
        self._front: Child | None = None
        self._listeners = Listeners()
        self._rolls = Rolls(self._children, self._listeners, place.root)
        self._stops_asked = 0
        self._is_ready = False
        self._since = time.time()
        self._recorded: runstate.State | None = None
        self._told = 0.0
        self._disk_looked_at = 0.0
        self._told_full = -60.0
        self._bell, bell = socket.socketpair()
        self._bell.setblocking(False)
        bell.setblocking(False)
        self._wakes = bell

    def __enter__(self) -> Self:
        reaper.adopt_orphans()
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        for stop in STOPS:
            signal.signal(stop, self._ask_to_stop)
        signal.signal(runstate.ROLL, self._rolls.ask)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only so that it rings the bell
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bring_down()
        signal.set_wakeup_fd(-1)

    def bring_up(self) -> None:
        """Start everything and return when all of it is ready."""
        began = self._told = time.monotonic()
        while not all(child.satisfied for child in self._children):
            self._turn()
            self._tell_what_lacks(began)
        self._is_ready = True
        self._record()

    def hold(self) -> None:
        """Keep everything running until somebody asks to stop."""
        while True:
            self._turn()

    def run_in_front(self, program: Program) -> int:
        """Run one more program on our terminal while everything else is kept running; return its exit status."""
        front = self._front = Child(program, self._place.root, self._place.log(program.name))
        front.start(in_front=True)
        try:
            while front.pid:
                self._turn()
        except StopAsked:
            self._end([front], patience=5.0)  # the terminal's Ctrl-C has reached it too
            raise
        finally:
            self._front = None
        return front.status

    def _turn(self) -> None:
        """One round: sleep until something happens, then look after everything once."""
        busy = self._rolls.under_way or any(child.phase in (Phase.STARTING, Phase.WAITING) for child in self._children)
        self._sleep(LOOK if busy else 5.0)
        if self._stops_asked:
            raise StopAsked
        for child, status in self._ended():
            if child in self._aside():
                child.stopped(status)
            else:
                self._after_end(child, status)
        for child in self._children:
            if child.may_start and all(self._named[name].satisfied for name in child.program.after):
                child.start(self._listeners.of(child.program))
        for child in self._children:
            if child.look():
                say(f"{child.name} is ready after {span(child.runs_for)}")
        if self._is_ready:
            self._rolls.go_on()
        self._watch_disk()
        self._record()

    def _aside(self) -> list[Child]:
        """Who is not kept running: the program in front, and whom a rolling restart has in hand."""
        return [*([self._front] if self._front else ()), *self._rolls.aside]

    def _sleep(self, seconds: float) -> None:
        """Until the time is over or a signal rings."""
        select.select([self._bell], [], [], seconds)
        try:
            while self._bell.recv(64):
                pass
        except BlockingIOError:
            return

    def _ended(self) -> Iterator[tuple[Child, int]]:
        """Every child of ours that ended, with its exit status. Adopted orphans are buried on the way."""
        known = [*self._children, *self._aside()]
        by_pid = {child.pid: child for child in known if child.pid}
        while ended := reaper.next_ended():
            pid, status = ended
            if pid in by_pid:
                yield by_pid[pid], status

    def _after_end(self, child: Child, status: int) -> None:
        ran = span(child.runs_for)
        pause = child.ended(status, tries=TRIES if self._is_ready else TRIES_AT_START)
        log = self._place.shown(child.log)
        if child.phase is Phase.DONE:
            say(f"{child.name} done in {ran}")
        elif pause is not None:
            say(f"{child.name} {told(status)} after {ran}; starting it again in {pause:.0f} s; its log: {log}")
        elif child.program.essential or child.program.is_step or not self._is_ready:
            raise Refusal(
                f"{child.name} {told(status)} after {ran} and cannot go on; {log} ends with:\n{tail(child.log)}"
            )
        else:
            self._listeners.close(child.program)
            say(
                f"{child.name} {told(status)}; it failed too often and stays down, the rest goes on; "
                f"its log: {log}; when mended: make down, make up"
            )

    def _tell_what_lacks(self, began: float) -> None:
        """A slow start is not a silent one."""
        now = time.monotonic()
        if now - self._told < PATIENCE:
            return
        self._told = now
        slow = [f"{c.name} ({c.lacks or 'at work'})" for c in self._children if c.phase is Phase.STARTING]
        if now - began > LIMIT:
            raise Refusal(
                f"Not ready after {span(now - began)}: {', '.join(slow)}; logs: {self._place.shown(self._place.logs)}"
            )
        say(f"still waiting for {', '.join(slow) or 'the next try'}")

    def _watch_disk(self) -> None:
        if time.monotonic() - self._disk_looked_at < 60:
            return
        self._disk_looked_at = time.monotonic()
        free = shutil.disk_usage(self._place.run).free
        if free < LOW_DISK_BYTES:
            say(f"the disk is nearly full: {free / 1e6:.0f} MB left for {self._place.run}; free some space")

    def _record(self) -> None:
        """Let other terminals see the present state."""
        rows = tuple(child.row() for child in (*self._children, *self._rolls.aside))
        state = runstate.State(
            self._purpose, os.getpid(), self._address, self._is_ready, self._since, rows, self._rolls.state
        )
        if state == self._recorded:
            return
        self._recorded = state
        try:
            runstate.write(self._place, state)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            if time.monotonic() - self._told_full > 30:
                self._told_full = time.monotonic()
                say(f"the disk is full: {self._place.run} cannot be written; free some space")

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stops_asked += 1  # and nothing else: printing here could meet another print half-way

    def _bring_down(self) -> None:
        self._is_ready = False
        for child in self._children:
            self._listeners.close(child.program)
        if any(child.pid for child in self._children):
            say("stopping")
        for wave in Wave:
            everybody = (*self._children, *self._rolls.aside)
            self._end([child for child in everybody if child.program.wave is wave])
            self._record()
        reaper.kill_adopted()

    def _end(self, children: Sequence[Child], patience: float | None = None) -> None:
        """Ask these to stop, wait until they did, and kill who does not."""
        began = self._told = time.monotonic()
        for child in children:
            child.ask_to_stop()
        while alive := [child for child in children if child.pid]:
            waited = time.monotonic() - began
            for child in (child for child in alive if not child.killed):
                if self._stops_asked > 1:
                    say(f"asked again: killing {child.name}")
                elif waited > (patience or child.program.patience):
                    say(f"{child.name} did not stop within {span(waited)}; killing it")
                else:
                    continue
                child.kill()
            if time.monotonic() - self._told > 4:
                self._told = time.monotonic()
                say(f"waiting for {', '.join(child.name for child in alive)} to stop")
            self._sleep(0.05)
            for child, status in self._ended():
                child.stopped(status)
