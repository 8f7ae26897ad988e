"""Accepting complaints over HTTP, with a web process for every core, beside single-row inserts."""

from __future__ import annotations

import base64
import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import launch, processes
from bench.machine import postgres_url
from bench.programs.post import PATH
from bench.results import Figure, Row, Table, percentile
from bench.run import Run, code
from bench.stage import Stage, stage
from deploy.local import postgres
from tests.harness import eventually, free_port, ready

TITLE = "Accept: complaints over HTTP, durable"
HOW = """\
`POST /api/intake/v1/complaints` with JSON (name and telephone in it) against replicas of intake's web process, as \
many as there are cores, each as it runs in production, on one listening socket, with a database of their own and no \
worker; 16 clients of `wrk` on the same machine, each waiting for its answer, every complaint from a client address of \
its own. Beside it `pgbench`: single-row inserts of as many bytes with 16 clients \
on the same server."""
SECONDS, CLIENTS, SAMPLED = 10.0, 16, 1_000
REPLICAS = os.cpu_count() or 1
SCRIPT = Path(__file__).parent / "programs" / "complaints.lua"


@dataclass(frozen=True)
class Load:
    """What a load of some seconds came to: per second, latencies in ms, processor ms per item by program."""

    rate: float
    p50: float
    p99: float
    cpu: Mapping[str, float]


def measure(run: Run) -> Row:
    seconds = run.seconds(SECONDS)
    with stage("accept") as here, _web(here) as (port, pids):
        _wrk(port, pids, "200", 2.0)  # until warm
        prefixes = iter(range(1, run.rounds + 1))
        ours, plain = run.in_turns(
            "accept",
            {
                "ours": lambda: _wrk(port, pids, str(next(prefixes)), seconds),
                "pgbench": lambda: _pgbench(here, seconds),
            },
            lambda load: f"{load.rate:,.0f} per second, p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms",
        )
        sampled = launch.run("accept_sampled", run.count(SAMPLED), BENCH_SAMPLE="1", **_environment(here))
    inserts = "pgbench single-row inserts, 16 clients"
    wanted = "500 over all processes"
    costs = sorted(ours[-1].cpu.items(), key=lambda entry: -entry[1])
    return Row(
        "accept",
        TITLE,
        HOW,
        [
            Figure(
                f"complaints accepted by {REPLICAS} processes",
                "per second",
                [load.rate for load in ours],
                wanted,
                lambda figure: figure.value >= 500,
                inserts,
                [load.rate for load in plain],
            ),
            *(
                Figure(f"answered, {name}", "ms", [getattr(load, name) for load in ours], "", None, inserts, theirs)
                for name, theirs in (("p50", [load.p50 for load in plain]), ("p99", [load.p99 for load in plain]))
            ),
        ],
        [
            Table("Processor time per complaint, last round", ("program", "ms"), costs),
            code("accepting (one after the other, without gunicorn)", sampled.code),
        ],
    )


@contextmanager
def _web(here: Stage) -> Iterator[tuple[int, list[int]]]:
    """The web processes of intake on a database of their own: their port and pids."""
    environment = {**os.environ, **_environment(here)}
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener, ExitStack() as stack:
        pids = [stack.enter_context(_replica(listener, environment)) for _ in range(REPLICAS)]
        yield listener.getsockname()[1], pids


@contextmanager
def _replica(listener: socket.socket, environment: Mapping[str, str]) -> Iterator[int]:
    """One web process that takes connections from the listening socket, as long as the block lasts: its pid."""
    metrics = free_port()
    bound = {"ADUAN_WEB_BIND": f"fd://{listener.fileno()}", "ADUAN_METRICS_PORT": str(metrics)}
    command = (sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "services.intake.web:create_app()")
    with launch.log("accept-web").open("a") as log:
        process = subprocess.Popen(
            command,
            cwd=processes.ROOT,
            env={**environment, **bound},
            stdout=log,
            stderr=log,
            pass_fds=(listener.fileno(),),
        )
        try:
            eventually(lambda: ready(metrics), seconds=30, what="the web process did not become ready")
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=40)


def _environment(here: Stage) -> dict[str, str]:
    key = base64.b64encode(os.urandom(32)).decode()
    return {
        "ADUAN_SERVICE": "intake",
        "ADUAN_DATABASE_URL": here.databases.of("intake"),
        "ADUAN_AMQP_URL": here.broker.url("intake"),
        "ADUAN_PUBLIC_URL": "http://localhost",
        "ADUAN_SECRET_KEY": key,
        "ADUAN_FILES_URL": (here.folder / "files").as_uri(),
        "INTAKE_IDENTITY_KEY": key,
        "INTAKE_INDEX_KEY": key,
        "INTAKE_SMS_SECRET": key,
    }


def _wrk(port: int, pids: Sequence[int], prefix: str, seconds: float) -> Load:
    watched = {"web processes": pids, "postgres": [processes.stores()["postgres"]]}
    before = {name: _cpu_seconds(some) for name, some in watched.items()}
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ("wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds:.0f}s", "-s", str(SCRIPT))
    output = _output(*command, f"http://127.0.0.1:{port}{PATH}", "--", prefix)
    told = json.loads(output.splitlines()[-1])
    if told["refused"] or told["lost"]:
        raise launch.Failed(
            f"of {told['count']} complaints {told['refused']} were refused and {told['lost']} got no answer"
        )
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = {name: _cpu_seconds(some) - before[name] for name, some in watched.items()}
    cpu["wrk"] = ended.ru_utime + ended.ru_stime - own.ru_utime - own.ru_stime
    costs = {name: taken / told["count"] * 1000 for name, taken in cpu.items()}
    return Load(told["count"] / told["seconds"], told["p50"], told["p99"], costs)


def _cpu_seconds(pids: Sequence[int]) -> float:
    return sum(map(processes.cpu_seconds, pids))


def _pgbench(here: Stage, seconds: float) -> Load:
    here.databases.empty("bench_inserts")
    with psycopg.connect(postgres_url("bench_inserts")) as connection:
        connection.execute("create table complaints (id bigint generated always as identity primary key, body text)")
    script = here.folder / "insert.sql"
    script.write_text(f"insert into complaints (body) values ('{'x' * 250}');\n")  # noqa: S608
    found = postgres.newest()
    program = str(found / "pgbench") if found else "pgbench"
    options = ("-n", "-M", "prepared", f"-c{CLIENTS}", "-j2", f"-T{seconds:.0f}", "-f", str(script))
    logs = here.folder / "pgbench"
    _output(program, *options, "--log", f"--log-prefix={logs}", postgres_url("bench_inserts"))
    lines = [line for file in here.folder.glob("pgbench.*") for line in file.read_text().splitlines()]
    for file in here.folder.glob("pgbench.*"):
        file.unlink()
    waits = [int(line.split()[2]) / 1000 for line in lines]  # the third column: microseconds
    return Load(len(waits) / seconds, percentile(waits, 50), percentile(waits, 99), {})


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=launch.LIMIT).stdout
