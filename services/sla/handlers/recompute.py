"""Derive all clocks of a complaint from its history; write, say and schedule what differs from before.

It may be done at any time and as often as one likes: without a new fact, a new
rule or a new calendar nothing differs and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.sla.domain.calendar import Calendar
from services.sla.domain.changes import Change, changes
from services.sla.domain.clocks import Breach, Clock
from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import Fact
from services.sla.domain.standing import standing
from services.sla.domain.steps import Taken, next_step
from services.sla.handlers.breach import note_breach
from services.sla.handlers.tell import tell
from services.sla.handlers.timing import arm
from services.sla.store import histories
from services.sla.store.book import book
from shared import metrics
from shared.store import Transaction


def recompute(tx: Transaction, case: Row[Any], **known_of_case: Any) -> None:
    """Bring a complaint's clocks up to its history. The caller has locked the case.

    `known_of_case` are columns of the case that became known with the newest fact.
    """
    session, complaint_id = tx.session, case.complaint_id
    rules = book(session)
    calendar = rules.calendar(case.region)
    facts = histories.history(session, complaint_id)
    derivation = derive(complaint_id, facts, rules.rules, calendar)
    kept = histories.clocks(session, complaint_id)
    known = {clock_id: one.clock for clock_id, one in kept.items()}
    found = changes(known, derivation.clocks, tx.now)
    differing = {clock.clock_id: clock for clock in derivation.clocks if clock != known.get(clock.clock_id)}
    differing |= {change.clock.clock_id: change.clock for change in found}

    taken = histories.steps_taken(session, known)
    missed = [b for b in derivation.breaches if Taken(b.clock_id, b.round, "due") not in taken]
    taken |= {Taken(breach.clock_id, breach.round, "due") for breach in missed}
    armed = []
    for clock_id, clock in differing.items():
        before = kept[clock_id].timer if clock_id in kept else None
        armed.append(arm(tx, complaint_id, clock, next_step(clock, rules.plan, calendar, taken), before))
    histories.keep(session, complaint_id, armed)

    _say(tx, complaint_id, found, missed, {clock.clock_id: clock for clock in derivation.clocks})
    _watch_for_silence(tx, complaint_id, derivation, found)
    _keep_standing(tx, case, facts, calendar, known_of_case)


def _say(
    tx: Transaction, complaint_id: UUID, found: Iterable[Change], missed: list[Breach], clocks: Mapping[UUID, Clock]
) -> None:
    """Tell the changes. A limit passed before its clock stopped is told first, even when no timer came to it."""
    for change in found:
        if change.what != "started":
            for breach in [b for b in missed if b.clock_id == change.clock.clock_id]:
                note_breach(tx, complaint_id, clocks[breach.clock_id], breach)
                missed.remove(breach)
        tell(tx, complaint_id, change)
    for breach in missed:
        note_breach(tx, complaint_id, clocks[breach.clock_id], breach)


def _watch_for_silence(tx: Transaction, complaint_id: UUID, derivation: Derivation, found: Iterable[Change]) -> None:
    """Keep the timer that presumes a file complete when nobody looks at it."""
    for change in found:
        if change.clock.clock == "verification" and change.what == "stopped":
            tx.cancel("file.presume", str(change.clock.clock_id))
    if derivation.presumed_at:
        waiting = _waiting(derivation.clocks)
        tx.schedule("file.presume", str(waiting.clock_id), derivation.presumed_at, subject=complaint_id)


def _waiting(clocks: Iterable[Clock]) -> Clock:
    return next(clock for clock in clocks if clock.clock == "verification" and clock.stopped_at is None)


def _keep_standing(
    tx: Transaction, case: Row[Any], facts: list[Fact], calendar: Calendar, known_of_case: dict[str, Any]
) -> None:
    """Write what the figures need."""
    now = standing(facts)
    days = None
    if now.first_answered_at:
        days = calendar.days_between(case.received_on, calendar.local_day(now.first_answered_at), "working_days")
        if case.first_answered_at is None:
            metrics.FIRST_RESPONSE.observe(days)
    histories.change_case(
        tx.session,
        case.complaint_id,
        state=now.state,
        agency_id=now.agency_id,
        first_answered_at=now.first_answered_at,
        answer_days=days,
        finished_at=now.finished_at,
        forwarded_at=now.forwarded_at,
        **{"class": now.class_, **known_of_case},
    )
