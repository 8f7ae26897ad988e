"""Run a long command with its progress in plain lines, and all of its output in a log file."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.terminal import say, span

INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

#: Seconds between two lines: enough to see that it goes on, few enough to read.
EVERY = 5.0


def follow(
    command: Sequence[str | Path],
    log: Path,
    title: str,
    progress: Callable[[str], str | None],
    environment: Mapping[str, str] | None = None,
    *,
    to_the_end: bool = False,
) -> int:
    """Run the command and return its exit status.

    `progress` looks at each line of output and returns what it means, if
    anything; now and then the newest meaning is shown after the title. A
    command that must not be broken off runs `to_the_end`: Ctrl-C counts when
    it has ended.
    """
    began = shown = time.monotonic()
    newest: str | None = None
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        _later(INTERRUPTS if to_the_end else ()) as interrupts,
        log.open("ab") as file,
        subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=None if environment is None else {**os.environ, **environment},
            start_new_session=to_the_end,
        ) as process,
        selectors.DefaultSelector() as selector,
    ):
        assert process.stdout is not None
        selector.register(process.stdout, selectors.EVENT_READ)
        unfinished = b""
        while True:
            if selector.select(timeout=1):
                read = os.read(process.stdout.fileno(), 65_536)
                if not read:
                    break
                file.write(read)
                *lines, unfinished = (unfinished + read).split(b"\n")
                for line in lines:
                    newest = progress(line.decode(errors="replace").strip()) or newest
            if time.monotonic() - shown >= EVERY:
                shown = time.monotonic()
                so_far = f"{title}: {newest or 'at work'} ({span(shown - began)})"
                say(so_far + ("; stopping when this has come to its end" if interrupts else ""))
        return process.wait()


@contextmanager
def _later(interrupts: Sequence[signal.Signals]) -> Iterator[list[int]]:
    """Keep back what these ask for until the end of the block."""
    asked: list[int] = []
    before = {wish: signal.signal(wish, lambda number, frame: asked.append(number)) for wish in interrupts}
    try:
        yield asked
    finally:
        for wish, handler in before.items():
            signal.signal(wish, handler)
    if asked:
        raise KeyboardInterrupt
