"""The life of a referral holds to its table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ombudsman.domain.states import PENDING, STATES, TRANSITIONS, WITH_OMBUDSMAN, NotPossible, after, possible
from shared.contracts.ombudsman import STATES as PUBLIC_STATES

DEEDS = sorted({deed for _, deed in TRANSITIONS})


def test_the_usual_way_leads_from_preparing_to_closed() -> None:
    state = "preparing"
    for deed in ("send", "forward", "acknowledge", "recommend", "close"):
        state = after(state, deed)

    assert state == "closed"


def test_a_given_up_delivery_can_be_resumed() -> None:
    assert after(after(after("sending", "give_up"), "send"), "forward") == "forwarded"


@given(st.lists(st.sampled_from(DEEDS), max_size=12))
def test_no_sequence_of_deeds_leads_out_of_the_table_or_back_from_the_ombudsman(deeds: list[str]) -> None:
    state = "preparing"
    for deed in deeds:
        if not possible(state, deed):
            with pytest.raises(NotPossible):
                after(state, deed)
            continue
        was, state = state, after(state, deed)
        assert state in STATES
        assert not (was in WITH_OMBUDSMAN and state in PENDING)


def test_what_other_services_are_told_are_states_of_the_table() -> None:
    assert set(PUBLIC_STATES) == set(STATES) - {"cancelled"}


def test_a_delivery_under_way_while_the_reporter_withdrew_is_still_a_delivery() -> None:
    assert after("cancelled", "forward") == "forwarded"
