"""What holds for every history, however odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.changes import changes
from services.sla.domain.clocks import Clock
from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import WHAT, Fact, in_order
from services.sla.domain.steps import steps
from shared.contracts.vocabulary import CLASSES
from tests.unit.sla.stories import ALMANAC, CALENDAR, COMPLAINT, HOME, PLAN, RULES, at, fact, told

START = datetime(2025, 11, 3, 1, tzinfo=UTC)
AGENCIES = st.sampled_from(["pupr", "dlh", "dinkes"])


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Any fact, at any minute of fourteen months."""
    what = draw(st.sampled_from([w for w in WHAT if w != "registered"]))
    details: dict[str, Any] = {}
    if what in ("verified", "reclassified"):
        details["class_"] = draw(st.sampled_from(CLASSES))
    if what in ("dispatched", "returned", "answered", "reopened"):
        details["agency_id"] = draw(AGENCIES)
    if what == "answered":
        details["substantive"] = draw(st.booleans())
    moment = START + timedelta(minutes=draw(st.integers(1, 600_000)))
    return Fact(UUID(int=draw(st.integers(1, 2**64))), what, moment, **details)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """A registration and up to fourteen facts after it, no two with the same id."""
    first = Fact(UUID(int=0), "registered", START)
    return [first, *draw(st.lists(facts(), max_size=14, unique_by=lambda f: f.fact_id))]


def derived(history: list[Fact]) -> Derivation:
    return derive(COMPLAINT, history, RULES, ALMANAC, HOME)


@given(histories(), st.randoms())
def test_the_order_in_which_facts_become_known_does_not_matter(history: list[Fact], chance: Any) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)

    assert derived(shuffled) == derived(history)


@given(histories())
def test_deriving_again_finds_no_change(history: list[Fact]) -> None:
    known = {clock.clock_id: clock for clock in derived(history).clocks}

    assert changes(known, derived(history).clocks, START) == []


@given(histories())
def test_following_fact_by_fact_comes_to_the_same_clocks(history: list[Fact]) -> None:
    """What was told step by step adds up: whoever heard all changes knows the state of every clock."""
    known: dict[UUID, Clock] = {}
    told_state: dict[UUID, str] = {}
    ordered = in_order(history)
    for count in range(1, len(ordered) + 1):
        now = ordered[count - 1].at
        clocks = derived(ordered[:count]).clocks
        for change in changes(known, clocks, now):
            told_state[change.clock.clock_id] = change.what
        known = {clock.clock_id: clock for clock in clocks}

    for clock in derived(history).clocks:
        state = told_state[clock.clock_id]
        if clock.stopped_at is not None:
            assert state == "stopped" or clock.outcome_at(clock.stopped_at) == "expired"
        else:
            assert state == ("paused" if clock.paused_at else state) and state != "stopped"


@given(histories())
def test_no_clock_ends_before_it_began(history: list[Fact]) -> None:
    for clock in derived(history).clocks:
        assert clock.due_at > clock.started_at
        assert clock.runs_since >= clock.started_at
        assert clock.stopped_at is None or clock.stopped_at >= clock.started_at
        assert clock.breached_at is None or clock.breached_at > clock.started_at


@given(histories())
def test_a_limit_of_working_days_is_never_due_on_a_day_off(history: list[Fact]) -> None:
    for clock in derived(history).clocks:
        if clock.unit == "working_days":
            assert CALENDAR.is_working_day(clock.due_date)


@given(histories())
def test_no_clock_is_shorter_than_its_rule(history: list[Fact]) -> None:
    for clock in derived(history).clocks:
        started_on = CALENDAR.local_day(clock.started_at)
        assert CALENDAR.days_between(started_on, clock.due_date, clock.unit) >= clock.days


@given(histories())
def test_at_most_one_clock_of_a_kind_is_open(history: list[Fact]) -> None:
    still_open = [clock.clock for clock in derived(history).clocks if clock.stopped_at is None]

    assert len(still_open) == len(set(still_open))


@given(histories())
def test_what_is_over_has_no_steps_and_what_runs_has_them_in_order(history: list[Fact]) -> None:
    for clock in derived(history).clocks:
        planned = list(steps(clock, PLAN, CALENDAR))
        assert bool(planned) == (clock.passes_at is not None)
        assert [step.at for step in planned] == sorted(step.at for step in planned)
        assert len({step.name for step in planned}) == len(planned)


@settings(max_examples=60)
@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from(CLASSES))
def test_a_pause_never_makes_a_limit_earlier(after: int, lasting: int, class_: str) -> None:
    begun = (
        fact("2026-03-13", "registered"),
        fact("2026-03-16", "verified", class_=class_),
        fact("2026-03-16", "dispatched", agency_id="pupr"),
    )
    asked_at = at("2026-03-16", "11:00") + timedelta(days=after)
    pause = (
        Fact(UUID(int=1), "completeness_requested", asked_at),
        Fact(UUID(int=2), "completed", asked_at + timedelta(days=lasting, hours=1)),
    )
    plain = {c.clock_id: c for c in told(*begun).clocks}

    for paused in told(*begun, *pause).clocks:
        if paused.clock_id in plain:
            assert paused.due_at >= plain[paused.clock_id].due_at
