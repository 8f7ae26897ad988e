"""Where a complaint stands, for the figures."""

from __future__ import annotations

import pytest

from services.sla.domain.history import Fact
from services.sla.domain.standing import standing
from tests.unit.sla.stories import fact

REGISTERED = fact("2026-03-13", "registered")
VERIFIED = fact("2026-03-16", "verified", class_="information")
SENT = fact("2026-03-16", "dispatched", agency_id="pupr")
INTERIM = fact("2026-03-17", "answered", agency_id="pupr", substantive=False)
ANSWERED = fact("2026-03-27", "answered", agency_id="pupr", substantive=True)
OBJECTED = fact("2026-03-30", "objected")
AGAIN = fact("2026-04-01", "answered", agency_id="pupr", substantive=True)
CLOSED = fact("2026-04-16", "closed", how="silence")
REOPENED = fact("2026-04-20", "reopened", agency_id="dlh", how="coordinator")


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ((REGISTERED,), "unverified"),
        ((REGISTERED, fact("2026-03-16", "completeness_requested")), "awaiting_completion"),
        ((REGISTERED, VERIFIED, SENT), "dispatched"),
        ((REGISTERED, VERIFIED, SENT, INTERIM), "in_progress"),
        ((REGISTERED, VERIFIED, SENT, ANSWERED), "answered"),
        ((REGISTERED, VERIFIED, SENT, ANSWERED, OBJECTED), "in_progress"),
        ((REGISTERED, VERIFIED, SENT, ANSWERED, CLOSED), "closed"),
        ((REGISTERED, VERIFIED, SENT, ANSWERED, CLOSED, REOPENED), "in_progress"),
        ((REGISTERED, fact("2026-03-16", "archived")), "archived"),
        ((REGISTERED, fact("2026-03-16", "archived"), OBJECTED), "unverified"),
        ((REGISTERED, fact("2026-03-16", "withdrawn")), "withdrawn"),
        ((REGISTERED, VERIFIED, SENT, fact("2026-03-17", "merged")), "merged"),
    ],
)
def test_the_state_follows_the_facts(facts: tuple[Fact, ...], state: str) -> None:
    assert standing(facts).state == state


def test_the_first_answer_counts_even_when_it_fell() -> None:
    now = standing((REGISTERED, VERIFIED, SENT, ANSWERED, OBJECTED, AGAIN, CLOSED))

    assert now.first_answered_at == ANSWERED.at
    assert now.finished_at == CLOSED.at


def test_a_reopened_complaint_is_not_finished_and_belongs_to_its_new_agency() -> None:
    now = standing((REGISTERED, VERIFIED, SENT, ANSWERED, CLOSED, REOPENED))

    assert now.finished_at is None
    assert now.agency_id == "dlh"


def test_what_was_archived_and_objected_to_is_not_finished_any_more() -> None:
    now = standing((REGISTERED, fact("2026-03-16", "archived"), OBJECTED, fact("2026-04-01", "verified")))

    assert now.finished_at is None


def test_what_was_archived_and_objected_to_goes_on_as_any_other() -> None:
    now = standing((REGISTERED, fact("2026-03-16", "archived", "09:00"), OBJECTED, fact("2026-04-01", "dispatched")))

    assert now.state == "dispatched"


def test_what_was_reopened_for_the_coordinator_is_open_with_no_agency() -> None:
    to_the_desk = fact("2026-04-20", "reopened", agency_id=None, how="coordinator")
    for before in ((ANSWERED, OBJECTED), (ANSWERED, CLOSED), (fact("2026-04-16", "merged"),)):
        now = standing((REGISTERED, VERIFIED, SENT, *before, to_the_desk))

        assert (now.state, now.agency_id, now.finished_at) == ("unverified", None, None)
        assert now.class_ == "information"
    sent = fact("2026-04-21", "dispatched", agency_id="dlh")
    assert standing((REGISTERED, VERIFIED, SENT, ANSWERED, CLOSED, to_the_desk, sent)).agency_id == "dlh"


def test_what_comes_after_the_end_does_not_open_it_again() -> None:
    assert standing((REGISTERED, VERIFIED, SENT, ANSWERED, CLOSED, fact("2026-04-17", "objected"))).state == "closed"


def test_forwarding_is_kept_beside_the_state() -> None:
    forwarded = fact("2026-05-16", "forwarded")

    assert standing((REGISTERED, VERIFIED, SENT, forwarded)).forwarded_at == forwarded.at
    assert standing((REGISTERED, VERIFIED, SENT, forwarded)).state == "dispatched"


def test_class_and_agency_are_the_last_ones_given() -> None:
    now = standing((REGISTERED, VERIFIED, SENT))
    changed = standing((REGISTERED, VERIFIED, SENT, fact("2026-03-18", "reclassified", class_="supervisory")))

    assert (now.class_, now.agency_id) == ("information", "pupr")
    assert (changed.class_, changed.agency_id) == ("supervisory", "pupr")


def test_an_interim_reply_is_no_answer() -> None:
    assert standing((REGISTERED, VERIFIED, SENT, INTERIM)).first_answered_at is None


@pytest.mark.parametrize("what", ["closed", "archived", "withdrawn"])
def test_every_end_is_dated(what: str) -> None:
    end = fact("2026-03-20", what)

    assert standing((REGISTERED, end)).finished_at == end.at


def test_what_ended_can_still_be_forwarded_and_withdrawn_whatever_came_between() -> None:
    ignored, withdrawn = fact("2026-04-17", "objected"), fact("2026-04-19", "withdrawn")
    forwarded = fact("2026-04-18", "forwarded")
    now = standing((REGISTERED, VERIFIED, SENT, ANSWERED, CLOSED, ignored, forwarded, withdrawn))

    assert (now.state, now.finished_at, now.forwarded_at) == ("withdrawn", withdrawn.at, forwarded.at)
