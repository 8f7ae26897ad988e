"""How every deed at the desk is done: take the case in hand, move it along the table, write down what was done.

A deed locks its case, so two officers acting in the same second act one after the
other, and the second one is told that things have changed (`changed_by_other`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, update

from services.routing.domain import life, rights
from services.routing.domain.case import Case, Officer
from services.routing.domain.words import checked
from services.routing.handlers.refusals import plainly, refusal
from services.routing.store import queries
from services.routing.store.tables import cases, evidence, items
from shared.errors import NotYet
from shared.files import SavedFile
from shared.ids import new_id
from shared.store import Transaction


class Done(NamedTuple):
    """What a deed came to."""

    complaint_id: UUID
    case_number: str
    state: str
    version: int
    item_id: UUID


def done(case: Case, item_id: UUID) -> Done:
    return Done(case.complaint_id, case.case_number, case.state, case.version, item_id)


def take(tx: Transaction, officer: Officer, complaint_id: UUID, deed: str, version: int | None) -> Case:
    """The case, locked, when this deed is hers and possible now.

    `version` is the one she saw; None acts on whatever is there. Raises NotFound
    `unknown_case`, Conflict `changed_by_other`, Forbidden `not_yours`, or the Conflict
    of the table (domain.life).
    """
    case = seen(tx, officer, complaint_id, lock=True)
    if version is not None and version != case.version:
        raise refusal("changed_by_other")
    with plainly():
        rights.require(officer, deed, case)
        if deed in life.DEEDS:
            life.after(case.standing, deed)
    return case


def seen(tx: Transaction, officer: Officer, complaint_id: UUID, *, lock: bool = False) -> Case:
    """The case, when she may know of it. Raises NotFound `unknown_case`."""
    case = queries.case(tx.session, complaint_id, lock=lock)
    if case is None or rights.sight(officer, case) == rights.NOTHING:
        raise refusal("unknown_case")
    return case


def heard_of(tx: Transaction, complaint_id: UUID) -> Case:
    """The case an event is about, locked. Raises NotYet when its registration has not arrived."""
    case = queries.case(tx.session, complaint_id, lock=True)
    if case is None:
        raise NotYet("the complaint is not known here yet")
    return case


def move(tx: Transaction, case: Case, deed: str, **changes: Any) -> Case:
    """The case as it is after a deed; `changes` are further fields of it. The table decides state and holder."""
    with plainly():
        after = life.after(case.standing, deed)
    changes["agency_id"] = changes.get("agency_id", case.agency_id) if after.holder == life.AGENCY else None
    return change(tx, case, state=after.state, version=case.version + 1, **changes)


def change(tx: Transaction, case: Case, **changes: Any) -> Case:
    """The case with some fields changed. Only a new `version` makes a form that was read before come back."""
    values = {"changed_at": tx.now, **changes}
    tx.session.execute(update(cases).where(cases.c.complaint_id == case.complaint_id).values(values))
    return replace(case, **{name: value for name, value in values.items() if hasattr(case, name)})


def write(
    tx: Transaction,
    case: Case,
    what: str,
    *,
    officer: Officer | None = None,
    agency_id: str | None = None,
    words: str | None = None,
    public: bool = False,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
    files: Sequence[SavedFile] = (),
) -> UUID:
    """Put what was said or done on the case's timeline; the id of the entry. `public`: words for the reporter too."""
    row = entry(case.complaint_id, what, at or tx.now, officer, agency_id, words, public, data)
    item_id: UUID = row["item_id"]
    tx.session.execute(insert(items).values(row))
    if files:
        tx.session.execute(
            insert(evidence),
            [
                {
                    "evidence_id": new_id(),
                    "item_id": item_id,
                    "position": n,
                    "sha256": file.sha256,
                    "name": file.name,
                    "media_type": file.media_type,
                    "size": file.size,
                }
                for n, file in enumerate(files)
            ],
        )
    return item_id


def entry(
    complaint_id: UUID,
    what: str,
    at: datetime,
    officer: Officer | None = None,
    agency_id: str | None = None,
    words: str | None = None,
    public: bool = False,
    data: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A new row of a timeline."""
    return {
        "item_id": new_id(),
        "complaint_id": complaint_id,
        "at": at,
        "what": what,
        "officer_id": officer.officer_id if officer else None,
        "agency_id": agency_id,
        "words": words,
        "public": public,
        "data": data or {},
    }


def said(words: str, field: str = "words") -> str:
    """What somebody wrote, cleaned. Raises Invalid when it is too short or too long to be of use."""
    with plainly(field):
        return checked(words)
