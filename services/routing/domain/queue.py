"""The tabs of the queue: which standings belong together, for the coordinator and for an agency.

Made for an officer with forty cases on a Monday: what is late comes first in every
tab, and every open case is in exactly one tab besides `late`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.routing.domain import life
from services.routing.domain.life import Standing

LATE: Final = "late"
"""Open cases with a limit that has passed: a second view on cases of the other tabs."""

RETURNED: Final = "returned"
"""What an agency sent back: number and date only."""

OVERSIGHT: Final = "oversight"
"""For the Inspektorat: everything that is berkadar pengawasan or locked, whoever has it."""

_ENDED: Final = frozenset(
    {life.CLOSED, life.ARCHIVED, life.WITHDRAWN, life.WITHDRAWN_FROM_AGENCY, life.MERGED},
)

REGION_TABS: Final[Mapping[str, frozenset[Standing]]] = MappingProxyType(
    {
        "new": frozenset({life.UNVERIFIED, life.AT_DESK}),
        "waiting": frozenset({life.AWAITING}),
        "running": frozenset({life.DISPATCHED, life.IN_PROGRESS}),
        "answered": frozenset({life.ANSWERED}),
        "done": _ENDED,
    }
)
"""For the coordinator and the supervisors."""

AGENCY_TABS: Final[Mapping[str, frozenset[Standing]]] = MappingProxyType(
    {
        "new": frozenset({life.DISPATCHED}),
        "running": frozenset({life.IN_PROGRESS}),
        "answered": frozenset({life.ANSWERED}),
        "done": frozenset({life.CLOSED, life.WITHDRAWN_FROM_AGENCY}),
    }
)
"""For the officers and the head of one agency."""


def tabs(agency_id: str | None) -> Mapping[str, frozenset[Standing]]:
    """The tabs of somebody of this agency, or (None) of somebody who serves the whole region."""
    return AGENCY_TABS if agency_id else REGION_TABS
