"""What a change of calendars would do to the open cases, before anybody decides it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from services.sla.domain.almanac import Almanac
from services.sla.domain.changes import Move, moves
from services.sla.domain.derive import derive
from services.sla.store import histories
from services.sla.store.book import book
from services.sla.store.tables import cases, clocks

MOST = 500
"""Cases that are computed for a preview; of more, the candidates are counted only."""

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """`cases`: open cases of which some limit would move; `exact` False: at most so many. `moves`: some of them."""

    cases: int
    exact: bool
    moves: Sequence[tuple[str | None, Move]]


def preview(
    session: Session,
    almanacs: Mapping[str, Almanac],
    now: datetime,
    *,
    days: Collection[date] | None = None,
    agency_id: str | None = None,
    regions: Collection[str] | None = None,
) -> Preview:
    """Derive the open cases under the calendars as they would be, and compare.

    Only clocks in which one of the `days` lies (None: all) can move, and, with an `agency_id`, only those it holds.
    """
    candidates = _candidates(session, days, agency_id, regions)
    count = session.execute(select(func.count()).select_from(candidates.subquery())).scalar_one()
    if count > MOST:
        return Preview(count, False, ())
    found = list(session.execute(candidates.order_by(cases.c.complaint_id)))
    ids = [row.complaint_id for row in found]
    if not ids:
        return Preview(0, True, ())
    facts, kept, rules = histories.histories_of(session, ids), histories.clocks_of(session, ids), book(session).rules
    moved: dict[UUID, list[tuple[str | None, Move]]] = {}
    for row in found:
        known = {clock_id: one.clock for clock_id, one in kept[row.complaint_id].items()}
        derived = derive(row.complaint_id, facts[row.complaint_id], rules, almanacs[row.region])
        if made := moves(known, derived.clocks):
            moved[row.complaint_id] = [(row.case_number, move) for move in made]
    return Preview(len(moved), True, [one for some in moved.values() for one in some][:SHOWN])


def _candidates(
    session: Session, days: Collection[date] | None, agency_id: str | None, regions: Collection[str] | None
) -> Any:
    wanted: list[ColumnElement[bool]] = [cases.c.finished_at.is_(None), clocks.c.stopped_at.is_(None)]
    if days is not None:
        ends = ((day, datetime.combine(day + timedelta(days=1), time.min, UTC)) for day in days)
        between = (and_(clocks.c.started_at < end, clocks.c.due_date >= day) for day, end in ends)
        wanted += [clocks.c.unit == "working_days", or_(*between)]
    if agency_id is not None:
        wanted.append(clocks.c.agency_id == agency_id)
    if regions is not None:
        wanted.append(cases.c.region.in_(regions))
    return (
        select(cases.c.complaint_id, cases.c.region, cases.c.case_number)
        .join(clocks, clocks.c.complaint_id == cases.c.complaint_id)
        .where(*wanted)
        .distinct()
    )
