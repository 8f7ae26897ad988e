"""`python -m shared.worker <service>`: one worker process of a service."""

import shared.cooperative  # noqa: F401, I001 - first
import importlib
import os
import signal
import sys
from typing import Any

import eventlet
from amqp import AccessRefused, AMQPError, NotAllowed
from eventlet import event, hubs
from nameko.containers import ServiceContainer

from shared import health, logs, settings
from shared.entrances.subscribe import Subscription
from shared.logs import log
from shared.messaging import live
from shared.messaging.publisher import SETTLE
from shared.messaging.topology import SUBSCRIPTIONS
from shared.store import open_store
from shared.store.database import definition_of


class Miswired(SystemExit):
    """The worker does not take from every queue that fills for it, or the broker is not wired as declared."""


STOP_LIMIT = 30.0
"""Seconds a worker has to finish what it began, before it is ended the hard way."""


BROKER_AWAY_REST = 2.0
"""Seconds between two looks for a broker that is away when the worker starts."""


def main(service: str) -> int:
    """Run the worker until SIGTERM or SIGINT, then stop in order."""
    logs.set_up("worker")
    settings.check_needs(service)
    module = importlib.import_module(f"services.{service}.worker")
    store = open_store(definition_of(service))
    container = ServiceContainer(
        module.Worker,
        {
            "AMQP_URI": settings.amqp_url(),
            "max_workers": settings.env.int("ADUAN_WORKERS", 20),
            "HEARTBEAT": 30,
            "DECLARE_EVENT_EXCHANGES": False,
            "store": store,
        },
    )
    _check_wiring(container)
    stopping: Any = event.Event()
    open_for_work: Any = event.Event()

    def stop(*_: Any) -> None:
        hubs.get_hub().schedule_call_global(0, lambda: stopping.ready() or stopping.send(None))

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    health.serve({"database": store.check, "entrances": lambda: None if open_for_work.ready() else "not open yet"})
    if not _await_broker(service, stopping):
        return 0
    container.start()
    open_for_work.send(None)
    log.info("ready")
    died = eventlet.spawn(container.wait)
    died.link(lambda _gt: stop())
    stopping.wait()
    return _stop(container)


def _check_wiring(container: Any) -> None:
    heard = {e.source for e in container.entrypoints if isinstance(e, Subscription)}
    expected = set(SUBSCRIPTIONS[container.service_name])
    if heard != expected:
        raise Miswired(f"the worker must hear {sorted(expected)} and hears {sorted(heard)}")


def _await_broker(service: str, stopping: Any) -> bool:
    """Wait for the broker and see that it has the parts this service uses; False when told to stop meanwhile.

    A broker that was away has just come up: what is said in its first moments would miss the stream (publisher.SETTLE).
    """
    was_away = False
    while not stopping.ready():
        try:
            wrong = live.check_own(settings.amqp_url(), service)
        except (AccessRefused, NotAllowed) as refused:
            raise Miswired(f"the broker does not let {service} in: {refused.reply_text}") from None
        except (AMQPError, OSError) as away:
            log.warning("waiting for the broker", error=type(away).__name__)
            was_away = True
            stopping.wait(BROKER_AWAY_REST)
            continue
        if wrong:
            raise Miswired("; ".join(wrong))
        if was_away:
            log.info("the broker is there", settling=SETTLE)
            stopping.wait(SETTLE)
        return not stopping.ready()
    return False


def _stop(container: Any) -> int:
    if container._died.ready():
        log.error("the container died")
        return 1
    log.info("stopping")
    with eventlet.Timeout(STOP_LIMIT, False):
        container.stop()
        log.info("stopped")
        return 0
    log.error("stopped the hard way: work was still going on")
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m shared.worker <service>")
    status = main(sys.argv[1])
    sys.stdout.flush()
    os._exit(status)
