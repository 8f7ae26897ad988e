"""What counts as an answer: words, and evidence or an honest reason why there is none.

"Selesai" without a fix is what reporters complain about most bitterly (domain
reference 7), so a substantive answer shows something or says why it cannot.
"""

from __future__ import annotations

from services.routing.domain.refused import Refused

EVIDENCE_MAX = 5
"""Files with one answer."""


def check_answer(substantive: bool, evidence: int, why_no_evidence: str | None) -> None:
    """Raises Refused `evidence_missing` or `evidence_too_many`. `evidence` counts files."""
    if evidence > EVIDENCE_MAX:
        raise Refused("evidence_too_many")
    if substantive and not evidence and not why_no_evidence:
        raise Refused("evidence_missing")
