"""Puts data/ into the tables. Repeatable: what is there already is brought up to date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from services.ombudsman.store.tables import areas, limits, regions, requirements, signin
from shared.accounts import hash_password
from shared.ids import new_id
from shared.settings import sandbox
from shared.store import Transaction

DATA = Path(__file__).parent.parent / "data"
SANDBOX_PASSWORD = "aduan-sandbox"  # noqa: S105 - known to everybody, on purpose
SANDBOX_ACCOUNTS = (
    ("ombudsman", "Ombudsman RI Perwakilan Sulawesi Tenggara", "ombudsman"),
    ("operator", "Operator sistem", "operator"),
)


def load(tx: Transaction) -> None:
    """Regions, areas, limits and requirements; in a sandbox also its accounts."""
    _put(tx, regions, _read("regions.json")["regions"])
    _put(tx, areas, _read("areas.json")["areas"])
    kept = [column.name for column in limits.columns]
    _put(tx, limits, [{name: row[name] for name in kept} for row in _read("limits.json")["limits"]])
    article = _read("article24.json")
    _put(
        tx,
        requirements,
        [
            {**row, "position": position, "valid_from": article["valid_from"], "valid_to": article["valid_to"]}
            for position, row in enumerate(article["requirements"], start=1)
        ],
    )
    if sandbox():
        _sandbox_accounts(tx)


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / name).read_text())
    return content


def _put(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    statement = insert(table).values(list(rows))
    keys = [column.name for column in table.primary_key]
    changing = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    tx.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changing))


def _sandbox_accounts(tx: Transaction) -> None:
    statement = insert(signin.accounts).values(
        [
            {
                "account_id": new_id(),
                "name": name,
                "display_name": display_name,
                "role": role,
                "password_hash": hash_password(SANDBOX_PASSWORD),
            }
            for name, display_name, role in SANDBOX_ACCOUNTS
        ]
    )
    tx.session.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
