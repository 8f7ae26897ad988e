"""Which rule holds, what contradicts what, and what another edition does to a clock that runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.calendar import Unit
from services.sla.domain.derive import Derivation, derive
from services.sla.domain.history import Fact
from services.sla.domain.rules import NoRuleError, OverlapError, Rule, RuleBook
from services.sla.domain.versions import Content, Limit, differing, in_force, undercut
from tests.unit.sla.stories import ALMANAC, COMPLAINT, RULES, at, clock, fact

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    first = draw(DAYS)
    last = draw(st.none() | st.dates(first, date(2026, 4, 1)))
    names = [draw(st.sampled_from([None, *some])) for some in (("supervisory", "information"), ("a", "b"), ("r", "q"))]
    return Rule("x", "legal", names[0], 5, "working_days", "verified", "s", first, last, names[1], names[2])


@given(st.lists(rules(), max_size=8), DAYS)
def test_exactly_one_rule_holds_or_the_contradiction_is_named(given_rules: list[Rule], on: date) -> None:
    try:
        book = RuleBook(given_rules)
    except OverlapError as error:
        assert error.one.specific == error.other.specific
        assert error.one.holds(error.since) and error.other.holds(error.since)
        return
    concerned = [rule for rule in given_rules if rule.concerns("supervisory", "a", "r") and rule.holds(on)]
    best = [rule for rule in concerned if rule.specific == max(one.specific for one in concerned)]
    try:
        assert [book.rule("legal", "supervisory", on, "a.b", "r")] == best
    except NoRuleError:
        assert not concerned


def test_a_contradiction_says_which_sets_limit_what_for_whom() -> None:
    every = Rule("a", "legal", None, 5, "working_days", "verified", "s", date(2026, 1, 1))
    some = replace(every, class_="supervisory", category="jalan", region="74.08")

    assert str(OverlapError(every, replace(every, rule_set="b"))) == "a and b both limit legal (any)"
    said = str(OverlapError(some, replace(some, rule_set="b")))
    assert said == "a and b both limit legal (supervisory, jalan, 74.08)"


def test_a_rule_for_a_topic_goes_before_one_for_a_region_before_one_for_a_class_before_one_for_any() -> None:
    any_ = Rule("x", "legal", None, 1, "working_days", "verified", "s", date(2026, 1, 1))
    of_a_class = replace(any_, days=2, class_="supervisory")
    of_a_region = replace(any_, days=3, region="74.08")
    of_a_topic = replace(any_, days=4, category="jalan")
    for known, days in ((1, 1), (2, 2), (3, 3), (4, 4)):
        for rules_ in (
            [any_, of_a_class, of_a_region, of_a_topic][:known],
            [of_a_topic, of_a_region, of_a_class, any_],
        ):
            some = [rule for rule in rules_ if rule.days <= known]
            assert RuleBook(some).rule("legal", "supervisory", date(2026, 3, 16), "jalan.rusak", "74.08").days == days


def test_where_no_limit_holds_the_clock_the_class_and_the_day_are_named() -> None:
    for class_, said in ((None, "any"), ("supervisory", "supervisory")):
        with pytest.raises(NoRuleError) as none:
            RuleBook([]).rule("legal", class_, date(2026, 3, 16))
        assert str(none.value) == f"no limit for legal ({said}) on 2026-03-16"


def test_editions_are_counted_from_one() -> None:
    assert RuleBook([]).number == 1
    assert edition(5, "2026-03-26").number == 2


def content(first: str, last: str | None = None, days: int = 5, rule_set: str = "x", **more: Any) -> Content:
    limits = (Limit("legal", None, None, None, days, "working_days", "s"),)
    until = date.fromisoformat(last) if last else None
    return Content(rule_set, "X", "s", date.fromisoformat(first), until, **{"limits": limits, **more})


def test_a_version_holds_until_the_day_before_the_next_and_an_end_ends_it() -> None:
    versions = [content("2026-01-01"), content("2026-02-01", days=3), content("2026-03-01", limits=(), ends=True)]

    assert held(versions) == [("x", 3, "2026-02-01", "2026-02-28"), ("x", 5, "2026-01-01", "2026-01-31")]


def held(*sets: list[Content]) -> list[tuple[str, int, str, str]]:
    found = in_force(sets)
    return sorted((rule.rule_set, rule.days, rule.valid_from.isoformat(), str(rule.valid_to)) for rule in found)


def test_a_set_holds_until_the_day_before_another_one_that_replaces_it() -> None:
    old = [content("2026-01-01"), content("2026-02-01", "2026-12-31", days=4)]
    heir = content("2026-03-01", days=3, rule_set="y", replaces="x")
    before = [("x", 4, "2026-02-01", "2026-02-28"), ("x", 5, "2026-01-01", "2026-01-31")]

    assert held(old, [heir]) == [*before, ("y", 3, "2026-03-01", "None")]
    # A later version of the heir leaves the day as it is; one that never held replaces nothing.
    later = content("2026-05-01", days=2, rule_set="y", replaces="x")
    assert held(old, [heir, later])[:2] == before
    nothing = content("2026-01-15", "2026-02-28", days=1, rule_set="y")
    assert held(old, [heir, nothing]) == [
        ("x", 4, "2026-02-01", "2026-12-31"),
        ("x", 5, "2026-01-01", "2026-01-31"),
        ("y", 1, "2026-01-15", "2026-02-28"),
    ]


def test_of_a_set_that_is_replaced_before_it_began_nothing_holds() -> None:
    heir = content("2026-01-01", days=3, rule_set="y", replaces="x")

    assert held([content("2026-01-01")], [heir]) == [("y", 3, "2026-01-01", "None")]
    assert held([content("2025-12-31")], [heir])[0] == ("x", 5, "2025-12-31", "2025-12-31")


def test_only_days_that_only_one_edition_limits_so_differ() -> None:
    before, after = (
        RuleBook(in_force([some]))
        for some in ([content("2026-01-01")], [content("2026-01-01"), content("2026-02-01", days=3)])
    )
    found = {(rule.days, rule.valid_from.isoformat()) for rule in differing(before, after)}

    assert found == {(5, "2026-02-01"), (3, "2026-02-01")}


@pytest.mark.parametrize(
    ("clock_", "days", "unit", "refused"),
    [
        ("legal", 60, "calendar_days", False),
        ("legal", 61, "calendar_days", True),
        ("legal", 51, "working_days", False),  # eight full weeks of six days and three more: 59 days
        ("legal", 53, "working_days", True),
        ("legal", 14, "working_days", False),
        ("completeness", 30, "calendar_days", False),
        ("completeness", 29, "calendar_days", True),
        ("completeness", 26, "working_days", False),
        ("completeness", 25, "working_days", True),  # 29 days, where Saturdays are worked
        ("follow_up", 500, "working_days", False),  # practice, no law
    ],
)
def test_no_rule_for_some_gives_them_less_than_the_law_gives_all(
    clock_: str, days: int, unit: Unit, *, refused: bool
) -> None:
    local = Rule("sop", clock_, None, days, unit, "x", "SOP", date(2026, 1, 1), region="74.08")
    found = undercut(RuleBook([*RULES.rules, local]), ["uu-25-2009"])

    assert bool(found) == refused
    assert not found or (found.rule, found.law.rule_set) == (local, "uu-25-2009")
    assert undercut(RuleBook([*RULES.rules, local]), []) is None
    ended = replace(local, valid_from=date(2001, 1, 1), valid_to=date(2001, 2, 1))
    assert undercut(RuleBook([*RULES.rules, ended]), ["uu-25-2009"]) is None


def edition(days: int, since: str, name: str = "follow_up") -> RuleBook:
    """The project's rules with a local limit from a moment on."""
    local = Rule("sop", name, None, days, "working_days", "x", "SOP", date(2026, 1, 1), region="74.08")
    return RuleBook([*RULES.rules, local], at(since), RULES, 2)


BEGUN = (
    fact("2026-03-13", "registered"),
    fact("2026-03-16", "verified", class_="non_supervisory"),
    fact("2026-03-16", "dispatched", agency_id="pupr"),
)


def test_the_rule_of_its_topic_holds_also_under_another_class_and_another_edition() -> None:
    topic = Rule("x", "settlement", None, 3, "working_days", "x", "SK", date(2026, 1, 1), category="kesehatan")
    shorter = replace(topic, days=2)
    begun = (fact("2026-03-13", "registered", category="kesehatan.wabah"), *BEGUN[1:])
    other_class = fact("2026-03-17", "reclassified", class_="supervisory")
    first = RuleBook([*RULES.rules, topic])
    second = RuleBook([*RULES.rules, shorter], at("2026-03-17", "09:00"), first, 2)

    reclassified = clock(derive(COMPLAINT, (*begun, other_class), first, ALMANAC, "74.08"), "settlement")
    assert (reclassified.days, reclassified.class_) == (3, "supervisory")
    assert clock(derive(COMPLAINT, begun, second, ALMANAC, "74.08"), "settlement").days == 2


def test_a_limit_made_shorter_is_passed_when_the_rule_came_and_not_before() -> None:
    derived = derive(COMPLAINT, BEGUN, edition(2, "2026-03-26"), ALMANAC, "74.08")

    follow_up = clock(derived, "follow_up")
    assert follow_up.due_date == date(2026, 3, 25) and follow_up.passes_at == at("2026-03-26")


def test_what_was_late_before_the_rule_was_longer_stays_told() -> None:
    derived = derive(COMPLAINT, BEGUN, edition(20, "2026-04-02"), ALMANAC, "74.08")

    follow_up = clock(derived, "follow_up")
    assert follow_up.breached_at == at("2026-03-31", "00:00") and follow_up.outcome_at(at("2026-04-03")) == "running"


def test_the_reporters_own_time_is_only_ever_made_longer() -> None:
    asked = (fact("2026-03-13", "registered"), fact("2026-03-16", "completeness_requested"))
    for days, due in ((3, date(2026, 4, 15)), (40, None)):
        derived = derive(COMPLAINT, asked, edition(days, "2026-03-17", "completeness"), ALMANAC, "74.08")
        found = clock(derived, "completeness").due_date
        assert found == due if due else found > date(2026, 4, 15) + timedelta(days=1)


def test_a_clock_that_had_stopped_keeps_its_limit() -> None:
    answered = (*BEGUN, fact("2026-03-24", "answered", agency_id="pupr", substantive=True))
    derived = derive(COMPLAINT, answered, edition(1, "2026-03-26"), ALMANAC, "74.08")

    assert clock(derived, "follow_up").due_date == date(2026, 3, 30)


def in_force_from(rule: Rule, since: str, at_time: str = "10:00") -> RuleBook:
    return RuleBook([*RULES.rules, rule], at(since, at_time), RULES, 2)


def local(name: str, days: int, unit: Unit = "working_days") -> Rule:
    return Rule("sop", name, None, days, unit, "x", "SOP", date(2026, 1, 1), region="74.08")


def under(book: RuleBook, *facts: Fact) -> Derivation:
    return derive(COMPLAINT, facts, book, ALMANAC, "74.08")


def test_a_limit_of_a_region_holds_there_and_nowhere_else() -> None:
    book = RuleBook([*RULES.rules, local("follow_up", 2)])

    assert clock(derive(COMPLAINT, BEGUN, book, ALMANAC, "74.08"), "follow_up").days == 2
    assert clock(derive(COMPLAINT, BEGUN, book, ALMANAC, "73.71"), "follow_up").days == 5


def test_the_same_limit_from_another_source_moves_nothing_and_names_its_source() -> None:
    before = clock(derive(COMPLAINT, BEGUN, RULES, ALMANAC, "74.08"), "follow_up")
    found = clock(under(in_force_from(local("follow_up", 5), "2026-03-26"), *BEGUN), "follow_up")

    assert (found.rule_set, found.source) == ("sop", "SOP") != (before.rule_set, before.source)
    assert found == replace(before, rule_set="sop", source="SOP")
    for change in ({"rule_set": "sop"}, {"source": "SOP"}):
        same = replace(local("follow_up", 5), **{"rule_set": before.rule_set, "source": before.source, **change})
        assert clock(under(in_force_from(same, "2026-03-26"), *BEGUN), "follow_up") == replace(before, **change)


def test_as_many_days_of_another_kind_are_another_limit() -> None:
    before = RULES.rule("legal", None, date(2026, 3, 16))
    working = replace(before, unit="working_days", region="74.08")
    found = clock(under(in_force_from(working, "2026-03-26"), *BEGUN), "legal")

    assert (found.days, found.unit, found.due_date) == (60, "working_days", date(2026, 6, 25))


def test_another_limit_that_ends_on_the_same_day_does_not_move_the_end() -> None:
    found = clock(under(in_force_from(local("settlement", 28, "calendar_days"), "2026-03-26"), *BEGUN), "settlement")

    assert (found.days, found.unit, found.due_date) == (28, "calendar_days", date(2026, 4, 13))
    assert found.runs_since == found.started_at


def test_while_it_stands_still_a_clock_follows_the_rules_and_its_reminders_wait_for_its_going_on() -> None:
    asked = fact("2026-03-25", "completeness_requested")
    found = clock(under(in_force_from(local("settlement", 20), "2026-03-27"), *BEGUN, asked), "settlement")

    assert (found.due_date, found.runs_since) == (date(2026, 4, 21), found.started_at)


def test_a_settled_clock_keeps_its_limit_until_its_answer_falls_and_the_one_by_law_follows_at_once() -> None:
    answered = fact("2026-03-27", "answered", agency_id="pupr", substantive=True)
    objected = fact("2026-04-01", "objected")
    settlement = in_force_from(local("settlement", 20), "2026-03-30")
    legal = in_force_from(local("legal", 90, "calendar_days"), "2026-03-30")

    settled = clock(under(settlement, *BEGUN, answered), "settlement")
    assert (settled.days, settled.due_date, settled.stopped_at) == (14, date(2026, 4, 13), answered.at)
    fallen = clock(under(settlement, *BEGUN, answered, objected), "settlement")
    assert (fallen.days, fallen.rule_set, fallen.stopped_at) == (20, "sop", None)
    # Twenty working days from 16 March end on 21 April; the three from the answer to the objection are given back.
    assert (fallen.due_date, fallen.runs_since) == (date(2026, 4, 24), objected.at)
    by_law = clock(under(legal, *BEGUN, answered), "legal")
    assert (by_law.days, by_law.due_date, by_law.answered_at) == (90, date(2026, 6, 14), answered.at)


def test_what_is_late_by_the_new_limit_too_keeps_the_old_one() -> None:
    found = clock(under(in_force_from(local("follow_up", 6), "2026-04-02"), *BEGUN), "follow_up")

    assert (found.days, found.due_date, found.round) == (5, date(2026, 3, 30), 0)
    assert found.breached_at == at("2026-03-31", "00:00")


@pytest.mark.parametrize(("time", "days"), [("23:59:59", 6), ("23:59:59.001", 5)])
def test_the_new_limit_saves_what_is_in_time_by_it_up_to_its_last_second(time: str, days: int) -> None:
    found = clock(under(in_force_from(local("follow_up", 6), "2026-03-31", time), *BEGUN), "follow_up")

    assert (found.days, found.round) == (days, int(days == 6))


def test_every_limit_that_was_passed_and_made_longer_begins_a_round_after_the_one_before() -> None:
    answered, objected = (
        fact("2026-03-27", "answered", agency_id="pupr", substantive=True),
        fact("2026-04-01", "objected"),
    )
    found = clock(under(in_force_from(local("settlement", 40), "2026-04-20"), *BEGUN, answered, objected), "settlement")

    assert found.breached_at == at("2026-04-17", "00:00")
    assert found.round == 2


def test_the_reporters_own_time_is_not_begun_again_once_it_is_over_and_kept_where_the_new_one_ends_with_it() -> None:
    asked = (fact("2026-03-13", "registered"), fact("2026-03-16", "completeness_requested"))
    over = clock(under(in_force_from(local("completeness", 60, "calendar_days"), "2026-04-20"), *asked), "completeness")
    same = local("completeness", ALMANAC.newest().days_between(date(2026, 3, 16), date(2026, 4, 15), "working_days"))
    kept = clock(under(in_force_from(same, "2026-03-17"), *asked), "completeness")

    assert (over.days, over.due_date, over.round) == (30, date(2026, 4, 15), 0)
    assert (kept.days, kept.unit, kept.due_date) == (same.days, "working_days", date(2026, 4, 15))


def test_a_limit_of_calendar_days_that_stood_still_is_counted_anew_in_calendar_days() -> None:
    paused = (*BEGUN, fact("2026-03-26", "completeness_requested"), fact("2026-04-08", "completed"))
    found = clock(under(in_force_from(local("legal", 90, "calendar_days"), "2026-04-10"), *paused), "legal")

    # Ninety days from 16 March end on 14 June; the thirteen it stood still are given back, up to a Saturday.
    assert found.due_date == date(2026, 6, 27)
