"""The store of intake: its tables, and the data files it is loaded with."""

from services.intake.store.load import load
from services.intake.store.tables import metadata
from shared.store import StoreDefinition

STORE = StoreDefinition.of("intake", metadata, load)
