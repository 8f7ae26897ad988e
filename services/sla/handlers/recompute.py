"""Derive all clocks of complaints from their histories; write, say and schedule what differs from before.

It may be done at any time and as often as one likes: without a new fact, a new
rule or a new calendar nothing differs and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.sla.domain.almanac import Almanac
from services.sla.domain.changes import Change, Move, changes, moves
from services.sla.domain.clocks import Breach, Clock
from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import Fact
from services.sla.domain.standing import standing
from services.sla.domain.steps import Taken, next_step
from services.sla.handlers.late import say_missed_breach
from services.sla.handlers.tell import tell, tell_move
from services.sla.handlers.timing import arm
from services.sla.store import histories, told
from services.sla.store.book import Book, book_until_commit
from services.sla.store.histories import Kept
from shared import metrics
from shared.store import Transaction


@dataclass(frozen=True, slots=True)
class _Derived:
    """What a complaint's history came to, and what of it is new."""

    case: Row[Any]
    facts: list[Fact]
    almanac: Almanac
    derivation: Derivation
    found: list[Change]
    moved: list[Move]
    missed: list[Breach]
    """Breaches no timer has told."""
    taken: set[Taken]
    """Steps taken, the missed breaches among them."""


def recompute(tx: Transaction, cases: Sequence[Row[Any]], numbers: Mapping[UUID, str] | None = None) -> list[Move]:
    """Bring the clocks of complaints up to their histories; the open ones whose end moved. The caller has locked the
    cases.

    `numbers` are case numbers that became known with the newest facts.
    """
    session, complaint_ids = tx.session, [case.complaint_id for case in cases]
    rules = book_until_commit(session)
    histories_ = histories.histories_of(session, complaint_ids)
    kept = histories.clocks_of(session, complaint_ids)
    taken = told.steps_taken(session, (clock_id for clocks in kept.values() for clock_id in clocks))

    armed: list[tuple[UUID, Kept]] = []
    all_derived = []
    for case in cases:
        complaint_id = case.complaint_id
        derived = _derive(case, histories_[complaint_id], kept[complaint_id], taken, rules, tx.now)
        armed += [(complaint_id, one) for one in _arm(tx, derived, kept[complaint_id], rules)]
        all_derived.append(derived)
    histories.keep(session, armed)
    for derived in all_derived:
        _say(tx, derived)
        _watch_for_silence(tx, derived)
    standings = [(one.case, _standing(one, (numbers or {}).get(one.case.complaint_id), tx.now)) for one in all_derived]
    histories.change_cases(
        session,
        [
            {"complaint_id": case.complaint_id, **columns}
            for case, columns in standings
            if any(case._mapping[name] != value for name, value in columns.items())
        ],
    )
    return [move for derived in all_derived for move in derived.moved]


def _derive(
    case: Row[Any], facts: list[Fact], kept: Mapping[UUID, Kept], taken: set[Taken], rules: Book, now: datetime
) -> _Derived:
    almanac = rules.almanac(case.region)
    derivation = derive(case.complaint_id, facts, rules.rules, almanac, case.region)
    known = {clock_id: one.clock for clock_id, one in kept.items()}
    missed = [b for b in derivation.breaches if Taken(b.clock_id, b.round, "due") not in taken]
    told = taken | {Taken(breach.clock_id, breach.round, "due") for breach in missed}
    found, moved = changes(known, derivation.clocks, now), moves(known, derivation.clocks)
    return _Derived(case, facts, almanac, derivation, found, moved, missed, told)


def _arm(tx: Transaction, derived: _Derived, kept: Mapping[UUID, Kept], rules: Book) -> list[Kept]:
    """The clocks that differ from what was kept, each with the timer of its next step."""
    clocks = derived.derivation.clocks
    differing = {c.clock_id: c for c in clocks if c.clock_id not in kept or c != kept[c.clock_id].clock}
    differing |= {change.clock.clock_id: change.clock for change in derived.found}
    armed = []
    for clock_id, clock in differing.items():
        step = next_step(clock, rules.plan, derived.almanac.newest(clock.agency_id), derived.taken)
        before = kept[clock_id].timer if clock_id in kept else None
        armed.append(arm(tx, derived.case.complaint_id, clock, step, before))
    return armed


def _say(tx: Transaction, derived: _Derived) -> None:
    """Tell the changes. A limit passed before its clock stopped is told first, even when no timer came to it."""
    complaint_id, missed = derived.case.complaint_id, list(derived.missed)
    clocks = {clock.clock_id: clock for clock in derived.derivation.clocks}
    for change in derived.found:
        if change.what != "started":
            for breach in [b for b in missed if b.clock_id == change.clock.clock_id]:
                say_missed_breach(tx, complaint_id, clocks[breach.clock_id], breach)
                missed.remove(breach)
        tell(tx, complaint_id, change)
    for breach in missed:
        say_missed_breach(tx, complaint_id, clocks[breach.clock_id], breach)
    by_decree = {(shift.clock_id, shift.before) for shift in derived.derivation.shifts}
    for move in derived.moved:
        if (move.after.clock_id, move.before.due_date) in by_decree:
            tell_move(tx, complaint_id, move, derived.almanac.newest(move.after.agency_id))


def _watch_for_silence(tx: Transaction, derived: _Derived) -> None:
    """Keep the timer that presumes a file complete when nobody looks at it."""
    for change in derived.found:
        if change.clock.clock == "verification" and change.what == "stopped":
            tx.cancel("file.presume", str(change.clock.clock_id))
    if derived.derivation.presumed_at:
        waiting = _waiting(derived.derivation.clocks)
        presumed_at = derived.derivation.presumed_at
        tx.schedule("file.presume", str(waiting.clock_id), presumed_at, subject=derived.case.complaint_id)


def _waiting(clocks: Iterable[Clock]) -> Clock:
    return next(clock for clock in clocks if clock.clock == "verification" and clock.stopped_at is None)


def _standing(derived: _Derived, number: str | None, at: datetime) -> dict[str, Any]:
    """The columns of the case that the figures need."""
    case, calendar, now = derived.case, derived.almanac.newest(), standing(derived.facts)
    days = None
    if now.first_answered_at:
        days = calendar.days_between(case.received_on, calendar.local_day(now.first_answered_at), "working_days")
        if case.first_answered_at is None:
            metrics.FIRST_RESPONSE.observe(days)
    return {
        "case_number": number or case.case_number,
        "state": now.state,
        "class": now.class_,
        "agency_id": now.agency_id,
        "first_late_at": derived.derivation.late_since(at),
        "first_answered_at": now.first_answered_at,
        "answer_days": days,
        "finished_at": now.finished_at,
        "forwarded_at": now.forwarded_at,
    }
