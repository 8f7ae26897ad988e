"""The figures of one period: counted from what happened to each complaint in it (domain reference section 6).

Everything counted is of the period: a complaint is counted as received when it
came in the period, as answered when its first substantive answer fell in it,
as late when its first limit was passed in it. Only the ages are of a moment,
the period's end.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DIMENSIONS = ("channel", "class", "category", "district", "agency")
DEEDS = ("verified", "held", "returned", "answered", "objected", "reopened", "closed", "archived", "withdrawn")
"""What can be done to a complaint in a period; `held`: the reporter was asked to complete it."""

UNKNOWN = ""
"""The group of complaints for which a dimension is not known."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A complaint that something happened to in the period. Groups by the words of the contracts, None: not known."""

    agency_id: str | None
    channel: str
    class_: str | None
    category: str | None
    district: str | None
    confidential: bool
    received: bool = False
    late: bool = False
    answer_days: int | None = None  # working days to its first substantive answer, when that fell in the period
    deeds: frozenset[str] = frozenset()
    archived_because: str | None = None
    closed_how: str | None = None
    returned_by: tuple[str, ...] = ()  # agencies that sent it back, each time

    def group(self, dimension: str) -> str:
        value = {
            "channel": self.channel,
            "class": self.class_,
            "category": self.category,
            "district": self.district,
            "agency": self.agency_id,
        }[dimension]
        return value or UNKNOWN


@dataclass(frozen=True, slots=True)
class Judged:
    """Clocks of one kind and limit that were met or passed in the period."""

    clock: str
    days: int
    unit: str
    judged: int
    on_time: int


@dataclass(frozen=True, slots=True)
class Old:
    """An open complaint more than 60 days old at the period's end."""

    number: str | None
    class_: str | None
    agency_id: str | None
    received_on: str
    days: int
    confidential: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What a report is made from, of all agencies or of one."""

    touched: Sequence[Touched] = ()
    judged: Sequence[Judged] = ()
    ages: Mapping[str, int] = field(default_factory=dict)
    ratings: Mapping[int, int] = field(default_factory=dict)
    oldest: Sequence[Old] = ()

    @property
    def empty(self) -> bool:
        return not (self.touched or self.judged or self.ratings or any(self.ages.values()))


def figures(counted: Counted) -> dict[str, Any]:
    """All figures as JSON values, nothing hidden yet; `published` makes of them what may be read."""
    touched = counted.touched
    closed = Counter(one.closed_how for one in touched if one.closed_how)
    archived = Counter(one.archived_because for one in touched if one.archived_because)
    return {
        "total": _cells(touched),
        "confidential": sum(one.received and one.confidential for one in touched),
        "groups": {name: _groups(name, touched) for name in DIMENSIONS},
        "deeds": {deed: sum(deed in one.deeds for one in touched) for deed in DEEDS},
        "returns": dict(Counter(agency for one in touched for agency in one.returned_by)),
        "archived": dict(sorted(archived.items())),
        "closed": dict(sorted(closed.items())),
        "on_time": [
            {"clock": one.clock, "days": one.days, "unit": one.unit, "judged": one.judged, "on_time": one.on_time}
            for one in counted.judged
        ],
        "ages": dict(counted.ages),
        "ratings": {str(stars): counted.ratings.get(stars, 0) for stars in range(1, 6)},
        "oldest": [
            {"number": one.number, "class": one.class_, "agency_id": one.agency_id}
            | {"received_on": one.received_on, "days": one.days}
            for one in counted.oldest
            if not one.confidential
        ],
        "oldest_confidential": sum(one.confidential for one in counted.oldest),
    }


def nearest_rank(values: Iterable[int], percent: int) -> int | None:
    """The smallest value that so many percent of the values do not exceed; None without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else None


def share(part: int, whole: int) -> int | None:
    """Whole percents, rounded down, so that 100 means all; None of nothing."""
    return part * 100 // whole if whole else None


def _groups(dimension: str, touched: Sequence[Touched]) -> dict[str, dict[str, int | None]]:
    by_value: dict[str, list[Touched]] = {}
    for one in touched:
        by_value.setdefault(one.group(dimension), []).append(one)
    cells = {value: _cells(some) for value, some in by_value.items()}
    return dict(sorted(cells.items(), key=lambda item: (-(item[1]["received"] or 0), item[0])))


def _cells(touched: Sequence[Touched]) -> dict[str, int | None]:
    days = [one.answer_days for one in touched if one.answer_days is not None]
    return {
        "received": sum(one.received for one in touched),
        "late": sum(one.late for one in touched),
        "answered": len(days),
        "median_days": nearest_rank(days, 50),
        "p90_days": nearest_rank(days, 90),
    }
