"""For measured programs: how long one stretch took, and whose processor time; handed over as a line of JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

from bench import processes
from bench.sampler import Sampler


class Stopwatch:
    """Wall and processor time of one stretch, in this process and in the stores. With BENCH_SAMPLE also which code."""

    def __init__(self) -> None:
        self._sampler = Sampler() if os.environ.get("BENCH_SAMPLE") else None
        self._stores = processes.stores()

    def start(self) -> None:
        self._cpu = self._cpu_now()
        if self._sampler:
            self._sampler.start()
        self._began = time.monotonic()

    def stop(self) -> dict[str, Any]:
        """`seconds`, `cpu` (seconds by program) and `code` (shares by code; empty unless sampled)."""
        seconds = time.monotonic() - self._began
        code = self._sampler.stop() if self._sampler else {}
        cpu = {name: after - self._cpu[name] for name, after in self._cpu_now().items()}
        return {"seconds": seconds, "cpu": cpu, "code": code}

    def _cpu_now(self) -> dict[str, float]:
        return {
            "this process": time.process_time(),
            **{name: processes.cpu_seconds(pid) for name, pid in self._stores.items()},
        }


def hand_over(count: int, measured: dict[str, Any], each: Sequence[float] = (), then: Sequence[float] = ()) -> NoReturn:
    """Say what was measured, and end without waiting for what still runs.

    `each` has the seconds of every item, `then` those until what came of it was done too.
    """
    sys.stdout.write(json.dumps({"count": count, **measured, "each": list(each), "then": list(then)}) + "\n")
    sys.stdout.flush()
    os._exit(0)


def stand_by() -> None:
    """For a program that serves another one: say that it is ready, measure from now on, hand over when told to end."""
    watch = Stopwatch()
    signal.signal(signal.SIGTERM, lambda _number, _frame: hand_over(0, watch.stop()))
    watch.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
