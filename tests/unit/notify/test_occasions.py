"""Who is told what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.notify.domain.occasions import OCCASIONS, Told, is_outdated
from services.notify.domain.templates import DIGEST
from services.notify.handlers import HEARS
from tests.unit.notify import examples

EVENTS = list(examples.events())


def told_data(name: str, **wanted: object) -> dict[str, Any]:
    """The data of the first example of an event with these values."""
    return next(data for _, n, data in EVENTS if n == name and wanted.items() <= data.items())


def told(name: str, **wanted: object) -> list[Told]:
    """What the first example of an event with these values gives cause to tell."""
    source, name, data = next(e for e in EVENTS if e[1] == name and wanted.items() <= e[2].items())
    return OCCASIONS[source, name](data)


def test_every_event_that_is_heard_has_an_occasion_and_an_example() -> None:
    heard = {(source, name) for source, names in HEARS.items() for name in names}
    assert heard == OCCASIONS.keys() == {(source, name) for source, name, _ in EVENTS}


@pytest.mark.parametrize(("source", "name", "data"), EVENTS, ids=lambda v: v if isinstance(v, str) else "")
def test_every_event_has_its_templates_for_each_audience(source: str, name: str, data: dict[str, object]) -> None:
    for each in OCCASIONS[source, name](data):
        assert each.audience in examples.audiences_of(each.template)


def test_no_template_is_left_over() -> None:
    used = {each.template for source, name, data in EVENTS for each in OCCASIONS[source, name](data)}
    assert used | {DIGEST} == {name for name, _ in examples.all_templates()}


def test_a_new_complaint_gives_a_receipt_and_tells_the_coordinator() -> None:
    assert told("complaint.registered") == [
        Told("reporter.receipt", "reporter"),
        Told("desk.new_case", "coordinator"),
    ]


def test_an_objection_is_told_once_to_each_and_also_to_the_head() -> None:
    assert told("complaint.message_received", kind="objection") == []
    assert [t.audience for t in told("complaint.objected")] == ["officer", "head"]
    assert told("case.reopened", why="objection") == [Told("reporter.objection_taken_up", "reporter")]


def test_what_the_coordinator_took_from_an_agency_is_told_to_the_reporter_alone() -> None:
    assert told("case.reopened", why="coordinator", agency_id=None) == [Told("reporter.reopened", "reporter")]


def test_what_is_only_seen_on_the_page_is_not_acknowledged_by_message() -> None:
    assert told("complaint.message_received", kind="reply", channel="web") == [Told("desk.wrote", "officer")]
    assert Told("reporter.noted", "reporter", is_reply=True) in told(
        "complaint.message_received", kind="reply", channel="sms"
    )


def test_a_second_dispatch_is_told_in_other_words() -> None:
    assert told("case.dispatched", dispatch=1)[0].template == "reporter.dispatched"
    assert told("case.dispatched", dispatch=2)[0].template == "reporter.redispatched"
    assert told("case.dispatched", dispatch=2)[1] == Told("desk.dispatched", "officer", "perkim")


def test_the_reporter_is_reminded_of_her_own_time_and_nobody_of_her_silence() -> None:
    assert [t.template for t in told("clock.due_soon", clock="completeness")] == ["reporter.completeness_reminder"]
    assert told("clock.due_soon", clock="objection") == []


def test_a_limit_without_an_agency_is_the_coordinators() -> None:
    assert told("clock.breached", clock="verification") == [Told("desk.breached", "coordinator")]
    assert told("clock.breached", clock="settlement") == [Told("desk.breached", "officer", "perkim")]


@pytest.mark.parametrize(
    ("clock", "level", "expected"),
    [
        ("settlement", "officer", []),  # the breach told her
        ("settlement", "head", [Told("desk.escalated", "head", "perkim")]),
        ("settlement", "coordinator", [Told("desk.escalated", "coordinator")]),
        ("settlement", "supervisor", [Told("desk.escalated", "supervisor")]),
        ("receipt", "coordinator", []),  # the breach told her
        ("receipt", "supervisor", [Told("desk.escalated", "supervisor")]),
        ("receipt", "ombudsman", [Told("reporter.ombudsman_open", "reporter")]),
        ("legal", "ombudsman", []),  # the referral tells it
    ],
)
def test_an_escalation_goes_to_its_level_and_nobody_hears_of_a_limit_twice(
    clock: str, level: str, expected: list[Told]
) -> None:
    assert told("escalation.raised", clock=clock, level=level) == expected


def test_a_reminder_that_comes_after_its_limit_is_not_sent() -> None:
    data = examples.facts("sla", "clock.due_soon", told_data("clock.due_soon", clock="settlement"))
    assert not is_outdated("desk.due_soon", data, examples.NOW - timedelta(seconds=1))
    assert is_outdated("desk.due_soon", data, examples.NOW)
    assert not is_outdated("desk.breached", data, examples.NOW)


def test_day_sixty_is_told_to_the_reporter_and_to_everyone_above() -> None:
    assert told("referral.forwarded", with_identity=False)[0].template == "reporter.forwarded_without_identity"
    assert [t.audience for t in told("referral.forwarded", with_identity=True)] == [
        "reporter",
        "officer",
        "head",
        "coordinator",
        "supervisor",
    ]


def test_answers_to_inquiries_are_counted_as_replies() -> None:
    assert told("inquiry.received", kind="help") == [Told("inquiry.help", "reporter", is_reply=True)]


def test_a_date_moved_by_a_decree_is_told_to_whoever_holds_it_and_to_the_reporter_who_was_told_it() -> None:
    assert told("clock.moved", clock="settlement") == [
        Told("desk.moved", "officer", "perkim"),
        Told("reporter.moved", "reporter"),
    ]
    assert told("clock.moved", clock="verification")[0] == Told("desk.moved", "coordinator")
    assert told("clock.moved", clock="objection") == [Told("reporter.moved", "reporter")]
    assert [each.audience for each in told("clock.moved", clock="legal")] == ["officer"]
