"""What it was measured on."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

import psycopg
from kombu import Connection

from shared.messaging.topology import VHOST

LIBRARIES = ("nameko", "kombu", "amqp", "eventlet", "SQLAlchemy", "psycopg", "Flask", "gunicorn", "marshmallow")


def described() -> dict[str, str]:
    """Cores, memory, load before the run, versions."""
    processor = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "processor": f"{os.cpu_count()} cores, {processor[1] if processor else platform.machine()}",
        "memory": f"{int(memory[1]) / 1024**2:.0f} GiB" if memory else "unknown",
        "load before": f"{os.getloadavg()[0]:.1f} (mean of a minute; 0 is a machine of one's own)",
        "Python": platform.python_version(),
        "PostgreSQL": _postgresql(),
        "RabbitMQ": _rabbitmq(),
        **{name: version(name) for name in LIBRARIES},
    }


def postgres_url(database: str = "postgres") -> str:
    """The superuser's address of a database of the running system, as psycopg takes it."""
    url = os.environ["ADUAN_TEST_POSTGRES_URL"].replace("postgresql+psycopg", "postgresql")
    return f"{url.rpartition('/')[0]}/{database}"


def _postgresql() -> str:
    with psycopg.connect(postgres_url()) as connection:
        names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        told = [str(connection.execute("select current_setting(%s)", (name,)).fetchone()[0]) for name in names]
    return f"{told[0]}, fsync {told[1]}, synchronous_commit {told[2]}, shared_buffers {told[3]}"


def _rabbitmq() -> str:
    with Connection(f"{os.environ['ADUAN_TEST_AMQP_URL']}/{VHOST}") as connection:
        connection.connect()
        return str(connection.connection.server_properties["version"])
