"""The deadline board: what is late, and what will be within a week; counted by a trigger, listed by an index.

The counts come from `open_limits`, which the store keeps with every change of a clock (see the migration): reading
them costs the same whatever the number of open clocks. A clock that is answered, paused or stopped has no moment at
which its limit is passed, and so is in neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select, text, tuple_

from services.sla.store.tables import LIMITED, cases, clocks, open_limits

PAGE = 50

AHEAD = 7
"""Days in which a limit that ends is on the board."""

LEVELS: Mapping[str, tuple[int, int | None]] = {
    "60+": (61, None),
    "15-60": (15, 60),
    "6-14": (6, 14),
    "1-5": (1, 5),
    "today": (0, 0),
    "week": (-AHEAD, -1),
}
"""How late, worst first: from and to how many days after the last day. The last two are not late yet."""

LATE = tuple(name for name, (first, _) in LEVELS.items() if first > 0)


@dataclass(frozen=True, slots=True)
class Heat:
    """One agency (None: the coordinator) and its limits by level."""

    agency_id: str | None
    counts: Mapping[str, int]

    @property
    def late(self) -> int:
        return sum(self.counts[level] for level in LATE)

    @property
    def soon(self) -> int:
        return sum(self.counts.values()) - self.late


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page of the list ended."""

    due_date: date
    clock_id: UUID


@dataclass(frozen=True, slots=True)
class Whose:
    """One agency's limits, or (`agency_id` None) the coordinator's own."""

    agency_id: str | None


def heat(session: Connection, today: date, whose: Whose | None = None) -> list[Heat]:
    """Limits passed or ending within seven days by agency and level, the one with the most late ones first."""
    by_agency: dict[str | None, dict[str, int]] = {}
    for row in session.execute(counting(today, whose)):
        if row.limits:
            by_agency.setdefault(row.agency_id, dict.fromkeys(LEVELS, 0))[row.level] = int(row.limits)
    found = [Heat(agency_id, counts) for agency_id, counts in by_agency.items()]
    return sorted(found, key=lambda one: (-one.late, -one.soon, one.agency_id or ""))


def counting(today: date, whose: Whose | None) -> Select[Any]:
    """The question after the counts."""
    t = open_limits.c
    days: ColumnElement[int] = today - t.due_date
    level = case(
        *((days >= LEVELS[name][0], name) for name in LATE),
        (days == 0, "today"),
        else_="week",
    )
    wanted = select(t.agency_id, level.label("level"), func.sum(t.count).label("limits")).where(
        t.due_date <= today + timedelta(days=AHEAD)
    )
    if whose:
        wanted = wanted.where(t.agency_id.is_not_distinct_from(whose.agency_id))
    return wanted.group_by(t.agency_id, "level")


def page(
    session: Connection, today: date, *, whose: Whose | None = None, level: str = "", after: Mark | None = None
) -> list[Row[Any]]:
    """The limits themselves, longest late first: at most one more than PAGE, which says that there is a next page."""
    return list(session.execute(listing(today, whose=whose, level=level, after=after)))


def listing(today: date, *, whose: Whose | None = None, level: str = "", after: Mark | None = None) -> Select[Any]:
    """The question after the limits themselves."""
    t = clocks.c
    first, last = LEVELS[level] if level else (-AHEAD, None)
    wanted = (
        select(
            cases.c.complaint_id,
            cases.c.case_number,
            cases.c["class"],
            t.clock,
            t.clock_id,
            t.agency_id,
            t.due_date,
            cases.c.region,
            t.started_at,
            t.unit,
        )
        .join(cases, cases.c.complaint_id == t.complaint_id)
        .where(text(LIMITED), t.due_date <= today - timedelta(days=first))
    )
    if last is not None:
        wanted = wanted.where(t.due_date >= today - timedelta(days=last))
    if whose:
        wanted = wanted.where(t.agency_id.is_(None) if whose.agency_id is None else t.agency_id == whose.agency_id)
    if after:
        wanted = wanted.where(tuple_(t.due_date, t.clock_id) > (after.due_date, after.clock_id))
    return wanted.order_by(t.due_date, t.clock_id).limit(PAGE + 1)


def overdue(session: Connection, today: date) -> dict[str, int]:
    """How many limits are passed and still run, by kind of clock."""
    t = open_limits.c
    rows = session.execute(select(t.clock, func.sum(t.count)).where(t.due_date < today).group_by(t.clock))
    return {clock: int(count) for clock, count in rows}


_ADD_UP = text("""
    with many as (
        select agency_id, clock, due_date from open_limits group by 1, 2, 3 having count(*) > 1 or sum(count) = 0
    ), taken as (
        delete from open_limits using many
        where open_limits.agency_id is not distinct from many.agency_id
            and (open_limits.clock, open_limits.due_date) = (many.clock, many.due_date)
        returning open_limits.*
    )
    insert into open_limits (agency_id, clock, due_date, count)
    select agency_id, clock, due_date, sum(count) from taken group by 1, 2, 3 having sum(count) <> 0
""")
_ONE_AT_A_TIME = 7409
"""Key of the advisory lock: two replicas must not take the same rows."""


def add_up(session: Connection) -> None:
    """Make one row again of each count's many. Readers see the same sums before and after."""
    if session.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME}).scalar():
        session.execute(_ADD_UP)
