"""The processes of the running test system: their settings, and killing them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from deploy.local import runstate, settings
from deploy.local.place import Place
from deploy.local.system import System
from tests.harness import ROOT, eventually, free_port, ready


class Processes:
    """What the local runner keeps running, and a process or two of our own beside it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.system = System.running(place)

    @classmethod
    def from_environment(cls) -> Processes:
        return cls(Place(ROOT, Path(os.environ["ADUAN_RUN_DIR"])))

    def kill(self, name: str) -> int:
        """SIGKILL to one program, as the runner names it; returns the pid it had."""
        row = self._row(name)
        assert row.pid
        os.kill(row.pid, signal.SIGKILL)
        return row.pid

    def pid(self, name: str) -> int | None:
        return self._row(name).pid

    def wait_until_back(self, name: str, old_pid: int, seconds: float = 40.0) -> None:
        """Until the runner has started it again and it is ready."""

        def back() -> bool:
            row = self._row(name)
            return row.pid not in (None, old_pid) and row.state == "ready"

        eventually(back, seconds=seconds, every=0.2, what=f"{name} did not come back")

    @contextlib.contextmanager
    def beside(self, command: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
        """One more process with an environment like the system's own, until the end of the block; yields its port.

        `{port}` in a value of the environment becomes that port.
        """
        port, metrics = free_port(), free_port()
        told = {name: value.replace("{port}", str(port)) for name, value in environment.items()}
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**told, "ADUAN_METRICS_PORT": str(metrics)},
                stdout=output,
                stderr=output,
            )
        try:
            eventually(lambda: ready(metrics), seconds=30, what=f"{command} is not ready: {log}")
            yield port
        finally:
            process.terminate()
            process.wait(timeout=40)

    def intake_web(self) -> dict[str, str]:
        return settings.web(self.system, "intake")

    def smtp(self) -> dict[str, str]:
        return settings.smtp(self.system)

    def operators(self) -> dict[str, str]:
        """What the hand tools of an operator need."""
        return {**os.environ, **settings.everything(self.system)}

    def metrics(self, program: str) -> str:
        """What a program tells Prometheus."""
        port = self._row(program).ports[-1]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return str(answer.read().decode())

    def _row(self, name: str) -> runstate.Row:
        state = runstate.running(self.place)
        assert state, "no test system runs"
        return next(row for row in state.rows if row.name == name)
