"""One real service under test: its own database, its own worker process, the real broker around it.

The other four services are the outside of a component test: what they say is
published through the real broker by `says`, what they answer is answered by
`Peer`, over the wire, as their own broker users.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import amqp
from kombu import Connection
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import SQLAlchemyError

from shared.contracts import Event, event_type, method
from shared.errors import Refusal
from shared.ids import new_id
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from shared.messaging.rpc import DIRECT_REPLY, RpcClient
from shared.messaging.topology import events_exchange
from shared.store import Store, definition_of, migrate, open_store

ROOT = Path(__file__).parent.parent


def eventually(check: Callable[[], Any], *, seconds: float = 15.0, every: float = 0.05, what: str = "") -> Any:
    """The first true value `check` gives; fails with `what` after so many seconds. A failed assertion is no yes."""
    until = time.monotonic() + seconds
    last: Exception | None = None
    while time.monotonic() < until:
        try:
            if value := check():
                return value
            last = None
        except (AssertionError, LookupError) as error:
            last = error
        time.sleep(every)
    raise AssertionError(what or f"it did not happen within {seconds} s") from last


@dataclass
class Broker:
    """The broker under the test session: one vhost with the whole wiring."""

    host: str
    vhost: str
    passwords: Mapping[str, str]

    def url(self, user: str) -> str:
        return f"amqp://{user}:{self.passwords[user]}@{self.host}/{self.vhost}"

    def purge(self) -> None:
        """Empty every queue, so that a test begins with a silent broker."""
        from shared.messaging import topology

        with Connection(self.url("operator")) as connection:
            channel = connection.default_channel
            for queue_ in topology.queues():
                if queue_["arguments"].get("x-queue-type") != "stream":
                    channel.queue_purge(queue_["name"])


class Databases:
    """Databases for tests, copied from a migrated and loaded one of each service."""

    def __init__(self, admin_url: str) -> None:
        self._admin = create_engine(admin_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        self._templates: dict[str, str] = {}
        self._made: list[str] = []

    def empty(self, name: str) -> str:
        """A new empty database; returns its URL."""
        with self._admin.connect() as connection:
            connection.execute(text(f'drop database if exists "{name}" with (force)'))
            connection.execute(text(f"create database \"{name}\" template template0 encoding 'UTF8'"))
        self._made.append(name)
        return self._admin.url.set(database=name).render_as_string(hide_password=False)

    def of(self, service: str) -> str:
        """A new database of the service, migrated and loaded; returns its URL."""
        if service not in self._templates:
            template = f"template_{service}_{os.getpid()}"
            url = self.empty(template)
            migrate.upgrade(service, url)
            store = open_store(definition_of(service), url, pool_size=1)
            with store.begin() as tx:
                store.definition.load(tx)
            store.engine.dispose()
            self._templates[service] = template
        name = f"test_{service}_{new_id().hex[-12:]}"
        with self._admin.connect() as connection:
            connection.execute(text(f'create database "{name}" template "{self._templates[service]}"'))
        self._made.append(name)
        return self._admin.url.set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        with self._admin.connect() as connection:
            for name in self._made:
                connection.execute(text(f'drop database if exists "{name}" with (force)'))
        self._admin.dispose()


@dataclass
class Service:
    """One service under test. See the fixtures `service` and `quiet_service` in conftest."""

    name: str
    broker: Broker
    environment: dict[str, str]
    store: Store
    clock_file: Path
    log_file: Path
    _worker: subprocess.Popen[bytes] | None = None
    _ears: Ears | None = None
    _sequences: dict[tuple[str, UUID], int] = field(default_factory=lambda: defaultdict(int))
    _publishers: dict[str, ConfirmingPublisher] = field(default_factory=dict)
    _cleanup: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    # Processes

    def start_worker(self) -> None:
        """Start the real worker process and wait until its entrances are open."""
        port = free_port()
        log = self.log_file.open("ab")
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "shared.worker", self.name],
            cwd=ROOT,
            env={**os.environ, **self.environment, "ADUAN_METRICS_PORT": str(port)},
            stdout=log,
            stderr=log,
        )
        try:
            eventually(lambda: ready(port) or self._fail_if_dead(), seconds=60, what=f"worker of {self.name} not ready")
        except BaseException:  # also when the test's own time is over: nobody else knows of it
            self.kill_worker()
            raise

    def kill_worker(self) -> None:
        """SIGKILL: no goodbye."""
        assert self._worker
        self._worker.kill()
        self._worker.wait()
        self._worker = None

    def stop_worker(self) -> int:
        """SIGTERM, and wait for the orderly end; returns the exit status."""
        return self.tell_worker_to_stop().wait(timeout=40)

    def tell_worker_to_stop(self) -> subprocess.Popen[bytes]:
        """SIGTERM; the process as it ends."""
        assert self._worker
        stopping, self._worker = self._worker, None
        stopping.terminate()
        return stopping

    def web(self) -> Any:
        """The service's Flask application, in this process, on the same database and broker."""
        import importlib

        return importlib.import_module(f"services.{self.name}.web").create_app()

    def log(self) -> str:
        """What the worker wrote."""
        return self.log_file.read_text(errors="replace")

    def _fail_if_dead(self) -> bool:
        assert self._worker
        assert self._worker.poll() is None, f"the worker ended:\n{self.log()[-3000:]}"
        return False

    # Words to it and from it

    def says(
        self, source: str, name: str, subject: UUID, data: Mapping[str, Any], *, time: datetime | None = None
    ) -> Event:
        """Publish an event as `source` would, with the next sequence number of its subject."""
        self._sequences[source, subject] += 1
        return self.says_numbered(source, name, subject, self._sequences[source, subject], data, time=time)

    def numbered(self, subject: UUID) -> dict[str, int]:
        """By source the last number of what was said of a subject."""
        return {source: last for (source, about), last in self._sequences.items() if about == subject}

    def says_numbered(
        self,
        source: str,
        name: str,
        subject: UUID,
        sequence: int,
        data: Mapping[str, Any],
        *,
        time: datetime | None = None,
        event_id: UUID | None = None,
    ) -> Event:
        """Publish an event with any sequence number: again, too early, out of order."""
        contract = event_type(source, name)
        event_id = event_id or new_id()
        time = time or self.now()
        body = contract.write(data).encode()
        headers = envelope.headers(
            event_id=event_id,
            source=source,
            type_=contract.type,
            subject=subject,
            time=time,
            sequence=sequence,
            traceparent=None,
        )
        self.says_raw(source, name, body, headers)
        return Event(event_id, source, name, subject, sequence, time, contract.read(body, contract.version))

    def says_raw(self, source: str, routing_key: str, body: bytes, headers: dict[str, Any]) -> None:
        """Publish any bytes at all on a source's exchange."""
        publisher = self._publishers.setdefault(source, ConfirmingPublisher(self.broker.url(source)))
        publisher.publish([Outgoing(events_exchange(source), routing_key, body, headers, str(new_id()))])

    def said(self, name: str, subject: UUID | None = None, *, seconds: float = 15.0) -> dict[str, Any]:
        """Wait for the first event of that name (about that subject) which the service published; its data."""
        found: dict[str, Any] = eventually(
            lambda: next(iter(self.all_said(name, subject)), None), seconds=seconds, what=f"{name} was not said"
        )
        return found

    def all_said(self, name: str | None = None, subject: UUID | None = None) -> list[dict[str, Any]]:
        """Data of all events the service said so far, oldest first (all names when none is given).

        What is committed and on its way to the broker is waited for, a second at most.
        """
        assert self._ears
        if self._worker is not None:
            self._hear_out()
        return [
            dict(e.data)
            for e in self._ears.events()
            if (name is None or e.name == name) and (subject is None or e.subject == subject)
        ]

    def _hear_out(self) -> None:
        outbox = self.store.definition.kit.outbox
        until = time.monotonic() + 1
        while time.monotonic() < until:
            with contextlib.suppress(SQLAlchemyError), self.store.read() as session:  # a test may have cut its lines
                if session.execute(select(outbox.c.id).limit(1)).first() is None:
                    break
            time.sleep(0.02)
        time.sleep(0.02)  # confirmed means that the ears' queue has it

    def ask(self, question: str, *, as_: str, deadline: float = 5.0, **request: Any) -> dict[str, Any]:
        """Put a question to the service as another service's broker user."""
        client = RpcClient(self.broker.url(as_), size=1)
        try:
            return client.ask(self.name, question, deadline=deadline, **request)
        finally:
            client.close()

    def peer(self, name: str, answers: Mapping[str, Callable[..., dict[str, Any]]]) -> Peer:
        """Have another service's questions answered: method name → function of the request."""
        peer = Peer(name, self.broker.url(name), answers)
        self._cleanup.callback(peer.close)
        return peer

    # Time

    def now(self) -> datetime:
        """The sandbox time the service lives in."""
        offset = 0.0
        if self.clock_file.exists():
            offset = json.loads(self.clock_file.read_text())["offset_seconds"]
        return datetime.now(UTC) + timedelta(seconds=offset)

    def shift(self, **by: float) -> datetime:
        """Move the sandbox clock forward, e.g. `shift(days=5)`."""
        from shared import clock

        return clock.shift(timedelta(**by))

    def set_time(self, moment: datetime) -> None:
        """Put the sandbox clock to a moment."""
        self.clock_file.write_text(json.dumps({"offset_seconds": (moment - datetime.now(UTC)).total_seconds()}))

    def stop_listening(self) -> None:
        """Hear no more of what it says: for tests in which the broker goes away under everybody."""
        if self._ears:
            self._ears.close()
            self._ears = None

    def close(self) -> None:
        if self._worker:
            self.kill_worker()
        self._cleanup.close()
        for publisher in self._publishers.values():
            publisher.close()
        self.stop_listening()
        self.store.engine.dispose()


class Ears:
    """Listens to everything one service says."""

    def __init__(self, broker: Broker, service: str) -> None:
        self._service = service
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._connection = Connection(broker.url("operator"))
        channel = self._connection.default_channel
        name = channel.queue_declare(queue="", exclusive=True, auto_delete=True).queue
        channel.queue_bind(name, events_exchange(service), "#")
        channel.basic_consume(name, callback=self._hear, no_ack=True)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def events(self) -> list[Event]:
        with self._lock:
            return list(self._events)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
        self._connection.collect(socket_timeout=1)

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                self._connection.drain_events(timeout=0.1)

    def _hear(self, message: Any) -> None:
        event = envelope.read_event(self._service, message.headers, message.body.encode())
        with self._lock:
            self._events.append(event)


class Peer:
    """Another service, as far as its answers go, on the real broker under its own user."""

    def __init__(self, name: str, url: str, answers: Mapping[str, Callable[..., dict[str, Any]]]) -> None:
        self.name = name
        self.answers = dict(answers)
        self.asked: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._stop = threading.Event()
        self._connection = Connection(url)
        channel = self._connection.default_channel
        channel.basic_consume(f"rpc-{name}", callback=self._answer)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
        self._connection.collect(socket_timeout=1)

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                self._connection.drain_events(timeout=0.1)

    def _answer(self, message: Any) -> None:
        name = message.delivery_info["routing_key"].partition(".")[2]
        contract = method(self.name, name)
        request = contract.request.load(json.loads(message.body)["kwargs"])
        self.asked.put((name, request))
        reply: dict[str, Any] = {"result": None, "error": None}
        try:
            if name not in self.answers:
                message.channel.basic_ack(message.delivery_tag)
                return  # silence: as if it were away
            reply["result"] = contract.response.dump(self.answers[name](**request))
        except Refusal as refusal:
            reply["error"] = {
                "exc_type": type(refusal).__name__,
                "exc_path": "",
                "exc_args": [refusal.slug, refusal.detail_id, refusal.detail_en, refusal.errors],
                "value": refusal.slug,
            }
        properties = message.properties
        exchange = "" if properties["reply_to"].startswith(DIRECT_REPLY) else "nameko-rpc"
        message.channel.basic_publish(
            amqp.Message(
                json.dumps(reply),
                content_type="application/json",
                content_encoding="utf-8",
                correlation_id=properties["correlation_id"],
            ),
            exchange,
            properties["reply_to"],
        )
        message.channel.basic_ack(message.delivery_tag)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(port: int) -> bool:
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


@contextlib.contextmanager
def under_test(
    name: str, broker: Broker, databases: Databases, folder: Path, patch: Any, *, worker: bool = True
) -> Iterator[Service]:
    """A service with a new database, a silent broker and a clock of its own."""
    broker.purge()
    patch.setenv("ADUAN_SANDBOX", "1")  # so that the sandbox accounts are loaded
    url = databases.of(name)
    clock_file = folder / "clock.json"
    environment = {
        "ADUAN_SERVICE": name,
        "ADUAN_DATABASE_URL": url,
        "ADUAN_DATABASE_POOL": "10",
        "ADUAN_AMQP_URL": broker.url(name),
        "ADUAN_PUBLIC_URL": "http://localhost",
        "ADUAN_SANDBOX": "1",
        "ADUAN_CLOCK_FILE": str(clock_file),
        "ADUAN_SECRET_KEY": "a-secret-for-tests-only-0123456789abcdef",
        "ADUAN_FILES_URL": (folder / "files").as_uri(),
        "INTAKE_IDENTITY_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "INTAKE_INDEX_KEY": "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=",
        "ADUAN_SEALING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "INTAKE_SMS_SECRET": "sms-secret-for-tests",
        "OMBUDSMAN_SIGNING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }
    for key, value in environment.items():
        patch.setenv(key, value)
    service = Service(
        name=name,
        broker=broker,
        environment=environment,
        store=open_store(definition_of(name), url, pool_size=5),
        clock_file=clock_file,
        log_file=folder / f"{name}.log",
    )
    service._ears = Ears(broker, name)
    try:
        if worker:
            service.start_worker()
        yield service
    finally:
        service.close()
