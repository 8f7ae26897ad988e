"""Run a long command with its progress in plain lines, and all of its output in a log file."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.terminal import say, span

#: Seconds between two lines: enough to see that it goes on, few enough to read.
EVERY = 5.0


def follow(
    command: Sequence[str | Path],
    log: Path,
    title: str,
    progress: Callable[[str], str | None],
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run the command and return its exit status.

    `progress` looks at each line of output and returns what it means, if
    anything; now and then the newest meaning is shown after the title.
    """
    began = shown = time.monotonic()
    newest: str | None = None
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("ab") as file,
        subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=None if environment is None else {**os.environ, **environment},
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
                say(f"{title}: {newest or 'at work'} ({span(shown - began)})")
        return process.wait()
