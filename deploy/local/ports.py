"""Which ports this system uses: chosen once from free ones, remembered, changed only when taken by others."""

from __future__ import annotations

import errno
import json
import socket
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.holder import holder
from deploy.local.place import SERVICES, Place
from deploy.local.terminal import Refusal, say

GATEWAY = "gateway"
SMTP = "smtp"

#: What people type; the rest follows a base that differs from checkout to checkout.
PREFERRED = {GATEWAY: 8080, SMTP: 8025}

NAMES = (
    GATEWAY,
    SMTP,
    "postgres",
    "amqp",
    "amqp-distribution",
    "amqp-metrics",
    "epmd",
    *(f"{service}-{part}" for service in SERVICES for part in ("web", "web-metrics", "worker-metrics")),
    "smtp-metrics",
    *(f"{service}-{part}" for service in SERVICES for part in ("web-metrics-next", "worker-metrics-next")),
    "smtp-metrics-next",
)
"""Every second start of a program of ours is at the `next` port, so that it can begin before the last one ends."""

#: What `make chaos` puts between the services and their stores, and where their messages go.
STORM = ("line-amqp", "line-postgres", "lines", "outside-smtp", "outside-http")

#: The claims of this process, kept until it ends.
_claims: list[socket.socket] = []


def settle(place: Place, gateway: str = "", names: Sequence[str] = NAMES) -> dict[str, int]:
    """The ports to use now: the remembered ones as far as they are free. Says which ones had to move."""
    file = place.run / "ports.json"
    wanted = _read(file)
    if gateway:
        wanted[GATEWAY] = _number(gateway)
    chosen = choose(wanted, base(place.run), claim, names)
    if gateway and chosen[GATEWAY] != wanted[GATEWAY]:
        raise Refusal(f"Port {gateway} is in use by {holder(wanted[GATEWAY])}: choose another with make up PORT=….")
    for name, port in wanted.items():
        if chosen.get(name, port) != port:
            say(f"port {port} of {name} is in use by {holder(port)}; {name} moves to port {chosen[name]}")
    if GATEWAY not in wanted and chosen[GATEWAY] != PREFERRED[GATEWAY]:
        say(f"port {PREFERRED[GATEWAY]} is in use by {holder(PREFERRED[GATEWAY])}; the address is on {chosen[GATEWAY]}")
    file.write_text(json.dumps(chosen, indent=1) + "\n")
    return chosen


def remembered(place: Place) -> dict[str, int]:
    """The ports of the system that runs at this place."""
    return _read(place.run / "ports.json")


def choose(
    wanted: Mapping[str, int], base: int, claim: Callable[[int], bool], names: Sequence[str] = NAMES
) -> dict[str, int]:
    """A port for every name: the wanted one, else the first free one from its preferred port upwards."""
    chosen: dict[str, int] = {}
    for place_in_row, name in enumerate(names):
        port = wanted.get(name) or PREFERRED.get(name) or base + place_in_row
        while port in chosen.values() or not claim(port):
            port += 1
            if port > 65_535:
                raise Refusal(f"No free port was found for {name}.")
        chosen[name] = port
    return chosen


def base(run: Path) -> int:
    """Where the inner ports of a run directory begin: below the ports the kernel gives to outgoing connections."""
    return 18_100 + 40 * (zlib.crc32(str(run).encode()) % 350)


def claim(port: int) -> bool:
    """Whether the port is free, and from now on ours: no other checkout chooses it while this process lives."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections of an earlier run do not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise Refusal(f"Port {port} cannot be used: {error.strerror}.") from error
    # Its program may be long in coming. A name that the kernel forgets with us says that it will come.
    sign = socket.socket(socket.AF_UNIX)
    try:
        sign.bind(f"\0aduan-port-{port}")
    except OSError:
        sign.close()
        return False
    _claims.append(sign)
    return True


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise Refusal(f"PORT={text} is not a port: choose one between 1 and 65535.")
    return int(text)


def _read(file: Path) -> dict[str, int]:
    """What was remembered. A damaged file only means that ports are chosen anew."""
    try:
        return {name: int(port) for name, port in json.loads(file.read_text()).items() if name in (*NAMES, *STORM)}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}
