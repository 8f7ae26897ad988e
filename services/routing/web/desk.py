"""What every view of the desk needs: who acts, and a deed done once however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.routing.domain.case import Case, Officer
from services.routing.domain.rights import ALL, sight
from services.routing.handlers import Done, note_attempt
from services.routing.handlers.refusals import refusal
from services.routing.store import queries
from shared.errors import NotFound, Unauthenticated
from shared.store.idempotency import once
from shared.web import signed_in, store


def me() -> Officer:
    """Who is signed in, as the rules know her. For views behind `requires`."""
    officer = signed_in()
    if officer is None:
        raise Unauthenticated("unauthenticated")
    with store().read() as session:
        oversees = queries.oversees(session, officer.agency_id)
    return Officer(officer.officer_id, officer.name, officer.role, officer.agency_id, oversees)


@contextmanager
def watching(officer: Officer, complaint_id: UUID) -> Iterator[None]:
    """What is refused inside the block because the case is locked to her agency is noted on the case."""
    try:
        yield
    except NotFound:
        if officer.agency_id:
            with store().begin() as tx:
                note_attempt(tx, officer, complaint_id)
        raise


def readable(session: Connection, officer: Officer, complaint_id: UUID) -> Case:
    """The case, when she may read all of it. Raises NotFound `unknown_case`, whatever the reason."""
    case = queries.case(session, complaint_id)
    if case is None or sight(officer, case) != ALL:
        raise refusal("unknown_case")
    return case


def act(
    use_case: Callable[..., Done],
    officer: Officer,
    complaint_id: UUID,
    arguments: Mapping[str, Any],
    key: str | None,
) -> dict[str, Any]:
    """Do the deed in a transaction of its own and return what came of it, as JSON values.

    The same key again (a form sent twice, a program that tries again) gives the same
    answer and does nothing. The version a form was read at is part of the deed but not
    of the request: what is remembered is what she wanted.
    """
    request = {
        "deed": use_case.__name__,
        "complaint_id": str(complaint_id),
        **{name: value for name, value in arguments.items() if name != "version"},
    }
    with store().begin() as tx:

        def deed() -> dict[str, Any]:
            done = use_case(tx, officer, complaint_id, **arguments)
            return {**done._asdict(), "complaint_id": str(done.complaint_id), "item_id": str(done.item_id)}

        return once(tx, f"desk/{officer.officer_id}", key, request, deed)
