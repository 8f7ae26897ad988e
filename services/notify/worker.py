"""The entrances of notify on the broker."""

from typing import Any
from uuid import UUID

from services.notify import handlers
from services.notify.gateways.chosen import gateways
from services.notify.store import queries
from shared.entrances import (
    CallerProvider,
    DeadLetters,
    Relay,
    RpcProvider,
    StoreProvider,
    Timers,
    answers,
    subscribe,
)

gateways()  # a missing setting stops the start, not the first message


class Worker:
    """Hears everybody, plans and sends messages, answers what was sent."""

    name = "notify"
    store = StoreProvider()
    rpc = RpcProvider()
    caller = CallerProvider()
    relay = Relay()
    timers = Timers(outside=handlers.OUTSIDE)
    dead_letters = DeadLetters()

    @subscribe("intake")
    def hear_intake(self, batch: Any) -> Any:
        return batch.apply(handlers.HEARS["intake"])

    @subscribe("routing")
    def hear_routing(self, batch: Any) -> Any:
        return batch.apply(handlers.HEARS["routing"])

    @subscribe("sla")
    def hear_sla(self, batch: Any) -> Any:
        return batch.apply(handlers.HEARS["sla"])

    @subscribe("ombudsman")
    def hear_ombudsman(self, batch: Any) -> Any:
        return batch.apply(handlers.HEARS["ombudsman"])

    @answers
    def history(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return queries.history(session, complaint_id, with_words=self.caller == "intake")
