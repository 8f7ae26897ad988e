"""The table of everything that runs: what it is, with which settings, after whom, and when it is ready."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

from deploy.local import gateway, postgres, probes, rabbitmq, settings, storm
from deploy.local.place import SERVICES, Place
from deploy.local.program import Listens, Program, Wave
from deploy.local.system import System


def prepare(system: System) -> None:
    """Write the files that the programs below read."""
    postgres.prepare(system)
    rabbitmq.prepare(system)
    gateway.prepare(system)


def programs(system: System) -> list[Program]:
    """All programs of a system. A step ends before what comes after it begins; a server stays."""
    around = storm.programs(system) if system.stormy else []
    return [*around, *_stores(system), *_steps(system), *_services(system), _gateway(system)]


def accounts(place: Place) -> str:
    """What `shared.cli accounts` printed."""
    return _accounts(place).read_text().rstrip()


def _stores(system: System) -> list[Program]:
    port = system.ports
    broker = rabbitmq.environment(system)
    # Data that is thrown away does not need stores that close well, which takes the broker six seconds.
    stop_postgres, stop_rabbitmq = (
        (signal.SIGKILL, signal.SIGKILL) if system.throwaway else (signal.SIGINT, signal.SIGTERM)
    )
    pg_isready = postgres.binaries(system.place) / "pg_isready"
    initdb = [
        Program("initdb", postgres.make(system), settings.surroundings(), Wave.DATABASE, when_orphaned=signal.SIGINT)
    ]
    return [
        *([] if postgres.is_made(system.place) else initdb),
        Program(
            "postgres",
            postgres.server(system),
            settings.surroundings(),
            Wave.DATABASE,
            after=() if postgres.is_made(system.place) else ("initdb",),
            ready=probes.postgres(pg_isready, port["postgres"]),
            ports=(port["postgres"],),
            essential=True,
            stop=stop_postgres,
            when_orphaned=signal.SIGINT,
        ),
        Program(
            "epmd",
            rabbitmq.epmd(system),
            broker,
            Wave.NAMES,
            ready=probes.tcp(port["epmd"]),
            ports=(port["epmd"],),
            essential=True,
        ),
        Program(
            "rabbitmq",
            rabbitmq.server(system),
            broker,
            Wave.BROKER,
            after=("epmd", "definitions"),
            ready=probes.amqp(port["amqp"]),
            ports=(port["amqp"], port["amqp-distribution"], port["amqp-metrics"]),
            essential=True,
            stop=stop_rabbitmq,
            deaf_at_start=True,
        ),
    ]


def _steps(system: System) -> list[Program]:
    everything = settings.everything(system)
    psql = settings.surroundings() | postgres.administrator(system)
    cli = (str(system.place.python), "-m", "shared.cli")
    definitions, accounts = rabbitmq.definitions(system.place), _accounts(system.place)
    return [
        Program("definitions", (*cli, "definitions", "--at-start"), everything, Wave.ENTRANCES, output=definitions),
        Program("bindings", (*cli, "bind-stream"), settings.operator(system), Wave.ENTRANCES, after=("rabbitmq",)),
        Program("roles", postgres.roles(system), psql, Wave.ENTRANCES, after=("postgres",)),
        Program("migrate", (*cli, "migrate", "--all"), everything, Wave.ENTRANCES, after=("roles",)),
        Program("load", (*cli, "load", "--all"), everything, Wave.ENTRANCES, after=("migrate",)),
        Program("accounts", (*cli, "accounts"), everything, Wave.ENTRANCES, after=("load",), output=accounts),
    ]


def _services(system: System) -> list[Program]:
    table = [_smtp(system)]
    for service in SERVICES:
        table += [_web(system, service), _worker(system, service)]
    return [_with_successor(program, system) for program in table]


def _smtp(system: System) -> Program:
    return Program(
        "intake-smtp",
        (str(system.place.python), "-m", "services.intake.smtp"),
        settings.smtp(system),
        Wave.ENTRANCES,
        after=("load",),
        ready=probes.health(system.ports["smtp-metrics"]),
        ports=(system.ports["smtp"], system.ports["smtp-metrics"]),
        listens=Listens(system.ports["smtp"], "INTAKE_SMTP_BIND"),
    )


def _web(system: System, service: str) -> Program:
    web, metrics = system.ports[f"{service}-web"], system.ports[f"{service}-web-metrics"]
    gunicorn = (str(system.place.python), "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py")
    return Program(
        f"{service}-web",
        (*gunicorn, f"services.{service}.web:create_app()"),
        settings.web(system, service),
        Wave.ENTRANCES,
        after=("load",),
        ready=probes.health(metrics),
        ports=(web, metrics),
        listens=Listens(web, "ADUAN_WEB_BIND"),
    )


def _worker(system: System, service: str) -> Program:
    metrics = system.ports[f"{service}-worker-metrics"]
    return Program(
        f"{service}-worker",
        (str(system.place.python), "-m", "shared.worker", service),
        settings.worker(system, service),
        Wave.WORKERS,
        after=("load", "bindings"),
        ready=probes.health(metrics),
        ports=(metrics,),
    )


def _with_successor(program: Program, system: System) -> Program:
    """The program, and how it is started beside itself: with its metrics and health at another port."""
    *own, metrics = program.ports
    (name,) = (name for name, port in system.ports.items() if port == metrics)
    other = system.ports[f"{name}-next"]
    return replace(
        program,
        successor=replace(
            program,
            environment={**program.environment, "ADUAN_METRICS_PORT": str(other)},
            ready=probes.health(other),
            ports=(*own, other),
        ),
    )


def _gateway(system: System) -> Program:
    return Program(
        "gateway",
        gateway.server(system),
        settings.surroundings(),
        Wave.GATEWAY,
        ready=probes.tcp(system.ports["gateway"]),
        ports=(system.ports["gateway"],),
        patience=5.0,
    )


def _accounts(place: Place) -> Path:
    return place.run / "accounts.txt"
