"""How gunicorn runs the web role of every service: one process of plain threads; more load, more replicas."""

import os
from pathlib import Path
from typing import Any

bind = os.environ.get("ADUAN_WEB_BIND", "127.0.0.1:8000")

worker_class = "gthread"
workers = 1  # one registry of metrics, one pool of database connections
threads = 8
preload_app = False  # no connection may be opened before the fork

timeout = 30
graceful_timeout = 25
keepalive = 5

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# It would lie in the home directory, where two gunicorns take it from each other.
control_socket_disable = True

forwarded_allow_ips = os.environ.get("ADUAN_FORWARDED_ALLOW_IPS", "127.0.0.1")

# The application logs each request itself, as JSON and without personal data.
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    """Log as every process does: JSON lines, with what slips in masked."""
    from shared import logs

    logs.set_up("web")


def on_starting(_server: Any) -> None:
    """End with a sentence when a setting is missing: a worker process that ends over it is started again for ever."""
    from shared.links import secret_key
    from shared.settings import amqp_url, check_needs, database_url

    if service := os.environ.get("ADUAN_SERVICE"):
        check_needs(service)
    database_url()
    amqp_url()
    secret_key()
