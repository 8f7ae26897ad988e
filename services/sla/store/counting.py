"""Counting one period for the report: what happened to each complaint in it, and how old the open ones were at its end.

Counted from dated facts, so that the same period gives the same figures whenever it is counted. Class and category
are those known at the time of counting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from services.sla.domain.figures import AGES
from services.sla.domain.periodic import DEEDS, Counted, Judged, Old, Touched
from shared.contracts.vocabulary import EXPIRING_CLOCKS

MOST_LISTED = 200
"""Of the oldest open complaints an appendix lists so many."""

_FACT_OF_DEED = {"held": "completeness_requested"}
_DEED_OF_FACT = {_FACT_OF_DEED.get(deed, deed): deed for deed in DEEDS}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period as moments: from `since` up to, not including, `until`. `last` is its last day in the region."""

    region: str
    since: datetime
    until: datetime
    last: date


def _with(*parts: str) -> Any:
    """A query after its common table expressions."""
    *expressions, query = parts
    return text(f"with {', '.join(expressions)} {query}")


# Who had a case at the end: as the case says, unless it went elsewhere afterwards.
_MOVED = """
    moved as (
        select distinct on (late.complaint_id) late.complaint_id, before.details->>'agency_id' as agency_id
        from facts as late
        left join facts as before on before.complaint_id = late.complaint_id
            and before.what in ('dispatched', 'reopened') and before.at < :until
        where late.at >= :until and late.what in ('dispatched', 'reopened')
        order by late.complaint_id, before.at desc nulls last
    )
"""

_HAPPENED = """
    happened as (
        select complaint_id, array_agg(distinct what) as facts,
            max(details->>'how') filter (where what = 'archived') as archived_because,
            max(details->>'how') filter (where what = 'closed') as closed_how,
            array_agg(details->>'agency_id') filter (where what = 'returned') as returned_by
        from facts where at >= :since and at < :until group by complaint_id
    )
"""
_TOUCHED = _with(
    _MOVED,
    _HAPPENED,
    """
    select case when moved.complaint_id is null then cases.agency_id else moved.agency_id end as agency_id,
        cases.channel, cases.class, cases.category, cases.district_code, cases.confidential,
        coalesce(cases.first_late_at >= :since and cases.first_late_at < :until, false) as late,
        case when cases.first_answered_at >= :since and cases.first_answered_at < :until then cases.answer_days end
            as answer_days,
        coalesce(happened.facts, '{}') as facts, happened.archived_because, happened.closed_how,
        coalesce(happened.returned_by, '{}') as returned_by
    from cases left join happened using (complaint_id) left join moved using (complaint_id)
    where cases.region = :region
        and (happened.complaint_id is not null or (cases.first_late_at >= :since and cases.first_late_at < :until))
    order by cases.complaint_id
    """,
)

# A clock is judged once: when it stops, or before that when its limit is passed. Of one that still runs late only
# the moment is kept at which it passes.
_JUDGED = text("""
    select clocks.agency_id, clock, days, unit, count(*) as judged,
        count(*) filter (where passed_at is null or stopped_at < passed_at) as met
    from clocks join cases using (complaint_id)
    cross join lateral (select coalesce(breached_at, passes_at) as passed_at) as passed
    where cases.region = :region and clock != all(:expiring) and not (cancelled and passed_at is null)
        and least(stopped_at, passed_at) >= :since and least(stopped_at, passed_at) < :until
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
""")

_RATED = _with(
    _MOVED,
    """
    select case when moved.complaint_id is null then cases.agency_id else moved.agency_id end as agency_id,
        stars, count(*) as given
    from ratings join cases using (complaint_id) left join moved using (complaint_id)
    where cases.region = :region and stars is not null and ratings.at >= :since and ratings.at < :until
    group by 1, 2
    """,
)

# Open at the end: not finished, or finished or reopened only afterwards.
_FINISHED_THEN = """
    finished_then as (
        select distinct on (complaint_id) complaint_id, what in ('closed', 'archived', 'withdrawn') as finished
        from facts where at < :until and what in ('closed', 'archived', 'withdrawn', 'reopened')
            and complaint_id in (select complaint_id from facts where at >= :until and what = 'reopened')
        order by complaint_id, at desc
    )
"""
_OPEN = """
    open as (
        select cases.complaint_id, cases.case_number, cases.class, cases.received_on, cases.confidential,
            case when moved.complaint_id is null then cases.agency_id else moved.agency_id end as agency_id,
            cast(:last as date) - cases.received_on as days
        from cases left join moved using (complaint_id) left join finished_then using (complaint_id)
        where cases.region = :region and cases.received_at < :until and cases.received_on <= :last
            and (cases.finished_at is null or cases.finished_at >= :until)
            and finished_then.finished is not true
    )
"""
_AGES = _with(
    _MOVED, _FINISHED_THEN, _OPEN, "select agency_id, days, count(*) as open from open group by agency_id, days"
)
_RANKED = """
    ranked as (
        select *, row_number() over (partition by agency_id order by days desc, complaint_id) as place
        from open where days > :oldest
    )
"""
_OLDEST = _with(
    _MOVED,
    _FINISHED_THEN,
    _OPEN,
    _RANKED,
    "select * from ranked where place <= :most order by days desc, complaint_id",
)


def count(session: Connection, stretch: Stretch) -> dict[str | None, Counted]:
    """What happened in a period, by agency (None: what no agency had at its end)."""
    asked: dict[str, Any] = {
        "region": stretch.region,
        "since": stretch.since,
        "until": stretch.until,
        "last": stretch.last,
    }
    touched: dict[str | None, list[Touched]] = defaultdict(list)
    for row in session.execute(_TOUCHED, asked):
        touched[row.agency_id].append(_touched(row))
    judged: dict[str | None, list[Judged]] = defaultdict(list)
    for row in session.execute(_JUDGED, {**asked, "expiring": list(EXPIRING_CLOCKS)}):
        judged[row.agency_id].append(Judged(row.clock, row.days, row.unit, row.judged, row.met))
    ratings: dict[str | None, dict[int, int]] = defaultdict(dict)
    for row in session.execute(_RATED, asked):
        ratings[row.agency_id][row.stars] = row.given
    ages: dict[str | None, dict[str, int]] = defaultdict(lambda: {name: 0 for name, _, _ in AGES})
    for row in session.execute(_AGES, asked):
        ages[row.agency_id][_age(row.days)] += row.open
    oldest: dict[str | None, list[Old]] = defaultdict(list)
    beyond = {"oldest": AGES[-1][1] - 1, "most": MOST_LISTED}
    for row in session.execute(_OLDEST, {**asked, **beyond}):
        received_on = row.received_on.isoformat()
        old = Old(row.case_number, row._mapping["class"], row.agency_id, received_on, row.days, row.confidential)
        oldest[row.agency_id].append(old)
    agencies = {*touched, *judged, *ratings, *ages, *oldest}
    return {
        agency_id: Counted(
            touched[agency_id], judged[agency_id], ages[agency_id], ratings[agency_id], oldest[agency_id]
        )
        for agency_id in sorted(agencies, key=lambda agency_id: agency_id or "")
    }


def together(parts: Mapping[str | None, Counted]) -> Counted:
    """The whole region: what its agencies have, and what none has yet."""
    judged: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0])
    ages = {name: 0 for name, _, _ in AGES}
    ratings: dict[int, int] = defaultdict(int)
    for part in parts.values():
        for one in part.judged:
            sums = judged[one.clock, one.days, one.unit]
            sums[0] += one.judged
            sums[1] += one.on_time
        for age, open_ in part.ages.items():
            ages[age] += open_
        for stars, given in part.ratings.items():
            ratings[stars] += given
    return Counted(
        [one for part in parts.values() for one in part.touched],
        [Judged(*limit, *sums) for limit, sums in sorted(judged.items())],
        ages,
        ratings,
        sorted((one for part in parts.values() for one in part.oldest), key=lambda one: -one.days)[:MOST_LISTED],
    )


def _touched(row: Any) -> Touched:
    return Touched(
        agency_id=row.agency_id,
        channel=row.channel,
        class_=row._mapping["class"],
        category=row.category,
        district=row.district_code,
        confidential=row.confidential,
        received="registered" in row.facts,
        late=row.late,
        answer_days=row.answer_days,
        deeds=frozenset(_DEED_OF_FACT[what] for what in row.facts if what in _DEED_OF_FACT),
        archived_because=row.archived_because,
        closed_how=row.closed_how,
        returned_by=tuple(agency for agency in row.returned_by if agency),
    )


def _age(days: int) -> str:
    return next(name for name, _, last in AGES if last is None or days <= last)
