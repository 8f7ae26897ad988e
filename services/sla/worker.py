"""The entrances of sla on the broker: what it hears, what it is asked, what falls due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from nameko.timer import timer

from services.sla.domain.calendar import Unit
from services.sla.handlers import HEARS, TIMERS
from services.sla.store import board, editions, gauges, queries
from shared import clock
from shared.entrances import DeadLetters, Relay, RpcProvider, StoreProvider, Timers, answers, subscribe
from shared.messaging.batch import Batch

GAUGES_EVERY = 15


class Worker:
    """Hears what happens to complaints; answers what runs until when; reminds, breaches and escalates in time."""

    name = "sla"
    store = StoreProvider()
    rpc = RpcProvider()
    relay = Relay()
    dead_letters = DeadLetters()
    timers = Timers(TIMERS)

    @subscribe("intake")
    def hear_intake(self, batch: Batch) -> None:
        batch.apply(HEARS["intake"])

    @subscribe("routing")
    def hear_routing(self, batch: Batch) -> None:
        batch.apply(HEARS["routing"])

    @subscribe("ombudsman")
    def hear_ombudsman(self, batch: Batch) -> None:
        batch.apply(HEARS["ombudsman"])

    @answers
    def clocks(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return queries.clocks(session, complaint_id, clock.now())

    @answers
    def next_due(self, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
        with self.store.read() as session:
            return queries.next_due(session, complaint_ids, clock.now())

    @answers
    def limits(self, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
        with self.store.read() as session:
            return queries.limits(session, complaint_ids, clock.now())

    @answers
    def due_date(self, start: date, days: int, unit: Unit, region: str, agency_id: str | None = None) -> dict[str, Any]:
        with self.store.read() as session:
            return queries.due_date(session, start, days, unit, region, agency_id)

    @answers
    def dossier(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return queries.dossier(session, complaint_id, clock.now())

    @answers
    def report_addressee(self, addressee_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            office = editions.addressee(session, addressee_id)
        return {"office": office.office, "email": office.email, "language": office.language}

    @answers
    def report_document(self, report_id: UUID, language: str) -> dict[str, Any]:
        from services.sla.report.letter import document  # the words and pages of reports, when one is asked for

        return document(self.store, self.rpc, report_id, language)

    @timer(GAUGES_EVERY, eager=True)
    def show_gauges(self) -> None:
        with self.store.read() as session:
            gauges.show(session, clock.now())
        with self.store.begin() as tx:
            board.add_up(tx.session)
