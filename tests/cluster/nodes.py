"""Three RabbitMQ nodes of our own on this machine, as one cluster: killed, cut off from each other, and healed."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import launch, rabbitmq
from deploy.local.probes import amqp
from deploy.local.program import Program, Wave
from deploy.local.system import System
from tests.harness import eventually, free_port

CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
cluster_partition_handling = pause_minority
net_ticktime = 8
log.console = true
log.console.level = info
log.file = false
raft.wal_max_size_bytes = 64000000
disk_free_limit.absolute = 200MB
"""


@dataclass
class Node:
    """One node: its name, its ports, its folder. It uses the test system's epmd and Erlang cookie."""

    system: System
    folder: Path
    number: int
    port: int = field(default_factory=free_port)
    distribution: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return f"{rabbitmq.node(self.system.place).partition('@')[0]}-{self.number}@localhost"

    @property
    def environment(self) -> dict[str, str]:
        own = self.folder / str(self.number)
        return rabbitmq.environment(self.system) | {
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "RABBITMQ_CONFIG_FILE": str(own / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(own / "enabled_plugins"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(own / "plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(own / "generated"),
            "RABBITMQ_MNESIA_BASE": str(own / "data"),
            "RABBITMQ_LOG_BASE": str(own / "log"),
            "RABBITMQ_PID_FILE": str(own / "pid"),
            "ERL_CRASH_DUMP": str(own / "crash"),
        }

    def start(self) -> None:
        own = self.folder / str(self.number)
        own.mkdir(parents=True, exist_ok=True)
        (own / "rabbitmq.conf").write_text(CONFIGURATION.format(port=self.port))
        (own / "enabled_plugins").write_text("[].\n")
        program = Program(self.name, rabbitmq.server(self.system), self.environment, Wave.BROKER)
        self.process = launch.launch(program, self.folder, own / "output.log")
        eventually(lambda: amqp(self.port)() is None, seconds=120, every=0.3, what=f"{self.name} does not start: {own}")

    def kill(self) -> None:
        """SIGKILL: no goodbye to anybody."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def control(self, *words: str) -> str:
        """rabbitmqctl for this node."""
        done = subprocess.run(
            [*rabbitmq.tool(self.system, "rabbitmqctl"), "--silent", "--node", self.name, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{words}: {done.stdout} {done.stderr}"
        return done.stdout


class Cluster:
    """Three nodes that know each other."""

    def __init__(self, system: System, folder: Path) -> None:
        self.nodes = [Node(system, folder, number) for number in (1, 2, 3)]

    def start(self) -> None:
        """Start the nodes and make them one cluster."""
        first, *others = self.nodes
        first.start()
        for node in others:
            node.start()
            node.control("stop_app")
            node.control("join_cluster", first.name)
            node.control("start_app")

    def close(self) -> None:
        for node in self.nodes:
            if node.process:
                node.kill()

    def leader(self, vhost: str, queue: str) -> Node:
        """The node that leads the queue now, as a node says that is up."""
        for line in self._somebody().control("list_queues", "-p", vhost, "name", "leader").splitlines():
            name, _, leader = line.partition("\t")
            if name == queue:
                return next(node for node in self.nodes if node.name == leader)
        raise LookupError(queue)

    def members_online(self, vhost: str, queue: str) -> int:
        """On how many nodes the queue has a member that answers."""
        for line in self._somebody().control("list_queues", "-p", vhost, "name", "online").splitlines():
            name, _, online = line.partition("\t")
            if name == queue:
                return online.count("@")
        raise LookupError(queue)

    def cut_off(self, node: Node) -> None:
        """A partition: the node and the two others live, their clients reach them, but they do not reach each other.

        It forgets the word by which it and the others know each other, and ends its connections to them.
        """
        others = [other.name for other in self.nodes if other is not node]
        node.control(
            "eval", "".join(f"erlang:set_cookie('{other}', parted), " for other in others) + self._part(others)
        )

    def heal(self, node: Node) -> None:
        """It remembers."""
        cookie = node.system.secrets["erlang-cookie"]
        others = [other.name for other in self.nodes if other is not node]
        node.control("eval", ", ".join(f"erlang:set_cookie('{other}', '{cookie}')" for other in others) + ".")

    @staticmethod
    def _part(others: list[str]) -> str:
        return ", ".join(f"erlang:disconnect_node('{other}')" for other in others) + "."

    def _somebody(self) -> Node:
        return next(node for node in self.nodes if node.process and amqp(node.port)() is None)
