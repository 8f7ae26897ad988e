"""How far this service has applied what each source says of each complaint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

# Plain SQL over arrays: one short statement whatever the size of the batch. The update that changes nothing is there
# for its lock: replicas take turns on a complaint, in one order everywhere.
_LOCKED = text("""
    insert into positions (source, subject, last)
    select :source, subject, 0 from unnest(cast(:subjects as uuid[])) as subject order by subject
    on conflict (source, subject) do update set last = positions.last
    returning subject, last
""")
_MOVED = text("""
    update positions set last = moved.last
    from unnest(cast(:subjects as uuid[]), cast(:lasts as integer[])) as moved (subject, last)
    where positions.source = :source and positions.subject = moved.subject
""")


def lock(session: Connection, source: str, subjects: Sequence[UUID]) -> dict[UUID, int]:
    """The last sequence applied of each subject, 0 for a new one, locked until the end of the transaction."""
    rows = session.execute(_LOCKED, {"source": source, "subjects": sorted(subjects)})
    return {subject: last for subject, last in rows}  # noqa: C416 - rows are no pairs to mypy


def move(session: Connection, source: str, before: Mapping[UUID, int], after: Mapping[UUID, int]) -> None:
    """Write the positions that differ."""
    moved = [subject for subject, last in after.items() if last != before[subject]]
    if moved:
        session.execute(_MOVED, {"source": source, "subjects": moved, "lasts": [after[subject] for subject in moved]})
