"""Messages applied per second and process, beside plain nameko's event handler."""

from __future__ import annotations

from bench import launch
from bench.launch import Measured
from bench.machine import postgres_url
from bench.results import Figure, Row
from bench.run import Run, code, costs, rates, told_rate
from bench.stage import Stage, stage

TITLE = "Subscribe: messages applied by one process"
HOW = """\
A queue filled beforehand with first events of as many complaints is emptied by one worker process with \
`@subscribe`: for every message its position (order and exactly-once), one insert and one outbox row, committed in \
batches, acknowledged after the commit. Beside it nameko's `@event_handler` with one insert and one commit for every \
message, ten workers with a connection each, the same eventlet set-up; it writes no position and no outbox row."""
MESSAGES, PLAIN_MESSAGES = 20_000, 8_000


def measure(run: Run) -> Row:
    with stage("subscribe") as here:
        ours, plain = run.in_turns(
            "subscribe",
            {
                "ours": lambda: _ours(here, run.count(MESSAGES)),
                "plain nameko": lambda: _plain(here, run.count(PLAIN_MESSAGES)),
            },
            told_rate,
        )
        sampled = _ours(here, run.count(MESSAGES), BENCH_SAMPLE="1")
    figure = Figure(
        "messages applied: position, insert, outbox row",
        "per second",
        rates(ours),
        "3 times, aim 5",
        lambda figure: figure.ratio >= 3,
        "nameko event_handler, insert and commit",
        rates(plain),
    )
    return Row(
        "subscribe",
        TITLE,
        HOW,
        [figure],
        [costs("message", {"ours": ours[-1], "nameko": plain[-1]}), code("the subscription", sampled.code)],
    )


def _ours(here: Stage, count: int, **environment: str) -> Measured:
    here.broker.purge()
    return launch.run(
        "subscribe_ours",
        count,
        ADUAN_DATABASE_URL=here.databases.empty("bench_subscribe"),
        ADUAN_AMQP_URL=here.broker.url("sla"),
        BENCH_FILL_URL=here.broker.url("operator"),
        **environment,
    )


def _plain(here: Stage, count: int) -> Measured:
    here.databases.empty("bench_plain")
    return launch.run(
        "subscribe_nameko",
        count,
        BENCH_DATABASE=postgres_url("bench_plain"),
        ADUAN_AMQP_URL=here.broker.url("operator"),
    )
