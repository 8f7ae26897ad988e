"""Resident memory of every process, before and after many complaints."""

from __future__ import annotations

import os

from bench import launch, processes
from bench.effects import Effects
from bench.results import Figure, Row, Table
from bench.run import Run
from deploy.local.terminal import say

TITLE = "Memory per process"
HOW = """\
The whole system takes so many complaints through the gateway as fast as they are answered, and rests until the last \
one has its receipt. Resident memory of each process of ours (under gunicorn the worker's) before, half-way and \
after. Complaints of rows measured before it in the same run are counted in."""
CLIENTS, PORTION, FLAT = 8, 2_000, 1.05
MB = 1_000_000


def measure(run: Run) -> Row:
    half = max(20, run.complaints // 2)
    with Effects() as effects:
        start = _hand_in(effects, 40)
        before = _resident()
        halfway = _hand_in(effects, half)
        middle = _resident()
        say(f"memory: after {halfway:,} complaints: largest {max(middle.values()):.0f} MB")
        total = _hand_in(effects, half)
        after = _resident()
        say(f"memory: after {total:,} complaints: largest {max(after.values()):.0f} MB")
    growth = max(after[name] / middle[name] for name in after)
    ranked = sorted(after, key=lambda name: -after[name])
    rows = [(name, before[name], middle[name], after[name]) for name in ranked]
    moments = [f"after {count:,} complaints" for count in (start, halfway, total)]
    return Row(
        "memory",
        TITLE,
        HOW,
        [
            Figure(
                f"largest process after {total:,} complaints",
                "MB",
                [max(after.values())],
                "under 120",
                lambda figure: figure.value < 120,
            ),
            Figure(
                "largest growth in the second half",
                "times",
                [growth],
                f"flat: under {FLAT}",
                lambda figure: figure.value < FLAT,
            ),
        ],
        [Table("Resident memory, MB", ("process", *moments), rows)],
    )


def _hand_in(effects: Effects, count: int) -> int:
    """Returns how many complaints the system has taken in all."""
    wanted = effects.counts()["accepted"] + count
    for handed_in in range(0, count, PORTION):
        launch.run("post", os.environ["ADUAN_ADDRESS"], min(PORTION, count - handed_in), 0, CLIENTS)
        say(f"memory: {min(handed_in + PORTION, count):,} of {count:,} handed in")
    effects.wait_for(wanted)
    return wanted


def _resident() -> dict[str, float]:
    ours = {name: pid for name, pid in processes.system().items() if name.endswith(("-web", "-worker", "-smtp"))}
    return {name: processes.resident_bytes(pid) / MB for name, pid in ours.items()}
