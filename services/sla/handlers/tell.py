"""The events about a clock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.sla.domain.calendar import Calendar
from services.sla.domain.changes import Change, Move
from services.sla.domain.clocks import Clock
from shared.store import Transaction


def naming(complaint_id: UUID, clock: Clock) -> dict[str, Any]:
    """The part every event about a clock begins with."""
    return {
        "complaint_id": complaint_id,
        "clock_id": clock.clock_id,
        "clock": clock.clock,
        "agency_id": clock.agency_id,
    }


def limit(clock: Clock) -> dict[str, Any]:
    """When it ends."""
    return {"due_at": clock.due_at, "due_date": clock.due_date}


def tell_move(tx: Transaction, complaint_id: UUID, move: Move, calendar: Calendar) -> None:
    """Say that a decree moved the day on which a limit ends."""
    clock = move.after
    more = {
        "previous_due_date": move.before.due_date,
        "provisional": calendar.is_provisional(calendar.local_day(clock.started_at), clock.due_date, clock.unit),
        "cause": "calendar",
    }
    tx.publish("clock.moved", complaint_id, {**naming(complaint_id, clock), **limit(clock), **more})


def tell(tx: Transaction, complaint_id: UUID, change: Change) -> None:
    """Say that a clock started, stopped, paused or resumed."""
    clock = change.clock
    match change.what:
        case "started":
            more = {
                **limit(clock),
                "started_at": clock.started_at,
                "days": clock.days,
                "unit": clock.unit,
                "rule_set": clock.rule_set,
                "source": clock.source,
            }
        case "stopped":
            # One that was over, and of which a fact known late says that it never ran, is taken back.
            outcome = clock.outcome_at(change.at)
            more = {"outcome": "cancelled" if outcome == "expired" else outcome, "stopped_at": change.at}
        case "paused":
            more = {"paused_at": change.at}
        case "resumed":
            more = {**limit(clock), "resumed_at": change.at}
    tx.publish(f"clock.{change.what}", complaint_id, {**naming(complaint_id, clock), **more})
