"""Runs the measured programs, each in a process of its own, and takes what they hand over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bench.processes import ROOT
from deploy.local.terminal import tail

LIMIT = 600.0
"""Seconds after which a program is ended: nothing here runs longer by itself."""


class Failed(Exception):
    """A measured program ended badly; the text says which and how."""


@dataclass(frozen=True)
class Measured:
    """What a program handed over: items done, seconds it took, processor seconds by program, shares by code.

    `each` has the seconds of every item, where the program took them, `then` those until what came of it was done too.
    """

    count: int
    seconds: float
    cpu: Mapping[str, float]
    code: Mapping[str, float]
    each: list[float]
    then: list[float]

    @property
    def rate(self) -> float:
        """Items per second."""
        return self.count / self.seconds


def run(program: str, *arguments: object, **environment: str) -> Measured:
    """Run `bench.programs.<program>` to its end."""
    with _started(program, *arguments, **environment) as process:
        return _handed_over(process, program)


@contextmanager
def serving(program: str, *arguments: object, **environment: str) -> Iterator[list[Measured]]:
    """Run a program that serves another one; what it measured is in the list after the block."""
    measured: list[Measured] = []
    with _started(program, *arguments, **environment) as process:
        assert process.stdout
        if process.stdout.readline() != "ready\n":
            _fail(program)
        yield measured
        process.terminate()
        measured.append(_handed_over(process, program))


def log(program: str) -> Path:
    """Where a program writes what it complains of."""
    return Path(os.environ["ADUAN_RUN_DIR"]) / "log" / f"bench-{program}.log"


@contextmanager
def _started(program: str, *arguments: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Whatever happens in the block, the process has ended after it."""
    with log(program).open("a") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", f"bench.programs.{program}", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def _handed_over(process: subprocess.Popen[str], program: str) -> Measured:
    try:
        output, _ = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise Failed(f"{program} did not end within {LIMIT:.0f} s:\n{tail(log(program))}") from None
    if process.returncode != 0:
        _fail(program)
    return Measured(**json.loads(output.splitlines()[-1]))


def _fail(program: str) -> NoReturn:
    raise Failed(f"{program} ended without a result; its log ends with:\n{tail(log(program))}")
