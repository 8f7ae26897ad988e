"""The agency replies to the reporter: for the time being, or with what settles the matter."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.routing.domain.answer import check_answer
from services.routing.domain.case import Case, Officer
from services.routing.handlers.desk import Done, done, heard_of, move, said, take, write
from services.routing.handlers.refusals import plainly
from services.routing.store import queries
from shared.files import SavedFile
from shared.store import Transaction


def answer(
    tx: Transaction,
    officer: Officer,
    complaint_id: UUID,
    *,
    words: str,
    substantive: bool = True,
    evidence: Sequence[SavedFile] = (),
    why_no_evidence: str = "",
    version: int | None = None,
) -> Done:
    """Reply. A substantive answer shows evidence or says why there is none; an interim one goes on working.

    The reporters of cases merged under this one get the same answer, each with her own veto.
    Raises Invalid `evidence_missing` or `evidence_too_many`, and what `desk.take` raises.
    """
    case = take(tx, officer, complaint_id, "answer" if substantive else "reply", version)
    reason = said(why_no_evidence, "why_no_evidence") if substantive and why_no_evidence.strip() else None
    with plainly():
        check_answer(substantive, len(evidence), reason)
    reply = _Reply(officer, str(case.agency_id), said(words), substantive, tuple(evidence), reason)
    for follower in queries.followers(tx.session, complaint_id):
        reply.give(tx, heard_of(tx, follower), "answer_with_lead" if substantive else None)
    return done(*reply.give(tx, case, "answer" if substantive else "reply"))


class _Reply:
    """One reply, given to the reporter of a case and to those of the cases that follow it."""

    def __init__(
        self,
        officer: Officer,
        agency_id: str,
        words: str,
        substantive: bool,
        evidence: tuple[SavedFile, ...],
        why_no_evidence: str | None,
    ) -> None:
        self._officer = officer
        self._agency_id = agency_id
        self._words = words
        self._substantive = substantive
        self._evidence = evidence
        self._data = {"why_no_evidence": why_no_evidence} if why_no_evidence and not evidence else {}

    def give(self, tx: Transaction, case: Case, deed: str | None) -> tuple[Case, UUID]:
        """Write it on the case's timeline, move the case by the deed, and say so."""
        item_id = write(
            tx,
            case,
            "answered" if self._substantive else "interim",
            officer=self._officer,
            agency_id=self._agency_id,
            words=self._words,
            public=True,
            data=self._data,
            files=self._evidence,
        )
        if deed:
            changes = {"answered_at": tx.now, "objected": False} if self._substantive else {}
            case = move(tx, case, deed, agency_id=self._agency_id, **changes)
        tx.publish(
            "case.answered",
            case.complaint_id,
            {
                "complaint_id": case.complaint_id,
                "case_number": case.case_number,
                "item_id": item_id,
                "agency_id": self._agency_id,
                "substantive": self._substantive,
                "evidence": len(self._evidence),
                "answered_at": tx.now,
            },
        )
        return case, item_id
