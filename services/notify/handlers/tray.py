"""What can be told together is put down for those it concerns; one letter takes all of it.

At most one digest of a group is open. Whoever adds to it shares its lock, so
that many may add at once; whoever gathers it has to have the lock alone, so
that no line comes in behind the letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.notify.domain.digest import Group, Line
from services.notify.store import queries
from services.notify.store.tables import digest_lines, digests
from shared.errors import NotYet
from shared.ids import new_id
from shared.store import Transaction

GATHER = "digest.gather"
"""The step that makes letters of an open digest."""

TRIES = 3
"""How often somebody may gather the digest in the moment we want to add to it."""


def put_down(tx: Transaction, lines: Sequence[tuple[Group, Line]], after: timedelta = timedelta(0)) -> None:
    """Add lines to the open digests of their groups. A line that is there already is left out.

    A digest is gathered `after` a moment, but not before the gathering time
    since the one before it is over: the first news goes at once, what follows
    is told together.
    """
    by_group: Mapping[Group, list[Line]] = defaultdict(list)
    for group, line in lines:
        by_group[group].append(line)
    rows = [
        {
            "event_id": line.event_id,
            "audience": group.audience,
            "digest_id": digest_id,
            "template": line.template,
            "complaint_id": line.complaint_id,
            "facts": dict(line.facts),
            "at": line.at,
        }
        for group in sorted(by_group, key=lambda group: group.order)
        for digest_id in [_open(tx, group, after)]
        for line in by_group[group]
    ]
    if rows:
        tx.session.execute(upsert(digest_lines).on_conflict_do_nothing(), rows)


def _open(tx: Transaction, group: Group, after: timedelta) -> UUID:
    """The open digest of a group, its lock shared; a new one when there is none."""
    d = digests.c
    there = select(d.digest_id).where(*_of(group), d.gathered_at.is_(None)).with_for_update(read=True)
    for _ in range(TRIES):
        if (found := tx.session.execute(there).scalar()) is not None:
            return UUID(str(found))
        digest_id = new_id()
        row = {
            "digest_id": digest_id,
            "audience": group.audience,
            "agency_id": group.agency_id,
            "opened_at": tx.now,
        }
        statement = upsert(digests).values(row).on_conflict_do_nothing().returning(d.digest_id)
        if tx.session.execute(statement).first():
            have_gathered(tx, digest_id, _due(tx, group, after))
            return digest_id
    raise NotYet("the digest is being gathered")


def _due(tx: Transaction, group: Group, after: timedelta) -> datetime:
    d = digests.c
    rest = timedelta(minutes=queries.limit(tx.session, "gather_minutes", tx.now.date()))
    # A sandbox clock that was set back leaves digests of a time to come.
    before = tx.session.execute(select(func.max(d.gathered_at)).where(*_of(group), d.gathered_at <= tx.now)).scalar()
    return tx.now + after if before is None else max(tx.now + after, before + rest)


def have_gathered(tx: Transaction, digest_id: UUID, due_at: datetime, turn: str = "1") -> None:
    """Have letters made of a digest. `turn` tells one try from the others: the office may be closed."""
    tx.schedule(GATHER, f"{digest_id}:{turn}", due_at, {"digest_id": str(digest_id)})


def _of(group: Group) -> tuple[ColumnElement[bool], ...]:
    d = digests.c
    agency = d.agency_id.is_(None) if group.agency_id is None else d.agency_id == group.agency_id
    return (and_(d.audience == group.audience, agency),)
