"""What sla does: every event that matters to a clock becomes a fact, and every clock is derived anew."""

from collections.abc import Mapping

from services.sla.handlers.fall_due import fall_due
from services.sla.handlers.presume import presume
from services.sla.handlers.preview import count_on
from services.sla.handlers.promise import note_promise, recall
from services.sla.handlers.publish import publish
from services.sla.handlers.rate import rate
from services.sla.handlers.recompute_all import carry_on
from services.sla.handlers.record import FACTS, record
from services.sla.store.periods import MAKE
from shared.usecases import Handlers, TimerHandlers, Together

_record = Together(record)
_NO_FACTS: Mapping[str, Handlers] = {
    "intake": {"complaint.rated": rate},
    "routing": {"case.promised": note_promise},
}
HEARS: Mapping[str, Handlers] = {
    source: {**dict.fromkeys(names, _record), **_NO_FACTS.get(source, {})} for source, names in FACTS.items()
}

TIMERS: TimerHandlers = {
    MAKE: publish,
    **dict.fromkeys(("clock.remind", "clock.due", "clock.escalate", "clock.daily"), Together(fall_due)),
    "promise.due": recall,
    "promise.broken": recall,
    "file.presume": Together(presume),
    "cases.recompute": carry_on,
    "rules.preview": count_on,
    "calendar.preview": count_on,
}

__all__ = [
    "HEARS",
    "TIMERS",
    "carry_on",
    "count_on",
    "fall_due",
    "note_promise",
    "presume",
    "publish",
    "rate",
    "recall",
    "record",
]
