"""Compose the file: ask the other services for their dossiers, write one file out of them, keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert

from services.ombudsman.domain.canonical import File
from services.ombudsman.domain.compose import compose
from services.ombudsman.domain.delivery import pause
from services.ombudsman.domain.parts import Head, Parts, Requirement
from services.ombudsman.handlers.moves import deliver_soon, move
from services.ombudsman.store import queries
from services.ombudsman.store.tables import files
from shared.store import Timer, Transaction
from shared.usecases import Outside

DOSSIER_SECONDS = 10.0
"""A dossier is read once in sixty days; it may take longer than a question for a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file is wanted, and the facts of ours that go into it."""

    head: Head
    revision: int
    requirements: list[Requirement]
    report_within_years: int
    areas: dict[str, str]


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished file with its PDF."""

    file: File
    pdf: bytes
    with_identity: bool


class PrepareReferral(Outside):
    """Outside work of kind `referral.prepare`."""

    def prepare(self, tx: Transaction, timer: Timer) -> Wanted | None:
        """What to ask for; None when the referral moved on meanwhile."""
        revision = int(timer.payload["revision"])
        row = queries.locked(tx, UUID(timer.payload["referral_id"]))
        if row.state != "preparing" or row.revision != revision:
            return None
        head = queries.head(tx.session, row)
        today = head.created_at.astimezone(ZoneInfo(head.region.timezone)).date()
        return Wanted(
            head=head,
            revision=revision,
            requirements=queries.requirements_on(tx.session, today),
            report_within_years=queries.limit(tx.session, "report_age", today).amount,
            areas=queries.area_names(tx.session),
        )

    def perform(self, job: Wanted) -> Composed:
        """Ask, compose, print. Raises the Refusal of a service that is away or knows nothing of the complaint."""
        complaint_id = job.head.complaint_id
        dossier = {
            service: self.rpc.ask(service, method, deadline=DOSSIER_SECONDS, complaint_id=complaint_id)
            for service, method in (
                ("intake", "dossier"),
                ("routing", "dossier"),
                ("sla", "dossier"),
                ("notify", "history"),
            )
        }
        directory = self.rpc.ask("routing", "agencies", deadline=DOSSIER_SECONDS)
        parts = Parts(
            head=job.head,
            intake=dossier["intake"],
            routing=dossier["routing"],
            sla=dossier["sla"],
            notify=dossier["notify"],
            requirements=job.requirements,
            report_within_years=job.report_within_years,
            agencies={agency["agency_id"]: agency for agency in directory["agencies"]},
            areas=job.areas,
        )
        # What draws takes 35 MB of memory; a worker that never draws does without.
        from services.ombudsman.document import render

        file = compose(parts, consent=dossier["intake"]["ombudsman_consent"])
        return Composed(file, render(file), file.content["parties"]["reporter"]["consented"])

    def conclude(self, tx: Transaction, timer: Timer, job: Wanted, result: Composed) -> None:
        """Keep the file and have it delivered, unless the reporter changed her mind while it was composed."""
        row = queries.locked(tx, job.head.referral_id)
        if row.state != "preparing" or row.revision != job.revision:
            return
        tx.session.execute(
            insert(files)
            .values(
                referral_id=row.referral_id,
                revision=job.revision,
                sha256=result.file.sha256,
                json=result.file.json,
                pdf=result.pdf,
                with_identity=result.with_identity,
                composed_at=tx.now,
            )
            .on_conflict_do_nothing()
        )
        move(tx, row, "send", with_identity=result.with_identity)
        deliver_soon(tx, row, job.revision)

    def fail(self, tx: Transaction, timer: Timer, job: Wanted, error: Exception, attempt: int) -> datetime | None:
        """A service was away: try again with growing pauses; after two weeks an operator must look."""
        wait = pause(attempt)
        if wait is not None:
            return tx.now + wait
        row = queries.locked(tx, job.head.referral_id)
        if row.state == "preparing" and row.revision == job.revision:
            move(tx, row, "give_up")
        return None
