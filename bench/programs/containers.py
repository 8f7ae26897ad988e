"""A nameko container as `shared.worker` makes it, and waiting for what happens in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import eventlet
from nameko.containers import ServiceContainer
from prometheus_client import REGISTRY

LIMIT = 300.0


def container(worker: type, amqp_url: str, **config: Any) -> Any:
    """Not started yet."""
    return ServiceContainer(worker, {"AMQP_URI": amqp_url, "HEARTBEAT": 30, "DECLARE_EVENT_EXCHANGES": False, **config})


def wait_until(reached: Callable[[], bool]) -> None:
    """Look twenty times a second: a look reads all metrics of the process, which is time it does not measure with.

    Raises TimeoutError after five minutes."""
    until = time.monotonic() + LIMIT
    while not reached():
        if time.monotonic() > until:
            raise TimeoutError("it did not come to an end")
        eventlet.sleep(0.05)


def counted(series: str, **labels: str) -> float:
    """The present value of one of our own metrics."""
    return REGISTRY.get_sample_value(series, labels) or 0.0
