"""One timer per clock: set for its next step, moved with it, taken back when the clock stands still or stops."""

from __future__ import annotations

from uuid import UUID

from services.sla.domain.clocks import Clock
from services.sla.domain.steps import Step
from services.sla.store.histories import Kept, SetTimer
from shared.store import Transaction


def timer_for(clock: Clock, step: Step | None) -> SetTimer | None:
    """Kind and key of the timer for a step: one per clock, round and step, so that none can fire twice."""
    return SetTimer(step.kind, f"{clock.clock_id}:{clock.round}:{step.name}") if step else None


def arm(tx: Transaction, complaint_id: UUID, clock: Clock, step: Step | None, before: SetTimer | None) -> Kept:
    """Set the timer of the clock's next step and take back the one set before; the clock as it is to be kept."""
    wanted = timer_for(clock, step)
    if before and before != wanted:
        tx.cancel(before.kind, before.key)
    if step and wanted:
        tx.schedule(wanted.kind, wanted.key, step.at, {"clock_id": str(clock.clock_id)}, complaint_id)
    return Kept(clock, wanted)
