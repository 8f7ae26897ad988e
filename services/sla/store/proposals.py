"""What is proposed for calendars and offices: the rows, and the calendars as they would be."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from services.sla.domain.almanac import Almanac
from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import NATION, Change
from services.sla.store import almanacs, concerned, tables, versions
from services.sla.store.tables import calendar_proposals as t
from shared.accounts import Officer
from shared.errors import Conflict, NotFound
from shared.store import Transaction


def change_of(content: dict[str, Any]) -> Change:
    """The days a proposal adds and takes back."""
    added = (DayOff(**{**one, "date": date.fromisoformat(one["date"])}) for one in content["add"])
    return Change(tuple(added), tuple(date.fromisoformat(day) for day in content["remove"]))


def content_of(change: Change) -> dict[str, Any]:
    """The same for the table."""
    added = [{**asdict(off), "date": off.date.isoformat()} for off in change.add]
    return {"add": added, "remove": [day.isoformat() for day in change.remove]}


def add(tx: Transaction, officer: Officer, **columns: Any) -> int:
    """A new proposal of an officer; its number."""
    who = {"proposed_at": tx.now, "proposed_by": officer.name, "proposer": officer.officer_id}
    return int(tx.session.execute(insert(t).values(**columns, **who).returning(t.c.id)).scalar_one())


def made_by(proposal: Row[Any], officer: Officer) -> bool:
    """Whether it is the officer's own. Two officers may have the same name; older proposals have nothing else."""
    if proposal.proposer is None:
        return bool(proposal.proposed_by == officer.name)
    return bool(proposal.proposer == officer.officer_id)


def one(session: Connection, number: int, *, lock: bool = False) -> Row[Any] | None:
    """A proposal; with `lock` kept from others until the transaction ends."""
    wanted = select(t).where(t.c.id == number)
    return session.execute(wanted.with_for_update() if lock else wanted).first()


def still_open(session: Connection, number: int, *, lock: bool = False) -> Row[Any]:
    """A proposal that waits for its decision. Raises NotFound, Conflict."""
    proposal = one(session, number, lock=lock)
    if proposal is None:
        raise NotFound("no_such_proposal", "Usulan ini tidak ada.", "There is no such proposal.")
    if proposal.decision:
        raise Conflict("already_decided", "Usulan ini sudah diputuskan.", "This proposal was decided already.")
    return proposal


def decided(tx: Transaction, officer: Officer, number: int, decision: str) -> None:
    """Note what became of it."""
    who = {"decided_at": tx.now, "decided_by": officer.name, "decider": officer.officer_id}
    tx.session.execute(update(t).where(t.c.id == number).values(decision=decision, **who))


def newest(session: Connection, most: int = 30) -> list[Row[Any]]:
    """The proposals, open ones first, then the newest."""
    return list(session.execute(select(t).order_by(t.c.decision.is_not(None), t.c.id.desc()).limit(most)))


def regions_of(session: Connection, scope: str) -> list[str] | None:
    """The regions in which a calendar counts; None: all."""
    if scope == NATION:
        return None
    codes = session.execute(select(tables.regions.c.code)).scalars()
    return [code for code in codes if scope in almanacs.scopes_of(code)]


def scopes(session: Connection) -> list[str]:
    """The calendars there can be: the nation's, those of the provinces and the regions served."""
    codes = session.execute(select(tables.regions.c.code).order_by(tables.regions.c.code)).scalars()
    return list(dict.fromkeys(scope for code in codes for scope in almanacs.scopes_of(code)))


def is_overtaken(session: Connection, proposal: Row[Any]) -> bool:
    """Whether the calendar has changed since the proposal was made."""
    if proposal.kind == "office":
        return False
    newest_ = versions.newest(session, proposal.scope)
    return bool((newest_.version if newest_ else None) != proposal.based_on)


def overtaken() -> Conflict:
    """Why such a proposal can do nothing any more."""
    return Conflict(
        "calendar_changed",
        "Kalender sudah berubah sejak usulan ini dibuat. Buat usulan baru.",
        "The calendar has changed since this was proposed. Propose it anew.",
    )


def concerned_by(session: Connection, proposal: Row[Any]) -> concerned.Clocks:
    """The open clocks that it may move."""
    if proposal.kind == "office":
        return concerned.of_office(proposal.scope)
    change = change_of(proposal.content)
    days = {*change.remove, *(off.date for off in change.add)}
    return concerned.of_days(days, regions_of(session, proposal.scope))


def almanacs_with(session: Connection, proposal: Row[Any], at: datetime) -> dict[str, Almanac]:
    """The calendars of all regions as if it had been put into force at a moment."""
    by_scope, offices = almanacs.versions(session), almanacs.recorded_offices(session)
    if proposal.kind == "office":
        offices = [*offices, almanacs.Office.of(proposal.scope, proposal.content, at)]
    else:
        known = by_scope.setdefault(proposal.scope, [])
        days = change_of(proposal.content).applied(versions.days_of(session, proposal.based_on), proposal.scope)
        since = max(at, known[-1].since) if known else at
        known.append(almanacs.Version(since, by_scope[NATION][-1].covered, days))
    regions = session.execute(select(tables.regions.c.code, tables.regions.c.zone))
    return almanacs.composed(by_scope, offices, regions)
