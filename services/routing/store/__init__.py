"""The store of routing: its tables, its questions, and its data files put into it."""

from services.routing.store.loading import load
from services.routing.store.tables import metadata
from shared.store import StoreDefinition

STORE = StoreDefinition.of("routing", metadata, load)

__all__ = ["STORE", "load", "metadata"]
