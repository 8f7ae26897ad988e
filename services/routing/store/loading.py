"""Putting the data files into the store. May be repeated: what is there is brought up to date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table, delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.routing.store.tables import accounts, agencies, categories, regions, suggestion_rules
from shared.accounts import hash_password
from shared.settings import sandbox
from shared.store import Transaction

DATA = Path(__file__).parent.parent / "data"
SANDBOX_PASSWORD = "aduan-sandbox"  # noqa: S105 - printed at every sandbox start
_ACCOUNTS = UUID("6f6a1f0e-6c1b-5f7e-9d57-0c6f0a7e7408")
"""Namespace of the sandbox accounts' ids, so that loading again finds the same accounts."""


def load(tx: Transaction) -> None:
    """Regions, agencies, categories and suggestion rules; in a sandbox also an account for everybody."""
    _bring(
        tx,
        regions,
        [
            {k: row[k] for k in ("code", "name", "prefix", "timezone", "coordinator", "inspectorate")}
            for row in _regions()
        ],
    )
    _bring(tx, agencies, _agencies())
    _bring(
        tx,
        categories,
        [
            {"position": n, **{k: row[k] for k in ("code", "parent", "name_id", "name_en", "offered")}}
            for n, row in enumerate(_read("categories")["categories"])
        ],
    )
    tx.session.execute(delete(suggestion_rules))
    tx.session.execute(
        insert(suggestion_rules),
        [
            {"position": n, "kind": row["kind"], "value": row["value"], "agency_id": row["agency"]}
            for n, row in enumerate(_read("suggestions")["rules"])
        ],
    )
    if sandbox():
        _load_accounts(tx)


def _regions() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _read("regions")["regions"]
    return rows


def _agencies() -> list[dict[str, Any]]:
    file = _read("agencies")
    return [
        {
            "agency_id": row["id"],
            "region": file["region"],
            "position": n,
            "name": row["name"],
            "kind": row["kind"],
            "head_title": row["head_title"],
            "district_code": row.get("district_code"),
            "valid_from": _day(row["valid_from"]),
            "valid_to": _day(row["valid_to"]),
            "predecessor": row["predecessor"],
            "successor": row["successor"],
            "source": row["source"],
        }
        for n, row in enumerate(file["agencies"])
    ]


def _load_accounts(tx: Transaction) -> None:
    """An officer and a head for every agency, and those of data/sandbox_accounts.json. Known accounts stay."""
    people = _read("sandbox_accounts")["accounts"]
    for agency in _agencies():
        agency_id, title = agency["agency_id"], agency["head_title"]
        if agency_id not in {p["name"] for p in people}:
            people.append(
                {
                    "name": agency_id,
                    "display_name": f"Pejabat Penghubung {agency['name']}",
                    "role": "officer",
                    "agency_id": agency_id,
                }
            )
        people.append({"name": f"kepala-{agency_id}", "display_name": title, "role": "head", "agency_id": agency_id})
    rows = [
        {
            "account_id": uuid5(_ACCOUNTS, person["name"]),
            "email": f"{person['name']}@kolutkab.example",
            # One hash for all: they share one public password, and a hundred hashes would take seconds at every start.
            "password_hash": _sandbox_hash(),
            **person,
        }
        for person in people
    ]
    tx.session.execute(upsert(accounts).on_conflict_do_nothing(index_elements=[accounts.c.account_id]), rows)


def _bring(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows, or bring those that are there up to date."""
    statement = upsert(table).values(list(rows))
    key = {column.name for column in table.primary_key}
    tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=sorted(key),
            set_={column.name: statement.excluded[column.name] for column in table.columns if column.name not in key},
        )
    )


@cache
def _sandbox_hash() -> str:
    return hash_password(SANDBOX_PASSWORD)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
