"""The store of ombudsman: tables, data and the questions put to them."""

from services.ombudsman.store.loading import load
from services.ombudsman.store.tables import metadata
from shared.store import StoreDefinition

STORE = StoreDefinition.of("ombudsman", metadata, load)

__all__ = ["STORE", "load", "metadata"]
