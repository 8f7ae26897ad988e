"""What the demo prints: who saw what, and when, in sandbox time."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

WITA = ZoneInfo("Asia/Makassar")
_COLOURS = sys.stdout.isatty()


def _paint(code: str, words: str) -> str:
    return f"\033[{code}m{words}\033[0m" if _COLOURS else words


def chapter(number: int, title: str) -> None:
    print(f"\n{_paint('1', f'{number}. {title}')}", flush=True)


def line(when: datetime, who: str, words: str) -> None:
    """One thing somebody saw or did."""
    stamp = format_datetime(when.astimezone(WITA), "d MMM yyyy HH.mm", locale="id")
    indented = words.strip().replace("\n", "\n" + " " * 39)
    print(f"  {_paint('2', f'{stamp:<18}')} {who:<17} {indented}", flush=True)


def days_pass(days: float, until: datetime) -> None:
    stamp = format_datetime(until.astimezone(WITA), "EEEE d MMMM yyyy", locale="id")
    print(f"  {_paint('36', f'… {days:g} days pass: {stamp}')}", flush=True)


@dataclass(frozen=True)
class Row:
    """One message somebody got."""

    story: str
    who: str
    channel: str
    template: str
    at: datetime


def table(rows: Iterable[Row]) -> None:
    """Who got which message on which channel."""
    heads = ("story", "who", "channel", "message", "when (WITA)")
    cells: list[Sequence[str]] = [
        (r.story, r.who, r.channel, r.template, format_datetime(r.at.astimezone(WITA), "d MMM yyyy HH.mm", locale="id"))
        for r in rows
    ]
    widths = [max(len(c[i]) for c in [heads, *cells]) for i in range(len(heads))]
    print(f"\n{_paint('1', 'Who got which message on which channel')}")
    for row in [heads, ["-" * w for w in widths], *cells]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
