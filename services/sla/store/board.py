"""The deadline board: what is late, and what will be within a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session

from services.sla.store import tables
from shared.contracts.vocabulary import EXPIRING_CLOCKS

AHEAD = timedelta(days=7)
PAGE = 100


@dataclass(frozen=True, slots=True)
class Board:
    """`by_agency`: agency (None: the coordinator), late, soon. `rows`: the clocks themselves, longest late first."""

    late: int
    soon: int
    by_agency: list[Row[Any]]
    rows: list[Row[Any]]


def board(session: Session, now: datetime, *, agency_id: str | None = None, only_agency: bool = False) -> Board:
    """The open limits that are passed or end within seven days: of one agency when `only_agency`, else of all.

    The reporter's own time is left out. `agency_id` None with `only_agency` means the coordinator.
    """
    t, cases = tables.clocks, tables.cases
    wanted: ColumnElement[bool] = and_(t.c.passes_at <= now + AHEAD, t.c.clock.not_in(EXPIRING_CLOCKS))
    if only_agency:
        wanted = and_(wanted, t.c.agency_id.is_not_distinct_from(agency_id))
    late = func.count().filter(t.c.passes_at <= now)
    soon = func.count().filter(t.c.passes_at > now)
    by_agency = session.execute(
        select(t.c.agency_id, late.label("late"), soon.label("soon"))
        .where(wanted)
        .group_by(t.c.agency_id)
        .order_by(late.desc(), soon.desc(), t.c.agency_id)
    ).all()
    rows = session.execute(
        select(
            cases.c.complaint_id,
            cases.c.case_number,
            cases.c["class"],
            t.c.clock,
            t.c.agency_id,
            t.c.due_date,
            (t.c.passes_at <= now).label("late"),
        )
        .join(cases, cases.c.complaint_id == t.c.complaint_id)
        .where(wanted)
        .order_by(t.c.passes_at, t.c.clock_id)
        .limit(PAGE)
    ).all()
    return Board(sum(row.late for row in by_agency), sum(row.soon for row in by_agency), list(by_agency), list(rows))
