"""The whole path through the running system: accepted, case, clocks, receipt."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from statistics import median

from bench import launch, processes
from bench.effects import Effects
from bench.launch import Measured
from bench.results import Figure, Row, Table, percentile
from bench.run import Run
from deploy.local.terminal import say

TITLE = "Whole path: accepted, case, clocks, receipt"
HOW = """\
The whole system, all its processes, on this machine. Eight clients hand in complaints through the gateway as fast \
as they are answered; the time runs from the first accepted complaint until the last one has its case, its clocks and \
its receipt (by SMS, into the sandbox's outbox). When the letters to the desk have left too, the same at half that \
rate, evenly paced: from `received_at` to the time of the receipt in the outbox. The coordinators' e-mails of every \
new case are written as well."""
BURST, PACED_SECONDS, CLIENTS = 1_500, 15.0, 8


def measure(run: Run) -> Row:
    rates: list[float] = []
    waits: list[float] = []
    with Effects() as effects:
        _burst(effects, 40)  # so that nobody is met unawares
        for number in range(1, run.rounds + 1):
            rate, costs = _burst(effects, run.count(BURST))
            say(f"path: round {number} of {run.rounds}: as fast as it goes: {rate:.0f} complaints per second")
            rates.append(rate)
        half = median(rates) / 2
        for number in range(1, run.rounds + 1):
            effects.wait_for_rest()
            wait = _paced(effects, half, run.seconds(PACED_SECONDS))
            say(f"path: round {number} of {run.rounds}: at {half:.0f} per second: p95 {wait:.2f} s to the receipt")
            waits.append(wait)
    rate_wanted = "150, aim 200 (Request Tracker 5: 13 over REST)"
    return Row(
        "path",
        TITLE,
        HOW,
        [
            Figure(
                "complaints with case, clocks and receipt", "per second", rates, rate_wanted, lambda f: f.value >= 150
            ),
            Figure(f"accept to receipt at {half:.0f} per second, p95", "s", waits, "under 2", lambda f: f.value < 2),
        ],
        [costs],
    )


def _burst(effects: Effects, count: int) -> tuple[float, Table]:
    """Complaints per second, and what they cost whom."""
    before, cpu, since = effects.counts(), _cpu(), datetime.now(UTC)
    posted = _post(count, 0)
    effects.wait_for(before["accepted"] + count)
    seconds = time.time() - min(effects.accepted_since(since).values()).timestamp()
    return count / seconds, _costs(posted, cpu, _cpu(), seconds)


def _paced(effects: Effects, rate: float, seconds: float) -> float:
    """95 of 100 complaints have their receipt after so many seconds."""
    before, since = effects.counts(), datetime.now(UTC)
    count = max(1, round(rate * seconds))
    _post(count, rate)
    effects.wait_for(before["accepted"] + count)
    accepted, sent = effects.accepted_since(since), effects.receipts_since(since)
    return percentile([(sent[each] - accepted[each]).total_seconds() for each in accepted], 95)


def _post(count: int, rate: float) -> Measured:
    return launch.run("post", os.environ["ADUAN_ADDRESS"], count, rate, CLIENTS)


def _cpu() -> dict[str, float]:
    return {name: processes.cpu_seconds(pid) for name, pid in processes.system().items()}


def _costs(posted: Measured, before: Mapping[str, float], after: Mapping[str, float], seconds: float) -> Table:
    taken = {name: after[name] - before[name] for name in after if name in before}
    taken["the clients of this measurement"] = posted.cpu["this process"]
    cores = os.cpu_count() or 1
    rows = [
        (name, cpu / posted.count * 1000, cpu / seconds / cores * 100)
        for name, cpu in sorted(taken.items(), key=lambda entry: -entry[1])
    ]
    total = sum(taken.values())
    rows.append(("all of them", total / posted.count * 1000, total / seconds / cores * 100))
    return Table(
        "Processor time per complaint, by process, last burst", ("process", "ms", f"% of the {cores} cores"), rows
    )
