"""Puts the files of `data/` into the tables. Repeatable: the same files again change nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as upsert

from services.notify.domain.hours import minutes
from services.notify.domain.templates import (
    DIGEST_PLACEHOLDERS,
    FRAME_PLACEHOLDERS,
    PERIOD_PLACEHOLDERS,
    BadTemplate,
    Template,
    check,
    check_text,
)
from services.notify.store import tables
from shared.contracts.notify import AUDIENCES
from shared.contracts.vocabulary import LANGUAGES
from shared.store import Transaction

DATA = Path(__file__).parent.parent / "data"


def load(tx: Transaction) -> None:
    """Load templates, phrases, limits and office hours. Raises BadTemplate for a file that must not be used."""
    _put(tx, tables.templates, [row for path in sorted(DATA.glob("templates/*.toml")) for row in template_rows(path)])
    _put(tx, tables.phrases, list(phrase_rows(DATA / "phrases.toml")))
    _put(tx, tables.limits, [_with_date(row) for row in json.loads((DATA / "limits.json").read_text())["limits"]])
    _put(tx, tables.office_hours, list(office_rows(json.loads((DATA / "office_hours.json").read_text()))))


def office_rows(file: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The hours of offices. Raises ValueError for a time that is none."""
    for row in file["office_hours"]:
        times = {"opens": minutes(row["opens"]), "closes": minutes(row["closes"])}
        yield {**_with_date(row), **times, "region": file["region"]}


def template_rows(path: Path) -> Iterator[dict[str, Any]]:
    """One file is one occasion in every language, checked."""
    file = tomllib.loads(path.read_text())
    audiences = file["audiences"]
    if not audiences or set(audiences) - set(AUDIENCES):
        raise BadTemplate(f"{path.name}: unknown audience")
    for language in LANGUAGES:
        if language not in file:
            raise BadTemplate(f"{path.name}: has no [{language}]")
        template = Template(
            name=path.stem,
            language=language,
            clock=file.get("clock"),
            automatic=file.get("automatic", False),
            at_night=file.get("at_night", False),
            of_clock=file.get("of_clock", False),
            states=tuple(file.get("states", ())),
            **{name: text.strip() for name, text in file[language].items()},
        )
        check(template)
        yield {
            "name": template.name,
            "language": language,
            "valid_from": file["valid_from"],
            "audiences": audiences,
            "subject": template.subject,
            "page": template.page,
            "email": template.email,
            "sms": template.sms,
            "line": template.line,
            "clock": template.clock,
            "automatic": template.automatic,
            "at_night": template.at_night,
            "of_clock": template.of_clock,
            "states": list(template.states),
        }


def phrase_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The phrases of every language, checked; each language must have the same ones."""
    file = tomllib.loads(path.read_text())
    named = {language: dict(_flat(file[language])) for language in LANGUAGES}
    for language, phrases in named.items():
        if phrases.keys() != named[LANGUAGES[0]].keys():
            raise BadTemplate(f"{path.name}: [{language}] has other phrases than [{LANGUAGES[0]}]")
        for name, text in phrases.items():
            extra = {"frame": FRAME_PLACEHOLDERS, "digest": DIGEST_PLACEHOLDERS, "period": PERIOD_PLACEHOLDERS}.get(
                name.partition(".")[0], frozenset()
            )
            check_text(f"{path.name} {name} ({language})", text, extra)
            yield {"name": name, "language": language, "valid_from": file["valid_from"], "text": text}


def _flat(groups: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for group, phrases in groups.items():
        for name, text in phrases.items():
            yield f"{group}.{name}", text.strip()


def _with_date(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "valid_from": date.fromisoformat(row["valid_from"])}


def _put(tx: Transaction, table: Table, rows: list[dict[str, Any]]) -> None:
    statement = upsert(table).values(rows)
    key = [column.name for column in table.primary_key]
    rest = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
    tx.session.execute(statement.on_conflict_do_update(index_elements=key, set_=rest))
