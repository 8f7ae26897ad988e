"""A complaint's history, its clocks and what was told of them: the rows that handlers read and write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.sla.domain.clocks import Clock
from services.sla.domain.history import Fact
from services.sla.domain.steps import Step
from services.sla.store import tables

_DETAILS = ("class_", "agency_id", "substantive", "how")
_COLUMN_OF = {field.name: tables.clocks.c[field.name.rstrip("_")] for field in fields(Clock)}


def open_case(session: Session, row: dict[str, Any]) -> None:
    """The first row of a complaint."""
    session.execute(upsert(tables.cases).values(row).on_conflict_do_nothing())


def lock_case(session: Session, complaint_id: UUID, *, wait: bool = True) -> Row[Any] | None:
    """Lock a complaint, so that its clocks change one at a time. None when it is unknown, or (not waiting) taken."""
    t = tables.cases
    return session.execute(
        select(t).where(t.c.complaint_id == complaint_id).with_for_update(skip_locked=not wait)
    ).first()


def change_case(session: Session, complaint_id: UUID, **values: Any) -> None:
    session.execute(update(tables.cases).where(tables.cases.c.complaint_id == complaint_id).values(values))


def add_fact(session: Session, complaint_id: UUID, fact: Fact) -> None:
    """Append to the history. The same fact again changes nothing."""
    details = {name: value for name in _DETAILS if (value := getattr(fact, name)) is not None}
    row = {"fact_id": fact.fact_id, "complaint_id": complaint_id, "what": fact.what, "at": fact.at, "details": details}
    session.execute(upsert(tables.facts).values(row).on_conflict_do_nothing())


def history(session: Session, complaint_id: UUID) -> list[Fact]:
    """All facts of a complaint, in no particular order."""
    t = tables.facts
    rows = session.execute(select(t.c.fact_id, t.c.what, t.c.at, t.c.details).where(t.c.complaint_id == complaint_id))
    return [Fact(row.fact_id, row.what, row.at, **row.details) for row in rows]


def clocks(session: Session, complaint_id: UUID) -> dict[UUID, Clock]:
    """The clocks of a complaint as last derived, oldest first."""
    t = tables.clocks
    rows = session.execute(
        select(*_COLUMN_OF.values())
        .where(t.c.complaint_id == complaint_id)
        .order_by(t.c.started_at, t.c.clock, t.c.generation)
    )
    return {clock.clock_id: clock for clock in (Clock(*row) for row in rows)}


def keep(session: Session, complaint_id: UUID, clock: Clock) -> None:
    """Write a clock as it is now; the timer set for it is left alone."""
    values = {_COLUMN_OF[name].name: value for name, value in asdict(clock).items()}
    values |= {"complaint_id": complaint_id, "passes_at": clock.passes_at}
    statement = upsert(tables.clocks).values(values)
    changed = {name: statement.excluded[name] for name in values if name != "clock_id"}
    session.execute(statement.on_conflict_do_update(index_elements=["clock_id"], set_=changed))


def timer_of(session: Session, clock_id: UUID) -> tuple[str, str] | None:
    """Kind and key of the timer set for a clock."""
    t = tables.clocks
    row = session.execute(select(t.c.next_kind, t.c.next_key).where(t.c.clock_id == clock_id)).one()
    return (row.next_kind, row.next_key) if row.next_key else None


def note_timer(session: Session, clock_id: UUID, timer: tuple[str, str] | None) -> None:
    kind, key = timer or (None, None)
    session.execute(
        update(tables.clocks).where(tables.clocks.c.clock_id == clock_id).values(next_kind=kind, next_key=key)
    )


def steps_taken(session: Session, clock_ids: Iterable[UUID]) -> set[tuple[UUID, int, str]]:
    """Clock, round and name of each step that was taken."""
    t = tables.steps
    rows = session.execute(select(t.c.clock_id, t.c.round, t.c.name).where(t.c.clock_id.in_(list(clock_ids))))
    return set(rows.tuples())


def take_step(session: Session, clock_id: UUID, round_: int, step: Step, at: datetime) -> None:
    """Note a step as taken. Fails when it was taken before."""
    row = {"clock_id": clock_id, "round": round_, "name": step.name, "level": step.level or None, "at": at}
    session.execute(insert(tables.steps).values(row))
