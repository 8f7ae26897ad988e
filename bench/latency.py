"""From a commit to the commit of whoever hears of it, on an idle system."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.launch import Failed
from bench.machine import postgres_url
from bench.programs.post import Reporters
from bench.results import Figure, Row, percentile
from bench.run import Run

TITLE = "Latency: commit to handled in the next service"
HOW = """\
An idle system, one complaint at a time with a pause of half a second and more. PostgreSQL tells a listener of every \
commit that filled an outbox: the time runs from intake's commit (complaint registered) to that of sla (its clocks \
started)."""
COMPLAINTS = 100
PAUSE = 0.5
LIMIT = 10.0


class Commits:
    """The moments at which a service committed something to its outbox."""

    def __init__(self, service: str) -> None:
        self._moments: list[float] = []
        self._came = threading.Condition()
        self._stopping = False
        self._connection = psycopg.connect(postgres_url(f"aduan_{service}"), autocommit=True)
        self._connection.execute("listen outbox")
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def first_after(self, moment: float) -> float:
        """Wait for the first commit after a moment. Raises Failed."""
        with self._came:
            if not self._came.wait_for(lambda: self._moments and self._moments[-1] > moment, LIMIT):
                raise Failed(f"no commit within {LIMIT:.0f} s")
            return next(each for each in self._moments if each > moment)

    def close(self) -> None:
        self._stopping = True
        self._thread.join()
        self._connection.close()

    def _listen(self) -> None:
        while not self._stopping:
            for _ in self._connection.notifies(timeout=0.5, stop_after=1):
                with self._came:
                    self._moments.append(time.monotonic())
                    self._came.notify_all()


@contextmanager
def commits(service: str) -> Iterator[Commits]:
    listening = Commits(service)
    try:
        yield listening
    finally:
        listening.close()


def measure(run: Run) -> Row:
    count = run.count(COMPLAINTS)
    with commits("intake") as intake, commits("sla") as sla:
        _one(intake, sla)
        (rounds,) = run.in_turns(
            "latency",
            {"commit to commit": lambda: [_one(intake, sla) for _ in range(count)]},
            lambda waits: f"p50 {percentile(waits, 50):.1f} ms, p95 {percentile(waits, 95):.1f} ms",
        )
    return Row(
        "latency",
        TITLE,
        HOW,
        [
            Figure("commit to commit, p50", "ms", [percentile(waits, 50) for waits in rounds], ""),
            Figure(
                "commit to commit, p95",
                "ms",
                [percentile(waits, 95) for waits in rounds],
                "under 50",
                lambda figure: figure.value < 50,
            ),
        ],
    )


def _one(intake: Commits, sla: Commits) -> float:
    """Milliseconds from intake's commit to sla's, of one complaint."""
    time.sleep(PAUSE + random.random() * 0.2)  # noqa: S311 - so that we never march in step with a loop of theirs
    began = time.monotonic()
    reporter = Reporters(os.environ["ADUAN_ADDRESS"], 1, 0)
    reporter.run()
    if reporter.refused:
        raise reporter.refused
    committed = intake.first_after(began)
    return (sla.first_after(committed) - committed) * 1000
