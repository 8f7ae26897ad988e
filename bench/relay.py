"""Outbox rows to confirmed, beside plain nameko's event dispatcher."""

from __future__ import annotations

from bench import launch
from bench.launch import Measured
from bench.results import Figure, Row
from bench.run import Run, code, costs, rates, told_rate
from bench.stage import Stage, stage

TITLE = "Relay: outbox rows to confirmed"
HOW = """\
An outbox filled beforehand is emptied by the relay of one worker process (eventlet, as in production): claimed, \
published with `mandatory`, confirmed, deleted. Every event goes to its quorum queues and the stream. Beside it \
nameko's `EventDispatcher` (confirms on, its default) publishes the same bodies to the same exchange; it reads no \
database."""
EVENTS, PLAIN_EVENTS = 20_000, 4_000


def measure(run: Run) -> Row:
    with stage("relay") as here:
        ours, plain = run.in_turns(
            "relay",
            {
                "ours": lambda: _ours(here, run.count(EVENTS)),
                "plain nameko": lambda: _plain(here, run.count(PLAIN_EVENTS)),
            },
            told_rate,
        )
        sampled = _ours(here, run.count(EVENTS), BENCH_SAMPLE="1")
    figure = Figure(
        "outbox rows confirmed",
        "per second",
        rates(ours),
        "5 times, aim 10",
        lambda figure: figure.ratio >= 5,
        "nameko EventDispatcher",
        rates(plain),
    )
    return Row(
        "relay",
        TITLE,
        HOW,
        [figure],
        [costs("event", {"ours": ours[-1], "nameko": plain[-1]}), code("the relay", sampled.code)],
    )


def _ours(here: Stage, count: int, **environment: str) -> Measured:
    here.broker.purge()
    database = here.databases.of("intake")
    url = here.broker.url("intake")
    return launch.run("relay_ours", count, ADUAN_DATABASE_URL=database, ADUAN_AMQP_URL=url, **environment)


def _plain(here: Stage, count: int) -> Measured:
    here.broker.purge()
    return launch.run("relay_nameko", count, ADUAN_AMQP_URL=here.broker.url("intake"))
