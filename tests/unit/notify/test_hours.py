"""When people may be disturbed, and what is no longer worth saying."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notify.domain.hours import Hours, awake_at, minutes
from services.notify.domain.overtaken import STATES_OF_CLOCK, is_overtaken
from services.notify.handlers.gather import GatherDigest
from shared.contracts.vocabulary import CLOCKS, STATES
from tests.unit.notify import examples

WITA = ZoneInfo("Asia/Makassar")
TEMPLATES = {name: template for (name, language), template in examples.all_templates().items() if language == "id"}


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """In March 2026: the 13th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=WITA)


class Calendar:
    """sla's answer about working days, without Nyepi (19 March), its cuti bersama (18), and weekends."""

    def ask_alike(self, service: str, name: str, **asked: Any) -> dict[str, Any]:
        assert (service, name, asked["days"], asked["region"]) == ("sla", "due_date", 1, "74.08")
        day = asked["start"] + timedelta(days=1)
        while day.weekday() > 4 or day.day in (18, 19):
            day += timedelta(days=1)
        return {"due_date": day}


OFFICE = Hours(minutes("08:00"), minutes("16:00"), False, "74.08")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (local(13, 8), None),
        (local(13, 15, 59), None),
        (local(13, 7, 59), local(13, 8)),
        (local(13, 0), local(13, 8)),
        (local(13, 16), local(16, 8)),  # Friday evening: Monday morning
        (local(14, 12), local(16, 8)),
        (local(15, 23, 59), local(16, 8)),
        (local(17, 20), local(20, 8)),  # two days off follow
        (local(18, 10), local(20, 8)),
    ],
)
def test_what_falls_due_outside_office_hours_waits_until_the_office_opens(
    now: datetime, opens: datetime | None
) -> None:
    gather = GatherDigest()
    gather.rpc = Calendar()
    assert gather._closed_until(OFFICE, now) == opens


def test_an_office_that_works_every_day_asks_nobody_and_one_that_never_closes_is_never_closed() -> None:
    gather = GatherDigest()
    always = Hours(0, minutes("24:00"), True, "74.08")
    assert all(gather._closed_until(always, local(14, hour)) is None for hour in range(24))
    assert gather._closed_until(replace(OFFICE, every_day=True), local(14, 17)) == local(15, 8)


@pytest.mark.parametrize("clock", ["8", "24:01", "08:60", "-1:00"])
def test_a_time_that_is_none_is_refused(clock: str) -> None:
    with pytest.raises(ValueError):
        minutes(clock)


@pytest.mark.parametrize(
    ("now", "awake"),
    [
        (local(13, 20, 59), local(13, 20, 59)),
        (local(13, 21), local(14, 6)),
        (local(13, 23, 59), local(14, 6)),
        (local(14, 0), local(14, 6)),
        (local(14, 5, 59), local(14, 6)),
        (local(14, 6), local(14, 6)),
        (local(31, 22), datetime(2026, 4, 1, 6, tzinfo=WITA)),
    ],
)
def test_nobody_is_woken_at_night(now: datetime, awake: datetime) -> None:
    assert awake_at(now, WITA, 21, 6) == awake


def test_only_what_answers_herself_reaches_a_reporter_at_night() -> None:
    at_night = {name for name, template in TEMPLATES.items() if template.at_night and name.startswith("reporter.")}
    assert at_night == {
        "reporter.receipt",
        "reporter.noted",
        "reporter.particulars_noted",
        "reporter.referral_wished",
        "reporter.consent_too_late",  # her consent was just "noted": she must not believe until morning that it helped
        "reporter.withdrawn",
        "reporter.consent_given",
        "reporter.consent_taken_back",
        "reporter.objection_taken_up",
        "reporter.objection_read_anew",
        "reporter.closed_confirmed",
    }
    assert all(template.at_night for name, template in TEMPLATES.items() if name.startswith("inquiry."))


def test_every_letter_to_the_desk_can_be_gathered() -> None:
    assert {name for name, t in TEMPLATES.items() if name.startswith("desk.") and not t.line} == {"desk.digest"}


def limit(**changed: Any) -> dict[str, Any]:
    return {"clock_id": examples.CLOCK, "due_date": examples.DUE, "runs": True, **changed}


def test_every_clock_waits_for_somebody_in_some_state() -> None:
    assert STATES_OF_CLOCK.keys() == set(CLOCKS)
    assert {state for states in STATES_OF_CLOCK.values() for state in states} <= set(STATES)


@pytest.mark.parametrize("template", ["desk.due_soon", "desk.breached", "desk.escalated"])
def test_a_word_about_a_limit_is_overtaken_when_the_case_has_moved(template: str) -> None:
    facts = {"clock": "settlement", "clock_id": str(examples.CLOCK), "due_date": examples.DUE.isoformat()}
    assert not is_overtaken(TEMPLATES[template], facts, "in_progress", [limit()])
    for state in ("answered", "closed", "archived", "withdrawn", "awaiting_completion"):
        assert is_overtaken(TEMPLATES[template], facts, state, [limit()])
    later = examples.DUE + timedelta(days=7)
    assert is_overtaken(TEMPLATES[template], facts, "in_progress", [limit(due_date=later)])
    assert not is_overtaken(TEMPLATES[template], facts, "in_progress", [])


def test_a_new_case_somebody_has_examined_is_not_new() -> None:
    assert is_overtaken(TEMPLATES["desk.new_case"], {}, "dispatched", [])
    assert not is_overtaken(TEMPLATES["desk.new_case"], {}, "unverified", [])
    assert not is_overtaken(TEMPLATES["desk.wrote"], {}, "closed", [])
