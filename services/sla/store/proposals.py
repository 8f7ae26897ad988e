"""What is proposed for calendars and offices: the rows, and the calendars as they would be."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from services.sla.domain.almanac import Almanac
from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import NATION, Change
from services.sla.store import almanacs, tables, versions
from services.sla.store.preview import Preview, preview
from services.sla.store.tables import calendar_proposals as t


def change_of(content: dict[str, Any]) -> Change:
    """The days a proposal adds and takes back."""
    added = (DayOff(**{**one, "date": date.fromisoformat(one["date"])}) for one in content["add"])
    return Change(tuple(added), tuple(date.fromisoformat(day) for day in content["remove"]))


def content_of(change: Change) -> dict[str, Any]:
    """The same for the table."""
    added = [{**asdict(off), "date": off.date.isoformat()} for off in change.add]
    return {"add": added, "remove": [day.isoformat() for day in change.remove]}


def add(session: Session, **columns: Any) -> int:
    """A new proposal; its number."""
    return int(session.execute(insert(t).values(**columns).returning(t.c.id)).scalar_one())


def one(session: Session, number: int, *, lock: bool = False) -> Row[Any] | None:
    """A proposal; with `lock` kept from others until the transaction ends."""
    wanted = select(t).where(t.c.id == number)
    return session.execute(wanted.with_for_update() if lock else wanted).first()


def decided(session: Session, number: int, decision: str, who: str, now: datetime) -> None:
    """Note what became of it."""
    session.execute(update(t).where(t.c.id == number).values(decision=decision, decided_by=who, decided_at=now))


def newest(session: Session, most: int = 30) -> list[Row[Any]]:
    """The proposals, open ones first, then the newest."""
    return list(session.execute(select(t).order_by(t.c.decision.is_not(None), t.c.id.desc()).limit(most)))


def regions_of(session: Session, scope: str) -> list[str] | None:
    """The regions in which a calendar counts; None: all."""
    if scope == NATION:
        return None
    codes = session.execute(select(tables.regions.c.code)).scalars()
    return [code for code in codes if scope in almanacs.scopes_of(code)]


def scopes(session: Session) -> list[str]:
    """The calendars there can be: the nation's, those of the provinces and the regions served."""
    codes = session.execute(select(tables.regions.c.code).order_by(tables.regions.c.code)).scalars()
    return list(dict.fromkeys(scope for code in codes for scope in almanacs.scopes_of(code)))


def preview_of(session: Session, proposal: Row[Any], now: datetime) -> Preview:
    """What the open cases would do if it were activated now. Raises DecreeError when it fits the calendar no more."""
    if proposal.kind == "office":
        return preview(session, _with_office(session, proposal, now), now, agency_id=proposal.scope)
    change = change_of(proposal.content)
    regions = regions_of(session, proposal.scope)
    days = {*change.remove, *(off.date for off in change.add)}
    return preview(session, _with_days(session, proposal, change, now), now, days=days, regions=regions)


def _with_days(session: Session, proposal: Row[Any], change: Change, now: datetime) -> dict[str, Almanac]:
    by_scope = almanacs.versions(session)
    newest_ = versions.newest(session, proposal.scope)
    nation = by_scope[NATION][-1]
    days = change.applied(versions.days_of(session, newest_.version if newest_ else None), proposal.scope)
    by_scope.setdefault(proposal.scope, []).append(almanacs.Version(now, nation.covered, days))
    return almanacs.composed(by_scope, almanacs.recorded_offices(session), _regions(session))


def _with_office(session: Session, proposal: Row[Any], now: datetime) -> dict[str, Almanac]:
    office = almanacs.Office.of(proposal.scope, proposal.content, now)
    return almanacs.composed(
        almanacs.versions(session), [*almanacs.recorded_offices(session), office], _regions(session)
    )


def _regions(session: Session) -> list[Row[Any]]:
    return list(session.execute(select(tables.regions.c.code, tables.regions.c.zone)))
