"""A case taken from the agency it is about: the Inspektorat holds what runs, counted from where it began."""

from __future__ import annotations

import pytest

from services.sla.domain.history import Fact
from tests.unit.sla.stories import clock, fact, told
from tests.unit.sla.test_rows import ANSWERED, BEGUN, VERIFIED

TAKEN = "2026-03-30"
SUPERVISORY = fact(TAKEN, "reclassified", class_="supervisory")
TO_INSPEKTORAT = fact(TAKEN, "dispatched", agency_id="inspektorat")
NOT_STANDING = fact(TAKEN, "reopened", agency_id="inspektorat", how="coordinator")


@pytest.mark.parametrize(
    "facts",
    [(*BEGUN, SUPERVISORY, TO_INSPEKTORAT), (*BEGUN, ANSWERED, SUPERVISORY, TO_INSPEKTORAT, NOT_STANDING)],
    ids=["while it works on it", "after it answered"],
)
def test_every_clock_that_runs_is_the_inspektorats_and_settlement_counts_from_its_original_start(
    facts: tuple[Fact, ...],
) -> None:
    story = told(*facts)

    running = {one.clock: one for one in story.clocks if one.stopped_at is None}
    assert set(running) == {"follow_up", "settlement", "legal"}
    assert {one.agency_id for one in running.values()} == {"inspektorat"}
    assert (running["settlement"].started_at, running["settlement"].days) == (VERIFIED.at, 60)
    assert running["legal"].due_date == clock(told(*BEGUN), "legal").due_date
    assert running["settlement"].answered_at is None


def test_with_the_coordinator_it_is_on_no_agencys_board() -> None:
    story = told(*BEGUN, ANSWERED, fact(TAKEN, "reopened", agency_id=None, how="coordinator"))

    assert {one.agency_id for one in story.clocks if one.stopped_at is None} == {None}
