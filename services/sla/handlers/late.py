"""Saying that a limit was passed, once for each round of a clock; the sixtieth day is said once for each complaint."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.sla.domain.clocks import Breach, Clock
from services.sla.domain.steps import Step
from services.sla.handlers.tell import naming
from services.sla.store import told
from services.sla.store.told import TakenStep
from shared.store import Transaction

SIXTY_DAYS = "legal"
"""The clock whose end is the Ombudsman's matter."""


def say_missed_breach(tx: Transaction, complaint_id: UUID, clock: Clock, breach: Breach) -> None:
    """A breach found in the history that no timer has told."""
    step = Step("due", "clock.due", breach.at)
    told.take_steps(tx.session, [TakenStep(clock.clock_id, breach.round, step)])
    forwarding = note_breaches(tx, [(complaint_id, clock, breach)])
    say_breach(tx, complaint_id, clock, breach, forwarding=complaint_id in forwarding)


def note_breaches(tx: Transaction, breaches: Sequence[tuple[UUID, Clock, Breach]]) -> set[UUID]:
    """Note when complaints were first late; those whose sixtieth day is over, noted for the first time."""
    told.note_late(tx.session, {complaint_id: breach.at for complaint_id, _, breach in breaches})
    legal = {complaint_id: breach.at for complaint_id, clock, breach in breaches if clock.clock == SIXTY_DAYS}
    return told.note_forwarding(tx.session, legal)


def say_breach(tx: Transaction, complaint_id: UUID, clock: Clock, breach: Breach, *, forwarding: bool) -> None:
    """Say it, and that the Ombudsman is next where it is."""
    data = {**naming(complaint_id, clock), "due_at": breach.due_at, "due_date": breach.due_date}
    tx.publish("clock.breached", complaint_id, data, time=breach.at)
    if forwarding:
        tx.publish("forwarding.due", complaint_id, data, time=breach.at)
