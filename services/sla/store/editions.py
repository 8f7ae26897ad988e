"""Reports as made: editions that never change, the recommendations in them, the offices that get them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.sla.domain.calendar import Calendar
from services.sla.domain.findings import Threshold
from services.sla.domain.period import Period
from services.sla.domain.publication import REGION
from services.sla.store.tables import addressees, recommendations, report_thresholds, reports
from shared.errors import NotFound

LOOKED_BACK = 12
"""Periods before this one in which a finding is looked for."""

PAGE = 50


def thresholds(session: Connection) -> list[Threshold]:
    """From where on something is a finding, in the order of the rules' names."""
    return [Threshold(*row) for row in session.execute(select(report_thresholds).order_by(report_thresholds.c.kind))]


def last_edition(session: Connection, region: str, period: Period) -> int:
    """The number of the newest edition of a period; 0 before the first."""
    t = reports.c
    newest = select(func.max(t.edition)).where(
        t.region == region, t.frequency == period.frequency, t.first == period.first
    )
    return session.execute(newest).scalar() or 0


def one_at_a_time(session: Connection, region: str, period: Period) -> None:
    """From here to the end of the transaction nobody else makes a new edition of a period: who comes second sees it."""
    t = reports.c
    mine = select(t.report_id).where(t.region == region, t.frequency == period.frequency, t.first == period.first)
    session.execute(mine.where(t.agency_id.is_(None)).order_by(t.edition.desc()).limit(1).with_for_update())


def earlier(session: Connection, region: str, period: Period) -> dict[str | None, list[tuple[str, dict[str, Any]]]]:
    """By agency: first day and figures of the periods right before, the newest first, in their newest editions."""
    t = reports.c
    firsts, before = [], period
    for _ in range(LOOKED_BACK):
        before = before.previous
        firsts.append(before.first)
    rows = session.execute(
        select(t.agency_id, t.first, t.figures)
        .ext(distinct_on(t.agency_id, t.first))
        .where(t.region == region, t.frequency == period.frequency, t.first.in_(firsts))
        .order_by(t.agency_id, t.first.desc(), t.edition.desc())
    )
    by_agency: dict[str | None, dict[date, dict[str, Any]]] = {}
    for row in rows:
        by_agency.setdefault(row.agency_id, {})[row.first] = row.figures
    return {agency_id: _without_gap(firsts, known) for agency_id, known in by_agency.items()}


def contents(session: Connection, region: str, period: Period) -> dict[str | None, dict[str, Any]]:
    """What the reports of a period let be read, in their newest editions: by agency, the region's own by REGION."""
    t = reports.c
    rows = session.execute(
        select(t.agency_id, t.content)
        .ext(distinct_on(t.agency_id))
        .where(t.region == region, t.frequency == period.frequency, t.first == period.first)
        .order_by(t.agency_id, t.edition.desc())
    )
    return {REGION if row.agency_id is None else row.agency_id: row.content for row in rows}


def _without_gap(firsts: Sequence[date], known: dict[date, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """A period without a report ends the look back: nothing can be said of it."""
    found = []
    for first in firsts:
        if first not in known:
            break
        found.append((first.isoformat(), known[first]))
    return found


def open_recommendations(session: Connection, since: datetime | None) -> list[Row[Any]]:
    """Recommendations that wait or were settled since a moment (none of these without one), the oldest first."""
    t = recommendations.c
    waiting = t.status.in_(("proposed", "accepted"))
    wanted = waiting if since is None else or_(waiting, t.set_at >= since)
    return list(
        session.execute(
            select(recommendations).where(wanted).order_by(t.proposed_at, t.recommendation_id).limit(10 * PAGE)
        )
    )


def recommendations_of(session: Connection, agency_id: str | None, *, everything: bool) -> list[Row[Any]]:
    """Those of one owner, or all, the newest first."""
    question = select(recommendations)
    if not everything:
        question = question.where(recommendations.c.owner.is_not_distinct_from(agency_id))
    newest = question.order_by(recommendations.c.proposed_at.desc(), recommendations.c.recommendation_id)
    return list(session.execute(newest.limit(4 * PAGE)))


def is_provisional(recommendation: Row[Any], calendar: Calendar) -> bool:
    """Whether the day by which it is to be done was counted over days off that nobody has decreed yet."""
    proposed_on = calendar.local_day(recommendation.proposed_at)
    return calendar.is_provisional(proposed_on, recommendation.due_date, "working_days")


def report(session: Connection, report_id: UUID) -> Row[Any]:
    """One edition, without the figures kept for comparing. Raises NotFound."""
    t = reports.c
    told = [column for column in reports.c if column.name != "figures"]
    row = session.execute(select(*told).where(t.report_id == report_id)).first()
    if row is None:
        raise NotFound("no_such_report", "Laporan berkala ini tidak ditemukan.", "There is no such periodic report.")
    return row


def editions(session: Connection, one: Row[Any]) -> list[Row[Any]]:
    """All editions of the same report, the newest first: id, edition, made_at, reason."""
    t = reports.c
    return list(
        session.execute(
            select(t.report_id, t.edition, t.made_at, t.reason)
            .where(t.region == one.region, t.frequency == one.frequency, t.first == one.first)
            .where(t.agency_id.is_not_distinct_from(one.agency_id))
            .order_by(t.edition.desc())
        )
    )


def listed(
    session: Connection, frequency: str | None, agency_id: str | None, *, before: date | None = None
) -> list[Row[Any]]:
    """The newest editions of the reports of one agency, or (None) of the region, the newest period first."""
    t = reports.c
    newest = (
        select(t.report_id, t.frequency, t.first, t.last, t.edition, t.made_at)
        .ext(distinct_on(t.last, t.frequency, t.first))
        .where(t.agency_id.is_not_distinct_from(agency_id))
        .order_by(t.last.desc(), t.frequency, t.first, t.edition.desc())
        .limit(PAGE)
    )
    if frequency:
        newest = newest.where(t.frequency == frequency)
    if before:
        newest = newest.where(t.last < before)
    return list(session.execute(newest))


def addressees_of(session: Connection, frequency: str, agency_id: str | None, on: date) -> list[UUID]:
    """The offices that get a report of this kind on a day."""
    t = addressees.c
    return list(
        session.execute(
            select(t.addressee_id)
            .where(t.frequency == frequency, t.agency_id.is_not_distinct_from(agency_id))
            .where(t.valid_from <= on, or_(t.valid_to.is_(None), t.valid_to >= on))
            .order_by(t.addressee_id)
        ).scalars()
    )


def all_addressees(session: Connection) -> list[Row[Any]]:
    """Every office that gets or got reports, by name."""
    t = addressees.c
    return list(session.execute(select(addressees).order_by(t.valid_to.is_not(None), t.office, t.frequency)))


def addressee(session: Connection, addressee_id: UUID) -> Row[Any]:
    """One office. Raises NotFound."""
    row = session.execute(select(addressees).where(addressees.c.addressee_id == addressee_id)).first()
    if row is None:
        raise NotFound("no_such_addressee", "Penerima laporan ini tidak ditemukan.", "There is no such addressee.")
    return row
