"""A private PostgreSQL: how it is found, made, started, and given one database and one role per service."""

from __future__ import annotations

import os
import pwd
import shlex
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from deploy.local.place import SERVICES, Place
from deploy.local.system import System
from deploy.local.terminal import Refusal

VERSIONS = Path("/usr/lib/postgresql")
OLDEST = 15

#: PostgreSQL refuses to run as root, so root runs it as the user its package made. The one capability lets
#: it reach its data below directories that only root may enter; a changed user also loses the wish to die
#: with its parent, so that is said again.
AS_POSTGRES = (
    "setpriv",
    *("--reuid=postgres", "--regid=postgres", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
    *("--pdeathsig", "INT", "--"),
)

#: Where a container forbids that, a namespace in which we are not root does.
AS_NOBODY_SPECIAL = ("unshare", "-U", "--map-user=1000", "--", "setpriv", "--pdeathsig", "INT", "--")

CONFIGURATION = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # their path may not be longer than 107 characters
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # Values of a failed statement may be a person's; they do not belong into a log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}

#: For data that is thrown away: nothing has to survive a crash of the machine.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def newest() -> Path | None:
    """The programs of the newest installed PostgreSQL that is new enough."""
    found = [path.parent for path in VERSIONS.glob("*/bin/postgres") if path.parts[-3].isdigit()]
    fit = [path for path in found if int(path.parts[-2]) >= OLDEST]
    return max(fit, key=lambda path: int(path.parts[-2]), default=None)


def binaries(place: Place) -> Path:
    """The programs that fit the data: those that made it, or the newest when there is none yet."""
    version = _data(place) / "PG_VERSION"
    if version.exists():
        made_by = VERSIONS / version.read_text().strip() / "bin"
        if not (made_by / "postgres").exists():
            raise Refusal(
                f"{_data(place)} was made by PostgreSQL {made_by.parts[-2]}, which is not installed any more: "
                f"install postgresql-{made_by.parts[-2]}, or throw the data away with make clean."
            )
        return made_by
    found = newest()
    assert found is not None  # `packages` has seen to it
    return found


def is_made(place: Place) -> bool:
    return (_data(place) / "PG_VERSION").exists()


def make(system: System) -> tuple[str, ...]:
    """The command that makes an empty cluster: complete under its final name, or not there at all."""
    data, draft = _data(system.place), _data(system.place).with_name("data.new")
    password = _folder(system.place) / "password"
    initdb = f"{binaries(system.place)}/initdb -U postgres -A scram-sha-256 --locale=C.UTF-8 -E UTF8 --no-instructions"
    draft_, data_, password_ = (shlex.quote(str(path)) for path in (draft, data, password))
    script = f"rm -rf {draft_} && {initdb} --pwfile={password_} -D {draft_} && mv {draft_} {data_}"
    return (*_unprivileged(), "/bin/sh", "-c", script)


def server(system: System) -> tuple[str, ...]:
    """The command that runs the server."""
    configuration = {
        **CONFIGURATION,
        **(CARELESS if system.throwaway else {}),
        "port": str(system.ports["postgres"]),
        "cluster_name": "aduan",
    }
    options = [word for name, value in configuration.items() for word in ("-c", f"{name}={value}")]
    return (*_unprivileged(), str(binaries(system.place) / "postgres"), "-D", str(_data(system.place)), *options)


def roles(system: System) -> tuple[str, ...]:
    """The command that gives every service its role and database."""
    script = _folder(system.place) / "roles.sql"
    return (str(binaries(system.place) / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script))


def administrator(system: System) -> dict[str, str]:
    """What psql has to know to connect as superuser."""
    return {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(system.ports["postgres"]),
        "PGUSER": "postgres",
        "PGDATABASE": "postgres",
        "PGPASSWORD": system.secrets["postgres"],
    }


def prepare(system: System) -> None:
    """Write what the commands above read."""
    folder = _folder(system.place)
    folder.mkdir(exist_ok=True)
    if _unprivileged() == AS_POSTGRES:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
    _private(folder / "password", system.secrets["postgres"] + "\n")
    _private(folder / "roles.sql", roles_script(system.secrets))


def roles_script(secrets: Mapping[str, str]) -> str:
    """SQL that may run again and again: a service owns its database, and nobody else can connect to it."""
    return "\n".join(
        [
            "SET client_min_messages = warning;",
            "REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;",
            *(_role(service, secrets[f"{service}-database"]) for service in SERVICES),
        ]
    )


def _role(service: str, password: str) -> str:
    name = f"aduan_{service}"
    return f"""
SELECT 'CREATE ROLE {name} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec
ALTER ROLE {name} PASSWORD '{password}';
SELECT 'CREATE DATABASE {name} OWNER {name}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec
REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC;
"""


@cache
def _unprivileged() -> tuple[str, ...]:
    """What goes before a command so that it does not run as root."""
    if os.geteuid() != 0:
        return ()
    for prefix in (AS_POSTGRES, AS_NOBODY_SPECIAL):
        try:
            if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
                return prefix
        except OSError:
            continue
    raise Refusal(
        "PostgreSQL must not run as root, and this container allows neither changing the user nor a user namespace: "
        "run as an ordinary user, or start the container with the capabilities SETUID and SETGID."
    )


def _private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)


def _folder(place: Place) -> Path:
    return place.run / "postgres"


def _data(place: Place) -> Path:
    return _folder(place) / "data"
