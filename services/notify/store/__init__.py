"""notify's database."""

from services.notify.store.loading import load
from services.notify.store.tables import metadata
from shared.store import StoreDefinition

STORE = StoreDefinition.of("notify", metadata, load)

__all__ = ["STORE", "load", "metadata"]
