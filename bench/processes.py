"""What the processes of the running system take, read from /proc. A program is its process and all below it."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

from deploy.local import runstate
from deploy.local.place import Place

ROOT = Path(__file__).parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def system() -> dict[str, int]:
    """Name and pid of every program of the running system."""
    state = runstate.read(Place(ROOT, Path(os.environ["ADUAN_RUN_DIR"])))
    return {row.name: row.pid for row in state.rows if row.pid} if state else {}


def stores() -> dict[str, int]:
    """PostgreSQL and RabbitMQ alone."""
    return {name: pid for name, pid in system().items() if name in ("postgres", "rabbitmq")}


def cpu_seconds(pid: int) -> float:
    """Processor time a program has taken so far, ended children included."""
    return sum(sum(float(field) for field in _stat(each)[11:15]) for each in family(pid)) / _TICKS


def resident_bytes(pid: int) -> int:
    """Resident memory of the largest process of a program: under gunicorn the worker, not its master."""
    return max((int(fields[21]) * _PAGE for each in family(pid) if (fields := _stat(each))), default=0)


def family(pid: int) -> list[int]:
    """The process and all its living descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            children[int(fields[1])].append(int(entry.name))
    found = [pid]
    for each in found:
        found.extend(children[each])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
