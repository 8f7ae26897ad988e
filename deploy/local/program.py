"""What is to be run: one row of the table in `programs`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

Probe = Callable[[], str | None]
"""Returns None when the program is ready, else what is still missing in a few words."""


class Wave(IntEnum):
    """The order in which programs are stopped: who gives work first, who keeps it last."""

    ENTRANCES = 1
    WORKERS = 2
    GATEWAY = 3
    BROKER = 4
    DATABASE = 5
    NAMES = 6


@dataclass(frozen=True)
class Listens:
    """A port whose listening socket the runner keeps and hands over, and the setting that tells the program of it."""

    port: int
    setting: str


@dataclass(frozen=True)
class Program:
    """A server with a `ready` probe, or a step: a command that has to end well before others begin."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    wave: Wave
    after: tuple[str, ...] = ()
    ready: Probe | None = None
    ports: tuple[int, ...] = ()

    #: Held open while the program is started anew: who connects meanwhile waits, and is not turned away.
    listens: Listens | None = None

    #: The same at other ports: it can be started before this one stops.
    successor: Program | None = None

    #: Where the output of a step goes when others read it.
    output: Path | None = None

    #: Nothing works without it: when it cannot be kept running, everything stops.
    essential: bool = False

    #: How it is asked to stop, and for how many seconds it may finish its work.
    stop: signal.Signals = signal.SIGTERM
    patience: float = 30.0

    #: Before it is ready it does not hear signals, and has nothing to finish: then it is killed.
    deaf_at_start: bool = False

    #: What the kernel sends it when the supervisor is gone without a word.
    when_orphaned: signal.Signals = signal.SIGKILL

    @property
    def is_step(self) -> bool:
        return self.ready is None
