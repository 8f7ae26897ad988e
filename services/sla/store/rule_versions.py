"""Versions of rule sets, what officers did to them, and the editions that come of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update

from services.sla.domain.rules import Rule
from services.sla.domain.versions import Content, Limit, in_force, replaced
from services.sla.store import tables
from shared.accounts import Officer
from shared.errors import NotFound
from shared.ids import new_id
from shared.store import Transaction

t, deeds, editions = tables.rule_versions, tables.rule_deeds, tables.rule_editions


def one_at_a_time(session: Connection) -> None:
    """From here to the end of the transaction nobody else changes a rule set: who comes second sees what was done."""
    session.execute(select(editions.c.number).where(editions.c.number == 1).with_for_update())


def newest_edition(session: Connection) -> Row[Any]:
    """The edition in force."""
    return session.execute(select(editions).order_by(editions.c.number.desc()).limit(1)).one()


def version(session: Connection, rule_set: str, number: int) -> Row[Any]:
    """One version. Raises NotFound."""
    sets = tables.rule_sets
    mine = select(t, sets.c.status).join(sets, sets.c.id == t.c.rule_set)
    found = session.execute(mine.where(t.c.rule_set == rule_set, t.c.number == number)).first()
    if found is None:
        last_number(session, rule_set)
        raise NotFound("unknown_version", "Versi ini tidak ada.", "There is no such version.")
    return found


def versions(session: Connection, rule_set: str | None = None) -> list[Row[Any]]:
    """All versions (of one set), set by set in their order, the newest first."""
    sets = tables.rule_sets
    found = select(t, sets.c.status).join(sets, sets.c.id == t.c.rule_set)
    if rule_set is not None:
        found = found.where(t.c.rule_set == rule_set)
    return list(session.execute(found.order_by(sets.c.position, t.c.number.desc())))


def last_number(session: Connection, rule_set: str) -> int:
    """The number of the newest version of a set. Raises NotFound."""
    found = session.execute(select(func.max(t.c.number)).where(t.c.rule_set == rule_set)).scalar()
    if found is None:
        raise NotFound("unknown_rule_set", "Aturan ini tidak dikenal.", "There is no such rule set.")
    return int(found)


def content(row: Row[Any]) -> Content:
    """What a version says."""
    limits = tuple(Limit(class_=one["class"], **{k: v for k, v in one.items() if k != "class"}) for one in row.limits)
    return Content(row.rule_set, row.name, row.source, row.valid_from, row.valid_to, limits, row.ends, row.replaces)


def add(tx: Transaction, number: int, said: Content, doubts: Sequence[dict[str, str]]) -> UUID:
    """A new draft."""
    version_id = new_id()
    row = asdict(replace(said, limits=()))
    limits = [{("class" if name == "class_" else name): v for name, v in asdict(one).items()} for one in said.limits]
    row |= {"id": version_id, "number": number, "state": "draft", "limits": limits, "doubts": list(doubts)}
    tx.session.execute(insert(t).values(row))
    return version_id


def change(session: Connection, version_id: UUID, **columns: Any) -> None:
    """How a version stands."""
    session.execute(update(t).where(t.c.id == version_id).values(columns))


def note(tx: Transaction, version_id: UUID, deed: str, officer: Officer) -> None:
    """Who did what to a version; never changed afterwards."""
    row = {"version_id": version_id, "deed": deed, "at": tx.now}
    tx.session.execute(insert(deeds).values(**row, officer_id=officer.officer_id, officer_name=officer.name))


def history(session: Connection, rule_set: str) -> list[Row[Any]]:
    """What was done to the versions of a set, the newest first."""
    return list(
        session.execute(
            select(deeds.c.deed, deeds.c.at, deeds.c.officer_name, t.c.number)
            .join(t, t.c.id == deeds.c.version_id)
            .where(t.c.rule_set == rule_set)
            .order_by(deeds.c.id.desc())
        )
    )


def last_deed(session: Connection, version_id: UUID) -> Row[Any] | None:
    """What was done to a version last."""
    mine = select(deeds).where(deeds.c.version_id == version_id)
    return session.execute(mine.order_by(deeds.c.id.desc()).limit(1)).first()


def rules_with(session: Connection, coming: Row[Any] | None = None) -> list[Rule]:
    """The rules in force, as they are or with one more version."""
    by_set: dict[str, list[Content]] = defaultdict(list)
    done = select(t).where(t.c.edition.is_not(None)).order_by(t.c.rule_set, t.c.edition)
    for row in session.execute(done):
        by_set[row.rule_set].append(content(row))
    if coming is not None:
        by_set[coming.rule_set].append(content(coming))
    return in_force(by_set.values())


def replaced_sets(session: Connection) -> dict[str, date]:
    """The sets that others in force replace, each with the first day on which it holds no longer."""
    return replaced(content(row) for row in versions(session) if row.state == "active")


def laws(session: Connection) -> Sequence[str]:
    """The sets that are law: no other may give a reporter less."""
    sets = tables.rule_sets.c
    return session.execute(select(sets.id).where(sets.status == "in_force")).scalars().all()


def add_edition(session: Connection, number: int, since: datetime, rules: Sequence[Rule]) -> None:
    """Another edition of all rules."""
    session.execute(insert(editions).values(number=number, id=new_id(), since=since))
    rows = [{"class": row.pop("class_"), "edition": number, **row} for row in (asdict(rule) for rule in rules)]
    session.execute(insert(tables.rules), rows)
