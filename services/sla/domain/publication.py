"""What of a period's figures may be read: small cells hidden, and what would give them away (see `suppression`).

None stands for a hidden number everywhere in what comes out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from services.sla.domain.figures import AGES
from services.sla.domain.periodic import DIMENSIONS, UNKNOWN, share
from services.sla.domain.suppression import LEAST, hidden_cells, hidden_in_tables, is_small

COUNTS = ("received", "late", "answered")
"""The columns of a group that are counts; the days stand or fall with `answered`."""

OLDEST = AGES[-1][0]

Figures = Mapping[str, Any]

Line = tuple[Any, ...]
"""Names a count of a report that stands alone: what, and of what."""

DEED, AGE, OPEN, RATED = "deed", "age", "open", "rated"
JUDGED, MET, LATE = "judged", "met", "late"
CONFIDENTIAL, OLDEST_CONFIDENTIAL = "confidential", "oldest_confidential"

Agency = str | None
"""An agency's id; None: what no agency has yet, which gets no report of its own."""

REGION = ""
"""In place of an agency's id: the region's own report."""


def published(
    figures: Figures, hidden_totals: Collection[str] = (), hidden: Collection[Line] = frozenset()
) -> dict[str, Any]:
    """The figures with small cells hidden.

    `hidden_totals` are columns of this agency that the region's own report hides: with their totals here they could be
    computed there. `hidden` are lines of this report that would give away another agency's (see `beside_each_other`).
    """
    total, groups = _groups(figures, hidden_totals)
    deeds = {deed: _single(count, (DEED, deed) in hidden) for deed, count in figures["deeds"].items()}
    columns = {}
    for deed in ("archived", "closed"):
        forced = [reason for reason in figures[deed] if (deed, reason) in hidden]
        columns[deed], total_of_deed = _column(figures[deed], forced=forced)
        deeds[deed] = deeds[deed] if total_of_deed is not None else None
    ages, open_ = _ages(figures["ages"], figures["oldest_confidential"], hidden)
    return {
        "total": total,
        "confidential": _single(figures["confidential"], (CONFIDENTIAL,) in hidden),
        "groups": groups,
        "deeds": deeds,
        **columns,
        "on_time": [_judged(row, hidden) for row in figures["on_time"]],
        "ages": ages,
        "open": open_,
        "ratings": _ratings(figures["ratings"], (RATED,) in hidden),
        "oldest": figures["oldest"],
        "oldest_confidential": _single(figures["oldest_confidential"], (OLDEST_CONFIDENTIAL,) in hidden),
    }


def beside_each_other(parts: Mapping[Agency, Figures]) -> dict[Agency, frozenset[Line]]:
    """The lines that the report of each agency, and of the region (REGION), must hide besides its own small ones.

    Every such count of the region is the sum of its agencies': who has the region's report and those of all agencies
    but one could take them off each other. `parts` are all agencies with anything in the period, None among them.
    """
    found: dict[Agency, set[Line]] = {agency: set() for agency in (*parts, REGION)}
    each = {agency: _lines(figures) for agency, figures in parts.items()}
    for line in {line for lines in each.values() for line in lines}:
        counts = {agency: lines.get(line, 0) for agency, lines in each.items()}
        if is_small(sum(counts.values())):
            continue  # hidden in the region's report, and where it is not zero in the agencies'
        hidden, total_hidden = hidden_cells(counts)
        for agency in (*hidden, *((REGION,) if total_hidden else ())):
            found[agency].add(line)
    return {agency: frozenset(lines) for agency, lines in found.items()}


def _lines(figures: Figures) -> dict[Line, int]:
    """The counts that stand alone in a report, of the region as of an agency. The oldest are not: they are listed."""
    lines: dict[Line, int] = {(DEED, deed): count for deed, count in figures["deeds"].items()}
    for deed in ("archived", "closed"):
        lines |= {(deed, reason): count for reason, count in figures[deed].items()}
    for row in figures["on_time"]:
        clock = (row["clock"], row["days"], row["unit"])
        lines[JUDGED, *clock], lines[MET, *clock] = row["judged"], row["on_time"]
        lines[LATE, *clock] = row["judged"] - row["on_time"]
    lines |= {(AGE, age): count for age, count in figures["ages"].items() if age != OLDEST}
    return lines | {
        (OPEN,): sum(figures["ages"].values()),
        (RATED,): sum(figures["ratings"].values()),
        (CONFIDENTIAL,): figures["confidential"],
        (OLDEST_CONFIDENTIAL,): figures["oldest_confidential"],
    }


def hidden_of(report: Figures, agency_id: Agency) -> frozenset[str]:
    """The columns that a published report of the region hides of an agency, or (None) of what no agency has."""
    cells = report["groups"]["agency"].get(agency_id or UNKNOWN, {})
    return frozenset(column for column in COUNTS if column in cells and cells[column] is None)


def _groups(figures: Figures, hidden_totals: Collection[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    total = dict(figures["total"])
    groups = {name: {value: dict(cells) for value, cells in figures["groups"][name].items()} for name in DIMENSIONS}
    for column in COUNTS:
        tables = [{value: cells[column] for value, cells in groups[name].items()} for name in DIMENSIONS]
        hidden, total_hidden = hidden_in_tables(tables)
        if column in hidden_totals:
            hidden, total_hidden = [frozenset(table) for table in tables], True
        for name, of_table in zip(DIMENSIONS, hidden, strict=True):
            for value in of_table:
                groups[name][value][column] = None
        if total_hidden:
            total[column] = None
    # What is hidden stands by its name: its place among the others would tell how large it is.
    groups = {name: dict(sorted(table.items(), key=_by_size)) for name, table in groups.items()}
    for cells in (total, *(cells for table in groups.values() for cells in table.values())):
        if not cells["answered"]:
            cells["median_days"] = cells["p90_days"] = None
    return total, groups


def _by_size(item: tuple[str, Mapping[str, Any]]) -> tuple[bool, int, str]:
    value, cells = item
    received = cells["received"]
    return received is None, -(received or 0), value


def _column(counts: Mapping[str, int], **rules: Collection[str]) -> tuple[dict[str, int | None], int | None]:
    """A column of its own and its total."""
    hidden, total_hidden = hidden_cells(counts, **rules)
    shown = {key: None if key in hidden else count for key, count in counts.items()}
    return shown, None if total_hidden else sum(counts.values())


def _ages(
    counts: Mapping[str, int], confidential: int, hidden: Collection[Line]
) -> tuple[dict[str, int | None], int | None]:
    """The ages of open complaints. The oldest are listed one by one, except the confidential ones among them: beside
    that list neither their number nor the total must tell how many those are."""
    forced = [age for age in counts if (AGE, age) in hidden]
    if (OPEN,) in hidden:
        return dict.fromkeys(counts), None
    if is_small(confidential) or (OLDEST_CONFIDENTIAL,) in hidden:
        shown = {age: None if age == OLDEST or age in forced else _single(count) for age, count in counts.items()}
        return shown, None
    # Their number is known from the list: it neither hides another one nor need be hidden.
    shown, total = _column({age: count for age, count in counts.items() if age != OLDEST}, forced=forced)
    oldest = {age: count for age, count in counts.items() if age == OLDEST}
    return shown | oldest, None if total is None else total + sum(oldest.values())


def _single(count: int, hide: bool = False) -> int | None:
    return None if hide or is_small(count) else count


def _judged(row: Mapping[str, Any], hidden: Collection[Line]) -> dict[str, Any]:
    """How many were judged, and the share in time: not where, with their number, it tells of a few late or met ones."""
    judged, met, clock = row["judged"], row["on_time"], (row["clock"], row["days"], row["unit"])
    few = judged < LEAST or is_small(met) or is_small(judged - met)
    few = few or any((what, *clock) in hidden for what in (JUDGED, MET, LATE))
    kept = {name: row[name] for name in ("clock", "days", "unit")}
    return {
        **kept,
        "judged": _single(judged, (JUDGED, *clock) in hidden),
        "percent": None if few else share(met, judged),
    }


def _ratings(stars: Mapping[str, int], hide: bool) -> dict[str, Any]:
    """How many rated, and their mean. The single numbers only when none is small: a mean would give them away. It goes
    too where one rating alone keeps it from an end: 4.8 of five can only be four fives and a four."""
    count, total = sum(stars.values()), sum(int(star) * given for star, given in stars.items())
    few = any(is_small(given) for given in stars.values())
    if hide:
        return {"count": None, "mean": None, "stars": dict.fromkeys(stars)}
    telling = count < LEAST or (few and total in (count + 1, 5 * count - 1))
    return {
        "count": _single(count),
        "mean": None if telling else round(total / count, 1),
        "stars": dict.fromkeys(stars) if few else dict(stars),
    }
