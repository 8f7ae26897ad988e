"""What is told when the history gives other clocks than before."""

from __future__ import annotations

from dataclasses import replace

from services.sla.domain.changes import Move, changes, moves
from services.sla.domain.history import Fact
from tests.unit.sla.stories import at, clock, fact, told

REGISTERED = fact("2026-03-13", "registered")
VERIFIED = fact("2026-03-16", "verified", class_="non_supervisory")
TO_PUPR = fact("2026-03-16", "dispatched", agency_id="pupr")
BEGUN = (REGISTERED, VERIFIED, TO_PUPR)
NOW = at("2026-06-01")


def after(before: tuple[Fact, ...], *more: Fact) -> list[tuple[str, str, int]]:
    """What is told when `more` becomes known."""
    known = {clock.clock_id: clock for clock in told(*before).clocks}
    found = changes(known, told(*before, *more).clocks, NOW)
    return [(change.what, change.clock.clock, change.clock.generation) for change in found]


def test_what_stops_is_told_before_what_starts() -> None:
    assert after((REGISTERED,), VERIFIED, TO_PUPR) == [
        ("stopped", "verification", 1),
        ("stopped", "receipt", 1),
        ("started", "settlement", 1),
        ("started", "legal", 1),
        ("started", "follow_up", 1),
    ]


def test_a_pause_and_its_end_are_told() -> None:
    asked, completed = fact("2026-03-25", "completeness_requested"), fact("2026-04-06", "completed")

    assert ("paused", "settlement", 1) in after(BEGUN, asked)
    assert ("resumed", "settlement", 1) in after((*BEGUN, asked), completed)


def test_an_objection_resumes_settlement_and_moves_nothing_else() -> None:
    answered = fact("2026-03-27", "answered", agency_id="pupr", substantive=True)

    assert after((*BEGUN, answered), fact("2026-04-01", "objected")) == [
        ("stopped", "objection", 1),
        ("resumed", "settlement", 1),
    ]


def test_another_class_is_told_as_an_end_that_moved() -> None:
    assert after(BEGUN, fact("2026-03-25", "reclassified", class_="supervisory")) == [("resumed", "settlement", 1)]


def test_a_return_is_no_change_of_any_limit() -> None:
    assert after(BEGUN, fact("2026-03-25", "returned", agency_id="pupr")) == []


def test_a_clock_that_the_history_no_longer_gives_is_taken_back() -> None:
    """The withdrawal became known late: the follow-up clock should never have started."""
    withdrawn = fact("2026-03-16", "withdrawn", clock="09:00")

    assert ("stopped", "follow_up", 1) in after(BEGUN, withdrawn)
    known = {clock.clock_id: clock for clock in told(*BEGUN).clocks}
    gone = [c for c in changes(known, told(*BEGUN, withdrawn).clocks, NOW) if c.clock.clock == "follow_up"]
    assert gone[0].clock.outcome_at(NOW) == "cancelled" and gone[0].at == NOW


def test_what_is_taken_back_neither_waits_for_the_reporter_nor_rests_on_an_answer() -> None:
    withdrawn = fact("2026-03-16", "withdrawn", clock="09:00")
    for then in (
        fact("2026-03-25", "completeness_requested"),
        fact("2026-03-25", "answered", agency_id="pupr", substantive=True),
    ):
        known = {one.clock_id: one for one in told(*BEGUN, then).clocks}
        assert any(one.paused_at or one.answered_at for one in known.values())
        gone = [c.clock for c in changes(known, told(*BEGUN, then, withdrawn).clocks, NOW) if c.at == NOW]
        assert gone and {(one.paused_at, one.answered_at) for one in gone} == {(None, None)}


def test_a_clock_that_had_ended_is_taken_back_with_its_breach_and_only_once() -> None:
    """It stood as met or late, and a report would count it, although the file was closed before it began."""
    answered = fact("2026-05-04", "answered", agency_id="pupr", substantive=False)
    withdrawn = fact("2026-03-16", "withdrawn", clock="09:00")
    story = told(*BEGUN, answered)
    known = {one.clock_id: one for one in story.clocks}
    was = clock(story, "follow_up")
    assert (was.outcome_at(NOW), was.stopped_at) == ("late", answered.at)

    without = told(*BEGUN, answered, withdrawn).clocks
    gone = [c for c in changes(known, without, NOW) if c.clock.clock == "follow_up"]

    assert [(c.what, c.at, c.clock.stopped_at, c.clock.outcome_at(NOW)) for c in gone] == [
        ("stopped", NOW, answered.at, "cancelled")
    ]
    assert changes(known | {gone[0].clock.clock_id: gone[0].clock}, without, NOW) == [
        c for c in changes(known, without, NOW) if c not in gone
    ]


def test_a_clock_that_begins_anew_is_told_also_when_its_end_is_where_it_was() -> None:
    asked, completed = fact("2026-03-25", "completeness_requested"), fact("2026-03-25", "completed", "16:00")
    answered = fact("2026-03-25", "answered", agency_id="pupr", substantive=True)
    objected = fact("2026-03-25", "objected", "16:00")

    assert ("resumed", "settlement", 1) in after((*BEGUN, asked), completed)
    assert ("resumed", "settlement", 1) in after((*BEGUN, answered), objected)


def test_an_end_that_moved_of_a_clock_that_stands_still_now_is_told_before_the_pause() -> None:
    longer, asked = (
        fact("2026-03-25", "reclassified", class_="supervisory"),
        fact("2026-03-26", "completeness_requested"),
    )

    assert [what for what, name, _ in after(BEGUN, longer, asked) if name == "settlement"] == ["resumed", "paused"]


def test_a_clock_that_began_and_ended_before_it_was_known_is_told_in_order() -> None:
    answered = fact("2026-03-27", "answered", agency_id="pupr", substantive=True)

    assert [what for what, name, _ in after((REGISTERED, VERIFIED), TO_PUPR, answered) if name == "follow_up"] == [
        "started",
        "stopped",
    ]


def test_an_expired_clock_is_not_told_as_stopped() -> None:
    asked = (REGISTERED, fact("2026-03-16", "completeness_requested"))

    assert after(asked, fact("2026-04-16", "withdrawn", how="not_completed")) == []


def test_every_change_is_dated_by_what_happened() -> None:
    def dates(before: tuple[Fact, ...], *more: Fact) -> dict[tuple[str, str], object]:
        known = {clock.clock_id: clock for clock in told(*before).clocks}
        return {(c.what, c.clock.clock): c.at for c in changes(known, told(*before, *more).clocks, NOW)}

    asked, completed = fact("2026-03-25", "completeness_requested"), fact("2026-04-06", "completed")

    assert dates((), REGISTERED)["started", "verification"] == REGISTERED.at
    assert dates((REGISTERED,), VERIFIED)["stopped", "verification"] == VERIFIED.at
    assert dates(BEGUN, asked)["paused", "settlement"] == asked.at
    assert dates((*BEGUN, asked), completed)["resumed", "settlement"] == completed.at


def test_only_open_clocks_whose_end_is_another_one_have_moved() -> None:
    longer = fact("2026-03-18", "reclassified", class_="supervisory")
    shorter = fact("2026-03-18", "reclassified", class_="information")
    answered = fact("2026-03-18", "answered", agency_id="pupr", substantive=True)

    def moved(*more: Fact) -> list[tuple[str, bool]]:
        known = {clock.clock_id: clock for clock in told(*BEGUN).clocks}
        return [(move.after.clock, move.later) for move in moves(known, told(*BEGUN, *more).clocks)]

    assert moved() == []
    assert moved(longer) == [("settlement", True)]
    assert moved(shorter) == [("settlement", False)]
    assert moved(longer, answered) == [], "a clock that has stopped moves no more"


def test_an_end_that_moves_makes_late_whom_it_finds_past_the_new_one_and_nobody_else() -> None:
    def late(name: str, before: tuple[Fact, ...], after: tuple[Fact, ...], moment: str, at_time: str = "10:00") -> bool:
        return Move(clock(told(*before), name), clock(told(*after), name)).makes_late(at(moment, at_time))

    shorter = fact("2026-03-18", "reclassified", class_="information")
    asked, completed = fact("2026-03-20", "completeness_requested"), fact("2026-03-24", "completed")
    earlier, later = (*BEGUN, shorter), BEGUN
    assert clock(told(*earlier), "settlement").passes_at == at("2026-03-31", "00:00")
    assert clock(told(*later), "settlement").passes_at == at("2026-04-14", "00:00")

    assert not late("settlement", later, earlier, "2026-03-30", "23:59:59"), "in time by the new end too"
    assert late("settlement", later, earlier, "2026-03-31", "00:00"), "the first moment after the new end"
    assert late("settlement", later, earlier, "2026-04-13", "23:59:59"), "the last moment before the old one"
    assert not late("settlement", later, earlier, "2026-04-14", "00:00"), "late already, as it was known"
    assert not late("settlement", BEGUN, (*BEGUN, asked), "2026-06-01"), "what stands still passes no end"
    assert late("settlement", (*BEGUN, asked), (*BEGUN, asked, completed), "2026-06-01"), "it stood still before"
    waiting = (REGISTERED, fact("2026-03-16", "completeness_requested"))
    assert not late("completeness", waiting, waiting, "2026-06-01"), "the reporter's own time makes nobody late"
    was = clock(told(*waiting), "completeness")
    assert not Move(replace(was, paused_at=was.started_at), was).makes_late(at("2026-06-01")), "however it stood before"
