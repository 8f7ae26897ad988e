"""Puts the data files into the tables. Repeatable: what is there is brought up to date, nothing is deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as upsert

from services.intake.store import tables as t
from shared.store import Transaction

DATA = Path(__file__).parent.parent / "data"


def load(tx: Transaction) -> None:
    """Areas, categories, keywords, limits and file types; and the first round of sweeping."""
    _put(tx, t.areas, [{"timezone": None, **row} for row in _rows("areas")])
    _put(
        tx,
        t.categories,
        [
            {"name_en": None, "offered": False, **row, "position": position}
            for position, row in enumerate(_rows("categories"))
        ],
    )
    _put(tx, t.keywords, [{"shown": False, **row} for row in _rows("keywords")])
    _put(tx, t.limits, _rows("limits"))
    _put(tx, t.file_types, _rows("file_types"))
    tx.schedule("guards.sweep", key="first", due_at=tx.now)


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text())[name]
    return rows


def _put(tx: Transaction, table: Table, rows: list[dict[str, Any]]) -> None:
    statement = upsert(table).values(rows)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    tx.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
