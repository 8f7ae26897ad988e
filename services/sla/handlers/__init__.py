"""What sla does: every event that matters to a clock becomes a fact, and every clock is derived anew."""

from collections.abc import Mapping

from services.sla.handlers.breach import pass_limit
from services.sla.handlers.escalate import escalate
from services.sla.handlers.presume import presume
from services.sla.handlers.preview import count_on
from services.sla.handlers.promise import note_promise, recall
from services.sla.handlers.publish import publish
from services.sla.handlers.rate import rate
from services.sla.handlers.recompute_all import carry_on
from services.sla.handlers.record import FACTS, record
from services.sla.handlers.remind import remind, remind_daily
from services.sla.store.periods import MAKE
from shared.usecases import Handlers, Together

_record = Together(record)
_NO_FACTS: Mapping[str, Handlers] = {
    "intake": {"complaint.rated": rate},
    "routing": {"case.promised": note_promise},
}
HEARS: Mapping[str, Handlers] = {
    source: {**dict.fromkeys(names, _record), **_NO_FACTS.get(source, {})} for source, names in FACTS.items()
}

TIMERS = {
    MAKE: publish,
    "clock.remind": remind,
    "clock.due": pass_limit,
    "clock.escalate": escalate,
    "clock.daily": remind_daily,
    "promise.due": recall,
    "promise.broken": recall,
    "file.presume": presume,
    "cases.recompute": carry_on,
    "rules.preview": count_on,
    "calendar.preview": count_on,
}

__all__ = [
    "HEARS",
    "TIMERS",
    "carry_on",
    "count_on",
    "escalate",
    "note_promise",
    "pass_limit",
    "presume",
    "publish",
    "rate",
    "recall",
    "record",
    "remind",
    "remind_daily",
]
