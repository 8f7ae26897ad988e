"""What a reporter may do, in every state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain.stages import FINISHED, Standing, actions, kind_of_message, state_after
from shared.contracts.vocabulary import STATES

NOW = datetime(2026, 3, 25, tzinfo=UTC)


def may(state: str, **more: object) -> set[str]:
    return set(actions(Standing(state, **more), NOW, 30))  # type: ignore[arg-type]


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_thought_of(state: str) -> None:
    assert may(state) <= {"add", "consent", "refer", "withdraw", "object", "rate"}


@pytest.mark.parametrize("state", [s for s in STATES if s not in FINISHED])
def test_as_long_as_it_is_open_she_may_add_consent_and_withdraw(state: str) -> None:
    assert {"add", "consent", "withdraw"} <= may(state)


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_while_the_ombudsman_examines_it_she_can_answer_whatever_the_agency_closed(state: str) -> None:
    assert "add" not in may(state, referred=True)
    assert "add" in may(state, referred=True, examined=True)
    assert "add" not in may("withdrawn", referred=True, examined=True)


def test_only_an_answer_can_be_rated_and_only_once() -> None:
    assert {state for state in STATES if "rate" in may(state)} == {"answered", "closed"}
    assert "rate" not in may("answered", rated=True)


def test_what_can_be_objected_to() -> None:
    assert {state for state in STATES if "object" in may(state)} == {"answered", "closed", "archived", "merged"}


def test_an_ending_may_be_objected_to_once_and_in_time() -> None:
    assert "object" in may("closed", ended_at=NOW - timedelta(days=30))
    assert "object" not in may("closed", ended_at=NOW - timedelta(days=30, seconds=1))
    assert "object" not in may("closed", ended_at=NOW, reopened=True)
    assert "object" in may("answered", reopened=True)


def test_an_archiving_may_be_objected_to_as_long_as_the_clock_for_it_runs() -> None:
    archived = NOW - timedelta(days=40)
    assert "object" in may("archived", ended_at=archived)
    assert "object" in may("archived", ended_at=archived, reopened=True)
    assert "object" in may("archived", ended_at=archived, objecting_over_at=archived - timedelta(days=1))
    assert "object" not in may("archived", ended_at=archived, objecting_over_at=archived + timedelta(days=14))


def test_nothing_is_left_after_a_withdrawal() -> None:
    assert may("withdrawn") == set()


@pytest.mark.parametrize("event", ["case.dispatched", "case.answered", "case.closed", "case.completeness_requested"])
def test_a_withdrawal_is_final(event: str) -> None:
    assert state_after(event, {"substantive": True}, "withdrawn") == "withdrawn"


def test_events_that_change_nothing_leave_the_state() -> None:
    assert state_after("case.reclassified", {}, "dispatched") == "dispatched"


def test_words_after_a_question_or_an_answer_are_a_reply() -> None:
    assert {state for state in STATES if kind_of_message(state) == "reply"} == {"awaiting_completion", "answered"}


def test_who_is_not_content_with_an_ending_may_still_turn_to_the_ombudsman_once() -> None:
    assert {state for state in STATES if "refer" in may(state)} == set(STATES) - {"withdrawn"}
    assert "refer" not in may("closed", referred=True)
