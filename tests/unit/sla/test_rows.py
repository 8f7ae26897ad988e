"""Every row of section 9 of the domain reference, as a story with its dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.sla.domain.clocks import Breach, clock_id
from services.sla.domain.derive import derive
from services.sla.domain.history import Fact
from tests.unit.sla.stories import ALMANAC, COMPLAINT, HOME, RULES, at, clock, due, fact, names, outcome, told

REGISTERED = fact("2026-03-13", "registered")
VERIFIED = fact("2026-03-16", "verified", class_="non_supervisory")
TO_PUPR = fact("2026-03-16", "dispatched", agency_id="pupr")
BEGUN = (REGISTERED, VERIFIED, TO_PUPR)
ANSWERED = fact("2026-03-27", "answered", agency_id="pupr", substantive=True)
VERIFIED_AGAIN = fact("2026-04-01", "verified", class_="non_supervisory")


def test_row_1_registration_starts_verification_and_receipt() -> None:
    story = told(REGISTERED)

    assert names(story) == [("verification", 1), ("receipt", 1)]
    assert due(story, "verification") == "2026-03-25"
    assert due(story, "receipt") == "2026-03-27"


def test_row_2_verification_and_dispatch_stop_the_coordinators_clocks_and_start_the_agencys() -> None:
    story = told(*BEGUN)

    assert outcome(story, "verification", "2026-03-16") == outcome(story, "receipt", "2026-03-16") == "met"
    assert due(story, "follow_up") == "2026-03-30"
    assert due(story, "settlement") == "2026-04-13"
    assert due(story, "legal") == "2026-05-15"
    assert {clock(story, name).agency_id for name in ("follow_up", "settlement", "legal")} == {"pupr"}


@pytest.mark.parametrize(
    ("class_", "expected"),
    [
        ("information", "2026-03-30"),
        ("aspiration", "2026-03-30"),
        ("non_supervisory", "2026-04-13"),
        ("supervisory", "2026-06-25"),
    ],
)
def test_row_2_the_class_decides_the_settlement_limit(class_: str, expected: str) -> None:
    assert due(told(REGISTERED, fact("2026-03-16", "verified", class_=class_)), "settlement") == expected


def test_what_happens_in_one_moment_is_taken_in_its_natural_order() -> None:
    verified = fact("2026-03-16", "verified", class_="information")
    sent = fact("2026-03-16", "dispatched", agency_id="pupr")
    story = told(sent, verified, REGISTERED)

    assert story == told(REGISTERED, verified, sent)
    assert names(story)[2:] == [("settlement", 1), ("legal", 1), ("follow_up", 1)]
    assert clock(story, "settlement").agency_id == "pupr"


def test_a_verification_after_the_limit_is_late() -> None:
    story = told(REGISTERED, fact("2026-03-26", "verified", clock="00:00", class_="information"))

    assert outcome(story, "verification", "2026-03-26") == "late"
    assert clock(story, "verification").breached_at == at("2026-03-26", "00:00")


def test_a_verification_in_the_last_second_of_the_limit_is_in_time() -> None:
    story = told(REGISTERED, fact("2026-03-25", "verified", clock="23:59:59.999", class_="information"))

    assert outcome(story, "verification", "2026-03-25") == "met"
    assert story.breaches == []


def test_row_3_asking_for_completeness_meets_both_and_starts_the_reporters_thirty_days() -> None:
    story = told(REGISTERED, fact("2026-03-17", "completeness_requested"))

    assert outcome(story, "verification", "2026-03-17") == outcome(story, "receipt", "2026-03-17") == "met"
    assert due(story, "completeness") == "2026-04-16"
    assert names(story) == [("verification", 1), ("receipt", 1), ("completeness", 1)]


def test_row_4_completing_restarts_verification() -> None:
    story = told(REGISTERED, fact("2026-03-17", "completeness_requested"), fact("2026-03-30", "completed"))

    assert outcome(story, "completeness", "2026-03-30") == "met"
    assert due(story, "verification", 2) == "2026-04-02"
    assert names(story)[-1] == ("verification", 2)


def test_row_5_not_completing_expires_and_ends_everything() -> None:
    asked = (REGISTERED, fact("2026-03-17", "completeness_requested"))
    over = told(*asked, fact("2026-04-17", "withdrawn", clock="00:00:05", how="not_completed"))

    assert outcome(told(*asked), "completeness", "2026-04-16") == "running"
    assert outcome(told(*asked), "completeness", "2026-04-17") == "expired"
    assert outcome(over, "completeness", "2026-04-17") == "expired"
    assert all(c.stopped_at for c in over.clocks)
    assert over.breaches == []


def test_row_6_archiving_stops_all_and_lets_the_reporter_object() -> None:
    story = told(REGISTERED, fact("2026-03-16", "archived", how="too_general"))

    assert outcome(story, "verification", "2026-03-16") == outcome(story, "receipt", "2026-03-16") == "met"
    assert due(story, "objection") == "2026-04-07"
    assert [c.clock for c in story.clocks if not c.stopped_at] == ["objection"]


def test_row_7_a_return_stops_no_clock_and_puts_the_coordinator_in_charge() -> None:
    returned = fact("2026-03-25", "returned", agency_id="pupr")
    before, after = told(*BEGUN), told(*BEGUN, returned)

    for name in ("follow_up", "settlement", "legal"):
        assert due(after, name) == due(before, name)
        assert outcome(after, name, "2026-03-25") == "running"
        assert clock(after, name).agency_id is None


def test_row_8_the_next_agency_gets_a_new_follow_up_clock_and_nothing_else() -> None:
    story = told(
        *BEGUN,
        fact("2026-03-25", "returned", agency_id="pupr"),
        fact("2026-03-26", "dispatched", agency_id="dlh"),
    )

    assert outcome(story, "follow_up", "2026-03-26", 1) == "cancelled"
    assert due(story, "follow_up", 2) == "2026-04-02"
    assert due(story, "settlement") == "2026-04-13"
    assert due(story, "legal") == "2026-05-15"
    assert clock(story, "settlement").agency_id == clock(story, "follow_up", 2).agency_id == "dlh"


def test_row_8_a_follow_up_that_was_passed_before_the_next_dispatch_stays_late() -> None:
    story = told(*BEGUN, fact("2026-04-01", "dispatched", agency_id="dlh"))

    assert outcome(story, "follow_up", "2026-04-01", 1) == "late"
    assert clock(story, "follow_up", 1).breached_at == at("2026-03-31", "00:00")


def test_row_9_an_interim_reply_meets_follow_up_only() -> None:
    story = told(*BEGUN, fact("2026-03-26", "answered", agency_id="pupr", substantive=False))

    assert outcome(story, "follow_up", "2026-03-26") == "met"
    assert outcome(story, "settlement", "2026-03-26") == outcome(story, "legal", "2026-03-26") == "running"
    assert ("objection", 1) not in names(story)


def test_row_10_a_substantive_answer_stops_settlement_and_starts_the_ten_days() -> None:
    story = told(*BEGUN, ANSWERED)

    assert outcome(story, "settlement", "2026-03-27") == outcome(story, "follow_up", "2026-03-27") == "met"
    assert due(story, "objection") == "2026-04-13"
    assert outcome(story, "legal", "2026-03-27") == "running"
    assert clock(story, "legal").answered_at == ANSWERED.at


def test_row_11_an_objection_resumes_settlement_with_what_was_left() -> None:
    story = told(*BEGUN, ANSWERED, fact("2026-04-01", "objected"))

    # Answered on day 4 of 14; ten working days are left from 1 April.
    assert due(story, "settlement") == "2026-04-16"
    assert outcome(story, "settlement", "2026-04-01") == "running"
    assert outcome(story, "objection", "2026-04-01") == "met"
    assert clock(story, "settlement").round == 1
    assert clock(story, "legal").answered_at is None
    assert due(story, "legal") == "2026-05-15"


def test_row_11_a_word_that_is_no_objection_gives_the_ten_days_anew() -> None:
    wrote = (*BEGUN, ANSWERED, fact("2026-04-01", "replied"))
    story = told(*wrote)

    # 3 April is Wafat Yesus Kristus.
    assert due(story, "objection") == "2026-04-16" and outcome(story, "objection", "2026-04-14") == "running"
    assert clock(story, "settlement").stopped_at == ANSWERED.at and clock(story, "legal").answered_at == ANSWERED.at
    assert due(told(*wrote, fact("2026-04-10", "replied")), "objection") == "2026-04-24"
    objected = told(*wrote, fact("2026-04-15", "objected"))
    assert outcome(objected, "objection", "2026-04-15") == "met"
    assert clock(objected, "legal").answered_at is None


def test_row_12_a_word_after_the_ten_days_comes_too_late_for_them() -> None:
    last, first_after = at("2026-04-13", "23:59:59"), at("2026-04-14", "00:00")
    for moment, expected in ((last, "2026-04-27"), (first_after, "2026-04-13")):
        assert due(told(*BEGUN, ANSWERED, replace(fact("2026-04-13", "replied"), at=moment)), "objection") == expected
    closed = (fact("2026-04-02", "closed", how="confirmed"), fact("2026-04-03", "replied"))
    assert outcome(told(*BEGUN, ANSWERED, *closed), "objection", "2026-04-04") == "cancelled"


def test_row_11_an_objection_leaves_at_least_five_working_days() -> None:
    answered = fact("2026-04-13", "answered", agency_id="pupr", substantive=True)
    story = told(*BEGUN, answered, fact("2026-04-15", "objected"))

    assert due(story, "settlement") == "2026-04-22"


def test_row_11_a_late_answer_that_falls_keeps_its_breach_and_gets_five_days_more() -> None:
    answered = fact("2026-04-20", "answered", agency_id="pupr", substantive=True)
    story = told(*BEGUN, answered, fact("2026-04-22", "objected"))

    assert due(story, "settlement") == "2026-04-29"
    assert clock(story, "settlement").breached_at == at("2026-04-14", "00:00")
    assert outcome(story, "settlement", "2026-04-22") == "running"
    assert outcome(story, "settlement", "2026-04-30") == "breached"


def test_row_11_the_coordinator_rejects_the_answer() -> None:
    story = told(*BEGUN, ANSWERED, fact("2026-04-01", "reopened", agency_id="pupr", how="coordinator"))

    assert outcome(story, "objection", "2026-04-01") == "cancelled"
    assert due(story, "settlement") == "2026-04-16"


def test_an_objection_and_the_reopening_that_follows_it_count_once() -> None:
    objected = (*BEGUN, ANSWERED, fact("2026-04-01", "objected"))
    reopened = fact("2026-04-01", "reopened", clock="10:01", agency_id="pupr", how="objection")

    assert told(*objected, reopened).clocks == told(*objected).clocks


def test_row_12_closing_stops_all() -> None:
    story = told(*BEGUN, ANSWERED, fact("2026-03-30", "closed", how="confirmed"))

    assert all(c.stopped_at for c in story.clocks)
    assert outcome(story, "legal", "2026-03-30") == outcome(story, "settlement", "2026-03-30") == "met"
    assert outcome(story, "objection", "2026-03-30") == "cancelled"


def test_row_12_silence_lets_the_objection_time_expire() -> None:
    answered = (*BEGUN, ANSWERED)
    story = told(*answered, fact("2026-04-14", "closed", clock="00:00:03", how="silence"))

    assert outcome(told(*answered), "objection", "2026-04-14") == "expired"
    assert outcome(story, "objection", "2026-04-14") == "expired"


def test_row_13_reopening_starts_new_agency_clocks_and_keeps_the_old_record() -> None:
    late = fact("2026-04-20", "answered", agency_id="pupr", substantive=True)
    story = told(
        *BEGUN,
        late,
        fact("2026-04-21", "closed", how="confirmed"),
        fact("2026-05-04", "reopened", agency_id="pupr", how="coordinator"),
    )

    assert outcome(story, "settlement", "2026-05-04", 1) == "late"
    assert due(story, "follow_up", 2) == "2026-05-11"
    assert due(story, "settlement", 2) == "2026-05-26"
    assert due(story, "legal", 2) == "2026-07-03"


def test_row_14_another_class_counts_from_the_original_start() -> None:
    story = told(*BEGUN, fact("2026-03-30", "reclassified", class_="supervisory"))

    assert due(story, "settlement") == "2026-06-25"
    assert clock(story, "settlement").started_at == VERIFIED.at
    assert clock(story, "settlement").round == 1


def test_row_14_a_shorter_class_cannot_be_passed_before_the_change() -> None:
    story = told(*BEGUN, fact("2026-04-08", "reclassified", class_="information"))

    assert due(story, "settlement") == "2026-03-30"
    assert clock(story, "settlement").passes_at == at("2026-04-08")
    assert outcome(story, "settlement", "2026-04-08") == "breached"


def test_row_14_a_longer_class_takes_back_a_breach_that_was_none() -> None:
    story = told(*BEGUN, fact("2026-04-20", "reclassified", class_="supervisory"))

    assert clock(story, "settlement").breached_at is None
    assert outcome(story, "settlement", "2026-04-20") == "running"


def test_row_14_a_class_under_which_it_is_late_all_the_same_changes_no_breach() -> None:
    begun = (REGISTERED, fact("2026-03-16", "verified", class_="information"), TO_PUPR)
    story = told(*begun, fact("2026-04-20", "reclassified", class_="non_supervisory"))

    assert clock(story, "settlement").breached_at == at("2026-03-31", "00:00")
    assert clock(story, "settlement").round == 0


def test_row_15_forwarding_stops_no_clock() -> None:
    assert told(*BEGUN, fact("2026-05-16", "forwarded")).clocks == told(*BEGUN).clocks


def test_row_16_a_merged_complaint_keeps_its_own_clocks() -> None:
    assert told(*BEGUN, fact("2026-03-26", "merged")).clocks == told(*BEGUN).clocks


def test_completeness_pauses_the_agencys_clocks_and_gives_back_the_days() -> None:
    asked = (*BEGUN, fact("2026-03-26", "completeness_requested"))
    story = told(*asked, fact("2026-04-06", "completed"))

    assert outcome(told(*asked), "settlement", "2026-05-30") == "paused"
    assert due(story, "follow_up") == "2026-04-08"  # two of five working days were left
    assert due(story, "settlement") == "2026-04-21"  # eleven of fourteen
    assert due(story, "legal") == "2026-05-26"  # fifty of sixty calendar days


def test_completeness_on_the_last_day_leaves_the_day_of_completion_or_the_next_working_day() -> None:
    asked = (*BEGUN, fact("2026-03-30", "completeness_requested"))

    assert due(told(*asked, fact("2026-04-02", "completed")), "follow_up") == "2026-04-02"
    assert due(told(*asked, fact("2026-04-04", "completed")), "follow_up") == "2026-04-06"


def test_a_clock_that_was_passed_is_not_saved_by_a_pause() -> None:
    story = told(*BEGUN, fact("2026-04-01", "completeness_requested"), fact("2026-04-06", "completed"))

    assert due(story, "follow_up") == "2026-03-30"
    assert outcome(story, "follow_up", "2026-04-06") == "breached"


def test_the_sixtieth_day_passes_when_nobody_answers() -> None:
    story = told(*BEGUN)

    assert outcome(story, "legal", "2026-05-15") == "running"
    assert outcome(story, "legal", "2026-05-16") == "breached"


def test_an_answer_that_stands_keeps_the_sixtieth_day_from_passing() -> None:
    story = told(*BEGUN, fact("2026-05-14", "answered", agency_id="pupr", substantive=True))

    assert clock(story, "legal").passes_at is None
    assert outcome(story, "legal", "2026-05-20") == "running"


def test_an_answer_that_falls_after_the_sixtieth_day_passes_it_at_that_moment() -> None:
    objected = fact("2026-05-20", "objected")
    story = told(*BEGUN, fact("2026-05-14", "answered", agency_id="pupr", substantive=True), objected)

    assert clock(story, "legal").passes_at == objected.at
    assert outcome(story, "legal", "2026-05-20") == "breached"


def test_a_decision_given_in_time_and_confirmed_later_met_the_legal_limit() -> None:
    answered = fact("2026-05-14", "answered", agency_id="pupr", substantive=True)
    story = told(*BEGUN, answered, fact("2026-05-30", "closed", how="silence"))

    assert outcome(story, "legal", "2026-05-30") == "met"


def test_an_answer_after_the_sixtieth_day_leaves_the_breach() -> None:
    answered = (*BEGUN, fact("2026-05-18", "answered", agency_id="pupr", substantive=True))
    closed = (*answered, fact("2026-05-19", "closed", how="confirmed"))

    assert outcome(told(*answered), "legal", "2026-05-18") == "breached"
    assert outcome(told(*closed), "legal", "2026-05-19") == "late"


def test_a_second_answer_restarts_the_time_to_object() -> None:
    story = told(*BEGUN, ANSWERED, fact("2026-03-31", "answered", agency_id="pupr", substantive=True))

    assert outcome(story, "objection", "2026-03-31", 1) == "cancelled"
    assert due(story, "objection", 2) == "2026-04-15"
    assert clock(story, "settlement").stopped_at == ANSWERED.at


def test_a_file_nobody_looks_at_counts_as_complete_after_fourteen_days_since_it_came() -> None:
    assert told(REGISTERED).presumed_at == at("2026-03-28", "00:00")
    presumed = (REGISTERED, Fact(VERIFIED.fact_id, "presumed_complete", at("2026-03-28", "00:00")))
    story = told(*presumed)

    assert due(story, "legal") == "2026-05-12"
    assert story.presumed_at is None
    later = told(*presumed, fact("2026-04-20", "verified", class_="information"))
    assert due(later, "legal") == "2026-05-12", "looking at it late does not give time back"


def test_nothing_is_presumed_once_somebody_looked() -> None:
    assert told(*BEGUN).presumed_at is None
    assert told(REGISTERED, fact("2026-03-16", "archived")).presumed_at is None
    assert told(REGISTERED, fact("2026-03-17", "completeness_requested")).presumed_at is None


def test_withdrawing_stops_everything_and_nothing_starts_again() -> None:
    withdrawn = fact("2026-03-20", "withdrawn", how="reporter")
    story = told(*BEGUN, withdrawn, fact("2026-03-26", "reopened", agency_id="pupr", how="coordinator"))

    assert {c.outcome_at(withdrawn.at) for c in story.clocks if c.clock not in ("verification", "receipt")} == {
        "cancelled"
    }
    assert len(story.clocks) == len(told(*BEGUN).clocks)


def test_what_happens_after_the_end_changes_nothing() -> None:
    closed = (*BEGUN, ANSWERED, fact("2026-03-30", "closed", how="confirmed"))
    after = [
        fact("2026-03-31", "verified", class_="information"),
        fact("2026-03-31", "dispatched", agency_id="dlh"),
        fact("2026-03-31", "returned", agency_id="pupr"),
        fact("2026-03-31", "answered", agency_id="pupr", substantive=True),
        fact("2026-03-31", "completeness_requested"),
        fact("2026-03-31", "completed"),
        fact("2026-03-31", "objected"),
        fact("2026-03-31", "reclassified", class_="information"),
        fact("2026-03-31", "closed", how="silence"),
        fact("2026-03-31", "archived"),
    ]

    assert told(*closed, *after).clocks == told(*closed).clocks


def test_an_objection_against_an_archived_report_has_it_read_anew() -> None:
    objected = (REGISTERED, fact("2026-03-16", "archived"), fact("2026-03-25", "objected"))
    story = told(*objected)

    assert outcome(story, "objection", "2026-03-25") == "met"
    assert due(story, "verification", 2) == "2026-03-30"
    assert story.presumed_at == at("2026-04-09", "00:00"), "silence after it cannot keep the sixtieth day away either"
    verified = told(*objected, fact("2026-03-26", "verified", class_="non_supervisory"))
    assert outcome(verified, "verification", "2026-03-26", 2) == "met"
    assert due(verified, "settlement") == "2026-04-16"
    assert due(verified, "legal") == "2026-05-25"


def test_what_was_verified_archived_and_objected_to_gets_its_limits_anew() -> None:
    archived = (REGISTERED, VERIFIED, fact("2026-03-17", "archived"), fact("2026-03-25", "objected"))
    story = told(*archived, fact("2026-03-26", "verified", class_="information"))

    assert outcome(story, "settlement", "2026-03-26", 1) == outcome(story, "legal", "2026-03-26", 1) == "cancelled"
    assert due(story, "settlement", 2) == "2026-04-02"
    assert due(story, "legal", 2) == "2026-05-25"


def test_a_time_of_the_reporter_that_ended_with_its_last_second_is_over_and_not_needless() -> None:
    """Closing by silence and the loss of an incomplete file are dated by the limit itself."""
    silent = told(*BEGUN, ANSWERED, fact("2026-04-13", "closed", clock="23:59:59", how="silence"))
    incomplete = told(
        REGISTERED,
        fact("2026-03-17", "completeness_requested"),
        fact("2026-04-16", "withdrawn", clock="23:59:59", how="not_completed"),
    )
    a_second_before = told(*BEGUN, ANSWERED, fact("2026-04-13", "closed", clock="23:59:58", how="coordinator"))

    next_moment = told(*BEGUN, ANSWERED, fact("2026-04-14", "closed", clock="00:00", how="silence"))

    assert outcome(silent, "objection", "2026-04-14") == outcome(next_moment, "objection", "2026-04-14") == "expired"
    assert outcome(incomplete, "completeness", "2026-04-17") == "expired"
    assert outcome(a_second_before, "objection", "2026-04-14") == "cancelled"


def test_a_second_request_while_the_first_one_stands_starts_no_other_thirty_days() -> None:
    asked = (REGISTERED, fact("2026-03-17", "completeness_requested"))

    assert told(*asked, fact("2026-03-18", "completeness_requested")).clocks == told(*asked).clocks


def test_an_answer_or_a_verification_makes_the_completion_needless_and_not_met() -> None:
    asked = (*BEGUN, fact("2026-03-25", "completeness_requested"))
    answered = told(*asked, fact("2026-03-26", "answered", agency_id="pupr", substantive=True))
    verified = told(*asked, fact("2026-03-26", "verified", class_="information"))

    assert (
        outcome(answered, "completeness", "2026-03-26")
        == outcome(verified, "completeness", "2026-03-26")
        == "cancelled"
    )


def test_a_dispatch_without_a_verification_meets_the_coordinators_limits() -> None:
    story = told(REGISTERED, fact("2026-03-16", "dispatched", agency_id="pupr"))

    assert outcome(story, "verification", "2026-03-16") == outcome(story, "receipt", "2026-03-16") == "met"


def test_the_settlement_clock_carries_its_new_class() -> None:
    story = told(*BEGUN, fact("2026-03-18", "reclassified", class_="supervisory"))

    assert clock(story, "settlement").class_ == "supervisory"


def test_nothing_is_classed_after_the_end() -> None:
    closed = (*BEGUN, ANSWERED, fact("2026-03-30", "closed", how="confirmed"))
    reopened = fact("2026-04-06", "reopened", agency_id="pupr", how="coordinator")
    story = told(*closed, fact("2026-03-31", "reclassified", class_="information"), reopened)

    assert clock(story, "settlement", 2).class_ == "non_supervisory"


def test_each_objection_and_each_change_of_class_is_a_round_of_its_own() -> None:
    again = fact("2026-04-02", "answered", agency_id="pupr", substantive=True)
    objected = told(*BEGUN, ANSWERED, fact("2026-04-01", "objected"), again, fact("2026-04-06", "objected"))
    changed = told(
        *BEGUN,
        fact("2026-03-18", "reclassified", class_="supervisory"),
        fact("2026-03-19", "reclassified", class_="information"),
    )

    assert clock(objected, "settlement").round == 2
    assert clock(changed, "settlement").round == 2


def test_what_was_not_asked_for_completes_nothing() -> None:
    completed = fact("2026-03-20", "completed")

    assert told(REGISTERED, completed).clocks == told(REGISTERED).clocks
    assert told(*BEGUN, completed).clocks == told(*BEGUN).clocks


def test_a_file_is_presumed_complete_once_and_only_while_it_waits_for_the_coordinator() -> None:
    presumed, again = fact("2026-03-28", "presumed_complete"), fact("2026-03-29", "presumed_complete")
    asked, archived = fact("2026-03-17", "completeness_requested"), fact("2026-03-17", "archived")

    assert told(REGISTERED, presumed, again).clocks == told(REGISTERED, presumed).clocks
    for begun in ((REGISTERED, asked), (REGISTERED, archived), BEGUN):
        assert told(*begun, presumed).clocks == told(*begun).clocks


def test_row_12_closing_without_an_answer_settles_too() -> None:
    story = told(*BEGUN, fact("2026-03-30", "closed", how="coordinator"))

    assert outcome(story, "settlement", "2026-03-30") == outcome(story, "legal", "2026-03-30") == "met"
    assert outcome(story, "follow_up", "2026-03-30") == "cancelled"


def test_row_13_the_new_clocks_are_held_by_the_agency_it_was_reopened_for() -> None:
    closed = (*BEGUN, ANSWERED, fact("2026-03-30", "closed", how="confirmed"))
    story = told(*closed, fact("2026-04-06", "reopened", agency_id="dlh", how="coordinator"))

    assert {clock(story, name, 2).agency_id for name in ("follow_up", "settlement", "legal")} == {"dlh"}
    assert {clock(story, name, 1).agency_id for name in ("follow_up", "settlement", "legal")} == {"pupr"}


def test_what_was_opened_again_can_be_objected_to_again() -> None:
    closed = (*BEGUN, ANSWERED, fact("2026-03-30", "closed", how="confirmed"))
    reopened = (*closed, fact("2026-04-06", "reopened", agency_id="pupr", how="coordinator"))
    archived = (REGISTERED, fact("2026-03-16", "archived"), fact("2026-03-25", "objected"), VERIFIED_AGAIN)
    for begun in (reopened, archived):
        answered = (*begun, fact("2026-04-08", "answered", agency_id="pupr", substantive=True))
        story = told(*answered, fact("2026-04-10", "objected"))

        assert [c.outcome_at(at("2026-04-10", "23:59")) for c in story.clocks if c.clock == "objection"][-1] == "met"
        assert [c.stopped_at for c in story.clocks if c.clock == "settlement"][-1] is None


@pytest.mark.parametrize("end", ["closed", "archived", "withdrawn"])
def test_after_an_end_only_what_was_closed_is_reopened(end: str) -> None:
    ended = (*BEGUN, fact("2026-03-20", end))
    story = told(*ended, fact("2026-03-23", "reopened", agency_id="pupr", how="coordinator"))

    assert (story.clocks != told(*ended).clocks) is (end == "closed")


def test_the_first_limit_that_was_passed_dates_the_lateness() -> None:
    met = told(*BEGUN)  # follow-up passes on 31 March, settlement on 14 April, the sixtieth day on 16 May
    late = told(REGISTERED, fact("2026-04-01", "verified", class_="information"))
    asked = told(REGISTERED, fact("2026-03-17", "completeness_requested"))

    assert met.late_since(at("2026-03-30", "23:59:59")) is None
    assert met.late_since(at("2026-03-31", "00:00")) == at("2026-03-31", "00:00")
    assert met.late_since(at("2026-06-01")) == at("2026-03-31", "00:00")
    assert late.late_since(at("2026-06-01")) == at("2026-03-26", "00:00"), "the examination of the file, met late"
    assert asked.late_since(at("2026-06-01")) is None, "her own time makes nobody late"
    stands_still = told(*BEGUN, fact("2026-03-20", "completeness_requested"))
    assert stands_still.late_since(at("2026-06-01")) is None


def test_every_complaint_has_clocks_of_its_own() -> None:
    other = UUID("019a0000-0000-7000-8000-000000000002")
    its_own = [one.clock_id for one in derive(other, BEGUN, RULES, ALMANAC, HOME).clocks]

    assert [one.clock_id for one in told(*BEGUN).clocks] == [clock_id(COMPLAINT, *name) for name in names(told(*BEGUN))]
    assert its_own == [clock_id(other, *name) for name in names(told(*BEGUN))]


def test_a_breach_is_told_with_its_clock_its_round_and_what_the_limit_had_been() -> None:
    story = told(*BEGUN, fact("2026-04-01", "answered", agency_id="pupr", substantive=False))

    assert story.breaches == [
        Breach(
            clock(story, "follow_up").clock_id,
            0,
            at("2026-03-31", "00:00"),
            date(2026, 3, 30),
            at("2026-03-30", "23:59:59"),
        )
    ]


def test_a_clock_has_an_agency_only_when_one_was_given_the_case_and_a_class_only_when_it_settles() -> None:
    verified = told(REGISTERED, VERIFIED)
    answered = told(*BEGUN, ANSWERED)

    assert {one.agency_id for one in verified.clocks} == {None}
    assert {one.clock: one.agency_id for one in answered.clocks} == {
        "verification": None,
        "receipt": None,
        "settlement": "pupr",
        "legal": "pupr",
        "follow_up": "pupr",
        "objection": None,
    }
    assert {one.clock: one.class_ for one in answered.clocks} == dict.fromkeys(
        ("verification", "receipt", "legal", "follow_up", "objection")
    ) | {"settlement": "non_supervisory"}


def test_what_runs_is_not_cancelled_and_rests_on_no_answer_once_it_is_over() -> None:
    closed = told(*BEGUN, ANSWERED, fact("2026-03-30", "closed", how="confirmed"))

    assert {one.cancelled for one in told(REGISTERED).clocks} == {False}
    assert {one.answered_at for one in closed.clocks} == {None}


def test_what_is_dispatched_while_the_reporter_completes_it_waits_for_her() -> None:
    asked = (REGISTERED, VERIFIED, fact("2026-03-17", "completeness_requested"))
    sent = (*asked, fact("2026-03-25", "dispatched", agency_id="pupr"))
    again = (*sent, fact("2026-03-26", "dispatched", agency_id="dlh"))

    assert clock(told(*sent), "follow_up").paused_at == at("2026-03-25")
    assert clock(told(*again), "follow_up", 2).paused_at == at("2026-03-26")
    assert clock(told(*again), "follow_up", 1).stopped_at == at("2026-03-26")
    completed = told(*sent, fact("2026-03-30", "completed"))
    assert due(completed, "follow_up") == "2026-04-07", "the five days begin when it is complete"


def test_a_verification_that_says_the_same_again_changes_nothing_and_another_class_with_the_same_days_does() -> None:
    again = fact("2026-03-25", "verified", class_="non_supervisory")
    information = (REGISTERED, fact("2026-03-16", "verified", class_="information"), TO_PUPR)
    aspiration = told(*information, fact("2026-03-25", "reclassified", class_="aspiration"))

    assert told(*BEGUN, again).clocks == told(*BEGUN).clocks
    assert due(aspiration, "settlement") == due(told(*information), "settlement")
    assert (clock(aspiration, "settlement").class_, clock(aspiration, "settlement").round) == ("aspiration", 1)


def test_row_14_what_is_in_time_by_the_right_class_in_its_last_second_was_not_late() -> None:
    begun = (REGISTERED, fact("2026-03-16", "verified", class_="information"), TO_PUPR)
    saved = told(*begun, fact("2026-04-13", "reclassified", "23:59:59", class_="non_supervisory"))
    late = told(*begun, fact("2026-04-13", "reclassified", "23:59:59.001", class_="non_supervisory"))

    assert (clock(saved, "settlement").breached_at, clock(saved, "settlement").round) == (None, 1)
    assert (clock(late, "settlement").breached_at, clock(late, "settlement").round) == (at("2026-03-31", "00:00"), 0)


def test_row_14_another_class_while_an_answer_stands_leaves_it_settled_under_the_new_limit() -> None:
    story = told(*BEGUN, ANSWERED, fact("2026-03-30", "reclassified", class_="supervisory"))

    assert clock(story, "settlement").stopped_at == ANSWERED.at
    assert due(story, "settlement") == "2026-06-25"
