"""Round trip of one question, beside plain nameko and beside bare AMQP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench import launch
from bench.launch import Measured
from bench.results import Figure, Row, percentile
from bench.run import Run, code, costs
from bench.stage import Stage, stage

TITLE = "RPC: round trip of one question"
HOW = """\
One plain process asks one question after the other, another process answers at once with a small constant answer. \
Ours: `RpcClient` and `@answers` (deadline, caller, request and response checked). Plain nameko: `ClusterRpcProxy` \
and `@rpc`. Bare: py-amqp on both sides with direct reply-to."""
QUESTIONS = 3_000
CONTESTANTS = {"ours": ("rpc_ours", "routing", "intake"), "plain nameko": ("rpc_nameko", "operator", "operator")}
BARE = ("rpc_bare", "operator", "operator")


def measure(run: Run) -> Row:
    count = run.count(QUESTIONS)
    with stage("rpc") as here:
        contestants = {**CONTESTANTS, "bare amqp": BARE}
        results = run.in_turns(
            "rpc",
            {name: lambda of=of: _round(here, count, *of) for name, of in contestants.items()},  # type: ignore[misc]
            lambda pair: f"p50 {_ms(pair[0], 50):.2f} ms, p99 {_ms(pair[0], 99):.2f} ms",
        )
        asking, answering = _round(here, count, *CONTESTANTS["ours"], BENCH_SAMPLE="1")
    ours, nameko, bare = ([asker for asker, _ in rounds] for rounds in results)
    last = {name: _both(*rounds[-1]) for name, rounds in zip(contestants, results, strict=True)}
    return Row(
        "rpc",
        TITLE,
        HOW,
        [*_beside("nameko", ours, nameko, "no slower", 1), *_beside("bare amqp", ours, bare, "aim: twice", 2)],
        [costs("question", last), code("the asker", asking.code), code("the answerer", answering.code)],
    )


def _beside(name: str, ours: Sequence[Measured], theirs: Sequence[Measured], wanted: str, most: float) -> list[Figure]:
    return [
        Figure(
            f"question and answer, p{percent}",
            "ms",
            [_ms(one, percent) for one in ours],
            wanted,
            lambda figure: figure.ratio <= most,
            name,
            [_ms(one, percent) for one in theirs],
        )
        for percent in (50, 99)
    ]


def _round(here: Stage, count: int, program: str, asks: str, answers: str, **env: str) -> tuple[Measured, Measured]:
    """What the asker measured, and the answerer."""
    with launch.serving(program, "serve", ADUAN_AMQP_URL=here.broker.url(answers), **env) as served:
        asked = launch.run(program, "ask", count, ADUAN_AMQP_URL=here.broker.url(asks), **env)
    return asked, served[0]


def _both(asked: Measured, served: Measured) -> Measured:
    own = {"the asker": asked.cpu["this process"], "the answerer": served.cpu["this process"]}
    return replace(asked, cpu={**own, "rabbitmq": asked.cpu["rabbitmq"]})


def _ms(measured: Measured, percent: float) -> float:
    return percentile(measured.each, percent) * 1000
