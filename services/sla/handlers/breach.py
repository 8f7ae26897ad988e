"""A limit is passed: somebody is late, or the reporter's own time is over. On day 60 the Ombudsman is next."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.sla.domain.clocks import Breach
from services.sla.handlers.due import Due
from services.sla.handlers.late import note_breaches, say_breach
from services.sla.handlers.tell import limit, naming
from shared.store import Transaction


def note_passed(tx: Transaction, due: Sequence[Due]) -> set[UUID]:
    """Note which complaints are late; those that are the Ombudsman's matter from now on."""
    passed = [one for one in due if one.step.kind == "clock.due" and not one.clock.expires]
    return note_breaches(tx, [(one.complaint_id, one.clock, _breach(one)) for one in passed])


def pass_limit(tx: Transaction, due: Due, *, forwarding: bool) -> None:
    """The moment after the limit has come, and the clock still runs."""
    complaint_id, clock = due.complaint_id, due.clock
    if clock.expires:
        tx.publish("clock.expired", complaint_id, {**naming(complaint_id, clock), **limit(clock)}, time=due.step.at)
    else:
        say_breach(tx, complaint_id, clock, _breach(due), forwarding=forwarding)


def _breach(due: Due) -> Breach:
    clock = due.clock
    return Breach(clock.clock_id, clock.round, due.step.at, clock.due_date, clock.due_at)
