"""The periods a report is made for: weeks from Monday, months, quarters, half-years and years of the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the region, `first` and `last` both included."""

    frequency: str
    first: date
    last: date

    @property
    def name(self) -> str:
        """One name for each period there ever is, e.g. `monthly:2026-03-01`."""
        return f"{self.frequency}:{self.first}"

    @property
    def next(self) -> Period:
        return period_of(self.frequency, self.last + _DAY)

    @property
    def previous(self) -> Period:
        return period_of(self.frequency, self.first - _DAY)


def period_of(frequency: str, day: date) -> Period:
    """The period of a frequency a day lies in. Raises KeyError for an unknown frequency."""
    if frequency == "weekly":
        first = day - timedelta(days=day.weekday())
        return Period(frequency, first, first + timedelta(days=6))
    months = _MONTHS[frequency]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = first.month + months
    last = date(first.year + (after > 12), (after - 1) % 12 + 1, 1) - _DAY
    return Period(frequency, first, last)
