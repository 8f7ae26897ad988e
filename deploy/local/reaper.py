"""Sees to it that no process we started, nor any that those started, is lost or left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Let processes whose parent died become our children."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def next_ended() -> tuple[int, int] | None:
    """The pid and exit status of the next process that ended: negative when killed by a signal."""
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, os.waitstatus_to_exitcode(status)) if pid else None


def kill_adopted() -> None:
    """End what lost its parent on the way and became ours."""
    for _ in range(100):
        while next_ended():
            pass
        left = list(_children())
        if not left:
            return
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _children() -> Iterator[int]:
    own = os.getpid()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # gone meanwhile
        if parent == own:
            yield int(stat.parent.name)
