"""Get a time stamp on the file's list of hashes before it is delivered; after a day the file goes without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from services.ombudsman.delivery.bundling import to_be_stamped
from services.ombudsman.delivery.stamping import Authority, NotStamped, Stamp, checked
from services.ombudsman.domain.delivery import stamp_pause
from services.ombudsman.handlers.moves import deliver_soon, is_on_its_way
from services.ombudsman.store import queries
from services.ombudsman.store.queries import Stored
from services.ombudsman.store.tables import files
from shared.logs import log
from shared.store import Timer, Transaction
from shared.usecases import Outside


@dataclass(frozen=True, slots=True)
class Unstamped:
    """The file of a revision, composed and not yet stamped."""

    referral_id: UUID
    revision: int
    stored: Stored


@dataclass(frozen=True, slots=True)
class Given:
    """The authority's answer, and what it says."""

    answer: bytes
    stamp: Stamp


class StampFile(Outside):
    """Outside work of kind `referral.stamp`."""

    def __init__(self, authority: Authority | None = None) -> None:
        self._authority = authority or Authority.from_settings()

    def prepare(self, tx: Transaction, timer: Timer) -> Unstamped | None:
        """The file; None when it is not wanted any more, or has what it needs."""
        referral_id, revision = UUID(timer.payload["referral_id"]), int(timer.payload["revision"])
        row = queries.locked(tx, referral_id)
        supplement = queries.supplement(tx.session, referral_id, revision)
        found = queries.file_of(tx.session, referral_id, revision)
        if found is None or found.stamping.state != "wanted" or not is_on_its_way(row, supplement, revision):
            return None
        return Unstamped(referral_id, revision, found)

    def perform(self, job: Unstamped) -> Given:
        """Ask the authority and check what it gives. Raises NotStamped."""
        if self._authority is None:
            raise NotStamped("no_authority")  # it was taken out of the settings meanwhile
        listed = to_be_stamped(job.stored.file, job.stored.pdf, job.stored.composed_at)
        answer = self._authority.stamp(listed)
        return Given(answer, checked(answer, listed, self._authority.certificates))

    def conclude(self, tx: Transaction, timer: Timer, job: Unstamped, result: Given) -> None:
        """Keep the stamp for good and have the file delivered."""
        self._settle(tx, job, stamping="stamped", stamp=result.answer, stamped_at=result.stamp.at, not_stamped=None)

    def fail(self, tx: Transaction, timer: Timer, job: Unstamped, error: Exception, attempt: int) -> datetime | None:
        """Try again with growing pauses; in the end the file is delivered and says that it has no stamp."""
        reason = error.reason if isinstance(error, NotStamped) else type(error).__name__[:20]
        log.warning("not_stamped", reason=reason, attempt=attempt)
        wait = stamp_pause(attempt)
        if wait is not None and self._authority is not None:
            tx.session.execute(update(files).where(*_of(job)).values(not_stamped=reason))
            return tx.now + wait
        self._settle(tx, job, stamping="failed", not_stamped=reason)
        return None

    def _settle(self, tx: Transaction, job: Unstamped, **values: Any) -> None:
        row = queries.locked(tx, job.referral_id)
        changed = update(files).where(*_of(job), files.c.stamping == "wanted").values(**values)
        if tx.session.execute(changed.returning(files.c.revision)).first():
            deliver_soon(tx, row, job.revision)


def _of(job: Unstamped) -> tuple[Any, Any]:
    return files.c.referral_id == job.referral_id, files.c.revision == job.revision
