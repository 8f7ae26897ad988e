"""The entrances of routing on the broker: what it hears, what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.routing.handlers import HEARS, told
from shared import clock
from shared.accounts import session_of
from shared.entrances import DeadLetters, Relay, StoreProvider, answers, subscribe
from shared.errors import NotFound
from shared.messaging.batch import Batch


class Worker:
    """Hears the reporter, the clocks and the Ombudsman; answers where a case stands and who is signed in."""

    name = "routing"
    store = StoreProvider()
    relay = Relay()
    dead_letters = DeadLetters()

    @subscribe("intake")
    def hear_intake(self, batch: Batch) -> None:
        batch.apply(HEARS["intake"])

    @subscribe("sla")
    def hear_sla(self, batch: Batch) -> None:
        batch.apply(HEARS["sla"])

    @subscribe("ombudsman")
    def hear_ombudsman(self, batch: Batch) -> None:
        batch.apply(HEARS["ombudsman"])

    @answers
    def case(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return told.case(session, complaint_id)

    @answers
    def cases(self, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
        with self.store.read() as session:
            return told.cases(session, complaint_ids)

    @answers
    def locks(self, complaint_ids: Sequence[UUID]) -> dict[str, Any]:
        with self.store.read() as session:
            return told.locks(session, complaint_ids)

    @answers
    def timeline(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return told.timeline(session, complaint_id)

    @answers
    def dossier(self, complaint_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return told.dossier(session, complaint_id)

    @answers
    def said(self, item_id: UUID) -> dict[str, Any]:
        with self.store.read() as session:
            return told.said(session, item_id)

    @answers
    def agencies(self) -> dict[str, Any]:
        with self.store.read() as session:
            return told.agencies(session, clock.now())

    @answers
    def officers(self, agency_id: str | None, roles: Sequence[str]) -> dict[str, Any]:
        with self.store.read() as session:
            return told.officers(session, agency_id, roles)

    @answers
    def session(self, token: str) -> dict[str, Any]:
        officer = session_of(self.store, token)
        if officer is None:
            raise NotFound("no_session", "Tidak ada yang masuk.", "Nobody is signed in.")
        return {
            "officer_id": officer.officer_id,
            "name": officer.name,
            "role": officer.role,
            "agency_id": officer.agency_id,
            "expires_at": officer.expires_at,
        }
