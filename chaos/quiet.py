"""Waiting for quiet: everything said is heard, everything due is done, nothing waits for another try."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from chaos.databases import Databases
from chaos.plan import SERVICES
from shared import clock
from shared.messaging.topology import SUBSCRIPTIONS
from shared.texts import zone

LOOK = 0.5

LEAP_AFTER = 3.0
"""Seconds after which the clock is moved, when nothing is left but work that was put off: a lease of somebody who
was killed, the pause before another try. Nobody needs to sit through that."""

SOON = timedelta(seconds=1)
"""What is due so soon counts as due: letters wait a moment before they go."""

NIGHT_FROM, NIGHT_UNTIL = 21, 6
"""Between these hours what is told to reporters waits."""

LONGEST_LEAP = 600.0

TOLD_EVERY = 15.0


def wait_for_quiet(databases: Databases, seconds: float, say: Callable[[str], None]) -> list[str]:
    """Wait until the system is quiet, at most so long. Returns what is still going on, nothing when it is quiet."""
    until = time.monotonic() + seconds
    changed = told = time.monotonic()
    before = [""]
    while True:
        try:
            left = going_on(databases)
        except DBAPIError:
            left = ["a database is away"]
        if not left or time.monotonic() > until:
            return left
        if time.monotonic() - told > TOLD_EVERY:
            told = time.monotonic()
            say(f"still going on: {'; '.join(left)}")
        if left != before:
            changed, before = time.monotonic(), left
        elif time.monotonic() - changed > LEAP_AFTER and (leap := _put_off(databases)):
            say(f"work is put off for {leap:.0f} s; moving the clock by that")
            clock.shift(timedelta(seconds=leap))
            changed = time.monotonic()
        time.sleep(LOOK)


def pass_the_night() -> bool:
    """At night reporters are not disturbed: move the clock to the morning if it is night. Whether it was."""
    local = clock.now().astimezone(zone())
    if NIGHT_UNTIL <= local.hour < NIGHT_FROM:
        return False
    clock.shift(timedelta(hours=(NIGHT_UNTIL - local.hour) % 24))
    return True


def going_on(databases: Databases) -> list[str]:
    """What is not finished yet, in a few words each."""
    left = []
    for service in SERVICES:
        unsaid, held, due = databases.ask(
            service,
            "select (select count(*) from outbox), (select count(*) from held where state <> 'parked'),"
            " (select count(*) from timers where state = 'pending' and due_at <= :soon)",
            soon=clock.now() + SOON,
        )[0]
        left += [f"{service}: {unsaid} not said"] if unsaid else []
        left += [f"{service}: {held} held"] if held else []
        left += [f"{service}: {due} timers due"] if due else []
    return left or _unheard(databases)


def _unheard(databases: Databases) -> list[str]:
    """Who has not heard everything yet. What is parked is a matter for the checker, not for waiting."""
    said = {s: {tuple(row) for row in databases.ask(s, "select subject, last from sequences")} for s in SERVICES}
    left = []
    for listener, sources in SUBSCRIPTIONS.items():
        rows = databases.ask(listener, "select source, subject, last from positions")
        parked = {
            (row.source, row.subject)
            for row in databases.ask(listener, "select source, subject from held where state = 'parked'")
        }
        for source in sources:
            behind = said[source] - {(row.subject, row.last) for row in rows if row.source == source}
            number = sum((source, subject) not in parked for subject, _ in behind)
            left += [f"{listener} has not heard {number} of {source}"] if number else []
    return left


def _put_off(databases: Databases) -> float:
    """Seconds until the earliest work that fell due is looked at again, when that lies ahead; else 0."""
    now = clock.now()
    waits = [
        (row.next_try_at - now).total_seconds()
        for service in SERVICES
        for row in databases.ask(
            service, "select next_try_at from timers where state = 'pending' and due_at <= :now", now=now
        )
    ]
    ahead = [wait for wait in waits if wait > 0]
    return min(LONGEST_LEAP, max(ahead)) + 1 if ahead and len(ahead) == len(waits) else 0.0
