"""The table at the end, docs/performance.md and docs/performance.json."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.processes import ROOT

NOTES = ROOT / "bench" / "notes.md"
"""What people found out about where the time goes; the report ends with it."""

COLUMNS = ("what", "ours", "yardstick", "ratio", "wanted", "reached")


def summary(rows: Iterable[Mapping[str, Any]]) -> str:
    """Every figure beside its yardstick, as plain text in columns."""
    lines = [COLUMNS, *(_cells(figure) for row in rows for figure in row["figures"])]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def merged(folder: Path, rows: Sequence[Mapping[str, Any]], order: Sequence[str]) -> list[Mapping[str, Any]]:
    """These rows, and of the others what an earlier run wrote into the folder."""
    file = folder / "performance.json"
    earlier = json.loads(file.read_text())["rows"] if file.exists() else []
    known = {row["name"]: row for row in (*earlier, *rows)}
    return [known[name] for name in order if name in known]


def write(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write performance.json and performance.md."""
    (folder / "performance.json").write_text(json.dumps({"rows": rows}, indent=1) + "\n")
    (folder / "performance.md").write_text(markdown(rows))


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """The report. Rows need not be of one run: each says when it was measured, and on what if that changed."""
    parts = [
        "# Performance",
        "",
        "Written by `make bench`. Each figure stands beside a yardstick measured in turns with it in the same run; "
        "values are medians of the rounds. Read ratios: absolute figures are those of one machine.",
        "",
        *_table(COLUMNS, [_cells(figure) for row in rows for figure in row["figures"]]),
    ]
    machine = None
    for row in rows:
        parts += _section(row, same_machine=row["run"]["machine"] == machine)
        machine = row["run"]["machine"]
    if NOTES.exists():
        parts += ["", NOTES.read_text().rstrip()]
    return "\n".join(parts) + "\n"


def _section(row: Mapping[str, Any], *, same_machine: bool) -> list[str]:
    run = row["run"]
    scale = "" if run["scale"] == 1 else f", scale {run['scale']:g}: a trial, not a measurement"
    lines = ["", f"## {row['title']}", "", row["how"], ""]
    lines += [f"Command: `{run['command']}`, {run['at']}, rounds: {run['rounds']}{scale}.", ""]
    if not same_machine:
        lines += [f"Machine: {'; '.join(f'{name} {value}' for name, value in run['machine'].items())}.", ""]
    rounds = [(f["what"], _list(f["rounds"]), f["beside"] or "", _list(f["yardstick_rounds"])) for f in row["figures"]]
    lines += _table(("figure", "rounds", "yardstick", "its rounds"), rounds)
    for table in row["tables"]:
        lines += ["", f"{table['title']}:", ""]
        lines += _table(table["columns"], [[_cell(cell) for cell in cells] for cells in table["rows"]])
    return lines


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (columns, ["---"] * len(columns), *rows)]


def _cells(figure: Mapping[str, Any]) -> tuple[str, ...]:
    reached = {None: "", True: "yes", False: "NO"}[figure["reached"]]
    yardstick = f"{number(figure['yardstick'])} ({figure['beside']})" if figure["yardstick"] else "–"
    ratio = f"{figure['ratio']:.2f}" if figure["ratio"] else "–"
    return figure["what"], f"{number(figure['value'])} {figure['unit']}", yardstick, ratio, figure["wanted"], reached


def _cell(cell: str | float) -> str:
    return cell if isinstance(cell, str) else number(cell)


def _list(values: Sequence[float]) -> str:
    return ", ".join(number(value) for value in values)


def number(value: float) -> str:
    """Three digits that count."""
    if value == 0 or math.isnan(value):
        return "0" if value == 0 else "–"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
