"""Which code takes the processor time: looked at with every tick of the kernel, some 250 times in a second of it."""

from __future__ import annotations

import signal
from collections import Counter
from types import FrameType

EVERY = 0.001
OURS = ("shared", "services")


class Sampler:
    """Samples the main thread. Every sample names our innermost function and the library that was at work for it.

    Time the kernel or a library's C code takes counts for the Python code that called it; waiting takes none.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)

    def stop(self) -> dict[str, float]:
        """Shares of all samples, largest first."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        total = self._seen.total() or 1
        return {code: count / total for code, count in self._seen.most_common()}

    def _look(self, _number: int, frame: FrameType | None) -> None:
        worker = _package(frame)
        while frame is not None and _package(frame) not in OURS:
            frame = frame.f_back
        if frame is None:
            self._seen[worker] += 1
            return
        ours = f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"
        self._seen[ours if worker in OURS else f"{ours} → {worker}"] += 1


def _package(frame: FrameType | None) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] if frame else ""
