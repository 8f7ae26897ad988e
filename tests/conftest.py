"""Fixtures for everything that needs the real PostgreSQL and RabbitMQ of the test environment (`make test`)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.contracts.vocabulary import SERVICES
from shared.messaging import topology
from tests.harness import Broker, Databases, Service, under_test


def _setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.exit(f"{name} is not set: run the tests with `make test`, which starts what they need", returncode=2)
    return value


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Makes databases on the test environment's PostgreSQL."""
    made = Databases(_setting("ADUAN_TEST_POSTGRES_URL"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A vhost of this test session's own on the test environment's RabbitMQ, with the whole wiring."""
    with virtual_host(f"test-{os.getpid()}", tmp_path_factory.mktemp("broker")) as made:
        yield made


@contextmanager
def virtual_host(
    name: str, folder: Path, change: Callable[[dict[str, Any]], None] = lambda definitions: None
) -> Iterator[Broker]:
    """A virtual host with the whole wiring, or with what `change` makes of it, as long as the block lasts."""
    rabbitmqctl = _setting("ADUAN_TEST_RABBITMQCTL")
    address = urlsplit(_setting("ADUAN_TEST_AMQP_URL"))
    passwords = {s: os.environ.get(f"ADUAN_AMQP_PASSWORD_{s.upper()}", f"test-{s}") for s in SERVICES}
    passwords["operator"] = os.environ.get("ADUAN_AMQP_PASSWORD_OPERATOR", "test-operator")
    definitions = topology.definitions(passwords, passwords["operator"], name)
    change(definitions)
    file = folder / "definitions.json"
    file.write_text(json.dumps(definitions))
    subprocess.run([rabbitmqctl, "import_definitions", str(file)], check=True, capture_output=True, timeout=60)
    yield Broker(f"{address.hostname}:{address.port}", name, passwords)
    subprocess.run([rabbitmqctl, "delete_vhost", name], check=False, capture_output=True, timeout=60)


Starter = Callable[..., Service]


@pytest.fixture(scope="module")
def service(broker: Broker, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """`service("routing")`: the service with a new database and its worker running, for all tests of the module.

    `service("routing", worker=False)` leaves the worker out; start it with
    `start_worker()`. Environment variables are set for this process as well,
    so that `service.web()` and use cases called directly see the same store.
    """
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())

        def start(name: str, *, worker: bool = True) -> Service:
            folder: Path = tmp_path_factory.mktemp(name)
            return stack.enter_context(under_test(name, broker, databases, folder, patch, worker=worker))

        yield start
