"""The periodic report: what came in a period, what became of it, and how old the open complaints are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, text, true

from services.sla.domain.figures import AGES, NOTHING, Figures
from services.sla.store.tables import cases
from shared.errors import Invalid

DIMENSIONS = {
    "agency": cases.c.agency_id,
    "class": cases.c["class"],
    "channel": cases.c.channel,
    "district": cases.c.district_code,
}
LONGEST_DAYS = 366 * 5


@dataclass(frozen=True, slots=True)
class Report:
    """`first` and `last` are days of registration, both included. `groups`: for each dimension its values (None: not
    known yet) with their figures, the largest first. `ages`: open complaints by days since registration, now."""

    first: date
    last: date
    agency_id: str | None
    generated_at: datetime
    total: Figures
    groups: Mapping[str, list[tuple[str | None, Figures]]]
    ages: dict[str, int]


def report(
    session: Connection, first: date, last: date, *, today: date, now: datetime, agency_id: str | None = None
) -> Report:
    """The figures of the complaints registered in a period, of one agency when given. Raises Invalid."""
    if last < first:
        raise Invalid(
            "period_ends_before_it_begins",
            "Tanggal akhir mendahului tanggal awal.",
            "The period ends before it begins.",
            {"to": ["< from"]},
        )
    if (last - first).days > LONGEST_DAYS:
        raise Invalid(
            "period_too_long", "Periode paling panjang lima tahun.", "A period is at most five years.", {"to": ["> 5"]}
        )
    mine: ColumnElement[bool] = cases.c.agency_id == agency_id if agency_id else true()
    total, groups = _figures(session, and_(mine, cases.c.received_on.between(first, last)))
    return Report(first, last, agency_id, now, total, groups, _ages(session, mine, today))


def _figures(
    session: Connection, wanted: ColumnElement[bool]
) -> tuple[Figures, dict[str, list[tuple[str | None, Figures]]]]:
    """All groups and the total in one pass. Shares are the nearest-rank percentiles of PostgreSQL's percentile_disc."""
    columns = list(DIMENSIONS.values())
    handled = or_(cases.c.first_answered_at.is_not(None), cases.c.finished_at.is_not(None))
    rows = session.execute(
        select(
            *(func.grouping(column) for column in columns),
            *columns,
            func.count(),
            func.count().filter(handled),
            func.count().filter(cases.c.first_late_at.is_not(None)),
            func.percentile_disc(0.5).within_group(cases.c.answer_days),
            func.percentile_disc(0.9).within_group(cases.c.answer_days),
        )
        .where(wanted)
        .group_by(func.grouping_sets(*columns, text("()")))
        .order_by(func.count().desc(), *columns)
    )
    total = NOTHING
    groups: dict[str, list[tuple[str | None, Figures]]] = {name: [] for name in DIMENSIONS}
    for row in rows:
        grouped_away, values, figures = row[:4], row[4:8], Figures(row[8], row[9], row[10], row[11], row[12])
        kept = [place for place, away in enumerate(grouped_away) if not away]
        if kept:
            groups[list(DIMENSIONS)[kept[0]]].append((values[kept[0]], figures))
        else:
            total = figures
    return total, groups


def _ages(session: Connection, mine: ColumnElement[bool], today: date) -> dict[str, int]:
    days = today - cases.c.received_on
    group: Any = case(*((days <= last, name) for name, _, last in AGES if last is not None), else_=AGES[-1][0])
    rows = session.execute(
        select(group.label("age"), func.count()).where(mine, cases.c.finished_at.is_(None)).group_by("age")
    )
    counted: dict[str, int] = dict(rows.all())
    return {name: counted.get(name, 0) for name, _, _ in AGES}
