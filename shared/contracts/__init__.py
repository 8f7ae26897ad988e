"""What the services say to each other: every event and every RPC method, in one registry.

This registry is the single source of validation, JSON Schemas, broker
permissions and event pages. A published version never changes; a new one comes
with an upcaster and golden samples. No field may carry personal data: who needs
a name, a number or a text asks intake, which checks who is asking.
"""

from shared.contracts.compiled import ContractBroken
from shared.contracts.registry import Event, EventType, Keyed, Method, event_type, events_of, method, methods_of

__all__ = ["ContractBroken", "Event", "EventType", "Keyed", "Method", "event_type", "events_of", "method", "methods_of"]
