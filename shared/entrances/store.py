"""What a worker method works with: its service's store, and the line to the other services."""

from __future__ import annotations

from typing import Any

from nameko.extensions import DependencyProvider, SharedExtension

from shared.entrances.line import Line
from shared.settings import amqp_url
from shared.store import Store, open_store
from shared.store.database import definition_of


class OpenStore(SharedExtension):  # type: ignore[misc]
    """The one open database of a worker process."""

    store: Store

    def setup(self) -> None:
        self.store = self.container.config.get("store") or open_store(definition_of(self.container.service_name))

    def stop(self) -> None:
        self.store.engine.dispose()


class OpenLine(SharedExtension):  # type: ignore[misc]
    """The one line of a worker process to the other services."""

    rpc: Line

    def setup(self) -> None:
        self.rpc = Line(amqp_url())

    def stop(self) -> None:
        self.rpc.close()


class StoreProvider(DependencyProvider):  # type: ignore[misc]
    """Gives worker methods the store: `self.store.begin()`, `self.store.read()`."""

    open_store = OpenStore()

    def get_dependency(self, worker_ctx: Any) -> Store:
        return self.open_store.store


class RpcProvider(DependencyProvider):  # type: ignore[misc]
    """Gives worker methods the line to other services: `self.rpc.ask(...)`."""

    open_line = OpenLine()

    def get_dependency(self, worker_ctx: Any) -> Line:
        return self.open_line.rpc
