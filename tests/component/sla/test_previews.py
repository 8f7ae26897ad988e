"""What a decree or a rule would do, counted beforehand: exactly, at any size, by whoever is alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from services.sla.domain.calendar import DayOff
from services.sla.domain.clocks import clock_id
from services.sla.domain.decree import NATION, Change
from services.sla.domain.derive import derive
from services.sla.domain.history import Fact
from services.sla.domain.versions import Content, Limit
from services.sla.handlers import preview
from services.sla.handlers.activate_calendar import activate
from services.sla.handlers.draft_rules import draft
from services.sla.handlers.propose_days import propose_days
from services.sla.handlers.propose_office import propose_office
from services.sla.store import histories, previews, tables
from services.sla.store.book import book
from services.sla.store.histories import Kept
from shared.errors import Conflict
from shared.ids import new_id
from tests.component.sla.desk import at, officer
from tests.harness import Service, eventually

HOME = "74.08"
MANY = 20_000
WITH_AN_AGENCY = 15_000
NOW = at("2026-03-16", "11:00")


def proposed(sla: Service, day: str, name: str = "SKB perubahan") -> int:
    off = DayOff(date.fromisoformat(day), "Cuti bersama tambahan", "joint_leave")
    with sla.store.begin() as tx:
        return propose_days(tx, officer("sekda"), NATION, name, "SKB 4/2026", Change(add=(off,)))


def of_proposal(sla: Service, number: int) -> Any:
    with sla.store.read() as session:
        return previews.newest(session, tables.calendar_previews, number)


def counted(sla: Service, read: Callable[[], Any]) -> Any:
    return eventually(lambda: (found := read()).ended_at and found, seconds=180, what="the preview came to no end")


def history(*, dispatched: bool) -> list[Fact]:
    """Registered on a Friday; on Monday sent to an agency, or back to the reporter for completion."""
    begun = [Fact(new_id(), "registered", at("2026-03-13"))]
    monday = at("2026-03-16")
    if not dispatched:
        return [*begun, Fact(new_id(), "completeness_requested", monday)]
    verified = Fact(new_id(), "verified", monday, class_="non_supervisory")
    return [*begun, verified, Fact(new_id(), "dispatched", monday, agency_id="pupr")]


def fill(sla: Service, ids: Sequence[UUID], *, dispatched: bool) -> None:
    """Open cases with the same history, each with its clocks as derived."""
    with sla.store.begin() as tx:
        rules = book(tx.session)
        made, almanac = history(dispatched=dispatched), rules.almanac(HOME)
        clocks = derive(ids[0], made, rules.rules, almanac, HOME).clocks
        about = {"region": HOME, "channel": "web", "received_at": made[0].at, "received_on": made[0].at.date()}
        about |= {"state": "dispatched" if dispatched else "awaiting_completion", "district_code": None}
        about |= {"class": "non_supervisory" if dispatched else None, "agency_id": "pupr" if dispatched else None}
        histories.open_cases(tx.session, [{**about, "complaint_id": one} for one in ids])
        histories.add_facts(tx.session, [(one, replace(fact, fact_id=new_id())) for one in ids for fact in made])
        histories.keep(
            tx.session,
            [
                (one, Kept(replace(clock, clock_id=clock_id(one, clock.clock, clock.generation)), None))
                for one in ids
                for clock in clocks
            ],
        )


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    started = service("sla", worker=False)
    started.set_time(NOW)
    yield started


@pytest.fixture
def one_case(sla: Service) -> Iterator[UUID]:
    made = new_id()
    fill(sla, [made], dispatched=True)
    yield made
    finish(sla)


@pytest.fixture(scope="module")
def nation(sla: Service) -> Iterator[list[UUID]]:
    """Some twenty thousand open cases: three of four are with an agency."""
    ids = [new_id() for _ in range(MANY)]
    for first in range(0, MANY, 1000):
        fill(sla, ids[first : first + 1000], dispatched=first < WITH_AN_AGENCY)
    yield ids
    finish(sla)


def finish(sla: Service) -> None:
    with sla.store.begin() as tx:
        tx.session.execute(update(tables.cases).values(finished_at=tx.now))


def test_a_regional_rule_counts_in_the_preview_of_a_decree(sla: Service) -> None:
    """By the regency's rule the settlement ends on the 26th, before the new day off; only the first reply moves."""
    with sla.store.begin() as tx:
        rule = {
            "edition": 1,
            "rule_set": "sop-kolaka-utara",
            "clock": "settlement",
            "class": "non_supervisory",
            "region": HOME,
            "days": 3,
            "unit": "working_days",
            "start_event": "verified",
            "source": "SOP pasal 3",
            "valid_from": date(2026, 1, 1),
        }
        number = tx.session.execute(insert(tables.rules).values(**rule).returning(tables.rules.c.id)).scalar_one()
    fill(sla, [new_id()], dispatched=True)

    proposal = proposed(sla, "2026-03-27")
    preview.preview_calendar(sla.store, proposal)

    seen = of_proposal(sla, proposal)
    assert (seen.seen, seen.moved, seen.late) == (1, 1, 0) and seen.ended_at
    assert [(one["clock"], one["before"], one["after"]) for one in seen.worst] == [
        ("follow_up", "2026-03-30", "2026-03-31")
    ]
    finish(sla)
    with sla.store.begin() as tx:
        tx.session.execute(tables.rules.delete().where(tables.rules.c.id == number))


@pytest.mark.usefixtures("one_case")
def test_the_days_of_an_office_move_what_it_holds_and_nothing_else(sla: Service) -> None:
    """On Western Indonesian Time its days end an hour later; what another office does moves nothing here."""
    numbers = []
    for agency in ("pupr", "dlh"):
        with sla.store.begin() as tx:
            numbers.append(
                propose_office(
                    tx,
                    officer("sekda"),
                    agency,
                    "SK Kepala",
                    "SK 1/2026",
                    saturdays=False,
                    through_joint_leave=False,
                    zone="Asia/Jakarta",
                    valid_from=date(2026, 1, 1),
                    valid_to=None,
                )
            )
        preview.preview_calendar(sla.store, numbers[-1])

    seen = [of_proposal(sla, number) for number in numbers]
    assert [(one.seen, one.moved, bool(one.ended_at)) for one in seen] == [(1, 1, True), (1, 0, True)]


@pytest.mark.usefixtures("one_case")
def test_a_preview_of_what_was_decided_or_overtaken_is_refused(sla: Service) -> None:
    first, second = proposed(sla, "2026-06-03"), proposed(sla, "2026-06-04")
    with sla.store.begin() as tx:
        activate(tx, officer("inspektorat"), first)
    with pytest.raises(Conflict, match="already_decided"):
        preview.preview_calendar(sla.store, first)
    with pytest.raises(Conflict, match="calendar_changed"):
        preview.preview_calendar(sla.store, second)


def test_twenty_thousand_cases_are_counted_exactly_although_page_and_worker_are_killed(
    sla: Service, nation: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page dies before it has counted anything; the worker is killed in the middle and starts again."""
    monkeypatch.setattr(preview, "AT_ONCE", 0.0)
    number = proposed(sla, "2026-03-26")
    preview.preview_calendar(sla.store, number)
    assert of_proposal(sla, number).seen == 0

    sla.start_worker()
    eventually(lambda: of_proposal(sla, number).seen >= 1000, every=0.02, seconds=60)
    sla.kill_worker()
    between = of_proposal(sla, number)
    assert 0 < between.seen < MANY and between.ended_at is None and between.expected == MANY
    sla.start_worker()
    seen = counted(sla, lambda: of_proposal(sla, number))
    sla.stop_worker()

    assert (seen.seen, seen.moved, seen.late) == (MANY, WITH_AN_AGENCY, 0)
    assert seen.by_agency == {"pupr": [WITH_AN_AGENCY, 0]}
    assert len(seen.worst) == preview.WORST


@pytest.mark.usefixtures("nation")
def test_a_rule_is_counted_the_same_way(sla: Service) -> None:
    """Two working days for the first reply end on the 25th; today is the 27th: all three of four are late."""
    sla.set_time(at("2026-03-27", "09:00"))
    limit = Limit("follow_up", None, None, HOME, 2, "working_days", "SOP pasal 3")
    content = Content("sop-kolaka-utara", "SOP", "SOP", date(2026, 3, 1), None, (limit,))
    with sla.store.begin() as tx:
        number = draft(tx, officer("sekda"), 1, content)
    preview.preview_rules(sla.store, "sop-kolaka-utara", number)

    def newest() -> Any:
        with sla.store.read() as session:
            t = tables.rule_versions
            version = session.execute(
                select(t.c.id).where(t.c.rule_set == "sop-kolaka-utara", t.c.number == number)
            ).scalar_one()
            return previews.newest(session, tables.rule_previews, version)

    assert 0 < newest().seen < MANY, "the page counts two seconds"
    sla.start_worker()
    seen = counted(sla, newest)
    sla.stop_worker()

    assert (seen.seen, seen.moved, seen.late) == (MANY, WITH_AN_AGENCY, WITH_AN_AGENCY)
    assert seen.worst[0]["after"] == "2026-03-25" and seen.worst[0]["late"]
