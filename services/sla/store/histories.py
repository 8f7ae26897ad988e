"""A complaint's history, its clocks and what was told of them: the rows that handlers read and write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.sla.domain.clocks import Clock
from services.sla.domain.history import Fact
from services.sla.domain.steps import Step, Taken
from services.sla.store import tables

_DETAILS = ("class_", "agency_id", "substantive", "how")
_COLUMN_OF = {field.name: tables.clocks.c[field.name.rstrip("_")] for field in fields(Clock)}


def open_cases(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """The first rows of complaints."""
    session.execute(upsert(tables.cases).on_conflict_do_nothing(), rows)


def lock_cases(session: Session, complaint_ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """Lock complaints, so that their clocks change one at a time. Unknown ones are left out."""
    t = tables.cases
    rows = session.execute(
        select(t).where(t.c.complaint_id.in_(complaint_ids)).order_by(t.c.complaint_id).with_for_update()
    )
    return {row.complaint_id: row for row in rows}


def lock_case(session: Session, complaint_id: UUID) -> Row[Any] | None:
    """Lock one complaint without waiting for it. None when it is unknown or taken."""
    t = tables.cases
    return session.execute(select(t).where(t.c.complaint_id == complaint_id).with_for_update(skip_locked=True)).first()


def change_cases(session: Session, changed: Sequence[dict[str, Any]]) -> None:
    """Write columns of cases: every row names its `complaint_id`, and all name the same columns."""
    if not changed:
        return
    t = tables.cases
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed[0] if name != "complaint_id"}
    session.connection().execute(
        update(t).where(t.c.complaint_id == bindparam("new_complaint_id")).values(columns),
        [{f"new_{name}": value for name, value in row.items()} for row in changed],
    )


def add_facts(session: Session, facts: Iterable[tuple[UUID, Fact]]) -> None:
    """Append to histories. The same fact again changes nothing."""
    rows = [
        {
            "fact_id": fact.fact_id,
            "complaint_id": complaint_id,
            "what": fact.what,
            "at": fact.at,
            "details": {name: value for name in _DETAILS if (value := getattr(fact, name)) is not None},
            "category": fact.category,
        }
        for complaint_id, fact in facts
    ]
    session.execute(upsert(tables.facts).on_conflict_do_nothing(), rows)


def histories_of(session: Session, complaint_ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """All facts of each complaint, in no particular order."""
    t = tables.facts
    rows = session.execute(
        select(t.c.complaint_id, t.c.fact_id, t.c.what, t.c.at, t.c.details, t.c.category).where(
            t.c.complaint_id.in_(complaint_ids)
        )
    )
    found: dict[UUID, list[Fact]] = {complaint_id: [] for complaint_id in complaint_ids}
    for row in rows:
        found[row.complaint_id].append(Fact(row.fact_id, row.what, row.at, **row.details, category=row.category))
    return found


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


def clocks_of(session: Session, complaint_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Kept]]:
    """The clocks of each complaint by their ids, oldest first."""
    t = tables.clocks
    rows = session.execute(
        select(*_COLUMN_OF.values(), t.c.next_kind, t.c.next_key, t.c.complaint_id)
        .where(t.c.complaint_id.in_(complaint_ids))
        .order_by(t.c.started_at, t.c.clock, t.c.generation)
    )
    found: dict[UUID, dict[UUID, Kept]] = {complaint_id: {} for complaint_id in complaint_ids}
    for row in rows:
        clock = Clock(*row[:-3])
        timer = SetTimer(row.next_kind, row.next_key) if row.next_key else None
        found[row.complaint_id][clock.clock_id] = Kept(clock, timer)
    return found


def keep(session: Session, kept: Sequence[tuple[UUID, Kept]]) -> None:
    """Write clocks of complaints as they are now."""
    if not kept:
        return
    rows = [_row(complaint_id, one) for complaint_id, one in kept]
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
    wanted = list(clock_ids)
    if not wanted:
        return set()
    rows = session.execute(select(t.c.clock_id, t.c.round, t.c.name).where(t.c.clock_id.in_(wanted)))
    return {Taken(*row) for row in rows}


def take_step(
    session: Session, clock_id: UUID, round_: int, step: Step, at: datetime, *, overtaken: bool = False
) -> None:
    """Note a step as taken; `overtaken`: it was not told. Fails when it was taken before."""
    level = step.level or None
    row = {
        "clock_id": clock_id,
        "round": round_,
        "name": step.name,
        "level": level,
        "at": at,
        "overtaken": overtaken,
    }
    session.execute(insert(tables.steps).values(row))
