"""Figures of a periodic report: what is counted for a group of complaints, and how (domain reference section 6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

AGES = (("0-5", 0, 5), ("6-14", 6, 14), ("15-60", 15, 60), ("60+", 61, None))
"""Ageing of open complaints by calendar days since registration: name, first day, last day."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One complaint as the figures need it. `answer_days`: working days from registration to the first substantive
    answer, None while there is none; `handled`: answered or finished."""

    handled: bool
    late: bool
    answer_days: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a group, and the days within which half and nine tenths of its answers came (None: no answer yet)."""

    received: int
    handled: int
    late: int
    median_days: int | None
    p90_days: int | None


def figures(group: Sequence[Counted]) -> Figures:
    """Count a group. Shares use the nearest-rank method, so that every figure is a number of days that occurred."""
    days = sorted(one.answer_days for one in group if one.answer_days is not None)
    return Figures(
        received=len(group),
        handled=sum(one.handled for one in group),
        late=sum(one.late for one in group),
        median_days=_nearest_rank(days, 50),
        p90_days=_nearest_rank(days, 90),
    )


def age_group(days: int) -> str:
    """The ageing group of a complaint registered so many calendar days ago."""
    return next(name for name, first, last in AGES if days >= first and (last is None or days <= last))


def _nearest_rank(days: Sequence[int], percent: int) -> int | None:
    return days[math.ceil(percent * len(days) / 100) - 1] if days else None
