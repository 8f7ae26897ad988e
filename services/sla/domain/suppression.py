"""Small cells: a count below five can point at a person, so it is hidden, and so is what would give it away.

A hidden cell must not be computable from the rest: neither by taking the
visible cells from the total, nor by somebody who knows this rule. So further
cells are hidden, the smallest first and equal ones together, until the hidden
ones leave more than one answer; when there is no cell left, the total goes too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

LEAST = 5
"""The smallest count that is shown besides zero (domain reference section 6)."""

Key = TypeVar("Key")


def is_small(count: int) -> bool:
    return 0 < count < LEAST


def hidden_cells(counts: Mapping[Key, int], *, forced: Collection[Key] = ()) -> tuple[frozenset[Key], bool]:
    """Which cells of a column are hidden, and whether their total is too. The total is the sum of the cells.

    `forced` cells are hidden whatever they count.
    """
    if is_small(sum(counts.values())):
        return frozenset(counts), True
    hidden = {key for key, count in counts.items() if is_small(count)} | set(forced)
    while hidden and _gives_away([counts[key] for key in hidden]):
        shown = [count for key, count in counts.items() if key not in hidden]
        if not shown:
            return frozenset(hidden), sum(counts.values()) == len(counts)
        next_to_hide = min((count for count in shown if count), default=0)
        hidden |= {key for key, count in counts.items() if count == next_to_hide}
    return frozenset(hidden), False


def hidden_in_tables(tables: Sequence[Mapping[Key, int]]) -> tuple[list[frozenset[Key]], bool]:
    """The hidden cells of tables that share a total. A total that one of them must hide takes all cells with it."""
    found = [hidden_cells(counts) for counts in tables]
    if any(total_hidden for _, total_hidden in found):
        return [frozenset(counts) for counts in tables], True
    return [hidden for hidden, _ in found], False


def _gives_away(hidden: Sequence[int]) -> bool:
    """Whether the sum of the hidden cells leaves one answer only: one cell, or all at the end of what is small."""
    return len(hidden) < 2 or sum(hidden) in (len(hidden), (LEAST - 1) * len(hidden))
