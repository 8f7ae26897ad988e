"""A cluster with the whole wiring, and two real services on it whose broker address names all three nodes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.place import Place
from deploy.local.system import System
from shared.contracts.vocabulary import SERVICES
from shared.messaging import topology
from tests.cluster.nodes import Cluster
from tests.harness import ROOT, Broker, Databases, Service, under_test

VHOST = "aduan"


@dataclass
class ClusteredBroker(Broker):
    """A broker of several nodes: its address names all of them."""

    def url(self, user: str) -> str:
        return ";".join(f"amqp://{user}:{self.passwords[user]}@{host}/{self.vhost}" for host in self.host.split(","))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    system = System.running(Place(ROOT, Path(os.environ["ADUAN_RUN_DIR"])))
    made = Cluster(system, tmp_path_factory.mktemp("cluster"))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def broker(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Broker:
    """Definitions taken in when the cluster is whole: every quorum queue and the stream have a member on each node."""
    passwords = {**{s: f"test-{s}" for s in SERVICES}, "operator": "test-operator"}
    file = tmp_path_factory.mktemp("definitions") / "definitions.json"
    file.write_text(json.dumps(topology.definitions(passwords, passwords["operator"], VHOST)))
    cluster.nodes[0].control("import_definitions", str(file))
    return ClusteredBroker(",".join(f"127.0.0.1:{node.port}" for node in cluster.nodes), VHOST, passwords)


@dataclass
class Pair:
    """intake, which says, and sla, which hears."""

    intake: Service
    sla: Service


@pytest.fixture(scope="session")
def pair(broker: Broker, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        made = {
            name: stack.enter_context(
                under_test(name, broker, databases, tmp_path_factory.mktemp(name), patch, worker=False)
            )
            for name in ("intake", "sla")
        }
        for service in made.values():
            service.stop_listening()
            service.start_worker()
        yield Pair(**made)
