"""What was told of complaints' clocks, each once: the steps taken, who is late, whose sixtieth day is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, text

from services.sla.domain.steps import Step, Taken
from services.sla.store import tables
from services.sla.store.histories import as_json

# Plain SQL over rows in one JSON value: one statement whatever the number of rows.
_TAKEN = text("""
    insert into steps (clock_id, round, name, level, at, overtaken)
    select clock_id, round, name, level, at, overtaken from jsonb_to_recordset(cast(:rows as jsonb))
        as given (clock_id uuid, round integer, name text, level text, at timestamptz, overtaken boolean)
""")


_LATE = text("""
    update cases set first_late_at = least(coalesce(cases.first_late_at, given.at), given.at)
    from jsonb_to_recordset(cast(:rows as jsonb)) as given (complaint_id uuid, at timestamptz)
    where cases.complaint_id = given.complaint_id
""")
_FORWARDING = text("""
    update cases set forwarding_due_at = given.at
    from jsonb_to_recordset(cast(:rows as jsonb)) as given (complaint_id uuid, at timestamptz)
    where cases.complaint_id = given.complaint_id and cases.forwarding_due_at is null
    returning cases.complaint_id
""")


def note_late(session: Connection, late: Mapping[UUID, datetime]) -> None:
    """Note when complaints were late, unless they were so before."""
    if late:
        session.execute(_LATE, {"rows": _moments(late)})


def note_forwarding(session: Connection, due: Mapping[UUID, datetime]) -> set[UUID]:
    """Note when complaints became the Ombudsman's matter; those for which it is the first time."""
    return set(session.execute(_FORWARDING, {"rows": _moments(due)}).scalars()) if due else set()


def _moments(given: Mapping[UUID, datetime]) -> str:
    return as_json([{"complaint_id": one, "at": at} for one, at in given.items()])


def steps_taken(session: Connection, clock_ids: Iterable[UUID]) -> set[Taken]:
    """Each step of these clocks that was taken."""
    t = tables.steps
    wanted = list(clock_ids)
    if not wanted:
        return set()
    rows = session.execute(select(t.c.clock_id, t.c.round, t.c.name).where(t.c.clock_id.in_(wanted)))
    return {Taken(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step as it is noted: of which clock, in which round; `overtaken`: it was not told."""

    clock_id: UUID
    round: int
    step: Step
    overtaken: bool = False


def take_steps(session: Connection, taken: Sequence[TakenStep]) -> None:
    """Note steps as taken. Fails when one was taken before."""
    rows = [
        {
            "clock_id": one.clock_id,
            "round": one.round,
            "name": one.step.name,
            "level": one.step.level or None,
            "at": one.step.at,
            "overtaken": one.overtaken,
        }
        for one in taken
    ]
    if rows:
        session.execute(_TAKEN, {"rows": as_json(rows)})
