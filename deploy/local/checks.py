"""`make lint`, `make test`, `make chaos` and `make bench`: what must pass, how fast it is, on a system of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from deploy.local import disk, programs, runstate, settings, storm
from deploy.local.place import Place
from deploy.local.program import Program, Wave
from deploy.local.supervisor import StopAsked, Supervisor
from deploy.local.system import System
from deploy.local.terminal import say, tell

#: What `make lint` runs, each below the virtual environment's bin directory.
LINTS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("mypy", "--strict", "-p", "deploy.local"),
    ("lint-imports", "--no-logo"),
)


def lint(place: Place) -> int:
    """Run every check, also after one failed; 0 when all passed."""
    failed = []
    for command in LINTS:
        say(f"lint: {' '.join(command)}")
        program = place.python.with_name(command[0])
        if subprocess.run([program, *command[1:]], cwd=place.root, check=False).returncode != 0:
            failed.append(" ".join(command))
    say(f"lint failed: {'; '.join(failed)}" if failed else "lint passed")
    return 1 if failed else 0


def test(place: Place, arguments: Sequence[str], *, keep: bool, rabbitmq4: bool = False) -> int:
    """Run the tests against a fresh system, or against the one that `make test-env` keeps running."""
    state = runstate.running(place)
    if state is not None and state.ready and state.purpose == "test-env":
        say(f"using the test system that make test-env keeps at {state.address}; it runs the code of its start")
        environment = _environment(System.running(place))
        statuses = [
            subprocess.run(command, cwd=place.root, env=environment, check=False).returncode
            for command in _commands(place, arguments, rabbitmq4=rabbitmq4)
        ]
        return max(statuses)
    with runstate.lock(place, "test"):
        system = fresh(place, rabbitmq4=rabbitmq4)
        status = 1
        try:
            with Supervisor(
                programs.programs(system), place, purpose="test-env" if keep else "test", address=system.address
            ) as supervisor:
                supervisor.bring_up()
                say("the test system is ready; running the tests")
                status = max(
                    supervisor.run_in_front(Program("pytest", command, _environment(system), Wave.ENTRANCES))
                    for command in _commands(place, arguments, rabbitmq4=rabbitmq4)
                )
                if keep:
                    say(f"the tests ended with status {status}; the test system stays up: Ctrl-C stops it")
                    supervisor.hold()
        except StopAsked:
            if not keep:
                raise
    return status


def hold(place: Place) -> int:
    """Keep a fresh test system running, for tests that are run again and again."""
    with runstate.lock(place, "test-env"):
        system = fresh(place)
        try:
            with Supervisor(programs.programs(system), place, purpose="test-env", address=system.address) as supervisor:
                supervisor.bring_up()
                tell(f"ready: the test system at {system.address}; make test uses it as long as this runs")
                supervisor.hold()
        except StopAsked:
            return 0
    return 0


def bench(place: Place, arguments: Sequence[str]) -> int:
    """Measure on a fresh system whose stores write as durably as in production. Refuses while another one runs."""
    with runstate.lock(place, "bench"):
        system = fresh(place, throwaway=False)
        with Supervisor(programs.programs(system), place, purpose="bench", address=system.address) as supervisor:
            supervisor.bring_up()
            say("the system is ready; measuring")
            command = (str(place.python), "-m", "bench", *arguments)
            return supervisor.run_in_front(Program("bench", command, _environment(system), Wave.ENTRANCES))


def chaos(place: Place, arguments: Sequence[str], *, rabbitmq4: bool) -> int:
    """Storm a fresh system that may lose nothing: its stores write durably, its database lies on a disk of its own."""
    with runstate.lock(place, "chaos"):
        system = fresh(place, throwaway=False, stormy=True, rabbitmq4=rabbitmq4)
        with Supervisor(
            programs.programs(system), place, purpose="chaos", address=system.address, steady=storm.STEADY
        ) as supervisor:
            supervisor.bring_up()
            say("the system is ready; the storm begins")
            command = (str(place.python), "-m", "chaos", *arguments)
            environment = _environment(system) | storm.environment(system)
            return supervisor.run_in_front(Program("chaos", command, environment, Wave.ENTRANCES))


def fresh(place: Place, *, throwaway: bool = True, stormy: bool = False, rabbitmq4: bool = False) -> System:
    """A test system without any memory, at the ports of the last one."""
    runstate.stop_leftovers(place)
    place.wipe()
    place.make()
    system = System.settle(place, throwaway=throwaway, storm=stormy, rabbitmq4=rabbitmq4)
    if stormy and (lack := disk.put_under(place.run / "postgres", place.run / "postgres.disk")):
        say(f"no disk will be full in this storm: {lack}")
    programs.prepare(system)
    return system


def _commands(place: Place, arguments: Sequence[str], *, rabbitmq4: bool) -> list[tuple[str, ...]]:
    """What was asked for; or everything: first what has parts of its own, a module at a time in two processes, then
    what needs the one whole system, one after the other. On another broker: what a broker can change, and a storm."""
    pytest = (str(place.python), "-m", "pytest")
    if arguments:
        return [(*pytest, *arguments)]
    whole = "tests/e2e/test_chaos.py" if rabbitmq4 else "tests/e2e"
    alone = ("tests/component",) if rabbitmq4 else ("tests/unit", "tests/contract", "tests/component")
    return [(*pytest, "-n", "2", "--dist", "loadfile", *alone), (*pytest, whole)]


def _environment(system: System) -> dict[str, str]:
    """The tests may see the developer's environment; what names the system comes from us."""
    return {**os.environ, **settings.outside(system), **settings.administrators(system)}
