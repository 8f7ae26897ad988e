"""One asker, one question after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.stopwatch import Stopwatch, hand_over

WARMING = 50


def ask_often(count: int, ask: Callable[[], object]) -> None:
    """Ask until warm, then so many times, and hand over how long each took."""
    for _ in range(WARMING):
        ask()
    each: list[float] = []
    watch = Stopwatch()
    watch.start()
    for _ in range(count):
        began = time.perf_counter()
        ask()
        each.append(time.perf_counter() - began)
    hand_over(count, watch.stop(), each)
