"""A small service for the property tests: what it hears, rings and tells is a row each.

`python -m tests.component.kit.small_service` runs it as `shared.worker` runs the real ones, with their entrances.
"""

import shared.cooperative  # noqa: F401, I001 - first
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import eventlet
from nameko.containers import ServiceContainer
from sqlalchemy import insert

from shared import logs
from shared.contracts import Event
from shared.entrances import Relay, StoreProvider, Timers, subscribe
from shared.errors import NotYet
from shared.settings import amqp_url, env
from shared.store import Timer, Transaction, open_store
from shared.usecases import Outside, Together, Waiting
from tests.component.kit.small_store import NAME, SOURCE, STORE, clock_stopped, heard, rung, told


def note(tx: Transaction, event: Event) -> None:
    """What is heard is noted and passed on."""
    tx.session.execute(insert(heard).values(subject=event.subject, sequence=event.sequence))
    tx.publish("clock.stopped", event.subject, clock_stopped(event.subject, tx.now))


def ring(tx: Transaction, timer: Timer) -> None:
    """A timer's work, which fails as often as its payload says."""
    tx.session.execute(insert(rung).values(key=timer.key, due_at=timer.due_at, at=tx.now))
    if timer.attempts < timer.payload["failures"]:
        raise ValueError("cannot")


def chime(tx: Transaction, timers: Sequence[Timer]) -> Waiting:
    """The same for several: one whose payload says so has to wait at first, and then makes all of them fail."""
    waiting = {one.id: NotYet("at first") for one in timers if one.attempts == 0 < one.payload["failures"]}
    for timer in timers:
        if timer.id not in waiting:
            ring(tx, timer)
    return waiting


class Tell(Outside):
    """Work with the outside world: a line in a file."""

    def prepare(self, tx: Transaction, timer: Timer) -> str:
        return timer.key

    def perform(self, job: str) -> None:
        outside = os.open(env.required("KIT_OUTSIDE", "a file"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(outside, f"{job}\n".encode())
        os.close(outside)
        eventlet.sleep(0.05)

    def conclude(self, tx: Transaction, timer: Timer, job: str, result: None) -> None:
        tx.session.execute(insert(told).values(key=timer.key, due_at=timer.due_at, at=tx.now))

    def fail(self, tx: Transaction, timer: Timer, job: str, error: Exception, attempt: int) -> datetime | None:
        return tx.now


class Worker:
    """The entrances of the real services, all in one."""

    name = STORE.service
    store = StoreProvider()
    relay = Relay()
    timers = Timers({"ring": ring, "chime": Together(chime)}, {"tell": Tell})

    @subscribe(SOURCE)
    def hear(self, batch: Any) -> None:
        batch.apply({NAME: note})


if __name__ == "__main__":
    logs.set_up("worker")
    config = {"AMQP_URI": amqp_url(), "HEARTBEAT": 30, "DECLARE_EVENT_EXCHANGES": False, "store": open_store(STORE)}
    container = ServiceContainer(Worker, config)
    container.start()
    container.wait()
