"""What the person at the terminal reads: one clear line when something happens."""

from __future__ import annotations

import sys
import time
from pathlib import Path


class Refusal(Exception):
    """The command cannot go on; the text is the whole message: a sentence, and perhaps the lines that prove it."""


def say(line: str) -> None:
    """One line with the time before it, for something that just happened."""
    tell(f"{time.strftime('%H:%M:%S')}  {line}")


def tell(text: str) -> None:
    """Text as it is. A terminal that went away must not stop what is running."""
    try:
        print(text, flush=True)
    except (BrokenPipeError, OSError):
        sys.stdout = open("/dev/null", "w")  # noqa: PTH123, SIM115 - stays open for the rest of the process


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log file, indented, to show below a sentence."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def span(seconds: float) -> str:
    """A length of time as people say it: 4.2 s, 3 min 5 s, 2 h 10 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
