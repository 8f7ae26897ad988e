"""Several reports about one matter: one lead case, and each reporter keeps her own code, notices and veto."""

from __future__ import annotations

from uuid import UUID

from services.routing.domain import life
from services.routing.domain.case import Case, Officer
from services.routing.handlers.desk import Done, done, heard_of, move, said, seen, take, write
from services.routing.handlers.refusals import refusal
from services.routing.handlers.verify import class_it
from services.routing.store import queries
from shared.store import Transaction

_LEADS = (life.AT_DESK, life.DISPATCHED, life.IN_PROGRESS)


def merge(
    tx: Transaction,
    officer: Officer,
    complaint_id: UUID,
    *,
    lead: str,
    words: str,
    version: int | None = None,
) -> Done:
    """Let the case follow the lead case of this number. The lead's answers then go to both reporters.

    A case not yet verified is verified with the lead's class and category. Raises Invalid
    `lead_unknown` or `lead_itself`, Conflict `lead_not_open`, `leads_others`,
    `confidential_not_merged` or `locked_not_merged`, and what `desk.take` raises.
    """
    seen(tx, officer, complaint_id)  # before anything about any number is said to a stranger
    lead_id = queries.by_number(tx.session, lead.strip().upper())
    if lead_id is None:
        raise refusal("lead_unknown")
    if lead_id == complaint_id:
        raise refusal("lead_itself")
    # Lead before follower, as when a lead is answered: nobody waits for the other.
    leading = heard_of(tx, lead_id)
    case = take(tx, officer, complaint_id, "merge", version)
    if leading.region != case.region:
        raise refusal("lead_unknown")
    if leading.standing not in _LEADS:
        raise refusal("lead_not_open")
    if queries.followers(tx.session, complaint_id):
        raise refusal("leads_others")
    if leading.confidential or case.confidential:
        raise refusal("confidential_not_merged")
    if leading.guarded or case.guarded:
        raise refusal("locked_not_merged")
    if case.standing == life.UNVERIFIED:
        case, _ = class_it(tx, officer, case, str(leading.class_), str(leading.category))
    item_id = write(tx, case, "merged", officer=officer, words=said(words), data={"lead": leading.case_number})
    case = move(tx, case, "merge", lead_id=lead_id)
    tx.publish(
        "case.merged",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "case_number": case.case_number,
            "lead_complaint_id": lead_id,
            "merged_at": tx.now,
        },
    )
    return done(case, item_id)


def release_followers(tx: Transaction, lead: Case) -> None:
    """The lead ended without an answer: its followers come back to the coordinator, for they need one all the same."""
    for follower in queries.followers(tx.session, lead.complaint_id):
        case = heard_of(tx, follower)
        write(tx, case, "left_lead", data={"lead": lead.case_number})
        move(tx, case, "leave_lead", lead_id=None)
