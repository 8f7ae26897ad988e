"""What of a period's figures may be read: small cells hidden, and what would give them away (see `suppression`).

None stands for a hidden number everywhere in what comes out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from services.sla.domain.figures import AGES
from services.sla.domain.periodic import DIMENSIONS, share
from services.sla.domain.suppression import LEAST, hidden_cells, hidden_in_tables, is_small

COUNTS = ("received", "late", "answered")
"""The columns of a group that are counts; the days stand or fall with `answered`."""

OLDEST = AGES[-1][0]

Figures = Mapping[str, Any]


def published(figures: Figures, hidden_totals: Collection[str] = ()) -> dict[str, Any]:
    """The figures with small cells hidden.

    `hidden_totals` are columns of this agency that the region's own report
    hides: with their totals here they could be computed there.
    """
    total, groups = _groups(figures, hidden_totals)
    deeds = {deed: _single(count) for deed, count in figures["deeds"].items()}
    columns = {}
    for deed in ("archived", "closed"):
        columns[deed], total_of_deed = _column(figures[deed])
        deeds[deed] = deeds[deed] if total_of_deed is not None else None
    ages, open_ = _ages(figures["ages"], figures["oldest_confidential"])
    return {
        "total": total,
        "confidential": _single(figures["confidential"]),
        "groups": groups,
        "deeds": deeds,
        **columns,
        "on_time": [_judged(row) for row in figures["on_time"]],
        "ages": ages,
        "open": open_,
        "ratings": _ratings(figures["ratings"]),
        "oldest": figures["oldest"],
        "oldest_confidential": _single(figures["oldest_confidential"]),
    }


def hidden_of(report: Figures, agency_id: str) -> frozenset[str]:
    """The columns that a published report of the region hides of an agency."""
    cells = report["groups"]["agency"].get(agency_id, {})
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


def _ages(counts: Mapping[str, int], confidential: int) -> tuple[dict[str, int | None], int | None]:
    """The ages of open complaints. The oldest are listed one by one, except the confidential ones among them: beside
    that list their number must not tell how many those are."""
    if is_small(confidential):
        return _column(counts, forced=(OLDEST,))
    return _column(counts, open_=() if confidential else (OLDEST,))


def _single(count: int) -> int | None:
    return None if is_small(count) else count


def _judged(row: Mapping[str, Any]) -> dict[str, Any]:
    """How many were in time, as a share: a number of late ones could be small."""
    judged = row["judged"]
    kept = {name: row[name] for name in ("clock", "days", "unit")}
    return {**kept, "judged": _single(judged), "percent": share(row["on_time"], judged) if judged >= LEAST else None}


def _ratings(stars: Mapping[str, int]) -> dict[str, Any]:
    """How many rated, and their mean. The single numbers only when none is small: a mean would give them away."""
    count = sum(stars.values())
    mean = round(sum(int(star) * given for star, given in stars.items()) / count, 1) if count >= LEAST else None
    few = any(is_small(given) for given in stars.values())
    return {"count": _single(count), "mean": mean, "stars": dict.fromkeys(stars) if few else dict(stars)}
