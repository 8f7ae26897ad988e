"""What an agency promised for a day to come brings the case back by itself on that day. No clock pauses meanwhile."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.sla.domain.calendar import ONE_SECOND
from services.sla.domain.promise import stands
from services.sla.store import histories, promises, tables
from services.sla.store.book import book
from shared.contracts import Event
from shared.errors import NotYet
from shared.store import Timer, Transaction

DUE, BROKEN = "promise.due", "promise.broken"
"""The promised day begins; it is over."""


def note_promise(tx: Transaction, event: Event) -> None:
    """Set the timers of a promise. It takes the place of every earlier one of the complaint."""
    case = histories.lock_cases(tx.session, [event.subject]).get(event.subject)
    if case is None:
        raise NotYet("the complaint is not known here yet")
    told = event.data
    for earlier in promises.items(tx.session, event.subject):
        for kind in (DUE, BROKEN):
            tx.cancel(kind, str(earlier))
    row = {name: told[name] for name in ("item_id", "complaint_id", "agency_id", "promised_for", "promised_at")}
    tx.session.execute(upsert(tables.promises).values(row).on_conflict_do_nothing())
    calendar, item_id = book(tx.session).calendar(case.region), told["item_id"]
    moments = {
        DUE: calendar.start_of(told["promised_for"]),
        BROKEN: calendar.end_of(told["promised_for"]) + ONE_SECOND,
    }
    for kind, moment in moments.items():
        tx.schedule(kind, str(item_id), moment, {"over_at": moments[BROKEN].isoformat()}, event.subject)


def recall(tx: Transaction, timer: Timer) -> None:
    """The promised day has come, or is over: say so, dated at that moment, unless the case has moved on.

    After an outage that lasted over the day only its end is told.
    """
    assert timer.subject is not None
    case = histories.lock_case(tx.session, timer.subject)
    if case is None:
        raise NotYet("the case is being changed")
    overtaken = timer.kind == DUE and datetime.fromisoformat(timer.payload["over_at"]) <= tx.now
    made = promises.one(tx.session, UUID(timer.key))
    if overtaken or not stands(made, histories.histories_of(tx.session, [timer.subject])[timer.subject]):
        return
    data = {name: getattr(made, name) for name in ("item_id", "agency_id", "promised_for")}
    tx.publish(timer.kind, timer.subject, {"complaint_id": timer.subject, **data}, time=timer.due_at)
