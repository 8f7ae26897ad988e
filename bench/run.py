"""One run: how many rounds, how large, and taking turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bench.launch import Measured
from bench.results import Table
from deploy.local.terminal import say

MOST_LINES = 14
"""Of a list of code by its processor time; below that it is noise."""

T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """`scale` shrinks every count and time, to try it out; `complaints` is for the memory row."""

    rounds: int
    scale: float
    complaints: int

    def count(self, usual: int) -> int:
        return max(20, round(usual * self.scale))

    def seconds(self, usual: float) -> float:
        return max(2.0, usual * self.scale)

    def in_turns(self, row: str, contestants: Mapping[str, Callable[[], T]], told: Callable[[T], str]) -> list[list[T]]:
        """Let all take their turn in every round; returns the rounds of each contestant."""
        results: dict[str, list[T]] = {name: [] for name in contestants}
        for number in range(1, self.rounds + 1):
            for name, measure in contestants.items():
                results[name].append(measure())
                say(f"{row}: round {number} of {self.rounds}: {name}: {told(results[name][-1])}")
        return list(results.values())


def rates(rounds: list[Measured]) -> list[float]:
    return [measured.rate for measured in rounds]


def told_rate(measured: Measured) -> str:
    return f"{measured.rate:,.0f} per second ({measured.count:,} in {measured.seconds:.1f} s)"


def costs(item: str, measured: Mapping[str, Measured]) -> Table:
    """Processor time per item, by contestant and program."""
    rows = [
        (f"{name}: {program}", seconds / one.count * 1000)
        for name, one in measured.items()
        for program, seconds in sorted(one.cpu.items(), key=lambda entry: -entry[1])
    ]
    return Table(f"Processor time per {item}, last round", ("program", "ms"), rows)


def code(what: str, shares: Mapping[str, float]) -> Table:
    """Which code takes the processor time of one process, from a further round that is not counted."""
    largest = sorted(shares.items(), key=lambda entry: -entry[1])[:MOST_LINES]
    return Table(
        f"Where the processor time of {what} goes (a further round, sampled)",
        ("our function → library at work", "%"),
        [(name, share * 100) for name, share in largest],
    )
