"""The lock against a conflict of interest: whoever is complained about neither sees the case nor decides on it.

Sources: domain reference 7, feature 8 (the Inspektorat views everything berkadar
pengawasan; the accused unit cannot see or answer alone) and 9, row 14 (a case that
becomes berkadar pengawasan goes to the Inspektorat, the accused unit is locked);
Permendagri 8/2023 (APIP; for a regency the Inspektorat). Two people for lifting a
lock are our own rule.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from services.routing.domain.case import SUPERVISORY, Case, Officer
from services.routing.domain.refused import Refused

BY_CLASS: Final = "class"
NAMED: Final = "named"
CAUSES: Final = (BY_CLASS, NAMED)
"""Why an agency was locked: the case is berkadar pengawasan, or the coordinator named it as accused."""


def presumed(case: Case) -> frozenset[str]:
    """Who is taken for accused in a case that is berkadar pengawasan: the agency that has it, and the one she named.

    Better one locked too many: two people lift a lock, nobody makes unseen what was seen.
    """
    return frozenset(agency for agency in (case.agency_id, case.wished_agency_id) if agency) - {case.inspectorate}


def examiner(case: Case) -> str | None:
    """The Inspektorat of the region, unless it is itself locked out of the case; then the coordinator decides."""
    return None if case.inspectorate in case.locked else case.inspectorate


def check_receiver(case: Case, agency_id: str) -> None:
    """Whether the case may be sent there. Raises Refused `agency_locked` or `inspectorate_only`."""
    if agency_id in case.locked:
        raise Refused("agency_locked")
    if case.class_ == SUPERVISORY and examiner(case) not in (None, agency_id):
        raise Refused("inspectorate_only")


def second(officer: Officer, case: Case, proposed_by: UUID | None) -> bool:
    """Whether she is the second person who may lift a lock: the head of the Inspektorat, never whoever proposed it.

    While the Inspektorat is locked itself, another coordinator.
    """
    if proposed_by is None or officer.officer_id == proposed_by:
        return False
    if examiner(case) is None:
        return officer.role == "coordinator"
    return officer.role == "head" and officer.agency_id == case.inspectorate
