"""Deliver the file until there is proof, and keep the proof."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.ombudsman.delivery import Letter, NotDelivered, Postman, Receipt
from services.ombudsman.delivery.signing import signing_key
from services.ombudsman.domain.delivery import HELD_BACK, Mailbox, may_have_arrived, pause, put_off
from services.ombudsman.domain.states import WITH_OMBUDSMAN
from services.ombudsman.handlers.moves import is_on_its_way, move, say
from services.ombudsman.handlers.supplement import consent_came_too_late, move_supplement, want_supplement
from services.ombudsman.store import queries
from services.ombudsman.store.tables import deliveries, files, referrals, sandbox_deliveries
from shared.ids import new_id
from shared.store import Timer, Transaction
from shared.usecases import Outside


class DeliverReferral(Outside):
    """Outside work of kind `referral.deliver`."""

    rpc: Any

    def __init__(self, postman: Postman | None = None) -> None:
        self._postman = postman or Postman.from_settings()
        signing_key()  # a key that cannot sign is found now, not on the sixtieth day

    def prepare(self, tx: Transaction, timer: Timer) -> Letter | None:
        """The letter; None when the referral was cancelled, sent, or is to be composed anew."""
        revision = int(timer.payload["revision"])
        row = queries.locked(tx, UUID(timer.payload["referral_id"]))
        found = queries.file_of(tx.session, row.referral_id, revision)
        supplement = queries.supplement(tx.session, row.referral_id, revision)
        if found is None or not is_on_its_way(row, supplement, revision):
            return None
        region = queries.region(tx.session, row.region)
        return Letter(
            referral_id=row.referral_id,
            complaint_id=row.complaint_id,
            number=row.number,
            revision=revision,
            office=region.office,
            region=region.name,
            file=found.file,
            pdf=found.pdf,
            composed_at=found.composed_at,
            supplement=supplement is not None,
            stamping=found.stamping,
        )

    def perform(self, job: Letter) -> Receipt:
        """Hand it over. Raises NotDelivered.

        A file that names the reporter is held back when she has just taken her consent or her complaint back: intake
        is asked at the last moment. What is handed over after its answer is what she allowed then.
        """
        if job.with_identity:
            told = self.rpc.ask("intake", "status", complaint_id=job.complaint_id)
            if told["withdrawn"] or not told["ombudsman_consent"]:
                raise NotDelivered(self._postman.way, HELD_BACK)
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
        if job.supplement:
            self._conclude_supplement(tx, job, row)
            return
        with_identity = job.with_identity
        first = row.state not in WITH_OMBUDSMAN
        named_before = first and not with_identity and queries.named_may_have_arrived(tx.session, row.referral_id)
        if first:  # what was composed but not sent is nobody's business any more
            tx.session.execute(delete(files).where(files.c.referral_id == row.referral_id))
        self._keep(tx, job, with_identity)
        if first:
            move(tx, row, "forward", revision=job.revision, with_identity=with_identity, forwarded_at=tx.now)
            say(tx, "referral.forwarded", row, with_identity=with_identity, forwarded_at=tx.now)
            known = queries.complaint(tx, row.complaint_id)
            sent = queries.locked(tx, row.referral_id)
            if known is not None and known.consent != with_identity:
                # She decided while it was on its way: both sides are told, and what she decided follows.
                if with_identity:
                    consent_came_too_late(tx, sent)
                else:
                    want_supplement(tx, sent, "consent")
            elif named_before:
                # An earlier try named her and nobody said whether it arrived: she must not believe that it did not.
                consent_came_too_late(tx, sent)
        elif with_identity and not row.with_identity:
            # A blanked file overtook the one that was on its way when she took her consent back.
            consent_came_too_late(tx, row)

    def _conclude_supplement(self, tx: Transaction, job: Letter, row: Row[Any]) -> None:
        """The newest file is the one the desk shows; the earlier ones stay."""
        move_supplement(tx, row, job.revision, "sent", sent_at=tx.now)
        tx.session.execute(
            update(referrals)
            .where(referrals.c.referral_id == row.referral_id, referrals.c.revision < job.revision)
            .values(revision=job.revision, with_identity=job.with_identity)
        )
        why = job.file.content["file"]["why"]
        say(
            tx,
            "referral.supplemented",
            row,
            why=why,
            with_identity=job.with_identity,
            supplemented_at=tx.now,
        )
        known = queries.complaint(tx, row.complaint_id)
        if job.with_identity and not row.with_identity and known is not None and not known.consent:
            # She took her consent back while it was on its way.
            consent_came_too_late(tx, queries.locked(tx, row.referral_id))

    def fail(self, tx: Transaction, timer: Timer, job: Letter, error: Exception, attempt: int) -> datetime | None:
        """Keep what the other side said; try again with growing pauses, until an operator must look."""
        refused = (
            error.receipt if isinstance(error, NotDelivered) else Receipt(self._postman.way, None, type(error).__name__)
        )
        self._note(tx, job, refused, delivered=False)
        self._tell_if_overtaken(tx, job, refused)
        wait = pause(attempt)
        if wait is not None:
            asked = error.retry_after if isinstance(error, NotDelivered) else None
            return tx.now + put_off(wait, asked, random.random())  # noqa: S311 - spreads tries, guards nothing
        row = queries.locked(tx, job.referral_id)
        if job.supplement:
            move_supplement(tx, row, job.revision, "failed")
        elif row.state == "sending" and row.revision == job.revision:
            move(tx, row, "give_up")
        return None

    def _tell_if_overtaken(self, tx: Transaction, job: Letter, receipt: Receipt) -> None:
        """A file without her name was taken while this one, which has it, got no answer: it may be there too."""
        row = queries.locked(tx, job.referral_id)
        overtaken = job.with_identity and row.state in WITH_OMBUDSMAN and row.revision > job.revision
        if overtaken and not row.with_identity and may_have_arrived(receipt.status, receipt.reply):
            consent_came_too_late(tx, row)

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
                headers=dict(receipt.headers),
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
            composed_at=job.composed_at,
            stamping=job.stamping.state,
            stamp=job.stamping.answer,
            stamped_at=job.stamping.at,
            not_stamped=job.stamping.refused,
        )
        tx.session.execute(statement.on_conflict_do_nothing())
