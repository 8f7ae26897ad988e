"""What each `make` target does."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from deploy.local import checks, debian13, disk, packages, programs, rolling, runstate, settings, virtualenv
from deploy.local.place import Place
from deploy.local.supervisor import StopAsked, Supervisor
from deploy.local.system import System
from deploy.local.terminal import Refusal, say, span, tell

#: Longer than the most patient process may take to finish its work.
PATIENCE_DOWN = 90.0


def up(place: Place, gateway: str) -> int:
    """Install what is missing, start everything, and stay until Ctrl-C or `make down`."""
    began = time.monotonic()
    place.make()
    with runstate.lock(place, "up"):
        _install(place, packages.TO_RUN)
        runstate.stop_leftovers(place)
        system = System.settle(place, gateway=gateway)
        programs.prepare(system)
        say(f"starting; logs are in {place.shown(place.logs)}")
        try:
            with Supervisor(programs.programs(system), place, purpose="up", address=system.address) as supervisor:
                supervisor.bring_up()
                tell(_welcome(system, time.monotonic() - began))
                supervisor.hold()
        except StopAsked:
            say("stopped; all data is kept")
    return 0


def down(place: Place) -> int:
    """Stop what `make up` runs, from another terminal."""
    pid = runstate.holder_of_lock(place)
    if pid is None:
        left = runstate.stop_leftovers(place)
        tell("Stopped." if left else "Aduan is not running in this checkout.")
        return 0
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + PATIENCE_DOWN
    while runstate.holder_of_lock(place) is not None:
        if time.monotonic() > until:
            raise Refusal(
                f"The supervisor (pid {pid}) still runs after {span(PATIENCE_DOWN)}; see {place.shown(place.logs)}."
            )
        time.sleep(0.1)
    tell("Stopped; all data is kept.")
    return 0


def status(places: Sequence[Place]) -> int:
    """Show what runs here."""
    states = [runstate.running(place) for place in places]
    if not any(states):
        tell("Aduan is not running in this checkout; start it with make up.")
    for state in states:
        if state is not None:
            tell(_table(state))
    return 0


def restart(place: Place) -> int:
    """Start our own processes anew, one after the other, while everything goes on."""
    before = runstate.running(place)
    if before is None or not before.ready:
        raise Refusal("Aduan is not running in this checkout yet; start it with make up.")
    os.kill(before.pid, runstate.ROLL)
    told: set[tuple[str, int]] = set()
    while True:
        time.sleep(0.2)
        state = runstate.running(place)
        if state is None or state.pid != before.pid:
            raise Refusal("Aduan was stopped before everything was started anew.")
        for row in state.rows:
            fresh = row.pid and row.state == "ready" and row.pid not in {old.pid for old in before.rows}
            if fresh and (row.name, row.pid) not in told:
                told.add((row.name, row.pid or 0))
                say(f"{row.name} is started anew (pid {row.pid})")
        if state.rolling.number > before.rolling.number and state.rolling.outcome:
            break
    if state.rolling.outcome != rolling.DONE:
        raise Refusal(f"The restart ended early: {state.rolling.outcome}.")
    tell(f"Started anew: {len(told)} processes. RabbitMQ, PostgreSQL and the gateway went on.")
    return 0


def logs(place: Place) -> int:
    """Follow all logs; becomes `tail`."""
    files = sorted(str(path) for path in place.logs.glob("*.log"))
    if not files:
        raise Refusal("There are no logs yet; start with make up.")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])


def clean(place: Place, test: Place) -> int:
    """Throw away all data of this checkout."""
    if not place.run.exists():
        tell("Nothing to clean.")
        return 0
    with ExitStack() as held:
        for each in (each for each in (place, test) if each.run.exists()):
            held.enter_context(runstate.lock(each, "clean"))
            runstate.stop_leftovers(each)
        shutil.rmtree(place.run)
    tell(f"Removed {place.shown(place.run)}. The virtual environment .venv stays.")
    return 0


def demo(place: Place) -> int:
    """Tell the whole story against the running sandbox; becomes the demo."""
    state = runstate.running(place)
    if state is None or not state.ready:
        raise Refusal(
            "Aduan is not running in this checkout yet: start it with make up in another terminal, wait for ready:."
        )
    os.chdir(place.root)
    environment = {**os.environ, **settings.outside(System.running(place)), "PYTHONUNBUFFERED": "1"}
    os.execve(place.python, [str(place.python), "-m", "demo"], environment)


def lint(place: Place) -> int:
    place.make()
    _install(place, ())
    return checks.lint(place)


def test(place: Place, arguments: Sequence[str], keep: bool) -> int:
    """Everything that must pass: the checks of the code, then the tests on a system of their own."""
    place.make()
    _install(place, [*packages.TO_RUN, *packages.TO_TEST])
    linted = checks.lint(place)
    tested = checks.test(place, arguments, keep=keep)
    if linted != 0:
        tell("The tests were run, but lint failed; see above.")
    return tested or linted


def test_rabbitmq4(place: Place, arguments: Sequence[str], keep: bool) -> int:
    """The tests of the parts and a storm, on RabbitMQ 4 from Debian 13."""
    place.make()
    _install(place, [*packages.TO_RUN, *packages.TO_TEST, *packages.TO_TEST_RABBITMQ4])
    with _alone(place):
        debian13.ensure(place)
    return checks.test(place, arguments, keep=keep, rabbitmq4=True)


def test_env(place: Place) -> int:
    place.make()
    _install(place, [*packages.TO_RUN, *packages.TO_TEST])
    return checks.hold(place)


def bench(place: Place, arguments: Sequence[str]) -> int:
    """How fast it is, on a system of its own."""
    place.make()
    _install(place, [*packages.TO_RUN, *packages.TO_BENCH])
    return checks.bench(place, arguments)


def chaos(place: Place, arguments: Sequence[str], *, rabbitmq4: bool) -> int:
    """A storm over a system of its own, and whether every promise was kept."""
    disk.with_mounts_of_our_own()
    place.make()
    _install(place, [*packages.TO_RUN, *(packages.TO_TEST_RABBITMQ4 if rabbitmq4 else ())])
    if rabbitmq4:
        with _alone(place):
            debian13.ensure(place)
    return checks.chaos(place, arguments, rabbitmq4=rabbitmq4)


def _install(place: Place, wanted: Sequence[packages.Package]) -> None:
    """Whatever is missing, one `make` at a time."""
    with _alone(place):
        packages.ensure(wanted, place.log("packages"))
        virtualenv.ensure(place)


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    handle = os.open(place.root / ".run" / "installing", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another make in this checkout to finish installing")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _welcome(system: System, took: float) -> str:
    address = system.address
    return f"""\
ready: {address}/ after {span(took)}
  portal and API    {address}/
  desk              {address}/meja/
  deadlines         {address}/tenggat/
  messages          {address}/pesan/
  Ombudsman         {address}/ombudsman/
  e-mail entrance   {system.smtp}
  broker metrics    http://127.0.0.1:{system.ports["amqp-metrics"]}/metrics

{programs.accounts(system.place)}

Ctrl-C or make down stops it; make status shows the processes, make logs what they write."""


def _table(state: runstate.State) -> str:
    how = "ready" if state.ready else "starting or stopping"
    lines = [f"{state.purpose}: {how}, {state.address}, pid {state.pid}, up {span(time.time() - state.since)}"]
    lines.append(f"  {'process':<18} {'state':<9} {'pid':>8}  {'up':<14} {'restarts':>8}  ports")
    for row in state.rows:
        up_for = span(time.time() - row.since) if row.pid else "-"
        ports = " ".join(str(port) for port in row.ports)
        lines.append(f"  {row.name:<18} {row.state:<9} {row.pid or '-':>8}  {up_for:<14} {row.restarts:>8}  {ports}")
    return "\n".join(lines)
