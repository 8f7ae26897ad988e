"""What the reporter does, heard from intake: it stands on the timeline, and the desk sees that there is news."""

from __future__ import annotations

from services.routing.domain import life
from services.routing.handlers.close_case import end
from services.routing.handlers.desk import change, heard_of, move, write
from services.routing.handlers.lock import take_from_locked
from services.routing.handlers.merge import release_followers
from services.routing.handlers.reopened import tell_reopened
from shared.contracts import Event
from shared.store import Transaction


def note_message(tx: Transaction, event: Event) -> None:
    """She added something. Her words stay with intake; the desk reads them there."""
    told = event.data
    case = heard_of(tx, event.subject)
    write(
        tx, case, "message", at=told["received_at"], data={"message_id": str(told["message_id"]), "kind": told["kind"]}
    )
    change(tx, case, news_at=tx.now)


def note_completion(tx: Transaction, event: Event) -> None:
    """She gave what was asked for: the coordinator reads again (UU 25/2009 art 44)."""
    case = heard_of(tx, event.subject)
    write(tx, case, "completed", at=event.data["completed_at"], data={"message_id": str(event.data["message_id"])})
    if life.possible(case.standing, "complete"):
        case = move(tx, case, "complete")
    change(tx, case, news_at=tx.now)


def note_withdrawal(tx: Transaction, event: Event) -> None:
    """She took it back, or did not complete it in time. What has ended already only gets the entry."""
    at = event.data["withdrawn_at"]
    case = heard_of(tx, event.subject)
    write(tx, case, "withdrawn", at=at, data={"reason": event.data["reason"]})
    if life.possible(case.standing, "withdraw"):
        case = move(tx, case, "withdraw", closed_at=at)
        release_followers(tx, case)


def note_objection(tx: Transaction, event: Event) -> None:
    """She does not accept the answer (or the archiving): the veto that opens the case again."""
    at = event.data["at"]
    case = heard_of(tx, event.subject)
    write(
        tx,
        case,
        "objected",
        at=at,
        agency_id=case.agency_id,
        data={"message_id": str(event.data["message_id"])},
    )
    if life.possible(case.standing, "object"):
        case = move(tx, case, "object", closed_at=None, objected=True)
        case = take_from_locked(tx, case, say=False)
        tell_reopened(tx, case, "objection", at)
    change(tx, case, news_at=tx.now)


def note_rating(tx: Transaction, event: Event) -> None:
    """She accepts the answer: the case is closed at once, without waiting for the objection time to pass."""
    told = event.data
    case = heard_of(tx, event.subject)
    write(tx, case, "rated", at=told["at"], data={"satisfied": told["satisfied"], "rating": told["rating"]})
    if told["satisfied"] and life.possible(case.standing, "confirm"):
        end(tx, case, "confirmed", told["at"])


def note_consent(tx: Transaction, event: Event) -> None:
    """She allows, or no longer allows, forwarding to the Ombudsman with her identity."""
    given = event.data["given"]
    case = heard_of(tx, event.subject)
    write(tx, case, "consented", at=event.data["at"], data={"given": given})
    change(tx, case, consented=given)
