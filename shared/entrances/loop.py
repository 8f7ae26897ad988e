"""A background loop of a worker: runs until told to stop, survives what goes wrong, and stops only between rounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.event import Event as Signal

from shared import metrics
from shared.logs import log
from shared.messaging.held import jittered

SHORTEST_PAUSE, LONGEST_PAUSE = 0.4, 10.0
"""Seconds of rest after the first error, and after many in a row."""


class Loop:
    """Calls `round_` again and again. `round_` returns the seconds to rest before the next one (0: at once).

    `spacing` keeps rounds that are woken for apart from the one before, so that
    what comes one by one is done at once and what comes in crowds is done in
    crowds.

    An error pauses the loop, longer each time up to ten seconds, and is
    counted; it never ends it.
    """

    def __init__(self, name: str, round_: Callable[[], float], spacing: float = 0.0) -> None:
        self._name = name
        self._spacing = spacing
        self._round = round_
        self._stopping = False
        self._awake: Any = Signal()
        self._ended: Any = Signal()

    def run(self) -> None:
        pause = SHORTEST_PAUSE
        try:
            while not self._stopping:
                began = time.monotonic()
                try:
                    rest = self._round()
                    pause = SHORTEST_PAUSE
                except Exception as error:
                    rest, pause = jittered(pause), min(LONGEST_PAUSE, 2 * pause)
                    metrics.UNHANDLED.labels(self._name).inc()
                    log.error("loop paused", loop=self._name, seconds=rest, exc_info=error)
                if not self._stopping:
                    self._rest(rest)
                if rest and (early := began + self._spacing - time.monotonic()) > 0:
                    eventlet.sleep(early)
        finally:
            self._ended.send(None)

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping

    def wake(self) -> None:
        """Cut the present rest short."""
        if not self._awake.ready():
            self._awake.send(None)

    def stop(self) -> None:
        """Ask the loop to end and wait until its present round is over."""
        self._stopping = True
        self.wake()
        self._ended.wait()

    def _rest(self, seconds: float) -> None:
        if seconds > 0:
            with eventlet.Timeout(seconds, False):
                self._awake.wait()
        else:
            eventlet.sleep(0)
        if self._awake.ready():
            self._awake = Signal()
