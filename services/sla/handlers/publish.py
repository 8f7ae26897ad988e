"""Reports are made at the end of each period, once; what was wrong is put right in a new edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.sla.domain.calendar import Calendar
from services.sla.domain.evidence import readable
from services.sla.domain.findings import OF_THE_REGION, Finding, Threshold, findings
from services.sla.domain.period import Period
from services.sla.domain.periodic import figures
from services.sla.domain.publication import REGION, beside_each_other, hidden_of, published
from services.sla.store import editions
from services.sla.store.book import book
from services.sla.store.counting import Stretch, count, together
from services.sla.store.periods import period_over, watch
from services.sla.store.tables import recommendations, reports
from shared.errors import Conflict
from shared.ids import new_id
from shared.store import Timer, Transaction

Earlier = Mapping[str | None, list[tuple[str, dict[str, Any]]]]


def publish(tx: Transaction, timer: Timer) -> None:
    """A period is over: make its reports, and watch the next one."""
    region, period = timer.payload["region"], period_over(tx, timer)
    watch(tx, region, period.next)
    if editions.last_edition(tx.session, region, period) == 0:
        _make(tx, region, period, 1)


def publish_anew(tx: Transaction, report_id: UUID, reason: str, officer_id: UUID) -> UUID:
    """Make new editions of a period's reports, of the region and of its agencies, with what is known now.

    Returns the id of the new edition of this report. Raises NotFound, or Conflict when there is a newer one.
    """
    old = editions.report(tx.session, report_id)
    period = Period(old.frequency, old.first, old.last)
    editions.one_at_a_time(tx.session, old.region, period)
    newest = editions.last_edition(tx.session, old.region, period)
    if old.edition != newest:
        raise Conflict(
            "newer_edition",
            "Sudah ada edisi yang lebih baru. Muat ulang halaman ini.",
            "There is a newer edition. Load this page again.",
        )
    made = _make(tx, old.region, period, newest + 1, reason, officer_id)
    if old.agency_id not in made:
        raise Conflict(
            "nothing_left",
            "Menurut catatan sekarang instansi ini tidak punya laporan dalam periode itu.",
            "By what is known now this agency has no reports in that period.",
        )
    return made[old.agency_id]


def _make(
    tx: Transaction, region: str, period: Period, edition: int, reason: str | None = None, made_by: UUID | None = None
) -> dict[str | None, UUID]:
    """Count, find, write down and say: the region's report first, then those of its agencies. Ids by agency."""
    calendar = book(tx.session).calendar(region)
    stretch = Stretch(region, calendar.start_of(period.first), calendar.start_of(period.next.first), period.last)
    parts = {agency_id: part for agency_id, part in count(tx.session, stretch).items() if not part.empty}
    counted = {agency_id: figures(part) for agency_id, part in parts.items()}
    whole = figures(together(parts))
    before = editions.earlier(tx.session, region, period)
    found = _findings(editions.thresholds(tx.session), period, whole, counted, before)
    settled_since = stretch.since if before.get(None) else None

    about = {"region": region, "frequency": period.frequency, "first": period.first, "last": period.last}
    about |= {"edition": edition, "reason": reason, "made_by": made_by, "made_at": tx.now}
    contents = _contents(whole, counted)
    told = _told(found, contents, editions.contents(tx.session, region, period.previous))
    made: dict[str | None, UUID] = {}
    for agency_id in (None, *sorted(agency for agency in counted if agency)):
        own, content = (whole, contents[REGION]) if agency_id is None else (counted[agency_id], contents[agency_id])
        made[agency_id] = report_id = new_id()
        row = {**about, "report_id": report_id, "agency_id": agency_id, "figures": own}
        tx.session.execute(insert(reports).values(**row, content={}))
        if agency_id is None:
            _recommend(tx, report_id, found, calendar)
        advice = _advice(tx, report_id, agency_id, settled_since, calendar)
        mine = [one for one in told if agency_id is None or one["agency_id"] == agency_id]
        content |= {"findings": mine, "recommendations": advice}
        tx.session.execute(reports.update().where(reports.c.report_id == report_id).values(content=content))
        _say(tx, row)
    return made


def _contents(whole: dict[str, Any], counted: Mapping[str | None, dict[str, Any]]) -> dict[str | None, dict[str, Any]]:
    """What may be read of the region's report (REGION), of each agency's, and (None) of what no agency has."""
    hidden = beside_each_other(counted)
    region = published(whole, hidden=hidden[REGION])
    return {REGION: region} | {
        agency_id: published(own, hidden_of(region, agency_id), hidden[agency_id]) for agency_id, own in counted.items()
    }


def _told(
    found: list[Finding], contents: Mapping[str | None, dict[str, Any]], before: Mapping[str | None, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The findings as they may be read: the same in the agency's report and in the region's."""
    told = []
    for one in found:
        whose = REGION if one.kind in OF_THE_REGION else one.agency_id
        told.append(readable(one, contents[whose], before.get(whose)))
    return told


def _findings(
    thresholds: list[Threshold],
    period: Period,
    whole: dict[str, Any],
    counted: Mapping[str | None, dict[str, Any]],
    before: Earlier,
) -> list[Finding]:
    """Of the region as a whole, then of each agency, then of what no agency has."""
    first = period.first.isoformat()
    of_the_region = [one for one in thresholds if one.kind in OF_THE_REGION]
    of_agencies = [one for one in thresholds if one.kind not in OF_THE_REGION]
    found = findings(of_the_region, None, whole, before.get(None, []), [], first)
    for agency_id in sorted(agency for agency in counted if agency):
        others = [those for other, those in counted.items() if other and other != agency_id]
        found += findings(of_agencies, agency_id, counted[agency_id], before.get(agency_id, []), others, first)
    if None in counted:
        # The coordinator's own is not kept from period to period: it is judged by this one.
        found += findings(of_agencies, None, counted[None], [], [], first)
    return found


def _recommend(tx: Transaction, report_id: UUID, found: list[Finding], calendar: Calendar) -> None:
    """One recommendation for a matter, until it is done or rejected."""
    days = {threshold.kind: threshold.days for threshold in editions.thresholds(tx.session)}
    today = calendar.local_day(tx.now)
    rows = [
        {
            "recommendation_id": new_id(),
            "report_id": report_id,
            "key": one.key,
            "kind": one.kind,
            "place": one.where,
            "owner": one.agency_id,
            "due_date": calendar.last_day(today, days[one.kind], "working_days"),
            "status": "proposed",
            "proposed_at": tx.now,
        }
        for one in found
    ]
    if rows:
        tx.session.execute(upsert(recommendations).on_conflict_do_nothing(), rows)


def _advice(
    tx: Transaction, report_id: UUID, agency_id: str | None, settled_since: datetime | None, calendar: Calendar
) -> list[dict[str, Any]]:
    """What is recommended, and what became of what was recommended before, as it stands now."""
    return [
        {
            "recommendation_id": str(row.recommendation_id),
            "kind": row.kind,
            "where": row.place,
            "owner": row.owner,
            "due_date": row.due_date.isoformat(),
            "provisional": editions.is_provisional(row, calendar),
            "proposed_on": row.proposed_at.isoformat(),
            "status": row.status,
            "words": row.words,
            "new": row.report_id == report_id or row.proposed_at == tx.now,
        }
        for row in editions.open_recommendations(tx.session, settled_since)
        if agency_id is None or row.owner == agency_id
    ]


def _say(tx: Transaction, row: Mapping[str, Any]) -> None:
    """The report is there; each office that gets it is named by its id, so that it can be told."""
    report_id, agency_id = row["report_id"], row["agency_id"]
    names = ("report_id", "edition", "frequency", "first", "last", "region", "agency_id")
    data = {name: row[name] for name in names}
    tx.publish("report.published", report_id, data)
    today = book(tx.session).calendar(row["region"]).local_day(tx.now)
    for addressee_id in editions.addressees_of(tx.session, row["frequency"], agency_id, today):
        tx.publish("report.addressed", report_id, {**data, "addressee_id": addressee_id})
