"""The blows themselves: processes killed and frozen, connections cut and slowed, a full disk, the memory alarm."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from chaos.plan import Blow
from deploy.local import runstate
from deploy.local.place import Place

PATIENCE = 120.0
"""Seconds a blow waits for its victim to be back from the last one."""

ENOUGH = "0.4"
"""RabbitMQ's own share of memory."""


class Blows:
    """Deals blows to the system of one run directory, kills one after the other, the others beside them.

    A program that is just down gets its blow when it is back.
    """

    def __init__(
        self, place: Place, rabbitmqctl: str, say: Callable[[str], None], lines: str = "", disk: Path | None = None
    ) -> None:
        self._place = place
        self._control = rabbitmqctl
        self._say = say
        self._lines = lines
        self._disk = disk
        self._lasting: list[threading.Thread] = []
        self._kills: queue.Queue[Blow | None] = queue.Queue()
        self._killer = threading.Thread(target=self._kill_all, name="killer", daemon=True)
        self._killer.start()
        self.dealt: Counter[str] = Counter()
        self.failed: list[str] = []

    def deal(self, blow: Blow) -> None:
        """Deal one; returns at once."""
        if blow.what == "kill":
            self._kills.put(blow)
            return
        thread = threading.Thread(target=self._deal, args=(blow,), name=blow.what, daemon=True)
        thread.start()
        self._lasting.append(thread)

    def calm(self) -> None:
        """Wait until all are dealt and those that last are over, the alarm for certain."""
        while self._lasting:
            self._lasting.pop().join()
        self._kills.put(None)
        self._killer.join()
        if self.dealt["alarm"]:
            self._until_done("set_vm_memory_high_watermark", ENOUGH)
        self._killer = threading.Thread(target=self._kill_all, name="killer", daemon=True)
        self._killer.start()

    def restarts(self) -> int:
        """How often the runner has started something again."""
        state = runstate.running(self._place)
        return sum(row.restarts for row in state.rows) if state else 0

    def _kill_all(self) -> None:
        while blow := self._kills.get():
            self._deal(blow)

    def _deal(self, blow: Blow) -> None:
        work = {
            "kill": self._kill,
            "freeze": self._freeze,
            "cut": self._cut,
            "slow": self._slow,
            "full": self._fill,
            "alarm": self._alarm,
        }[blow.what]
        try:
            work(blow)
        except (OSError, TimeoutError) as error:
            self.failed.append(f"{blow.what} {blow.target}: {error}")

    def _note(self, blow: Blow, what: str) -> None:
        self.dealt[blow.what] += 1
        self._say(what)

    def _kill(self, blow: Blow) -> None:
        pid = self._pid(blow.target)
        children = _children(pid) if blow.child is not None else []
        victim = children[(blow.child or 0) % len(children)] if children else pid
        _send(victim, signal.SIGKILL)
        self._note(blow, f"kill {'a child of ' if children else ''}{blow.target}")

    def _freeze(self, blow: Blow) -> None:
        pid = self._pid(blow.target)
        frozen = [pid, *_children(pid)]
        self._note(blow, f"freeze {blow.target} for {blow.seconds:.1f} s")
        for each in frozen:
            _send(each, signal.SIGSTOP)
        time.sleep(blow.seconds)
        for each in frozen:
            _send(each, signal.SIGCONT)

    def _cut(self, blow: Blow) -> None:
        met = self._tell_lines(f"cut {blow.target} {blow.amount}")
        self._note(blow, f"cut {met} connections to {blow.target}")

    def _slow(self, blow: Blow) -> None:
        self._tell_lines(f"slow {blow.target} {blow.amount:.3f}")
        self._note(blow, f"{blow.target} answers {blow.amount * 2000:.0f} ms later for {blow.seconds:.1f} s")
        time.sleep(blow.seconds)
        self._tell_lines(f"slow {blow.target} 0")

    def _fill(self, blow: Blow) -> None:
        """Take every free block of the disk the databases lie on."""
        assert self._disk
        filling = self._disk / "filling"
        try:
            with filling.open("wb") as file:
                _take_all(file.fileno())
                self._note(blow, f"the disk of postgres is full for {blow.seconds:.1f} s")
                time.sleep(blow.seconds)
        finally:
            filling.unlink(missing_ok=True)

    def _alarm(self, blow: Blow) -> None:
        self._pid(blow.target)
        self.dealt["alarm"] += 1
        self._call("set_vm_memory_high_watermark", "absolute", "1MB")
        self._say(f"the broker has no memory for {blow.seconds:.1f} s")
        time.sleep(blow.seconds)
        self._until_done("set_vm_memory_high_watermark", ENOUGH)

    def _tell_lines(self, command: str) -> int:
        host, _, port = self._lines.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as line, line.makefile("rw") as talk:
            talk.write(command + "\n")
            talk.flush()
            return int(talk.readline())

    def _call(self, *command: str) -> bool:
        """Whether rabbitmqctl could; it cannot while the broker is away."""
        try:
            return (
                subprocess.run([self._control, *command], capture_output=True, timeout=30, check=False).returncode == 0
            )
        except subprocess.TimeoutExpired:
            return False

    def _until_done(self, *command: str) -> None:
        until = time.monotonic() + PATIENCE
        while not self._call(*command):
            if time.monotonic() > until:
                raise TimeoutError(f"rabbitmqctl {' '.join(command)} does not succeed")
            time.sleep(1)

    def _pid(self, name: str) -> int:
        """The pid of a program, as soon as it runs and is ready."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            state = runstate.running(self._place)
            row = next((row for row in state.rows if row.name == name), None) if state else None
            if row and row.pid and row.state == "ready" and runstate.tick(row.pid) == row.tick:
                return row.pid
            time.sleep(0.1)
        raise TimeoutError(f"{name} was not ready again within {PATIENCE:.0f} s")


def _take_all(file: int) -> None:
    """Give the file every free block, the last ones one by one."""
    taken, step = 0, 1 << 28
    while step >= 1 << 12:
        try:
            os.posix_fallocate(file, taken, step)
            taken += step
        except OSError:
            step >>= 1


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _send(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)
