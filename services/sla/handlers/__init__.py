"""What sla does: every event that matters to a clock becomes a fact, and every clock is derived anew."""

from collections.abc import Mapping

from services.sla.handlers.breach import pass_limit
from services.sla.handlers.escalate import escalate
from services.sla.handlers.presume import presume
from services.sla.handlers.promise import note_promise, recall
from services.sla.handlers.recompute_all import carry_on
from services.sla.handlers.record import FACTS, record
from services.sla.handlers.remind import remind, remind_daily
from shared.usecases import Handlers, Together

_record = Together(record)
HEARS: Mapping[str, Handlers] = {
    source: {**dict.fromkeys(names, _record), **({"case.promised": note_promise} if source == "routing" else {})}
    for source, names in FACTS.items()
}

TIMERS = {
    "clock.remind": remind,
    "clock.due": pass_limit,
    "clock.escalate": escalate,
    "clock.daily": remind_daily,
    "promise.due": recall,
    "promise.broken": recall,
    "file.presume": presume,
    "cases.recompute": carry_on,
}

__all__ = [
    "HEARS",
    "TIMERS",
    "carry_on",
    "escalate",
    "note_promise",
    "pass_limit",
    "presume",
    "recall",
    "record",
    "remind",
    "remind_daily",
]
