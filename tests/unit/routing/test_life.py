"""The life of a case: every way is in the table, and no sequence of deeds leads out of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.domain import life
from services.routing.domain.drawing import document
from services.routing.domain.life import DEEDS, LIFE, STEPS, Standing, after, possible, standing
from services.routing.domain.refused import Refused
from shared.contracts.vocabulary import STATES

STATES_PAGE = Path(__file__).parents[3] / "docs" / "states.md"
ENDS = {"closed", "archived", "withdrawn", "merged"}


def walk(deeds: list[str]) -> list[Standing]:
    """Where a case has been when each deed was tried in turn and refusals changed nothing."""
    been = [life.UNVERIFIED]
    for deed in deeds:
        try:
            been.append(after(been[-1], deed))
        except Refused:
            assert not possible(been[-1], deed)
    return been


@given(st.lists(st.sampled_from(DEEDS), max_size=60))
def test_no_sequence_of_deeds_leads_out_of_the_table(deeds: list[str]) -> None:
    known = {step.before for step in STEPS} | {step.after for step in STEPS}
    for here in walk(deeds):
        assert here in known
        assert here.state in STATES


@given(st.lists(st.sampled_from(DEEDS), max_size=60))
def test_a_case_is_answered_or_closed_only_after_an_agency_got_it_or_its_lead_was_answered(deeds: list[str]) -> None:
    states = [here.state for here in walk(deeds)]
    if "closed" in states:
        before = states[: states.index("closed")]
        assert "answered" in before
    if "answered" in states:
        before = states[: states.index("answered")]
        assert "dispatched" in before or "merged" in before


@given(st.lists(st.sampled_from(DEEDS), max_size=60))
def test_a_withdrawn_case_stays_withdrawn(deeds: list[str]) -> None:
    states = [here.state for here in walk(deeds)]
    if "withdrawn" in states:
        assert set(states[states.index("withdrawn") :]) == {"withdrawn"}


def test_every_state_of_the_vocabulary_can_be_reached() -> None:
    assert {step.after.state for step in STEPS} == set(STATES)


def test_the_table_has_one_way_for_each_standing_and_deed() -> None:
    assert len(LIFE) == len(STEPS)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        LIFE[life.CLOSED, "verify"] = life.UNVERIFIED  # type: ignore[index]


@pytest.mark.parametrize(
    ("here", "deed", "name"),
    [
        (life.CLOSED, "dispatch", "finished"),
        (life.ARCHIVED, "verify", "finished"),
        (life.WITHDRAWN, "verify", "finished"),
        (life.IN_PROGRESS, "close", "not_answered"),
        (life.UNVERIFIED, "dispatch", "not_verified"),
        (life.ANSWERED, "answer", "already_answered"),
        (life.AWAITING, "verify", "not_possible_now"),
        (life.DISPATCHED, "ask_completeness", "not_possible_now"),
    ],
)
def test_a_refusal_says_why(here: Standing, deed: str, name: str) -> None:
    with pytest.raises(Refused) as refused:
        after(here, deed)
    assert refused.value.name == name


@pytest.mark.parametrize(
    ("row", "before", "deed", "after_"),
    [
        (2, "unverified", "verify", "in_progress"),
        (3, "unverified", "ask_completeness", "awaiting_completion"),
        (4, "awaiting_completion", "complete", "unverified"),
        (5, "awaiting_completion", "withdraw", "withdrawn"),
        (6, "unverified", "archive", "archived"),
        (7, "dispatched", "return", "in_progress"),
        (9, "dispatched", "reply", "in_progress"),
        (10, "in_progress", "answer", "answered"),
        (11, "answered", "object", "in_progress"),
        (12, "answered", "confirm", "closed"),
        (13, "closed", "reopen", "in_progress"),
        (14, "dispatched", "reclassify", "dispatched"),
        (16, "dispatched", "merge", "merged"),
    ],
)
def test_the_rows_of_the_reference_are_there(row: int, before: str, deed: str, after_: str) -> None:
    assert any((s.row, s.before.state, s.deed, s.after.state) == (row, before, deed, after_) for s in STEPS), (
        "docs: domain reference, section 9"
    )


def test_a_return_goes_to_the_desk_and_not_to_another_agency() -> None:
    assert after(life.DISPATCHED, "return") == life.AT_DESK


def test_a_standing_is_at_the_agency_exactly_when_there_is_one() -> None:
    assert standing("in_progress", None) == life.AT_DESK
    assert standing("in_progress", "pupr") == life.IN_PROGRESS


def test_the_picture_in_the_documents_is_the_table() -> None:
    assert STATES_PAGE.read_text(encoding="utf-8") == document(), (
        "make it anew: python -m services.routing.domain.drawing"
    )
