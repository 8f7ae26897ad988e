"""A supervisor writes a new version of a rule set. Nothing is overwritten: every save is a version of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.sla.domain.versions import Content, faults
from services.sla.handlers.rule_refusals import not_now, refused
from services.sla.store import law, rule_versions, tables
from services.sla.store.topics import topics
from shared.accounts import Officer
from shared.store import Transaction


def draft(
    tx: Transaction, officer: Officer, based_on: int, content: Content, doubts: Sequence[dict[str, str]] = ()
) -> int:
    """Keep a draft that was written with the version `based_on` in view; the number of the new version.

    An open draft or proposal of the set is superseded by it. Raises NotFound
    for an unknown set, Invalid for what cannot be a limit, Conflict when
    somebody wrote another version meanwhile.
    """
    regions = tx.session.execute(select(tables.regions.c.code)).scalars().all()
    sets = tx.session.execute(select(tables.rule_sets.c.id)).scalars().all()
    if found := faults(content, topics(), regions, sets):
        raise refused(found)
    rule_versions.one_at_a_time(tx.session)
    last = rule_versions.version(tx.session, content.rule_set, rule_versions.last_number(tx.session, content.rule_set))
    if last.number != based_on:
        raise not_now(tx.session, last, law.today(tx.session, tx.now))
    if last.state in ("draft", "proposed"):
        rule_versions.change(tx.session, last.id, state="superseded")
        rule_versions.note(tx, last.id, "superseded", officer)
    version_id = rule_versions.add(tx, last.number + 1, content, doubts)
    rule_versions.note(tx, version_id, "drafted", officer)
    return int(last.number + 1)
