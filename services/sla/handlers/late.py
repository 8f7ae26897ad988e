"""Saying that a limit was passed, once for each round of a clock; the sixtieth day is said once for each complaint."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update

from services.sla.domain.clocks import Breach, Clock
from services.sla.domain.steps import Step
from services.sla.handlers.tell import naming
from services.sla.store import histories
from services.sla.store.tables import cases
from shared.store import Transaction


def note_breach(tx: Transaction, complaint_id: UUID, clock: Clock, breach: Breach) -> None:
    """A breach found in the history that no timer has told."""
    step = Step("due", "clock.due", breach.at)
    histories.take_step(tx.session, clock.clock_id, breach.round, step, breach.at)
    say_breach(tx, complaint_id, clock, breach)


def say_breach(tx: Transaction, complaint_id: UUID, clock: Clock, breach: Breach) -> None:
    """Say it, and note when the complaint was first late."""
    data = {**naming(complaint_id, clock), "due_at": breach.due_at, "due_date": breach.due_date}
    tx.publish("clock.breached", complaint_id, data, time=breach.at)
    mine = cases.c.complaint_id == complaint_id
    first = func.least(func.coalesce(cases.c.first_late_at, breach.at), breach.at)
    tx.session.execute(update(cases).where(mine).values(first_late_at=first))
    if clock.clock == "legal":
        once = update(cases).where(mine, cases.c.forwarding_due_at.is_(None)).values(forwarding_due_at=breach.at)
        if tx.session.execute(once.returning(cases.c.complaint_id)).first():
            tx.publish("forwarding.due", complaint_id, data, time=breach.at)
