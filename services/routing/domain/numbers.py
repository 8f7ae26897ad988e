"""Case numbers as they stand on letters: `KOLUT-2026-000123`, counted per region and year.

The number tells nothing about the reporter and opens nothing; her tracking code does,
and that is known to intake only.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

_NUMBER = re.compile(r"(?:(?:[A-Z]+-)?(?:(?P<year>\d{4})-))?0*(?P<count>\d{1,9})")


def year_of(moment: datetime, timezone: str) -> int:
    """The year a case counts in: that of the region's own calendar, not of UTC."""
    return moment.astimezone(ZoneInfo(timezone)).year


def case_number(prefix: str, year: int, count: int) -> str:
    """The number of the count-th case of a region in a year. More than 999,999 just grow longer."""
    return f"{prefix}-{year}-{count:06d}"


def ending(written: str) -> str | None:
    """The ending of the case numbers somebody means by `123`, `2026-123` or `KOLUT-2026-000123`; None if none."""
    found = _NUMBER.fullmatch("".join(written.split()).upper())
    if not found:
        return None
    count = f"-{int(found['count']):06d}"
    return f"-{found['year']}{count}" if found["year"] else count
