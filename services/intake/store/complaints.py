"""The first rows of a complaint, in one statement: what was said, and sealed beside it who said it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam, insert

from services.intake.store import tables as t

_BESIDE = "identity_"


def keep(session: Connection, complaint: Mapping[str, Any], identity: Mapping[str, Any] | None) -> None:
    """Write the columns of a new complaint, and those of its reporter when anything is known of her."""
    if identity is None:
        session.execute(_ALONE, complaint)
    else:
        session.execute(_BOTH, {**complaint, **{f"{_BESIDE}{name}": value for name, value in identity.items()}})


def _beside(table: Table) -> Insert:
    """All columns of a table from parameters of their own, apart from those of the statement it goes along with."""
    return insert(table).values({column.name: bindparam(f"{_BESIDE}{column.name}") for column in table.c})


_ALONE = insert(t.complaints)
_BOTH = insert(t.complaints).add_cte(_beside(t.identities).cte("identity"))
