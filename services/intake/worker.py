"""The entrances of intake on the broker: what it hears, what falls due, what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.intake import handlers
from shared.entrances import DeadLetters, Relay, StoreProvider, Timers, answers, subscribe
from shared.messaging.batch import Batch


class Worker:
    """Hears the desk, the clocks and the Ombudsman; reads what came in; answers who and what, to whom may know."""

    name = "intake"
    store = StoreProvider()
    relay = Relay()
    dead_letters = DeadLetters()
    timers = Timers(handlers.TIMERS)

    @subscribe("routing")
    def hear_routing(self, batch: Batch) -> None:
        batch.apply(handlers.HEARS["routing"])

    @subscribe("sla")
    def hear_sla(self, batch: Batch) -> None:
        batch.apply(handlers.HEARS["sla"])

    @subscribe("ombudsman")
    def hear_ombudsman(self, batch: Batch) -> None:
        batch.apply(handlers.HEARS["ombudsman"])

    @answers
    def status(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return handlers.tell_status(session, complaint_id)

    @answers
    def text(self, complaint_id: UUID, reader: str, role: str) -> dict[str, Any]:
        with self.store.begin() as tx:
            return handlers.tell_text(tx, complaint_id, reader, role)

    @answers
    def titles(self, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
        with self.store.read() as session:
            return handlers.tell_titles(session, complaint_ids)

    @answers
    def contacts(self, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
        with self.store.begin() as tx:
            return handlers.tell_contacts(tx, complaint_ids)

    @answers
    def inquiry(self, inquiry_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return handlers.tell_inquiry(session, inquiry_id)

    @answers
    def dossier(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.begin() as tx:
            return handlers.tell_dossier(tx, complaint_id)

    @answers
    def without_identity(self, complaint_id: UUID, texts: Sequence[str]) -> dict[str, Any]:
        with self.store.read() as session:
            return handlers.tell_without_identity(session, complaint_id, texts)
