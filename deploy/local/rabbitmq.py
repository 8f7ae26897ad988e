"""A private RabbitMQ with an epmd of its own: how they are found, configured and started."""

from __future__ import annotations

import os
import shlex
import shutil
import zlib
from pathlib import Path

from deploy.local import debian13
from deploy.local.place import Place
from deploy.local.settings import surroundings
from deploy.local.system import System

INSTALLED = Path("/usr/lib/rabbitmq/lib")

PLUGINS = ("rabbitmq_prometheus",)


def home() -> Path | None:
    """The newest installed RabbitMQ. Its own scripts are used: those in /usr/sbin change the user."""
    return max((path.parents[1] for path in INSTALLED.glob("rabbitmq_server-*/sbin/rabbitmq-server")), default=None)


def server(system: System) -> tuple[str, ...]:
    return tool(system, "rabbitmq-server")


def epmd(system: System) -> tuple[str, ...]:
    """Erlang's name server. The broker would start one for the whole machine if it found none."""
    program = shutil.which("epmd") or "/usr/bin/epmd"
    return (program, "-port", str(system.ports["epmd"]), "-address", "127.0.0.1")


def definitions(place: Place) -> Path:
    """The file from which the broker takes users, exchanges, queues and policies when it starts."""
    return _folder(place) / "definitions.json"


def environment(system: System) -> dict[str, str]:
    """Everything that would otherwise come from, or go to, places that belong to the machine."""
    folder = _folder(system.place)
    loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
    return {
        **surroundings(),
        "HOME": str(folder / "home"),
        "RABBITMQ_NODENAME": node(system.place),
        "RABBITMQ_DIST_PORT": str(system.ports["amqp-distribution"]),
        "ERL_EPMD_PORT": str(system.ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_ZFLAGS": "-start_epmd false",
        "ERL_CRASH_DUMP": str(system.place.logs / "rabbitmq.crash"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_PLUGINS_EXPAND_DIR": str(folder / "plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"+S 2:2 {loopback}",
        "RABBITMQ_CTL_ERL_ARGS": loopback,
        # Makes the script become the broker instead of waiting for it, so that signals reach it.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def configuration(system: System) -> str:
    """rabbitmq.conf: loopback only, a small footprint, and the log on standard output."""
    return f"""\
listeners.tcp.1 = 127.0.0.1:{system.ports["amqp"]}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {system.ports["amqp-metrics"]}
load_definitions = {definitions(system.place)}
log.console = true
log.console.level = info
log.file = false
raft.wal_max_size_bytes = 64000000
disk_free_limit.absolute = 200MB
"""


def control(system: System) -> str:
    """A script that calls rabbitmqctl for this broker."""
    exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in sorted(environment(system).items()))
    return (
        f"#!/bin/sh\n# rabbitmqctl for the broker of this directory.\n{exports}\n"
        f'exec {shlex.join(tool(system, "rabbitmqctl"))} "$@"\n'
    )


def prepare(system: System) -> None:
    """Write what the broker reads."""
    folder = _folder(system.place)
    (folder / "home").mkdir(parents=True, exist_ok=True)
    (folder / "rabbitmq.conf").write_text(configuration(system))
    (folder / "enabled_plugins").write_text(f"[{','.join(PLUGINS)}].\n")
    cookie = folder / "home" / ".erlang.cookie"
    cookie.unlink(missing_ok=True)  # it may not be written to, only replaced
    with os.fdopen(os.open(cookie, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as handle:
        handle.write(system.secrets["erlang-cookie"])
    script = system.place.run / "rabbitmqctl"
    script.write_text(control(system))
    script.chmod(0o700)


def node(place: Place) -> str:
    """The broker's name. Its data is filed under it, so it stays the same when the checkout is moved."""
    file = _folder(place) / "node"
    if file.exists():
        return file.read_text()
    name = f"aduan-{zlib.crc32(str(place.run).encode()):08x}@localhost"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(name)
    return name


def tool(system: System, name: str) -> tuple[str, ...]:
    """How one of RabbitMQ's programs is called: the machine's own, or that of Debian 13."""
    if system.rabbitmq4:
        script = INSTALLED / debian13.version(system.place) / "sbin" / name
        return (*debian13.enter(system.place), str(script))
    found = home()
    assert found is not None  # `packages` has seen to it
    return (str(found / "sbin" / name),)


def _folder(place: Place) -> Path:
    return place.run / "rabbitmq"
