"""Compose the file: ask the other services for their dossiers, write one file out of them, keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from services.ombudsman.delivery.bundling import kept_files
from services.ombudsman.delivery.stamping import Authority
from services.ombudsman.domain.canonical import File
from services.ombudsman.domain.compose import attachments_of, compose, may_be_enclosed
from services.ombudsman.domain.delivery import pause
from services.ombudsman.domain.parts import Head, Parts, Requirement
from services.ombudsman.handlers.gather import DOSSIER_SECONDS, dossiers, fetch
from services.ombudsman.handlers.moves import deliver_soon, move, stamp_soon
from services.ombudsman.handlers.supplement import move_supplement
from services.ombudsman.store import queries
from services.ombudsman.store.tables import files
from shared.store import Timer, Transaction
from shared.usecases import Outside


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

    def __init__(self) -> None:
        self._stamps = Authority.from_settings() is not None

    def prepare(self, tx: Transaction, timer: Timer) -> Wanted | None:
        """What to ask for; None when the referral moved on meanwhile."""
        revision = int(timer.payload["revision"])
        row = queries.locked(tx, UUID(timer.payload["referral_id"]))
        supplement = queries.supplement(tx.session, row.referral_id, revision)
        if not _is_wanted(row, supplement, revision):
            return None
        head = queries.head(tx.session, row, supplement)
        today = head.until.astimezone(ZoneInfo(head.region.timezone)).date()
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
        dossier = dossiers(self.rpc, complaint_id)
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
        consent = dossier["intake"]["ombudsman_consent"]
        with_identity = consent and dossier["intake"]["identity"] is not None
        # What draws takes 35 MB of memory; a worker that never draws does without.
        from services.ombudsman.document import render
        from services.ombudsman.document.checking import check

        unavailable = {
            attachment["sha256"]
            for _, attachment in attachments_of(parts)
            if may_be_enclosed(attachment, with_identity) and not fetch(attachment, kept_files(), DOSSIER_SECONDS)
        }
        file = compose(parts, consent, unavailable)
        check(file)
        return Composed(file, render(file), file.content["parties"]["reporter"]["consented"])

    def conclude(self, tx: Transaction, timer: Timer, job: Wanted, result: Composed) -> None:
        """Keep the file, have it stamped and delivered, unless she changed her mind while it was composed."""
        row = queries.locked(tx, job.head.referral_id)
        supplement = queries.supplement(tx.session, row.referral_id, job.revision)
        if not _is_wanted(row, supplement, job.revision):
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
                stamping="wanted" if self._stamps else "none",
            )
            .on_conflict_do_nothing()
        )
        if supplement:
            move_supplement(tx, row, job.revision, "sending")
        else:
            move(tx, row, "send", with_identity=result.with_identity)
        (stamp_soon if self._stamps else deliver_soon)(tx, row, job.revision)

    def fail(self, tx: Transaction, timer: Timer, job: Wanted, error: Exception, attempt: int) -> datetime | None:
        """A service was away: try again with growing pauses; after two weeks an operator must look."""
        wait = pause(attempt)
        if wait is not None:
            return tx.now + wait
        row = queries.locked(tx, job.head.referral_id)
        supplement = queries.supplement(tx.session, row.referral_id, job.revision)
        if _is_wanted(row, supplement, job.revision):
            if supplement:
                move_supplement(tx, row, job.revision, "failed")
            else:
                move(tx, row, "give_up")
        return None


def _is_wanted(row: Row[Any], supplement: Row[Any] | None, revision: int) -> bool:
    """Whether the file of a revision is still to be composed: the referral's own, or a supplement's."""
    if supplement:
        return bool(supplement.state == "wanted")
    return bool(row.state == "preparing" and row.revision == revision)
