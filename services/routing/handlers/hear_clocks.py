"""What the clocks say, heard from sla: warnings for the queue, escalations, and silence that closes a case."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert

from services.routing.domain import life
from services.routing.handlers.close_case import end
from services.routing.handlers.desk import change, heard_of, write
from services.routing.store.tables import warnings
from shared.contracts import Event
from shared.contracts.vocabulary import ESCALATION_LEVELS
from shared.store import Transaction


def note_due_soon(tx: Transaction, event: Event) -> None:
    """A limit is near."""
    _warn(tx, event, "soon")


def note_breach(tx: Transaction, event: Event) -> None:
    """A limit has passed: the case stands in front until the clock stops."""
    _warn(tx, event, "late")


def note_relief(tx: Transaction, event: Event) -> None:
    """The clock stopped, or its end moved: there is nothing to warn of any more."""
    tx.session.execute(delete(warnings).where(warnings.c.clock_id == event.data["clock_id"]))


def note_escalation(tx: Transaction, event: Event) -> None:
    """A passed limit was told to the next level; the case keeps the highest one."""
    told = event.data
    case = heard_of(tx, event.subject)
    write(
        tx,
        case,
        "escalated",
        at=told["raised_at"],
        agency_id=told["agency_id"],
        data={"level": told["level"], "clock": told["clock"]},
    )
    levels = ESCALATION_LEVELS
    if case.escalation is None or levels.index(told["level"]) > levels.index(case.escalation):
        change(tx, case, escalation=told["level"])


def note_silence(tx: Transaction, event: Event) -> None:
    """The objection time is over without a word: silence closes the case (10 working days, SP4N practice).

    An expiry that belongs to an answer before the present one closes nothing.
    """
    told = event.data
    if told["clock"] != "objection":
        return
    case = heard_of(tx, event.subject)
    answered_before = case.answered_at is not None and case.answered_at <= told["due_at"]
    if answered_before and life.possible(case.standing, "expire"):
        end(tx, case, "silence", told["due_at"])


def _warn(tx: Transaction, event: Event, kind: str) -> None:
    told = event.data
    case = heard_of(tx, event.subject)
    statement = upsert(warnings).values(
        clock_id=told["clock_id"],
        complaint_id=case.complaint_id,
        clock=told["clock"],
        kind=kind,
        due_at=told["due_at"],
    )
    tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=[warnings.c.clock_id], set_={"kind": kind, "due_at": statement.excluded.due_at}
        )
    )
