"""Who listens on a port, so that a port in use can be told with a name."""

from __future__ import annotations

import os
from pathlib import Path

_LISTEN = "0A"  # TCP state as /proc/net/tcp writes it


def holder(port: int) -> str:
    """The program that listens on the port, as `nginx (pid 812)`; 'another program' when it cannot be seen."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(Path("/proc/net") / table, port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(handle) in inodes for handle in (process / "fd").iterdir()):  # noqa: PTH115 - not a path
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue  # gone meanwhile, or of another user
    return "another program"


def _listening(table: Path, port: int) -> list[str]:
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port]
