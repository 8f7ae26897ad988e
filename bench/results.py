"""What a row hands in: figures beside their yardsticks, and tables of where the time goes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure: the value of every round, the yardstick's beside it, and what is wanted of the medians."""

    what: str
    unit: str
    ours: Sequence[float]
    wanted: str
    goal: Callable[[Figure], bool] | None = None
    beside: str = ""
    theirs: Sequence[float] = ()

    @property
    def value(self) -> float:
        return median(self.ours)

    @property
    def yardstick(self) -> float | None:
        return median(self.theirs) if self.theirs else None

    @property
    def ratio(self) -> float:
        """Ours divided by the yardstick's; not a number without one."""
        return self.value / self.yardstick if self.yardstick else math.nan

    @property
    def reached(self) -> bool | None:
        """Whether the medians are as wanted; None when nothing is."""
        return self.goal(self) if self.goal else None

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "what": self.what,
            "unit": self.unit,
            "value": self.value,
            "rounds": list(self.ours),
            "beside": self.beside or None,
            "yardstick": self.yardstick,
            "yardstick_rounds": list(self.theirs),
            "ratio": self.ratio if self.theirs else None,
            "wanted": self.wanted,
            "reached": self.reached,
        }


@dataclass(frozen=True)
class Table:
    """A table below the figures; cells are text or numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float]]

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {"title": self.title, "columns": list(self.columns), "rows": [list(row) for row in self.rows]}


@dataclass(frozen=True)
class Row:
    """One row of the issue's table: `how` says in a few sentences what was done."""

    name: str
    title: str
    how: str
    figures: Sequence[Figure]
    tables: Sequence[Table] = field(default=())

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "how": self.how,
            "figures": [figure.plain() for figure in self.figures],
            "tables": [table.plain() for table in self.tables],
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
