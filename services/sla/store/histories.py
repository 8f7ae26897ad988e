"""A complaint's history, its clocks and what was told of them: the rows that handlers read and write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.sla.domain.clocks import Clock
from services.sla.domain.history import Fact
from services.sla.domain.steps import Step, Taken
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


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Kind and key of the timer that is set for a clock."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A clock as last derived, and the timer that is set for it."""

    clock: Clock
    timer: SetTimer | None


def clocks(session: Session, complaint_id: UUID) -> dict[UUID, Kept]:
    """The clocks of a complaint, oldest first."""
    t = tables.clocks
    rows = session.execute(
        select(*_COLUMN_OF.values(), t.c.next_kind, t.c.next_key)
        .where(t.c.complaint_id == complaint_id)
        .order_by(t.c.started_at, t.c.clock, t.c.generation)
    )
    kept = (Kept(Clock(*row[:-2]), SetTimer(row.next_kind, row.next_key) if row.next_key else None) for row in rows)
    return {one.clock.clock_id: one for one in kept}


def keep(session: Session, complaint_id: UUID, kept: Sequence[Kept]) -> None:
    """Write clocks as they are now."""
    if not kept:
        return
    rows = [_row(complaint_id, one) for one in kept]
    statement = upsert(tables.clocks)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "clock_id"}
    session.execute(statement.on_conflict_do_update(index_elements=["clock_id"], set_=changed), rows)


def _row(complaint_id: UUID, kept: Kept) -> dict[str, Any]:
    values = {column.name: getattr(kept.clock, name) for name, column in _COLUMN_OF.items()}
    timer = {"next_kind": kept.timer.kind, "next_key": kept.timer.key} if kept.timer else {}
    more = {"complaint_id": complaint_id, "passes_at": kept.clock.passes_at, "next_kind": None, "next_key": None}
    return values | more | timer


def steps_taken(session: Session, clock_ids: Iterable[UUID]) -> set[Taken]:
    """Each step of these clocks that was taken."""
    t = tables.steps
    rows = session.execute(select(t.c.clock_id, t.c.round, t.c.name).where(t.c.clock_id.in_(list(clock_ids))))
    return {Taken(*row) for row in rows}


def take_step(session: Session, clock_id: UUID, round_: int, step: Step, at: datetime) -> None:
    """Note a step as taken. Fails when it was taken before."""
    row = {"clock_id": clock_id, "round": round_, "name": step.name, "level": step.level or None, "at": at}
    session.execute(insert(tables.steps).values(row))
