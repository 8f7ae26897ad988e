"""`python -m shared.cli parked …` and `given-up …`: what an operator does about what failed for good."""

from __future__ import annotations

import argparse
import getpass
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from shared.contracts.vocabulary import SERVICES
from shared.messaging import parked
from shared.messaging.parked import Which
from shared.store import Store, interventions, timers

Open = Callable[[str], Store]

ALL = "all"
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
MOST = 10_000
"""So many at once; the rest with the same command again."""


def add_to(commands: Any, open_store: Open) -> None:
    """Add both commands to a parser's commands; `open_store` opens a service's store by its name."""
    holding = commands.add_parser("parked", help="messages that could not be applied")
    holding.add_argument("action", choices=("list", "show", "replay", "discard", "history"))
    holding.add_argument("service", choices=(*SERVICES, ALL))
    holding.add_argument("ids", nargs="*", type=int)
    holding.add_argument("--source", choices=SERVICES, help="said by this service")
    holding.add_argument("--event", help="with this name")
    holding.add_argument("--reason", help="whose reason begins so: failed, 'not yet', undecodable, broker")
    holding.add_argument("--older", type=age, help="parked at least so long: 30m, 2h, 7d")
    _by(holding)
    holding.set_defaults(run=lambda options: _parked(options, open_store))

    giving_up = commands.add_parser("given-up", help="timers whose work failed for good (mails, SMS, deliveries)")
    giving_up.add_argument("action", choices=("list", "resume"))
    giving_up.add_argument("service", choices=SERVICES)
    giving_up.add_argument("ids", nargs="*", type=int)
    _by(giving_up)
    giving_up.set_defaults(run=lambda options: _given_up(options, open_store))


def age(written: str) -> timedelta:
    """`30m`, `2h` or `7d` as a length of time."""
    found = re.fullmatch(r"(\d{1,6})([mhd])", written)
    if not found:
        raise argparse.ArgumentTypeError("write it as 30m, 2h or 7d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _by(command: argparse.ArgumentParser) -> None:
    command.add_argument("--by", default=getpass.getuser(), help="who does it, for the record")


def _parked(options: argparse.Namespace, open_store: Open) -> None:
    which = Which(options.source, options.event, options.reason, options.older)
    if options.ids and options.service == ALL:
        raise SystemExit("numbers belong to one service: name it")
    if options.action in ("replay", "discard") and not options.ids and which == parked.EVERY_ONE:
        raise SystemExit("say which: by number, or by --source, --event, --reason, --older")
    for service in SERVICES if options.service == ALL else (options.service,):
        store = open_store(service)
        if options.action == "list":
            for row in parked.parked(store, which, limit=MOST):
                what = (row.id, f"{row.held_at:%Y-%m-%d %H:%M}", row.source, row.name, row.subject, row.reason)
                print(*_named(options, service), *what, sep="\t")
        elif options.action == "history":
            with store.read() as session:
                for row in interventions.listed(session, store.definition.kit):
                    what = (f"{row.at:%Y-%m-%d %H:%M}", row.who, row.deed, row.target, row.source, row.name)
                    print(*_named(options, service), *what, row.subject, row.reason, sep="\t")
        else:
            for held_id in options.ids or [row.id for row in parked.parked(store, which, limit=MOST)]:
                print(*_named(options, service), _act(options, store, held_id), sep="\t")


def _act(options: argparse.Namespace, store: Store, held_id: int) -> str:
    if options.action == "show":
        return json.dumps(parked.show(store, held_id), indent=2, ensure_ascii=False)
    act, done = (parked.replay, "tried again at once") if options.action == "replay" else (parked.discard, "discarded")
    return f"{held_id}: {done if act(store, held_id, by=options.by) else 'not parked any more'}"


def _named(options: argparse.Namespace, service: str) -> Iterator[str]:
    if options.service == ALL:
        yield service


def _given_up(options: argparse.Namespace, open_store: Open) -> None:
    store = open_store(options.service)
    if options.action == "list":
        with store.read() as session:
            for row in timers.given_up(session, store.definition.kit):
                print(f"{row.id}\t{row.due_at:%Y-%m-%d %H:%M}\t{row.kind}\t{row.key}\t{row.attempts}\t{row.error}")
        return
    for timer_id in options.ids:
        with store.begin() as tx:
            resumed = interventions.resume(tx, timer_id, options.by)
        print(f"{timer_id}: {'tried again at once' if resumed else 'not given up any more'}")
