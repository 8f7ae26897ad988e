"""The entrances of ombudsman on the broker: what it hears, what falls due, what it is asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.ombudsman.handlers import HEARS, OUTSIDE, TIMERS
from services.ombudsman.store import queries
from shared.entrances import DeadLetters, Relay, RpcProvider, StoreProvider, Timers, answers, subscribe
from shared.messaging.batch import Batch


class Worker:
    """Hears the reporter, the desk and the sixtieth day; composes files, delivers them, answers for its referrals."""

    name = "ombudsman"
    store = StoreProvider()
    rpc = RpcProvider()
    relay = Relay()
    dead_letters = DeadLetters()
    timers = Timers(TIMERS, OUTSIDE)

    @subscribe("intake")
    def hear_intake(self, batch: Batch) -> None:
        batch.apply(HEARS["intake"])

    @subscribe("routing")
    def hear_routing(self, batch: Batch) -> None:
        batch.apply(HEARS["routing"])

    @subscribe("sla")
    def hear_sla(self, batch: Batch) -> None:
        batch.apply(HEARS["sla"])

    @answers
    def referral(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return queries.referral(session, complaint_id)
