"""Steps of clocks fall due: each is taken, and told to whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence

from services.sla.handlers.breach import note_passed, pass_limit
from services.sla.handlers.due import take
from services.sla.handlers.escalate import escalate
from services.sla.handlers.remind import remind, remind_daily
from shared.store import Timer, Transaction
from shared.usecases import Waiting


def fall_due(tx: Transaction, timers: Sequence[Timer]) -> Waiting:
    """Take the steps that these timers were set for, and tell them oldest first."""
    due, waiting = take(tx, timers)
    forwarding = note_passed(tx, due)
    for one in due:
        match one.step.kind:
            case "clock.remind":
                remind(tx, one)
            case "clock.due":
                pass_limit(tx, one, forwarding=one.complaint_id in forwarding)
            case "clock.escalate":
                escalate(tx, one)
            case "clock.daily":
                remind_daily(tx, one)
    return waiting
