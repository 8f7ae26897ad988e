"""A complaint's history and its clocks: the rows that handlers read and write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.sla.domain.clocks import Clock
from services.sla.domain.history import Fact
from services.sla.store import tables

_DETAILS = ("class_", "agency_id", "substantive", "how")
_COLUMN_OF = {field.name: tables.clocks.c[field.name.rstrip("_")] for field in fields(Clock)}


def open_cases(session: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """The first rows of complaints."""
    session.execute(upsert(tables.cases).on_conflict_do_nothing(), rows)


def lock_cases(session: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """Lock complaints, so that their clocks change one at a time. Unknown ones are left out."""
    t = tables.cases
    rows = session.execute(
        select(t).where(t.c.complaint_id.in_(complaint_ids)).order_by(t.c.complaint_id).with_for_update()
    )
    return {row.complaint_id: row for row in rows}


def lock_free(session: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """Lock those of the complaints that nobody is changing. Unknown ones are left out too."""
    t = tables.cases
    rows = session.execute(
        select(t)
        .where(t.c.complaint_id.in_(complaint_ids))
        .order_by(t.c.complaint_id)
        .with_for_update(skip_locked=True)
    )
    return {row.complaint_id: row for row in rows}


def lock_case(session: Connection, complaint_id: UUID) -> Row[Any] | None:
    """Lock one complaint without waiting for it. None when it is unknown or taken."""
    return lock_free(session, [complaint_id]).get(complaint_id)


def change_cases(session: Connection, changed: Sequence[dict[str, Any]]) -> None:
    """Write columns of cases: every row names its `complaint_id`, and all name the same columns."""
    if not changed:
        return
    t = tables.cases
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed[0] if name != "complaint_id"}
    session.execute(
        update(t).where(t.c.complaint_id == bindparam("new_complaint_id")).values(columns),
        [{f"new_{name}": value for name, value in row.items()} for row in changed],
    )


def add_facts(session: Connection, facts: Iterable[tuple[UUID, Fact]]) -> None:
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


def histories_of(session: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
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


def clocks_of(session: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Kept]]:
    """The clocks of each complaint by their ids, oldest first."""
    t = tables.clocks
    rows = session.execute(
        _CLOCKS.where(t.c.complaint_id.in_(complaint_ids)).order_by(t.c.started_at, t.c.clock, t.c.generation)
    )
    found: dict[UUID, dict[UUID, Kept]] = {complaint_id: {} for complaint_id in complaint_ids}
    for row in rows:
        kept = _kept(row)
        found[row.complaint_id][kept.clock.clock_id] = kept
    return found


def clocks_named(session: Connection, clock_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """Clocks by their ids."""
    rows = session.execute(_CLOCKS.where(tables.clocks.c.clock_id.in_(clock_ids)))
    return {kept.clock.clock_id: kept for kept in (_kept(row) for row in rows)}


_CLOCKS: Select[Any] = select(
    *_COLUMN_OF.values(), tables.clocks.c.next_kind, tables.clocks.c.next_key, tables.clocks.c.complaint_id
)


def _kept(row: Row[Any]) -> Kept:
    *columns, kind, key, _ = list(row)
    return Kept(Clock(*columns), SetTimer(kind, key) if key else None)


# Plain SQL over rows in one JSON value: one statement whatever the number of rows.
_NAMES = [f'"{column.name}"' for column in tables.clocks.columns]
_KEPT = text(
    f"insert into clocks ({', '.join(_NAMES)}) select {', '.join(_NAMES)}"  # noqa: S608 - the columns' own names
    " from jsonb_populate_recordset(null::clocks, cast(:rows as jsonb))"
    f" on conflict (clock_id) do update set {', '.join(f'{name} = excluded.{name}' for name in _NAMES)}"
)
_SET = text("""
    update clocks set next_kind = given.kind, next_key = given.key
    from jsonb_to_recordset(cast(:rows as jsonb)) as given (clock_id uuid, kind text, key text)
    where clocks.clock_id = given.clock_id
""")


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as one parameter of a statement."""
    return msgspec.json.encode(rows).decode()


def keep(session: Connection, kept: Sequence[tuple[UUID, Kept]]) -> None:
    """Write clocks of complaints as they are now, each once."""
    if kept:
        session.execute(_KEPT, {"rows": as_json([_row(complaint_id, one) for complaint_id, one in kept])})


def keep_timers(session: Connection, kept: Sequence[Kept]) -> None:
    """Write which timers are set for clocks that have not changed otherwise."""
    rows = [
        {"clock_id": one.clock.clock_id, **({"kind": one.timer.kind, "key": one.timer.key} if one.timer else {})}
        for one in kept
    ]
    if rows:
        session.execute(_SET, {"rows": as_json(rows)})


def _row(complaint_id: UUID, kept: Kept) -> dict[str, Any]:
    values = {column.name: getattr(kept.clock, name) for name, column in _COLUMN_OF.items()}
    timer = {"next_kind": kept.timer.kind, "next_key": kept.timer.key} if kept.timer else {}
    more = {"complaint_id": complaint_id, "passes_at": kept.clock.passes_at, "next_kind": None, "next_key": None}
    return values | more | timer
