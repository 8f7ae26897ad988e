"""Figures of a periodic report: what is counted for a group of complaints (domain reference section 6)."""

from __future__ import annotations

from dataclasses import dataclass

AGES = (("0-5", 0, 5), ("6-14", 6, 14), ("15-60", 15, 60), ("60+", 61, None))
"""Ageing of open complaints by calendar days since registration: name, first day, last day."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a group of complaints.

    `handled`: answered in substance, or finished. `late`: a limit of the
    agency or the coordinator was passed. The days are working days from
    registration to the first substantive answer within which half, and nine
    tenths, of the answers came (nearest rank: a number that occurred); None
    while there is no answer.
    """

    received: int
    handled: int
    late: int
    median_days: int | None
    p90_days: int | None


NOTHING = Figures(0, 0, 0, None, None)
