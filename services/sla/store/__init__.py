"""The store of sla: limits and calendars as data, histories, the clocks derived from them, and the questions asked."""

from services.sla.store.loading import load
from services.sla.store.tables import metadata
from shared.store import StoreDefinition

STORE = StoreDefinition.of("sla", metadata, load)

__all__ = ["STORE", "load", "metadata"]
