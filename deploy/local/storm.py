"""What `make chaos` adds to a system: a proxy before each store, and gateways outside that count what leaves."""

from __future__ import annotations

from pathlib import Path

from deploy.local import probes
from deploy.local.program import Program, Wave
from deploy.local.settings import surroundings
from deploy.local.system import System

#: Whoever ran so many seconds before it was killed is started again at once: being killed is no failure of its own.
STEADY = 2.0

STORES = ("amqp", "postgres")


def programs(system: System) -> list[Program]:
    """The proxies and the outside world. Nobody kills them."""
    port, python = system.ports, str(system.place.python)
    pairs = [f"{store}={port[f'line-{store}']}:{port[store]}" for store in STORES]
    return [
        Program(
            "lines",
            (python, "-m", "chaos.lines", str(port["lines"]), *pairs),
            surroundings() | {"PYTHONUNBUFFERED": "1"},
            Wave.DATABASE,
            ready=probes.tcp(port["lines"]),
            ports=tuple(port[f"line-{store}"] for store in STORES),
            essential=True,
        ),
        Program(
            "outside",
            (python, "-m", "chaos.outside", str(port["outside-smtp"]), str(port["outside-http"]), str(_left(system))),
            surroundings() | {"PYTHONUNBUFFERED": "1"},
            Wave.DATABASE,
            ready=probes.tcp(port["outside-http"]),
            ports=(port["outside-smtp"], port["outside-http"]),
            essential=True,
        ),
    ]


def environment(system: System) -> dict[str, str]:
    """What the storm has to know besides what tests know. Without a disk of its own the database is never full."""
    folder = system.place.run / "postgres"
    return {
        "ADUAN_CHAOS_LINES": f"127.0.0.1:{system.ports['lines']}",
        "ADUAN_CHAOS_LEFT": str(_left(system)),
        **({"ADUAN_CHAOS_DISK": str(folder)} if folder.is_mount() else {}),
    }


def _left(system: System) -> Path:
    """The file in which the outside writes down what it took."""
    return system.place.run / "left.jsonl"
