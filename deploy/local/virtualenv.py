"""The virtual environment: Python packages exactly as the lock file says, made again only when that changed."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.follow import follow
from deploy.local.place import Place, need_space
from deploy.local.terminal import Refusal, say, tail

#: What the packages take, with room for pip to work in.
BYTES = 2_000_000_000


def ensure(place: Place) -> None:
    """Make `.venv` hold what `requirements/dev.txt` locks.

    A stamp is written last, so an environment without one was left half-made
    and is made from nothing.
    """
    folder = place.root / ".venv"
    lock = place.root / "requirements" / "dev.txt"
    stamp = folder / "installed"
    log = place.log("virtualenv")
    wanted = stamp_of(lock.read_text(), folder.resolve())
    found = stamp.read_text() if stamp.exists() and place.python.exists() else ""
    if found == wanted:
        return
    need_space(place.root, BYTES)
    if _place_of(found) != _place_of(wanted):
        if folder.exists():
            say("the virtual environment .venv was left half-made or comes from elsewhere; making it again")
            shutil.rmtree(folder)
        say("making the virtual environment .venv")
        _run([sys.executable, "-m", "venv", str(folder)], log, "virtual environment", lambda line: None)
    stamp.unlink(missing_ok=True)
    say(f"installing Python packages from requirements/dev.txt (all output: {place.shown(log)})")
    pip = (str(place.python), "-m", "pip", "install", "--require-hashes", "-r", str(lock))
    quiet = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off")
    _run([*pip, *quiet], log, "Python packages", _counter(lock.read_text()))
    stamp.write_text(wanted)
    say("Python packages installed")


def stamp_of(lock: str, folder: Path) -> str:
    """What an environment was made for: its place and Python (its scripts name both), and the lock."""
    version = ".".join(str(part) for part in sys.version_info[:2])
    return f"{folder} python{version}\n{hashlib.sha256(lock.encode()).hexdigest()}\n"


def _place_of(stamp: str) -> str:
    return stamp.partition("\n")[0]


def _counter(lock: str) -> Callable[[str], str | None]:
    """Reads pip's lines and counts the packages against those in the lock."""
    total = len(re.findall(r"^[A-Za-z0-9]\S*==", lock, re.MULTILINE))
    seen: set[str] = set()

    def progress(line: str) -> str | None:
        match = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)", line)
        if match:
            seen.add(match[1].lower())
            return f"{len(seen)} of {total} fetched, now {match[1]}"
        return f"unpacking {total} packages" if line.startswith("Installing collected") else None

    return progress


def _run(command: Sequence[str | Path], log: Path, title: str, progress: Callable[[str], str | None]) -> None:
    if follow(command, log, title, progress) != 0:
        raise Refusal(f"{title}: {Path(command[0]).name} failed; {log} ends with:\n{tail(log)}")
