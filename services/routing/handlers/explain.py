"""Who has the case answers the Ombudsman: his question (UU 37/2008 art 33), or how his recommendation was carried out
(art 38)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.routing.domain.answer import EVIDENCE_MAX
from services.routing.domain.case import Officer
from services.routing.handlers.desk import Done, done, said, take, write
from services.routing.handlers.refusals import refusal
from services.routing.store import queries
from shared.contracts.vocabulary import EXPLAINED
from shared.files import SavedFile
from shared.store import Transaction


def explain(
    tx: Transaction,
    officer: Officer,
    complaint_id: UUID,
    *,
    words: str,
    answers: str,
    evidence: Sequence[SavedFile] = (),
) -> Done:
    """Write to the Ombudsman, in whatever state the case is: the matter may be answered or closed, and the state, the
    clocks and the reporter's right to object stay what they are.

    The reporter learns that it was done, not what was said: that is the Ombudsman's to read.
    `answers` is one of the contract's EXPLAINED. Raises Conflict `not_with_ombudsman`, Invalid `unknown_answers` or
    `evidence_too_many`, and what `desk.take` raises.
    """
    case = take(tx, officer, complaint_id, "explain", None)
    if not queries.went_to_ombudsman(tx.session, complaint_id):
        raise refusal("not_with_ombudsman")
    if answers not in EXPLAINED:
        raise refusal("unknown_answers")
    if len(evidence) > EVIDENCE_MAX:
        raise refusal("evidence_too_many")
    item_id = write(
        tx,
        case,
        "explained",
        officer=officer,
        agency_id=officer.agency_id,
        words=said(words),
        data={"answers": answers},
        files=tuple(evidence),
    )
    tx.publish(
        "case.explained",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "case_number": case.case_number,
            "item_id": item_id,
            "agency_id": officer.agency_id,
            "answers": answers,
            "evidence": len(evidence),
            "explained_at": tx.now,
        },
    )
    return done(case, item_id)
