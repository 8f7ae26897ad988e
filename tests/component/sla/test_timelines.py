"""Stories of docs/timelines.md through the whole service: events in, the clock moved on, what it answers and says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

import pytest

from tests.component.sla.desk import Complaint
from tests.harness import Service, eventually
from tests.unit.sla import timelines
from tests.unit.sla.timelines import Act, Stand, Step, Story

CHOSEN = (
    "Sixty working days against sixty calendar days",
    "A file found incomplete stands still",
    "Never completed: counts as withdrawn",
    "Returned twice, and a coordinator who lets it lie",
    "A lower class finds its limit passed",
    "An objection one second too late is a reopening",
    "A late answer that falls",
    "Archived after verification, objected to, and nobody looks",
    "No word on completeness for fourteen days",
    "Silence to the sixtieth day",
    "Answered on the fifty-ninth day, objected to on the sixty-first",
    "A dated promise that is broken: budget 2027",
    "A dated promise that is moved, and an agency that has the case no more",
    "Another class while the file is incomplete",
    "Merged, split off again, and late by its own clocks",
    "Archived, objected to in the last second, and archived again",
    "Words that are no objection",
)
STORIES = {story.title.partition(". ")[2]: story for story in timelines.stories()}
OUTCOMES = {"passed": "breached", "answered": "running"}

Standing = dict[tuple[str, int], Stand]


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    started = service("sla", worker=False)
    started.set_time(STORIES[CHOSEN[0]].steps[0].at)
    started.start_worker()
    yield started


@pytest.mark.parametrize("title", CHOSEN)
def test_the_service_tells_the_story_as_the_page_does(sla: Service, title: str) -> None:
    story = STORIES[title]
    complaint, standing = Complaint(sla), Standing()
    for step in story.steps:
        last_second = step.at.second == 59
        sla.set_time(step.at - timedelta(seconds=20) if last_second else step.at)
        for act in step.acts:
            _does(complaint, act, step)
        eventually(complaint.is_heard, seconds=30)
        standing |= step.clocks
        eventually(partial(_stands_as, complaint, standing), seconds=30)
    _expect_breaches_once(complaint, story)
    broken = [step.promise.last_day for step in story.steps if step.promise and step.promise.word == "broken"]
    eventually(lambda: [event["promised_for"] for event in complaint.told("promise.broken")] == broken)


def _stands_as(complaint: Complaint, expected: Standing) -> bool:
    """Whether the service answers the last day and the outcome of every clock, and of no other."""
    answered = {place: (clock["due_date"], clock["outcome"]) for place, clock in complaint.clocks().items()}
    assert answered == {
        place: (stand.last_day, OUTCOMES.get(stand.word, stand.word)) for place, stand in expected.items()
    }
    return True


def _expect_breaches_once(complaint: Complaint, story: Story) -> None:
    """Each limit that the page says was passed is told once, and the sixtieth day once whatever follows."""
    passed: dict[tuple[str, int, date], date] = {}
    for step in story.steps:
        for place, stand in step.clocks.items():
            if stand.passed_on:
                passed.setdefault((*place, stand.passed_on), stand.last_day)
    expected = sorted((name, last_day) for (name, _, _), last_day in passed.items())

    def told() -> list[tuple[str, date]]:
        return sorted((event["clock"], event["due_date"]) for event in complaint.told("clock.breached"))

    eventually(lambda: told() == expected, what=f"{told()} instead of {expected}")
    sixtieth = [last_day for name, last_day in expected if name == "legal"]
    assert [event["due_date"] for event in complaint.told("forwarding.due")] == sixtieth[:1]


def _does(complaint: Complaint, act: Act, step: Step) -> None:
    """The event of the service whose act it is. Nobody says `presumed complete`: it comes of itself."""
    match act.what:
        case "registered":
            complaint.registered(step.at)
        case "completeness_requested":
            complaint.asked(step.at)
        case "completed":
            complaint.completed(step.at)
        case "verified":
            complaint.verified(step.at, act.details["class_"])
        case "reclassified":
            complaint.reclassified(step.at, act.details["class_"], "supervisory")
        case "dispatched":
            complaint.dispatched(step.at, act.details["agency_id"])
        case "returned":
            complaint.returned(step.at, act.details["agency_id"])
        case "answered":
            complaint.answered(step.at, act.details["agency_id"], substantive=act.details["substantive"])
        case "replied":
            complaint.wrote(step.at)
        case "objected":
            complaint.objected(step.at)
        case "reopened":
            complaint.reopened(step.at, act.details["agency_id"], act.details["how"])
        case "closed":
            complaint.closed(step.at, act.details["how"])
        case "archived":
            complaint.archived(step.at)
        case "withdrawn":
            complaint.withdrawn(step.at, act.details["how"])
        case "merged":
            complaint.merged(step.at)
        case "promised":
            complaint.promised(step.at, act.details["day"], act.details["agency_id"])
        case "presumed_complete":
            pass
        case _:
            raise NotImplementedError(act.what)
