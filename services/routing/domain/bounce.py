"""The bounce brake: a case is not thrown back and forth ("dilempar kesana kesini", domain reference 7).

An agency may return a case once, with a reason and the unit it believes competent.
A second return by the same agency is refused: then the coordinator decides. No clock
resets (domain reference 9, row 7).
"""

from __future__ import annotations

from collections.abc import Collection

from services.routing.domain.refused import Refused


def check_return(agency_id: str, returned_by: Collection[str], competent_agency_id: str) -> None:
    """Raises Refused `returned_before` or `names_itself`."""
    if agency_id in returned_by:
        raise Refused("returned_before")
    if competent_agency_id == agency_id:
        raise Refused("names_itself")


def may_return(agency_id: str, returned_by: Collection[str]) -> bool:
    """Whether the agency still has its one return."""
    return agency_id not in returned_by
