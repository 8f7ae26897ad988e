"""A dated promise, and what ends the waiting for it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from services.sla.domain.history import Fact
from services.sla.domain.promise import Promise, stands
from tests.unit.sla.stories import at, fact

BEGUN = (
    fact("2026-03-13", "registered"),
    fact("2026-03-16", "verified", class_="non_supervisory"),
    fact("2026-03-16", "dispatched", agency_id="pupr"),
)
PROMISE = Promise(UUID(int=1), "pupr", date(2027, 1, 31), at("2026-03-20"))
INTERIM = fact("2026-03-24", "answered", agency_id="pupr", substantive=False)
CLOSED = fact("2026-03-25", "closed", how="coordinator")


@pytest.mark.parametrize(
    ("facts", "waited_for"),
    [
        ((), True),
        ((INTERIM,), True),
        ((fact("2026-03-24", "forwarded"),), True),
        ((fact("2026-03-24", "answered", agency_id="pupr", substantive=True),), False),
        ((CLOSED,), False),
        ((CLOSED, fact("2026-04-01", "reopened", agency_id="pupr", how="coordinator")), False),
        ((fact("2026-03-24", "dispatched", agency_id="dlh"),), False),
        ((fact("2026-03-24", "merged"),), True),
    ],
    ids=[
        "nothing happened",
        "an interim reply",
        "forwarded",
        "answered",
        "closed",
        "begun anew",
        "another agency's now",
        "merged",
    ],
)
def test_a_promise_stands_until_it_is_answered_or_the_agency_has_the_case_no_more(
    facts: tuple[Fact, ...], waited_for: bool
) -> None:
    assert stands(PROMISE, (*BEGUN, *facts)) is waited_for


def test_an_answer_that_was_there_when_the_promise_was_made_did_not_keep_it() -> None:
    objected = fact("2026-03-26", "objected")
    for day, waited_for in (("2026-03-19", True), ("2026-03-20", True), ("2026-03-21", False)):
        answered = fact(day, "answered", agency_id="pupr", substantive=True)
        assert stands(PROMISE, (*BEGUN, answered, objected)) is waited_for
