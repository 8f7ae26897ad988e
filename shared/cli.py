"""`python -m shared.cli …`: what operators do by hand or at start-up."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from shared import clock, logs, parked_cli, settings
from shared.contracts import catalogue
from shared.contracts.vocabulary import SERVICES
from shared.errors import Refusal
from shared.messaging import description, live, say_again, stream, topology
from shared.settings import env
from shared.store import Store, definition_of, migrate, open_store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it did what was asked."""
    options = _parser().parse_args(arguments)
    logs.set_up("cli")
    try:
        options.run(options)
    except Refusal as refusal:
        print(f"{refusal.slug}: {refusal.detail_en}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aduan", description="Aduan's hand tools")
    commands = parser.add_subparsers(required=True, metavar="command")

    migrating = commands.add_parser("migrate", help="bring databases to the newest version")
    migrating.add_argument("services", nargs="*", metavar="service")
    migrating.add_argument("--all", action="store_true")
    migrating.set_defaults(run=_migrate)

    loading = commands.add_parser("load", help="put the services' data files into their databases")
    loading.add_argument("services", nargs="*", metavar="service")
    loading.add_argument("--all", action="store_true")
    loading.set_defaults(run=_load)

    revising = commands.add_parser("revision", help="write a migration from the tables")
    revising.add_argument("service", choices=SERVICES)
    revising.add_argument("id")
    revising.add_argument("message")
    revising.set_defaults(run=_revision)

    defining = commands.add_parser("definitions", help="print RabbitMQ's definitions file")
    defining.add_argument("--vhost", default=topology.VHOST)
    defining.add_argument("--at-start", action="store_true", help="for a broker's start; bind-stream does the rest")
    defining.set_defaults(run=_definitions)

    commands.add_parser(
        "bind-stream", help="let all events flow into the stream, as the administrator at ADUAN_AMQP_URL"
    ).set_defaults(run=_bind_stream)

    saying = commands.add_parser(
        "say-again", help="publish lost events again from the stream, as the administrator at ADUAN_AMQP_URL"
    )
    saying.add_argument("source", choices=SERVICES, help="the service that said them")
    saying.add_argument("complaint", type=UUID)
    saying.add_argument("sequences", nargs="+", type=int, metavar="sequence", help="which of its events")
    saying.add_argument("--since", type=parked_cli.age, help="read only about so much of the stream: 2h, 7d")
    saying.set_defaults(run=_say_again)

    describing = commands.add_parser(
        "describe", help="print the whole wiring: exchanges, queues, listeners, events, rights"
    )
    describing.add_argument("--json", action="store_true")
    describing.set_defaults(run=_describe)

    checking = commands.add_parser("check", help="compare the live broker with the declared wiring")
    checking.add_argument("service", nargs="?", choices=SERVICES, help="as this service's user, at ADUAN_AMQP_URL")
    checking.add_argument(
        "--definitions", type=argparse.FileType(), help="whole: what rabbitmqctl export_definitions wrote"
    )
    checking.add_argument("--vhost", default=topology.VHOST)
    checking.set_defaults(run=_check)

    publishing = commands.add_parser("contracts", help="write the events' schemas, samples and pages into a folder")
    publishing.add_argument("folder", type=Path)
    publishing.set_defaults(run=lambda options: catalogue.write(options.folder))

    commands.add_parser("accounts", help="print the sandbox accounts").set_defaults(run=_accounts)

    shifting = commands.add_parser("clock", help="show or shift the sandbox clock")
    shifting.add_argument("days", nargs="?", type=float, default=0.0)
    shifting.set_defaults(run=_clock)

    parked_cli.add_to(commands, _open)
    return parser


def _database(service: str) -> str:
    """The URL of a service's database: `ADUAN_DATABASE_URL_<SERVICE>`, or ADUAN_DATABASE_URL for a single one."""
    return env.str(f"ADUAN_DATABASE_URL_{service.upper()}") or settings.database_url()


def _chosen(options: argparse.Namespace) -> Sequence[str]:
    if options.all:
        return SERVICES
    unknown = set(options.services) - set(SERVICES)
    if unknown or not options.services:
        raise SystemExit(f"name one or more of {', '.join(SERVICES)}, or --all")
    chosen: Sequence[str] = options.services
    return chosen


def _open(service: str) -> Store:
    return open_store(definition_of(service), _database(service), pool_size=2)


def _migrate(options: argparse.Namespace) -> None:
    for service in _chosen(options):
        changed = migrate.upgrade(service, _database(service))
        print(f"{service}: {'migrated' if changed else 'up to date'}", flush=True)


def _load(options: argparse.Namespace) -> None:
    for service in _chosen(options):
        store = _open(service)
        with store.begin() as tx:
            store.definition.load(tx)
        print(f"{service}: loaded", flush=True)


def _revision(options: argparse.Namespace) -> None:
    migrate.revision(options.service, _database(options.service), options.message, options.id)


def _definitions(options: argparse.Namespace) -> None:
    passwords = {s: env.required(f"ADUAN_AMQP_PASSWORD_{s.upper()}", f"the broker password of {s}") for s in SERVICES}
    operator = env.required("ADUAN_AMQP_PASSWORD_OPERATOR", "the broker password of the administrator `operator`")
    json.dump(topology.definitions(passwords, operator, options.vhost, at_start=options.at_start), sys.stdout, indent=2)
    print()


def _bind_stream(_options: argparse.Namespace) -> None:
    stream.bind_stream(settings.amqp_url())
    print(f"{topology.STREAM}: gets the events of {', '.join(SERVICES)}")


def _say_again(options: argparse.Namespace) -> None:
    """Fails, and says which, when the stream does not have all of them."""
    since = datetime.now(UTC) - options.since if options.since else None
    wanted = set(options.sequences)
    found = say_again.say_again(
        settings.amqp_url(),
        options.source,
        options.complaint,
        wanted,
        since=since,
        told=lambda read: print(f"{read:,} events of the stream read", file=sys.stderr, flush=True),
    )
    for sequence in sorted(found):
        print(f"{options.source} {options.complaint} {sequence}: said again")
    if missing := wanted - found:
        raise SystemExit(f"not in {topology.STREAM}: {', '.join(map(str, sorted(missing)))}")


def _describe(options: argparse.Namespace) -> None:
    wiring = description.described()
    print(json.dumps(wiring, indent=2) if options.json else "\n".join(description.lines(wiring)))


def _check(options: argparse.Namespace) -> None:
    """Fails with one sentence for each part that is missing or not as declared."""
    if not options.service and not options.definitions:
        raise SystemExit(f"name a service ({', '.join(SERVICES)}), or --definitions with an export of the broker")
    wrong: list[str] = []
    if options.definitions:
        wrong += live.compare(json.load(options.definitions), options.vhost)
        print("seen: exchanges, queues, bindings, policies, users and rights, compared one by one")
    if options.service:
        wrong += live.check_own(settings.amqp_url(), options.service)
        print(f"seen: {live.SEEN_BY_SERVICE}")
        if not options.definitions:
            print(f"not seen (an administrator's export shows it): {live.NOT_SEEN_BY_SERVICE}")
    if wrong:
        raise SystemExit("\n".join(wrong))
    print("the broker is wired as declared")


def _accounts(_options: argparse.Namespace) -> None:
    if settings.sandbox():
        print("  sandbox accounts (password aduan-sandbox):")
        print("    desk /meja: koordinator, pupr, dinkes, dukcapil, …, kepala-pupr, inspektorat, operator")
        print("    Ombudsman /ombudsman: ombudsman")


def _clock(options: argparse.Namespace) -> None:
    print((clock.shift(timedelta(days=options.days)) if options.days else clock.now()).isoformat())


if __name__ == "__main__":
    sys.exit(main())
