"""What one row has for itself on the running system: databases, and a virtual host with the whole wiring."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from shared.contracts.vocabulary import SERVICES
from shared.messaging import topology
from tests.harness import Broker, Databases


@dataclass(frozen=True)
class Stage:
    """Where one row is measured."""

    databases: Databases
    broker: Broker
    folder: Path


@contextmanager
def stage(row: str) -> Iterator[Stage]:
    """A stage that vanishes with the block."""
    rabbitmqctl, operator = os.environ["ADUAN_TEST_RABBITMQCTL"], urlsplit(os.environ["ADUAN_TEST_AMQP_URL"])
    passwords = {user: os.environ[f"ADUAN_AMQP_PASSWORD_{user.upper()}"] for user in (*SERVICES, "operator")}
    vhost = f"bench-{row}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        definitions = folder / "definitions.json"
        definitions.write_text(json.dumps(topology.definitions(passwords, passwords["operator"], vhost)))
        _control(rabbitmqctl, "import_definitions", str(definitions))
        stack.callback(_control, rabbitmqctl, "delete_vhost", vhost)
        databases = Databases(os.environ["ADUAN_TEST_POSTGRES_URL"])
        stack.callback(databases.close)
        time.sleep(1.0)  # until every new queue has its leader
        yield Stage(databases, Broker(f"{operator.hostname}:{operator.port}", vhost, passwords), folder)


def _control(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)
