"""`python -m chaos --complaints 5000 --kills 100 --seed 7`: storm the running test system and judge it.

Exit status 0 when every promise was kept, 1 when not; then the seed and the
first differences are printed, all of them in chaos.txt of the run directory.
`--plan` prints what a seed says and does nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from chaos.plan import MEANS, make_plan
from chaos.storm import Storm, means
from chaos.verdict import Verdict

FIRST = 20
"""Differences printed; all are in the file."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one storm."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--complaints", type=int, default=60)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=None, help="of the plan; a new one unless given")
    parser.add_argument("--seconds", type=float, default=None, help="how long complaints come in")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds for answers and for quiet, each")
    parser.add_argument("--plan", action="store_true", help="print the plan and do nothing")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10_000)
    have = MEANS.values() if options.plan else means()
    plan = make_plan(seed, options.complaints, options.kills, options.seconds, have)
    if options.plan:
        print(*plan.complaints, *plan.blows, *plan.jumps, *plan.late_blows, sep="\n")
        return 0
    return judge(Storm(plan, options.patience).rage(), seed)


def judge(verdict: Verdict, seed: int) -> int:
    """Print the verdict; the exit status."""
    width = max(map(len, verdict.counts), default=0)
    for what, number in sorted(verdict.counts.items()):
        print(f"  {what:<{width}} {number:>8}")
    if not verdict.differences:
        print("verdict: nothing lost, nothing twice")
        return 0
    print(f"verdict: {len(verdict.differences)} differences with --seed {seed}")
    for sentence in verdict.differences[:FIRST]:
        print(f"  {sentence}")
    file = Path(os.environ["ADUAN_RUN_DIR"]) / "chaos.txt"
    file.write_text("".join(f"{sentence}\n" for sentence in verdict.differences))
    print(f"all of them: {file}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
