"""A disk of its own for one folder, so that it can be full without harm to the machine. Only root can have one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

#: Far more than a storm writes; the file behind it takes only what is used.
BYTES = 3_000_000_000

INSIDE = "ADUAN_OWN_MOUNTS"


def with_mounts_of_our_own() -> None:
    """Begin this command again in a mount namespace of its own, where that is allowed.

    What is mounted there is seen by nobody else, and the kernel unmounts it when the last of us has ended,
    however we end.
    """
    if INSIDE in os.environ or not _can("unshare", "--mount", "true"):
        return
    os.execvpe("unshare", ["unshare", "--mount", *sys.orig_argv], {**os.environ, INSIDE: "1"})


def put_under(folder: Path, image: Path) -> str:
    """Mount a new disk at the folder. Returns why it could not be done, "" when it was."""
    if INSIDE not in os.environ:
        return "only root may mount one"
    folder.mkdir()
    image.touch(mode=0o600)
    os.truncate(image, BYTES)
    if not _can("mkfs.ext4", "-q", "-m", "0", str(image)):
        return "it could not be formatted with mkfs.ext4"
    if not _can("mount", "-o", "loop", str(image), str(folder)):
        return "this machine has no loop devices to mount one with"
    return ""


def _can(*command: str) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
