"""Timers of a nation's open cases: what one costs, how late it is, a sweep after an outage, all computed anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

from bench import launch
from bench.launch import Measured
from bench.results import Figure, Row, Table, percentile
from bench.run import Run, code, costs, rates
from bench.stage import Stage, stage
from deploy.local.terminal import say

TITLE = "Clocks: timers of a million open cases"
HOW = """\
The store of sla is filled with open cases, each sent to an agency one to five days ago, with its history, five \
clocks and three timers of the days to come: first 10,000 timers, then 100,000, then so many that a million cases are \
open. A few cases lived their lives by the use cases themselves, the others are copies of their rows. At each size as \
many timers fall due at once, of cases of all ages up to ten weeks for which nothing of the last two days was done: \
reminders, passed limits, levels, dailies, and what is due at once because of them. One worker of sla as it is, its \
relay included, fires them until the broker has confirmed every event; a timer's cost is the processor time of \
worker, PostgreSQL and RabbitMQ from the moment the timers are let go. At the largest size two workers, one of which \
relays: such timers falling due one by one, with what is due because of them 1,000 a second, from the moment one falls \
due to the commit of what it caused, and to the broker's confirm of what it said; the sweep after two days' outage, \
50,000 overdue and what is due because of them, from the start of the workers until all is done and said. And open \
cases computed anew after two working days were decreed to be off, beside the relay of what is said of it."""
TIMERS_OF_A_CASE = 3
FIRST_SIZES, CASES = (10_000, 100_000), 1_000_000
PIECE = 100_000
"""Cases filled in by one program, so that one sees how far it is."""

SAMPLE, PACED, PER_SECOND, OVERDUE, COMPUTED = 5_000, 20_000, 1_000, 50_000, 20_000


def measure(run: Run) -> Row:
    with stage("clocks") as here:
        ground = Ground(run, here)
        costs_at = {}
        for size in (*(pending // TIMERS_OF_A_CASE for pending in FIRST_SIZES), CASES):
            cases = ground.fill(size)
            costs_at[cases] = ground.in_rounds(SAMPLE, _told_cost, "fire")
        # Each that falls due makes others fall due at once: all together are to be so many.
        following = median(one.count for one in costs_at[cases]) / run.count(SAMPLE)
        paced = ground.in_rounds(round(PACED / following), _told_lag, "pace", round(PER_SECOND / following))
        sweeps = ground.in_rounds(OVERDUE, _told_sweep, "sweep")
        ground.overdue(SAMPLE)
        sampled = ground.program("fire", BENCH_SAMPLE="1")
        computed = ground.program("recompute", run.count(COMPUTED))
    tables = [
        Table(
            "One timer that fires, by open cases (medians)",
            ("open cases", "pending timers", "ms of processor time", "fired per second"),
            [
                (f"{cases:,}", f"{cases * TIMERS_OF_A_CASE:,}", median(map(_cost, rounds)), median(rates(rounds)))
                for cases, rounds in costs_at.items()
            ],
        ),
        costs("timer", {"sweep": sweeps[-1]}),
        costs("case", {"computed anew": computed}),
        code("the worker that fires", sampled.code),
    ]
    return Row("clocks", TITLE, HOW, _figures(costs_at, paced, sweeps, computed), tables)


class Ground:
    """The database that fills up, and what is measured on it."""

    def __init__(self, run: Run, here: Stage) -> None:
        self._run = run
        self._here = here
        self._environment = {"ADUAN_DATABASE_URL": here.databases.of("sla"), "ADUAN_AMQP_URL": here.broker.url("sla")}
        self._cases = 0
        made = launch.run("crowd", "models", **self._environment)
        say(f"clocks: {made.count} model cases have lived their lives within {made.seconds:.0f} s")

    def fill(self, size: int) -> int:
        """Have so many cases open in all, as autovacuum leaves them; returns how many are."""
        wanted = self._run.count(size)
        while self._cases < wanted:
            filled = launch.run("crowd", "open", min(PIECE, wanted - self._cases), **self._environment)
            self._cases += filled.count
            say(f"clocks: {self._cases:,} open cases, the last {filled.count:,} within {filled.seconds:.0f} s")
        launch.run("crowd", "tidy", **self._environment)
        return self._cases

    def overdue(self, timers: int) -> None:
        """Have about so many timers overdue since two days."""
        filled = launch.run("crowd", "overdue", self._run.count(timers), **self._environment)
        say(f"clocks: {filled.count:,} cases with timers that are overdue, filled in within {filled.seconds:.0f} s")

    def program(self, *arguments: object, **environment: str) -> Measured:
        self._here.broker.purge()
        return launch.run("clocks_ours", *arguments, **self._environment, **environment)

    def in_rounds(self, timers: int, told: Callable[[Measured], str], *arguments: object) -> list[Measured]:
        """Every round with as many overdue timers."""
        measured = []
        for number in range(1, self._run.rounds + 1):
            self.overdue(timers)
            measured.append(self.program(*arguments))
            say(f"clocks: round {number} of {self._run.rounds}: {told(measured[-1])}")
        return measured


def _cost(measured: Measured) -> float:
    """Milliseconds of processor time for one timer, of all programs together."""
    return sum(measured.cpu.values()) / measured.count * 1000


def _told_cost(one: Measured) -> str:
    return f"{_cost(one):.2f} ms of processor time for each of {one.count:,} that fired, {one.rate:,.0f} per second"


def _told_lag(one: Measured) -> str:
    commit, confirm = percentile(one.each, 99), percentile(one.then, 99)
    return f"{PER_SECOND:,} due per second: p99 {commit:.2f} s to the commit, {confirm:.2f} s to the confirm"


def _told_sweep(one: Measured) -> str:
    return f"sweep: {one.count:,} fired and said within {one.seconds:.1f} s"


def _figures(
    costs_at: Mapping[int, list[Measured]], paced: list[Measured], sweeps: list[Measured], computed: Measured
) -> list[Figure]:
    fewest, most = min(costs_at), max(costs_at)
    due = f"{PER_SECOND:,} due per second among {most * TIMERS_OF_A_CASE:,}"
    return [
        Figure(
            f"processor time of a fired timer among {most * TIMERS_OF_A_CASE:,}",
            "ms",
            list(map(_cost, costs_at[most])),
            "flat: under 1.25 times",
            lambda figure: figure.ratio < 1.25,
            f"among {fewest * TIMERS_OF_A_CASE:,}",
            list(map(_cost, costs_at[fewest])),
        ),
        Figure(f"{due}: due to committed, p50", "s", [percentile(one.each, 50) for one in paced], ""),
        Figure(
            f"{due}: due to committed, p99",
            "s",
            [percentile(one.each, 99) for one in paced],
            "under 1",
            lambda figure: figure.value < 1,
        ),
        Figure(f"{due}: due to confirmed by the broker, p99", "s", [percentile(one.then, 99) for one in paced], ""),
        Figure(
            f"two days' outage: {sweeps[-1].count:,} timers fired and said",
            "s",
            [one.seconds for one in sweeps],
            "under 60",
            lambda figure: figure.value < 60,
        ),
        Figure(f"cases computed anew, of {most:,}", "per second", [computed.rate], ""),
    ]
