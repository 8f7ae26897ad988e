"""Whoever a case is about is locked out of it: by its class, or named by the coordinator. Two people lift a lock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, update

from services.routing.domain import life
from services.routing.domain.case import SUPERVISORY, Case, Officer
from services.routing.domain.lock import BY_CLASS, NAMED, examiner, presumed, second
from services.routing.handlers.desk import Done, change, done, move, said, take, write
from services.routing.handlers.dispatch import send
from services.routing.handlers.refusals import refusal
from services.routing.handlers.reopened import tell_reopened
from services.routing.store import queries
from services.routing.store.tables import locks
from shared.ids import new_id
from shared.store import Transaction

NOTED_EVERY = timedelta(hours=1)
"""What one officer tries on one case is noted once in this time: she must not be able to fill its history."""


def accuse(
    tx: Transaction, officer: Officer, complaint_id: UUID, *, agency_id: str, words: str, version: int | None = None
) -> Done:
    """The coordinator names an agency as the one complained about, with a reason for the desk.

    From here on it neither sees the case nor hears of it; if it has it, the
    Inspektorat gets it. Raises Invalid `unknown_agency` or `agency_locked`.
    """
    case = take(tx, officer, complaint_id, "accuse", version)
    if queries.agency_name(tx.session, agency_id) is None:
        raise refusal("unknown_agency")
    if agency_id in case.locked:
        raise refusal("agency_locked")
    reason = said(words)
    case, item_id = _lock(tx, officer, case, agency_id, NAMED, reason)
    case = _apart(tx, case)
    if (
        case.agency_id is None
        and case.state in life.OPEN
        and queries.last_dispatched_to(tx.session, complaint_id) == agency_id
    ):
        # It left that agency with a lead or by a return; those who count by agency must not count it there.
        tell_reopened(tx, case, "coordinator", tx.now)
    return done(take_from_locked(tx, case, officer), item_id)


def propose_lifting(
    tx: Transaction, officer: Officer, complaint_id: UUID, *, agency_id: str, words: str, version: int | None = None
) -> Done:
    """The coordinator proposes to let a locked agency in again, with a reason. Nothing opens before a second yes."""
    case = take(tx, officer, complaint_id, "propose_lifting", version)
    if agency_id not in case.locked:
        raise refusal("not_locked")
    item_id = write(tx, case, "lifting_proposed", officer=officer, agency_id=agency_id, words=said(words))
    _change_lock(tx, case, agency_id, proposed_by=officer.officer_id)
    return done(change(tx, case, version=case.version + 1), item_id)


def lift(
    tx: Transaction, officer: Officer, complaint_id: UUID, *, agency_id: str, words: str, version: int | None = None
) -> Done:
    """The second person (`domain.lock.second`) agrees, with a reason: the agency may be sent the case again.

    Raises Invalid `not_locked`, Conflict `not_proposed`, Forbidden `not_yours`.
    """
    case = take(tx, officer, complaint_id, "lift", version)
    proposed_by = {lock.agency_id: lock.proposed_by for lock in queries.locks_of(tx.session, complaint_id)}
    if agency_id not in proposed_by:
        raise refusal("not_locked")
    if proposed_by[agency_id] is None:
        raise refusal("not_proposed")
    if not second(officer, case, proposed_by[agency_id]):
        raise refusal("not_yours")
    item_id = write(tx, case, "unlocked", officer=officer, agency_id=agency_id, words=said(words))
    _change_lock(tx, case, agency_id, lifted_at=tx.now, lifted_by=officer.officer_id)
    return done(change(tx, case, version=case.version + 1), item_id)


def guard(tx: Transaction, officer: Officer, case: Case) -> Case:
    """A case that is berkadar pengawasan now: whom it seems to be about is locked, and the Inspektorat gets it.

    A case that is nothing of the kind is left as it is.
    """
    if case.class_ != SUPERVISORY:
        return case
    for agency_id in sorted(presumed(case) - case.locked):
        if queries.agency_name(tx.session, agency_id) is not None:  # she may have named one that is not known here
            case, _ = _lock(tx, officer, case, agency_id, BY_CLASS, None)
    case = take_from_locked(tx, case, officer)
    to = examiner(case)
    if to and case.agency_id != to and life.possible(case.standing, "dispatch"):
        case, _ = send(tx, officer, case, to)
    return case


def take_from_locked(tx: Transaction, case: Case, officer: Officer | None = None, *, say: bool = True) -> Case:
    """The case, out of the hands of an agency that is locked out of it: the Inspektorat has it, or the coordinator.

    An answer of that agency does not stand. What has ended stays as it ended; opened again, it goes
    there. `say` that it is open again, unless the caller does.
    """
    if case.agency_id not in case.locked or not life.possible(case.standing, "take_away"):
        return case
    to = examiner(case)
    by_desk = to is None or not life.possible(case.standing, "dispatch")
    if by_desk:
        case = move(tx, case, "take_away")
    if to:
        case, _ = send(tx, officer, case, to)
    if by_desk and say:
        tell_reopened(tx, case, "coordinator", tx.now)
    return case


def note_attempt(tx: Transaction, officer: Officer, complaint_id: UUID) -> None:
    """Somebody of a locked agency asked for the case, or tried to act on it: the coordinator and the Inspektorat see.

    Of any other case nothing is noted.
    """
    case = queries.case(tx.session, complaint_id)
    if case is None or officer.agency_id not in case.locked:
        return
    if not queries.tried_since(tx.session, complaint_id, officer.officer_id, tx.now - NOTED_EVERY):
        write(tx, case, "attempted", officer=officer, agency_id=officer.agency_id)


def _lock(
    tx: Transaction, officer: Officer, case: Case, agency_id: str, cause: str, words: str | None
) -> tuple[Case, UUID]:
    item_id = write(tx, case, "locked", officer=officer, agency_id=agency_id, words=words, data={"cause": cause})
    tx.session.execute(
        insert(locks).values(
            lock_id=new_id(),
            complaint_id=case.complaint_id,
            agency_id=agency_id,
            cause=cause,
            locked_at=tx.now,
        )
    )
    if not case.locked:  # the reporter hears of it once; which agency it is stands in no event
        told = {"complaint_id": case.complaint_id, "case_number": case.case_number, "locked_at": tx.now}
        tx.publish("case.locked", case.complaint_id, told)
    return replace(change(tx, case, version=case.version + 1), locked=case.locked | {agency_id}), item_id


def _apart(tx: Transaction, case: Case) -> Case:
    """A locked case follows no lead: the lead's agency would answer it."""
    lead = queries.case(tx.session, case.lead_id) if case.lead_id else None
    if lead is None or not life.possible(case.standing, "leave_lead"):
        return case
    write(tx, case, "left_lead", data={"lead": lead.case_number})
    return move(tx, case, "leave_lead", lead_id=None)


def _change_lock(tx: Transaction, case: Case, agency_id: str, **values: object) -> None:
    in_force = (locks.c.complaint_id == case.complaint_id, locks.c.agency_id == agency_id, locks.c.lifted_at.is_(None))
    tx.session.execute(update(locks).where(*in_force).values(**values))
