"""One database per service: transactions, the outbox within them, and the tables every service has."""

from shared.store.database import Store, StoreDefinition, definition_of, open_store
from shared.store.tables import kit_tables, signin_tables
from shared.store.timers import Timer
from shared.store.transaction import Transaction

__all__ = [
    "Store",
    "StoreDefinition",
    "Timer",
    "Transaction",
    "definition_of",
    "kit_tables",
    "open_store",
    "signin_tables",
]
