"""Questions about cases and agencies, one function each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Date, Row, Select, and_, cast, exists, func, or_, select

from services.routing.domain.case import Case
from services.routing.domain.suggestion import Rule
from services.routing.store.tables import (
    accounts,
    agencies,
    cases,
    categories,
    evidence,
    items,
    locks,
    regions,
    suggestion_rules,
    warnings,
)

Found = Row[*tuple[Any, ...]]
"""A row of an answer; its columns are what the question selects."""


def in_force(agency_id: str | None = None) -> ColumnElement[bool]:
    """Of a row of `locks`: it locks the case beside it, and (if given) this agency."""
    there = and_(locks.c.complaint_id == cases.c.complaint_id, locks.c.lifted_at.is_(None))
    return there if agency_id is None else and_(there, locks.c.agency_id == agency_id)


def _agencies_in(column: ColumnElement[str], *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """The values of a column of another table, as an array beside the case."""
    return func.array(select(column).where(*conditions).correlate(cases).scalar_subquery())


_KEPT_ELSEWHERE = ("returned_by", "inspectorate", "locked")
_CASE = [
    *(cases.c[field.name].label(field.name) for field in fields(Case) if field.name not in _KEPT_ELSEWHERE),
    regions.c.inspectorate,
    _agencies_in(items.c.agency_id, items.c.complaint_id == cases.c.complaint_id, items.c.what == "returned").label(
        "returned_by"
    ),
    _agencies_in(locks.c.agency_id, in_force()).label("locked"),
]


def case(session: Connection, complaint_id: UUID, *, lock: bool = False) -> Case | None:
    """The case of a complaint, None when there is none. `lock` keeps others from changing it meanwhile."""
    question = _cases().where(cases.c.complaint_id == complaint_id)
    row = session.execute(question.with_for_update(of=cases) if lock else question).mappings().first()
    return _case(row) if row else None


def _cases() -> Select[Any]:
    return select(*_CASE).join(regions, regions.c.code == cases.c.region)


def _case(row: Mapping[Any, Any]) -> Case:
    sets = {name: frozenset(row[name]) for name in ("returned_by", "locked")}
    return Case(**{**row, **sets})


def standings(session: Connection, complaint_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Where cases stand, as the contract's `cases` tells it."""
    told = ("complaint_id", "case_number", "state", "class_", "category", "agency_id", "dispatches", "returns")
    rows = session.execute(
        select(*(cases.c[name].label(name) for name in told), agencies.c.name.label("agency_name"))
        .outerjoin(agencies, agencies.c.agency_id == cases.c.agency_id)
        .where(cases.c.complaint_id.in_(complaint_ids))
    )
    return [dict(row) for row in rows.mappings()]


def followers(session: Connection, lead_id: UUID) -> list[UUID]:
    """The complaints still merged under a lead case, locked in one order everywhere."""
    return list(
        session.scalars(
            select(cases.c.complaint_id)
            .where(cases.c.lead_id == lead_id, cases.c.state == "merged")
            .order_by(cases.c.complaint_id)
            .with_for_update()
        )
    )


def led_by(session: Connection, lead_id: UUID) -> list[Case]:
    """The cases still merged under a lead case."""
    rows = session.execute(
        _cases().where(cases.c.lead_id == lead_id, cases.c.state == "merged").order_by(cases.c.opened_at)
    ).mappings()
    return [_case(row) for row in rows]


def last_dispatched_to(session: Connection, complaint_id: UUID) -> str | None:
    """The agency a case was sent to last."""
    return session.scalar(
        select(items.c.agency_id)
        .where(items.c.complaint_id == complaint_id, items.c.what == "dispatched")
        .order_by(items.c.at.desc(), items.c.item_id.desc())
        .limit(1)
    )


# -- locks -----------------------------------------------------------------------------------------


def locks_of(session: Connection, complaint_id: UUID) -> Sequence[Found]:
    """The agencies locked out of a case now, with their names and who proposed to let them in again."""
    return session.execute(
        select(locks, agencies.c.name.label("agency_name"))
        .join(agencies, agencies.c.agency_id == locks.c.agency_id)
        .where(locks.c.complaint_id == complaint_id, locks.c.lifted_at.is_(None))
        .order_by(agencies.c.position)
    ).all()


def locked_agencies(session: Connection, complaint_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Which agencies are locked out of which of these cases, as the contract's `locks` tells it."""
    rows = session.execute(
        select(locks.c.complaint_id, locks.c.agency_id).where(
            locks.c.complaint_id.in_(complaint_ids), locks.c.lifted_at.is_(None)
        )
    )
    return [dict(row) for row in rows.mappings()]


def locked_with_number(session: Connection, agency_id: str, ending: str) -> Sequence[UUID]:
    """The complaints with a case number that ends so, out of which the agency is locked."""
    return session.scalars(
        select(cases.c.complaint_id).where(
            cases.c.case_number.endswith(ending, autoescape=True), exists().where(in_force(agency_id))
        )
    ).all()


def tried_since(session: Connection, complaint_id: UUID, officer_id: UUID, since: datetime) -> bool:
    """Whether an attempt of hers on a case that is locked to her was noted since a moment."""
    mine = exists().where(
        items.c.complaint_id == complaint_id,
        items.c.what == "attempted",
        items.c.officer_id == officer_id,
        items.c.at > since,
    )
    return bool(session.scalar(select(mine)))


def oversees(session: Connection, agency_id: str | None) -> bool:
    """Whether the agency is the Inspektorat of a region."""
    return bool(agency_id and session.scalar(select(exists().where(regions.c.inspectorate == agency_id))))


def by_number(session: Connection, case_number: str) -> UUID | None:
    """The complaint with a case number."""
    return session.scalar(select(cases.c.complaint_id).where(cases.c.case_number == case_number))


# -- what happened ---------------------------------------------------------------------------------


def went_to_ombudsman(session: Connection, complaint_id: UUID) -> bool:
    """Whether the case was ever forwarded: a recommendation binds also when the Ombudsman has closed his file."""
    mine = (items.c.complaint_id == complaint_id) & (items.c.what == "forwarded")
    return session.execute(select(items.c.item_id).where(mine).limit(1)).first() is not None


def timeline(session: Connection, complaint_id: UUID) -> Sequence[Found]:
    """Everything said and done about a case, oldest first, with the names of agency and officer."""
    return session.execute(
        select(
            items,
            agencies.c.name.label("agency_name"),
            accounts.c.display_name.label("officer_name"),
            accounts.c.role.label("officer_role"),
        )
        .outerjoin(agencies, agencies.c.agency_id == items.c.agency_id)
        .outerjoin(accounts, accounts.c.account_id == items.c.officer_id)
        .where(items.c.complaint_id == complaint_id)
        .order_by(items.c.at, items.c.item_id)
    ).all()


def item(session: Connection, item_id: UUID) -> Found | None:
    """One thing said, with the name of its agency."""
    return session.execute(
        select(items, agencies.c.name.label("agency_name"))
        .outerjoin(agencies, agencies.c.agency_id == items.c.agency_id)
        .where(items.c.item_id == item_id)
    ).first()


def evidence_of(session: Connection, complaint_id: UUID) -> dict[UUID, list[Found]]:
    """The files shown with the answers to a complaint, by item, in the order they were given."""
    found: dict[UUID, list[Found]] = {}
    for row in session.execute(
        select(evidence)
        .join(items, items.c.item_id == evidence.c.item_id)
        .where(items.c.complaint_id == complaint_id)
        .order_by(evidence.c.item_id, evidence.c.position)
    ):
        found.setdefault(row.item_id, []).append(row)
    return found


def evidence_file(session: Connection, evidence_id: UUID) -> Found | None:
    """One file shown as evidence."""
    return session.execute(select(evidence).where(evidence.c.evidence_id == evidence_id)).first()


def evidence_count(session: Connection, item_id: UUID) -> int:
    return session.scalar(select(func.count()).where(evidence.c.item_id == item_id)) or 0


def warnings_of(session: Connection, complaint_id: UUID) -> Sequence[Found]:
    """The limits of a case that are near or past, the earliest first."""
    return session.execute(
        select(warnings).where(warnings.c.complaint_id == complaint_id).order_by(warnings.c.due_at)
    ).all()


# -- agencies and topics ---------------------------------------------------------------------------


def _today(now: datetime) -> Any:
    """The day it is in the region of the row."""
    return cast(func.timezone(regions.c.timezone, now), Date)


def in_office(now: datetime) -> Select[Any]:
    """The agencies in office at a moment, in the order people look for them."""
    return (
        select(agencies)
        .join(regions, regions.c.code == agencies.c.region)
        .where(
            or_(agencies.c.valid_from.is_(None), agencies.c.valid_from <= _today(now)),
            or_(agencies.c.valid_to.is_(None), agencies.c.valid_to >= _today(now)),
        )
        .order_by(agencies.c.position)
    )


def agencies_in_office(session: Connection, now: datetime) -> Sequence[Found]:
    """The agencies that can be sent a case today, in the order people look for them."""
    return session.execute(in_office(now)).all()


def agency_in_office(session: Connection, agency_id: str, now: datetime) -> Found | None:
    """An agency that can be sent a case today, None when there is no such one."""
    return session.execute(in_office(now).where(agencies.c.agency_id == agency_id)).first()


def agency_name(session: Connection, agency_id: str | None) -> str | None:
    """The name of an agency, also of one that is no more."""
    return session.scalar(select(agencies.c.name).where(agencies.c.agency_id == agency_id)) if agency_id else None


def all_agencies(session: Connection) -> Sequence[Found]:
    """Every agency there is or was; `coordinates` marks the one that coordinates its region."""
    return session.execute(
        select(agencies, (regions.c.coordinator == agencies.c.agency_id).label("coordinates"))
        .join(regions, regions.c.code == agencies.c.region)
        .order_by(agencies.c.position)
    ).all()


def topics(session: Connection, also: str | None = None) -> Sequence[Found]:
    """The categories offered to choose from, each topic followed by its parts; and the one in `also`."""
    return session.execute(
        select(categories).where(or_(categories.c.offered, categories.c.code == also)).order_by(categories.c.position)
    ).all()


def topic(session: Connection, code: str) -> Found | None:
    return session.execute(select(categories).where(categories.c.code == code)).first()


def suggestion_rules_in_order(session: Connection) -> list[Rule]:
    """The rules that suggest an agency."""
    c = suggestion_rules.c
    return [Rule(*row) for row in session.execute(select(c.kind, c.value, c.agency_id).order_by(c.position))]


def region(session: Connection, code: str) -> Found | None:
    return session.execute(select(regions).where(regions.c.code == code)).first()


# -- officers --------------------------------------------------------------------------------------


def officers(session: Connection, agency_id: str | None, roles: Sequence[str]) -> Sequence[Found]:
    """The active officers with one of the roles, of an agency or (None) of the whole region."""
    a = accounts.c
    return session.execute(
        select(a.account_id, a.display_name, a.role, a.email, a.phone, a.language)
        .where(and_(a.active, a.role.in_(roles), a.agency_id.is_not_distinct_from(agency_id)))
        .order_by(a.display_name, a.account_id)
    ).all()
