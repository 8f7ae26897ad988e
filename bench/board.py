"""The deadline board's first page with a million open cases."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, text

from bench import launch
from bench.results import Figure, Row, Table, percentile
from bench.run import Run
from bench.stage import Stage, stage
from deploy.local.terminal import say
from services.sla.store import board
from services.sla.store.board import Whose
from shared import clock
from shared.store import definition_of, open_store
from tests.harness import free_port

TITLE = "The deadline board at a million open cases"
HOW = """\
A database of sla with so many open cases at fifty agencies, three running clocks each, their last days spread from \
half a year ago to half a year ahead. Before each round a hundred transactions answer clocks; the counts stay as these \
leave them, not added up. The first page (counts by agency and level, fifty limits) is asked for again and again, by a \
supervisor for the whole region and by an officer for her agency in turn: from the request to the last letter of the \
page, in a web process of sla without gunicorn, with a peer that answers who is signed in. Beside it the same counts \
by reading all clocks."""
CASES, AGENCIES, ASKED, SLOWLY = 1_000_000, 50, 400, 5
TODAY = clock.now().date()
WANTED_MS = 100.0

# Straight into the tables, as the recording of a million histories would leave them.
_CASES = text("""
    insert into cases (complaint_id, case_number, region, channel, state, class, agency_id, received_at, received_on)
    select gen_random_uuid(), 'BENCH-' || n, '74.08', 'web', 'dispatched', 'non_supervisory',
        'agency-' || n % :agencies, cast(:today as date) - (n % 180), cast(:today as date) - (n % 180)
    from generate_series(1, :cases) as n
""")
_CLOCKS = text("""
    insert into clocks (clock_id, complaint_id, clock, generation, round, agency_id, class, days, unit, rule_set,
        source, started_at, runs_since, due_date, due_at, cancelled, passes_at)
    select gen_random_uuid(), complaint_id, clock, 1, 0, agency_id, class, 14, 'working_days', 'bench', 'bench',
        received_at, received_at, due, due + interval '1 day', false, due + interval '1 day'
    from cases cross join (values ('follow_up', 0), ('settlement', 60), ('legal', 120)) as kinds (clock, later)
    cross join lateral (select received_on + later + cast(random() * 60 as integer) as due) as days
""")
_CHANGE = text("""
    update clocks set passes_at = null, answered_at = now() where clock_id in (
        select clock_id from clocks tablesample system (0.02) where passes_at is not null limit 100)
""")
_BY_READING = text("""
    select agency_id, count(*) filter (where due_date < :today), count(*) filter (where due_date >= :today)
    from clocks where passes_at is not null and clock not in ('completeness', 'objection') and due_date <= :until
    group by agency_id
""")


def measure(run: Run) -> Row:
    cases = run.count(CASES)
    with stage("board") as here:
        store = open_store(definition_of("sla"), here.databases.of("sla"), pool_size=2)
        _fill(store, cases)
        rounds: list[float] = []
        slow: list[float] = []
        seen: list[tuple[str | float, ...]] = []
        for number in range(1, run.rounds + 1):
            _work(store)
            questions, listed = _ask(store, run.count(ASKED))
            pages = launch.run("board_pages", run.count(ASKED), **_environment(here)).each
            rounds.append(percentile(pages, 99) * 1000)
            slow.append(percentile(_read_all(store), 50) * 1000)
            seen += [(f"round {number}, page", *_spread(pages)), ("of it the database", *_spread(questions))]
            say(f"board: round {number} of {run.rounds}: p99 {rounds[-1]:.1f} ms, {listed} limits on the page")
        plans = _plans(store)
        store.engine.dispose()
    return Row(
        "board",
        TITLE,
        HOW,
        [
            Figure(
                f"first page, {cases:,} open cases, p99",
                "ms",
                rounds,
                f"under {WANTED_MS:.0f}",
                lambda figure: figure.value < WANTED_MS,
                "counts by reading every clock, median",
                slow,
            )
        ],
        [
            Table("The first page, ms", ("", "p50", "p95", "p99", "longest"), seen),
            Table("How PostgreSQL finds it (explain analyze, outermost steps)", ("question", "plan", "ms"), plans),
        ],
    )


def _spread(seconds: Sequence[float]) -> tuple[float, ...]:
    """p50, p95, p99 and the longest, in milliseconds."""
    return (*(percentile(seconds, p) * 1000 for p in (50, 95, 99)), max(seconds) * 1000)


def _environment(here: Stage) -> dict[str, str]:
    return {
        "ADUAN_SERVICE": "sla",
        "ADUAN_DATABASE_URL": here.databases.of("sla"),
        "ADUAN_AMQP_URL": here.broker.url("sla"),
        "ADUAN_PUBLIC_URL": "http://localhost",
        "ADUAN_SECRET_KEY": base64.b64encode(os.urandom(32)).decode(),
        "ADUAN_METRICS_PORT": str(free_port()),
        "BENCH_PEER_URL": here.broker.url("routing"),
    }


def _fill(store: Any, cases: int) -> None:
    say(f"board: {cases:,} cases with three clocks each are written")
    for statement in (_CASES, _CLOCKS):
        with store.begin() as tx:
            tx.session.execute(text("set local statement_timeout = 0"))
            tx.session.execute(
                statement, {"cases": cases, "agencies": AGENCIES, "today": TODAY} if statement is _CASES else {}
            )
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.execute(text("vacuum analyze"))


def _work(store: Any) -> None:
    """A hundred transactions in which clocks are answered, each leaving its counts beside the others."""
    for _ in range(100):
        with store.begin() as tx:
            tx.session.execute(_CHANGE)


def _ask(store: Any, times: int) -> tuple[list[float], int]:
    seconds, listed = [], 0
    for number in range(times):
        whose = Whose(f"agency-{number % AGENCIES}") if number % 2 else None
        begin = time.perf_counter()
        with store.read() as session:
            board.heat(session, TODAY, whose)
            listed = len(board.page(session, TODAY, whose=whose))
        seconds.append(time.perf_counter() - begin)
    return seconds, listed


def _read_all(store: Any) -> list[float]:
    seconds = []
    for _ in range(SLOWLY):
        begin = time.perf_counter()
        with store.read() as session:
            session.execute(_BY_READING, {"today": TODAY, "until": TODAY + timedelta(days=board.AHEAD)}).all()
        seconds.append(time.perf_counter() - begin)
    return seconds


def _plans(store: Any) -> list[tuple[str, str, float]]:
    """What PostgreSQL does for the list of the region and of one agency."""
    found = []
    with store.read() as session:
        for what, whose in (("list, region", None), ("list, one agency", Whose("agency-7"))):
            statement = board.listing(TODAY, whose=whose)
            found.append((what, *_explained(session, statement)))
        found.append(("counts, region", *_explained(session, board.counting(TODAY, None))))
    return found


def _explained(session: Connection, statement: Any) -> tuple[str, float]:
    compiled = statement.compile(session, compile_kwargs={"literal_binds": True})
    [plan] = session.execute(text(f"explain (analyze, format json) {compiled}")).scalar_one()
    steps, step = [], plan["Plan"]
    while step:
        steps.append(step["Node Type"] + (f" {step['Index Name']}" if "Index Name" in step else ""))
        step = step["Plans"][0] if step.get("Plans") else None
    return " ← ".join(steps), plan["Execution Time"]
