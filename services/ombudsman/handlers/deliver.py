"""Deliver the file until there is proof, and keep the proof."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.ombudsman.delivery import Letter, NotDelivered, Postman, Receipt
from services.ombudsman.domain.delivery import Mailbox, pause
from services.ombudsman.domain.states import WITH_OMBUDSMAN
from services.ombudsman.handlers.moves import move, say
from services.ombudsman.store import queries
from services.ombudsman.store.tables import deliveries, files, sandbox_deliveries
from shared.ids import new_id
from shared.store import Timer, Transaction
from shared.usecases import Outside


class DeliverReferral(Outside):
    """Outside work of kind `referral.deliver`."""

    rpc: Any

    def __init__(self, postman: Postman | None = None) -> None:
        self._postman = postman or Postman.from_settings()

    def prepare(self, tx: Transaction, timer: Timer) -> Letter | None:
        """The letter; None when the referral was cancelled, sent, or is to be composed anew."""
        revision = int(timer.payload["revision"])
        row = queries.locked(tx, UUID(timer.payload["referral_id"]))
        found = queries.file_of(tx.session, row.referral_id, revision)
        if row.state != "sending" or row.revision != revision or found is None:
            return None
        region = queries.region(tx.session, row.region)
        return Letter(
            referral_id=row.referral_id,
            complaint_id=row.complaint_id,
            number=row.number,
            revision=revision,
            office=region.office,
            region=region.name,
            file=found[0],
            pdf=found[1],
        )

    def perform(self, job: Letter) -> Receipt:
        """Hand it over. Raises NotDelivered."""
        return self._postman.deliver(job)

    def conclude(self, tx: Transaction, timer: Timer, job: Letter, result: Receipt) -> None:
        """Keep the proof and tell the others, once, however often it was delivered."""
        delivery_id = self._note(tx, job, result, delivered=True)
        if result.way == "sandbox" and isinstance(self._postman.destination, Mailbox):
            tx.session.execute(
                insert(sandbox_deliveries).values(
                    delivery_id=delivery_id,
                    recipient=self._postman.destination.address,
                    subject=job.subject,
                    words=job.words,
                )
            )
        row = queries.locked(tx, job.referral_id)
        with_identity = bool(job.file.content["parties"]["reporter"]["consented"])
        first = row.state not in WITH_OMBUDSMAN
        if first:  # what was composed but not sent is nobody's business any more
            tx.session.execute(delete(files).where(files.c.referral_id == row.referral_id))
        self._keep(tx, job, with_identity)
        if first:
            move(tx, row, "forward", revision=job.revision, with_identity=with_identity, forwarded_at=tx.now)
            say(tx, "referral.forwarded", row, with_identity=with_identity, forwarded_at=tx.now)

    def fail(self, tx: Transaction, timer: Timer, job: Letter, error: Exception, attempt: int) -> datetime | None:
        """Keep what the other side said; try again with growing pauses, until an operator must look."""
        refused = (
            error.receipt if isinstance(error, NotDelivered) else Receipt(self._postman.way, None, type(error).__name__)
        )
        self._note(tx, job, refused, delivered=False)
        wait = pause(attempt)
        if wait is not None:
            return tx.now + wait
        row = queries.locked(tx, job.referral_id)
        if row.state == "sending" and row.revision == job.revision:
            move(tx, row, "give_up")
        return None

    def _note(self, tx: Transaction, job: Letter, receipt: Receipt, *, delivered: bool) -> UUID:
        delivery_id = new_id()
        tx.session.execute(
            insert(deliveries).values(
                delivery_id=delivery_id,
                referral_id=job.referral_id,
                revision=job.revision,
                way=receipt.way,
                delivered=delivered,
                status=receipt.status,
                reply=receipt.reply,
                sha256=job.file.sha256,
                at=tx.now,
            )
        )
        return delivery_id

    def _keep(self, tx: Transaction, job: Letter, with_identity: bool) -> None:
        """The file that went out stays, whatever became of the referral while it was on its way."""
        statement = upsert(files).values(
            referral_id=job.referral_id,
            revision=job.revision,
            sha256=job.file.sha256,
            json=job.file.json,
            pdf=job.pdf,
            with_identity=with_identity,
            composed_at=tx.now,
        )
        tx.session.execute(statement.on_conflict_do_nothing())
