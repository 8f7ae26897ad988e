"""The queue: which cases somebody sees in a tab, and how many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, not_, or_, select, true

from services.routing.domain.case import SUPERVISORY, Officer
from services.routing.domain.life import AGENCY, OPEN, Standing
from services.routing.domain.numbers import ending
from services.routing.domain.queue import LATE, OVERSIGHT, tabs
from services.routing.store.queries import Found, in_force
from services.routing.store.tables import agencies, cases, items, regions, warnings


@dataclass(frozen=True, slots=True)
class Filter:
    """What the officer is looking for: part of a case number, an agency, a class."""

    number: str = ""
    agency_id: str = ""
    class_: str = ""


def _late() -> ColumnElement[bool]:
    return exists().where(warnings.c.complaint_id == cases.c.complaint_id, warnings.c.kind == "late")


def _soon() -> ColumnElement[bool]:
    return exists().where(warnings.c.complaint_id == cases.c.complaint_id, warnings.c.kind == "soon")


def _guarded() -> ColumnElement[bool]:
    """Berkadar pengawasan, or locked to somebody (Case.guarded)."""
    return or_(cases.c.class_.is_not_distinct_from(SUPERVISORY), exists().where(in_force()))


def _open_to(agency_id: str) -> ColumnElement[bool]:
    """Not locked to this agency."""
    return not_(exists().where(in_force(agency_id)))


def _held_by(agency_id: str) -> ColumnElement[bool]:
    return and_(cases.c.agency_id == agency_id, _open_to(agency_id))


def _overseen_by(agency_id: str) -> ColumnElement[bool]:
    """What the Inspektorat of the region watches over; nothing for any other agency."""
    its_region = exists().where(regions.c.code == cases.c.region, regions.c.inspectorate == agency_id)
    return and_(its_region, _guarded(), _open_to(agency_id))


def _stands(standings: Collection[Standing]) -> ColumnElement[bool]:
    return or_(
        false(),
        *(
            and_(
                cases.c.state == here.state,
                cases.c.agency_id.is_not(None) if here.holder == AGENCY else cases.c.agency_id.is_(None),
            )
            for here in sorted(standings)
        ),
    )


def _in_tab(officer: Officer, tab: str, sought: Filter) -> ColumnElement[bool]:
    if sought.number:  # who knows the number need not know the tab
        return true()
    if tab == OVERSIGHT:
        return true()
    if tab == LATE:
        return and_(cases.c.state.in_(OPEN), _late())
    return _stands(tabs(officer.agency_id)[tab])


def _hers(officer: Officer, sought: Filter, tab: str = "") -> list[ColumnElement[bool]]:
    """Her part of all cases: the whole region, or those with her agency and not locked to it.

    The Inspektorat's further part is a tab of its own; a number is sought in both.
    """
    conditions: list[ColumnElement[bool]] = []
    if officer.agency_id is not None:
        held, overseen = _held_by(officer.agency_id), _overseen_by(officer.agency_id)
        conditions.append(overseen if tab == OVERSIGHT else or_(held, overseen) if sought.number else held)
    elif officer.role not in ("coordinator", "supervisor"):
        conditions.append(false())
    if sought.agency_id:
        conditions.append(cases.c.agency_id == sought.agency_id)
    if sought.class_:
        conditions.append(cases.c.class_ == sought.class_)
    if sought.number:
        wanted = ending(sought.number)
        conditions.append(cases.c.case_number.endswith(wanted, autoescape=True) if wanted else false())
    return conditions


def _rows(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return (
        select(
            cases.c.complaint_id,
            cases.c.case_number,
            cases.c.state,
            cases.c.class_.label("class_"),
            cases.c.agency_id,
            agencies.c.name.label("agency_name"),
            cases.c.confidential,
            _guarded().label("guarded"),
            cases.c.opened_at,
            cases.c.changed_at,
            cases.c.news_at,
            cases.c.objected,
            cases.c.under_ombudsman,
            cases.c.escalation,
            _late().label("late"),
            _soon().label("soon"),
        )
        .outerjoin(agencies, agencies.c.agency_id == cases.c.agency_id)
        .where(*conditions)
    )


def cases_in(
    session: Connection, officer: Officer, tab: str, sought: Filter, *, limit: int, offset: int
) -> Sequence[Found]:
    """Her cases in a tab: what is late first, then the oldest; what is done, the newest first.

    A number is sought in all tabs.
    """
    question = _rows([*_hers(officer, sought, tab), _in_tab(officer, tab, sought)])
    order = [cases.c.changed_at.desc()] if tab == "done" else [_late().desc(), cases.c.opened_at]
    return session.execute(question.order_by(*order, cases.c.complaint_id).limit(limit).offset(offset)).all()


def counts(session: Connection, officer: Officer, sought: Filter) -> Mapping[str, int]:
    """How many of her cases each tab has."""
    held, late = cases.c.agency_id.is_not(None), _late()
    found = session.execute(
        select(cases.c.state, held, late, func.count())
        .where(*_hers(officer, sought))
        .group_by(cases.c.state, held, late)
    ).all()
    numbers = {
        tab: sum(n for state, at_agency, _, n in found if Standing(state, AGENCY if at_agency else "desk") in standings)
        for tab, standings in tabs(officer.agency_id).items()
    }
    numbers[LATE] = sum(n for state, _, is_late, n in found if is_late and state in OPEN)
    if officer.oversees:
        overseen = select(func.count()).select_from(cases).where(*_hers(officer, sought, OVERSIGHT))
        numbers[OVERSIGHT] = session.scalar(overseen) or 0
    return numbers


def returned(session: Connection, agency_id: str) -> Sequence[Found]:
    """What an agency sent back and does not have now: number and day only, the newest first; nothing guarded."""
    return session.execute(
        select(cases.c.case_number, items.c.at)
        .join(cases, cases.c.complaint_id == items.c.complaint_id)
        .where(
            items.c.what == "returned",
            items.c.agency_id == agency_id,
            cases.c.agency_id.is_distinct_from(agency_id),
            not_(_guarded()),
        )
        .order_by(items.c.at.desc())
        .limit(200)
    ).all()


def open_by_agency(session: Connection) -> Mapping[str, tuple[int, int]]:
    """How many open cases each agency has, and how many of them are late."""
    late = _late()
    found = session.execute(
        select(cases.c.agency_id, func.count(), func.count().filter(late))
        .where(cases.c.agency_id.is_not(None), cases.c.state.in_(OPEN))
        .group_by(cases.c.agency_id)
    )
    return {agency_id: (number, behind) for agency_id, number, behind in found}
