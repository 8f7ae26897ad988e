"""`python -m bench [names…]`: measure rows of the table, print it, and write docs/performance.md and .json.

Needs the environment of a running test system; `make bench` gives it a fresh one.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import accept, board, clocks, latency, memory, path, relay, report, rpc, subscribe
from bench.launch import Failed
from bench.machine import described
from bench.processes import ROOT
from bench.run import Run
from deploy.local.terminal import say, tell

# The idle and the loaded system last: the others do not mind what lies in its databases.
ROWS = {
    "relay": relay,
    "subscribe": subscribe,
    "accept": accept,
    "rpc": rpc,
    "latency": latency,
    "path": path,
    "board": board,
    "clocks": clocks,
    "memory": memory,
}
NEEDED = ("ADUAN_ADDRESS", "ADUAN_RUN_DIR", "ADUAN_TEST_POSTGRES_URL", "ADUAN_TEST_AMQP_URL", "ADUAN_TEST_RABBITMQCTL")


def main() -> int:
    """Measure what was asked for; 1 when a row could not be measured. Figures that are not as wanted are no failure."""
    options = _parser().parse_args()
    if options.rounds < 1:
        tell("At least one round is needed.")
        return 2
    missing = [name for name in NEEDED if name not in os.environ]
    if missing:
        tell(f"{', '.join(missing)} not set: start with make bench, which brings up what is measured.")
        return 2
    run = Run(options.rounds, options.scale, options.complaints)
    machine = described()
    rows = []
    failed = []
    for name in options.names or ROWS:
        say(f"{name}: {ROWS[name].TITLE}")
        at = datetime.now(UTC).isoformat(timespec="minutes")
        try:
            measured = ROWS[name].measure(run).plain()
        except Failed as failure:
            say(f"{name} could not be measured: {failure}")
            failed.append(name)
        else:
            rows.append({**measured, "run": {**vars(run), "at": at, "machine": machine, "command": _command()}})
    tell("\n" + report.summary(rows) + "\n")
    folder = ROOT / "docs" if run.scale == 1 else Path(os.environ["ADUAN_RUN_DIR"])
    report.write(folder, report.merged(folder, rows, list(ROWS)))
    say(f"written: {folder / 'performance.md'} and performance.json")
    if failed:
        say(f"not measured: {', '.join(failed)}")
    return 1 if failed else 0


def _command() -> str:
    arguments = " ".join(sys.argv[1:])
    return f'make bench ARGS="{arguments}"' if arguments else "make bench"


def _row(name: str) -> str:
    if name not in ROWS:
        raise argparse.ArgumentTypeError(f"there is no row {name}; the rows are {', '.join(ROWS)}")
    return name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", type=_row, metavar="name", help=f"rows: {', '.join(ROWS)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--complaints", type=int, default=3_000, help="how many the memory row takes")
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the usual counts, to try it out")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
