"""The worker of sla as it is, until all that fell due is done and said, or so many cases were computed anew.

`clocks_ours fire`: what is overdue, counted from the moment at which it is let go, when the worker runs.
`clocks_ours sweep`: what is overdue when two workers start, counted from their start.
`clocks_ours pace <per second>`: the same timers falling due one after the other, with two workers. `each` has the
seconds from due to committed, `then` those from due to confirmed by the broker of what the first worker did: it is
the one that relays.
`clocks_ours beside <at>`: the second worker, which starts at that moment (seconds since 1970) and ends when told to.
`clocks_ours recompute <cases>`: after two working days to come were decreed to be off.
"""

import shared.cooperative  # noqa: F401, I001 - first
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import NoReturn
from uuid import UUID

import eventlet
from sqlalchemy import text

from bench import launch
from bench.programs.containers import container, counted, wait_until
from bench.stopwatch import Stopwatch, hand_over
from services.sla import worker
from services.sla.domain.calendar import ONE_DAY, DayOff
from services.sla.domain.decree import NATION, Change
from services.sla.handlers import TIMERS
from services.sla.handlers.activate_calendar import activate
from services.sla.handlers.propose_days import propose_days
from services.sla.store import STORE
from services.sla.store.book import book
from shared import clock
from shared.accounts import Officer
from shared.entrances import Relay, Timers
from shared.entrances.firing import Firing, Outcomes
from shared.ids import new_id
from shared.messaging.envelope import PREFIX
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from shared.settings import amqp_url
from shared.store import Store, open_store

REGION = "74.08"
STARTING = timedelta(seconds=4)
"""Until two workers start in the same moment: the second is a process of its own."""

WARM_UP = timedelta(seconds=10)
"""Until timers are let go: the worker runs by then, and rests."""

_LET_GO_LATER = text("""
    update timers set next_try_at = :at where state = 'pending' and next_try_at <= now()
""")
_PACED = text("""
    update timers set due_at = chosen.at, next_try_at = chosen.at from (
        select id, cast(:at as timestamptz) + row_number() over (order by md5(key)) * interval '1 second' / :rate as at
        from timers where state = 'pending' and next_try_at <= now()
    ) as chosen where timers.id = chosen.id
""")
_LAST = text("select max(next_try_at) from timers where state = 'pending' and next_try_at <= :until")
_BUSY = text("""
    select exists (select from timers where state = 'pending' and next_try_at <= :until)
        or exists (select from outbox)
""")

committed: list[tuple[UUID | None, datetime, float]] = []
"""Of each timer that was done: complaint, when it fell due, when its transaction was committed."""
confirmed: dict[str, list[float]] = defaultdict(list)
"""Of each complaint when the broker had confirmed what was said of it."""


class TimedFiring(Firing):
    def committed(self, outcomes: Outcomes) -> None:
        super().committed(outcomes)
        at = time.time()
        committed.extend((timer.subject, timer.due_at, at) for timer, outcome in outcomes if outcome == "ok")


class TimedTimers(Timers):
    def make_firing(self) -> Firing:
        return TimedFiring(self.open_store.store, self._handlers)


class TimedPublisher(ConfirmingPublisher):
    def publish(self, window: Sequence[Outgoing]) -> None:
        super().publish(window)
        at = time.time()
        for message in window:
            confirmed[message.headers[f"{PREFIX}subject"]].append(at)


class TimedRelay(Relay):
    def setup(self) -> None:
        super().setup()
        self._publisher = TimedPublisher(amqp_url())


class Worker(worker.Worker):
    relay = TimedRelay()
    timers = TimedTimers(TIMERS)


class WorkerBeside(worker.Worker):
    relay = None  # type: ignore[assignment] # of two workers one relays, and it is the other
    timers = TimedTimers(TIMERS)


def fire(store: Store, what: str, rate: int) -> None:
    """Count what fires: the timers that are overdue, and what falls due at once because of them."""
    let_go = clock.now() + WARM_UP
    with store.begin() as tx:
        tx.session.execute(text("set local statement_timeout = 0"))
        if what == "pace":
            tx.session.execute(_PACED, {"at": let_go, "rate": rate})
        elif what == "fire":
            tx.session.execute(_LET_GO_LATER, {"at": let_go})
        last = tx.session.execute(_LAST, {"until": let_go + timedelta(hours=1)}).scalar_one()
    running, watch = container(Worker, amqp_url(), store=store), Stopwatch()
    at = clock.now() + STARTING
    alone: AbstractContextManager[list[launch.Measured]] = nullcontext([])
    with alone if what == "fire" else launch.serving("clocks_ours", "beside", at.timestamp()) as others:
        if what == "sweep":
            wait_until(lambda: clock.now() >= at)
            watch.start()
        running.start()
        if what != "sweep":
            wait_until(lambda: clock.now() >= let_go)
            watch.start()
        wait_until(lambda: clock.now() >= last and not _busy(store))
        measured = watch.stop()
    falling = [(str(subject), due_at.timestamp(), at) for subject, due_at, at in committed if due_at > let_go]
    said = [(due, [one for one in confirmed[subject] if one > at]) for subject, due, at in falling]
    each = [at - due for _, due, at in falling]
    for other in others:
        measured["cpu"]["the second worker"] = other.cpu["this process"]
        each += other.each
    count = len(committed) + sum(other.count for other in others)
    hand_over(count, measured, each, [ones[0] - due for due, ones in said if ones])


def beside(store: Store, at: float) -> NoReturn:
    """Fire with the others; of what fell due since the start it hands over how late it was."""
    began, watch = clock.now(), Stopwatch()

    def end(_number: int, _frame: object) -> None:
        each = [done - due.timestamp() for _, due, done in committed if due > began]
        hand_over(len(committed), watch.stop(), each)

    signal.signal(signal.SIGTERM, end)
    running = container(WorkerBeside, amqp_url(), store=store)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    wait_until(lambda: time.time() >= at)
    watch.start()
    running.start()
    while True:
        eventlet.sleep(1)


def _busy(store: Store) -> bool:
    with store.read() as session:
        busy: bool = session.execute(_BUSY, {"until": clock.now()}).scalar_one()
    eventlet.sleep(0.05)
    return busy


def recompute(store: Store, count: int) -> None:
    with store.begin() as tx:
        change = Change(add=tuple(DayOff(day, "Cuti bersama", "joint_leave") for day in _working_days(store)))
        number = propose_days(tx, _supervisor("the one"), NATION, "SKB pengukuran", "Pengukuran", change)
        activate(tx, _supervisor("the other"), number)
    container(Worker, amqp_url(), store=store).start()
    wait_until(lambda: counted("lapor_sla_recomputed_total") > 0)
    watch, before = Stopwatch(), counted("lapor_sla_recomputed_total")
    watch.start()
    wait_until(lambda: counted("lapor_sla_recomputed_total") >= before + count)
    measured = watch.stop()
    hand_over(round(counted("lapor_sla_recomputed_total") - before), measured)


def _supervisor(name: str) -> Officer:
    return Officer(new_id(), name, "supervisor", None, clock.now() + ONE_DAY)


def _working_days(store: Store) -> list[date]:
    """The first two working days after five days."""
    with store.read() as session:
        calendar = book(session).calendar(REGION)
    found: list[date] = []
    day = calendar.local_day(clock.now()) + 5 * ONE_DAY
    while len(found) < 2:
        day += ONE_DAY
        if calendar.is_working_day(day):
            found.append(day)
    return found


def main(what: str, number: str = "0") -> None:
    store = open_store(STORE)
    if what == "recompute":
        recompute(store, int(number))
    elif what == "beside":
        beside(store, float(number))
    else:
        fire(store, what, int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
