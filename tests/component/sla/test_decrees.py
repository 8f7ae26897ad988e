"""A decree during the year: proposed by one supervisor, put into force by another; open cases follow and are told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import NATION, Change
from services.sla.handlers import activate_calendar, preview, recompute_all
from services.sla.handlers.propose_days import propose_days
from services.sla.handlers.propose_office import propose_office
from services.sla.handlers.reject_calendar import reject
from services.sla.store import almanacs, loading, previews, recomputations, tables, versions
from services.sla.store.book import book
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.component.sla.desk import Complaint, at, officer
from tests.harness import Service, eventually

HOME = "74.08"


@pytest.fixture
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    started = service("sla", worker=False)
    started.set_time(at("2026-03-13"))
    started.start_worker()
    yield started
    started.kill_worker()


def off(day: str, name: str = "Cuti bersama tambahan", kind: str = "joint_leave") -> DayOff:
    return DayOff(date.fromisoformat(day), name, kind)


def joint_decree(year: str, joint_leave: str) -> Change:
    """The days of a year as three ministers decree them together, as far as every year has them, and one day of cuti
    bersama."""
    national = [off(f"{year}-{day}", "Libur", "national") for day in ("01-01", "05-01", "06-01", "08-17", "12-25")]
    return Change(add=(*national, off(f"{year}-{joint_leave}")))


def propose(sla: Service, change: Change, scope: str = NATION) -> int:
    with sla.store.begin() as tx:
        return propose_days(tx, officer("sekda"), scope, "SKB perubahan 2026", "SKB 4/2026", change)


def activate(sla: Service, number: int, who: str = "inspektorat") -> Any:
    with sla.store.begin() as tx:
        work = activate_calendar.activate(tx, officer(who), number)

    def ended() -> Any:
        with sla.store.read() as session:
            return next((one for one in recomputations.newest(session) if one.id == work and one.ended_at), None)

    return eventually(ended, seconds=30)


def due(complaint: Complaint, name: str) -> str:
    return str(complaint.clocks()[name, 1]["due_date"])


def test_who_is_late_no_more_by_a_decree_is_not_counted_as_late_and_later_only_from_the_new_day(
    sla: Service, complaint: Complaint
) -> None:
    """The reports count whose first limit was passed, and since when."""
    sla.set_time(at("2026-03-31", "00:00:01"))
    eventually(lambda: _late_since(sla, complaint) == at("2026-03-31", "00:00"))
    sla.set_time(at("2026-03-31", "09:00"))

    activate(sla, propose(sla, Change(add=(off("2026-03-30"),))))

    assert due(complaint, "follow_up") == "2026-03-31"
    assert _late_since(sla, complaint) is None
    sla.set_time(at("2026-04-01", "00:00:01"))
    eventually(lambda: _late_since(sla, complaint) == at("2026-04-01", "00:00"))


def _late_since(sla: Service, complaint: Complaint) -> Any:
    with sla.store.read() as session:
        mine = tables.cases.c.complaint_id == complaint.id
        return session.scalars(select(tables.cases.c.first_late_at).where(mine)).one()


def test_an_added_day_moves_the_open_clocks_over_it_later_and_tells_each_once(
    sla: Service, complaint: Complaint
) -> None:
    number = propose(sla, Change(add=(off("2026-03-26"),)))
    preview.preview_calendar(sla.store, number)
    with sla.store.read() as session:
        seen = previews.newest(session, tables.calendar_previews, number)
    assert seen is not None and (seen.seen, seen.moved, seen.late) == (1, 1, 0) and seen.ended_at
    assert [(one["before"], one["after"]) for one in seen.worst] == [("2026-04-13", "2026-04-14")]
    assert due(complaint, "follow_up") == "2026-03-30", "a proposal changes nothing"

    done = activate(sla, number)

    assert (done.seen, done.moved, done.later, done.failed) == (1, 2, 2, 0)
    assert "SKB perubahan 2026" in done.cause_id
    assert (due(complaint, "follow_up"), due(complaint, "settlement")) == ("2026-03-31", "2026-04-14")
    moved = eventually(lambda: (said := complaint.told("clock.moved")) and len(said) == 2 and said)
    assert {(m["clock"], str(m["previous_due_date"]), str(m["due_date"]), m["cause"]) for m in moved} == {
        ("follow_up", "2026-03-30", "2026-03-31", "calendar"),
        ("settlement", "2026-04-13", "2026-04-14", "calendar"),
    }
    with sla.store.begin() as tx:
        recompute_all.begin(tx, "Sekali lagi.", "Once more.")
    eventually(lambda: not _unfinished(sla), seconds=30)
    assert len(complaint.told("clock.moved")) == 2


def _unfinished(sla: Service) -> list[Any]:
    with sla.store.read() as session:
        return recomputations.unfinished(session)


def test_a_day_taken_back_shortens_nothing_that_was_told_and_counts_for_what_begins_later(
    sla: Service, complaint: Complaint
) -> None:
    gone = tuple(date(2026, 3, day) for day in (18, 20, 23, 24))
    done = activate(sla, propose(sla, Change(remove=gone)))

    assert done.moved == 0
    assert due(complaint, "follow_up") == "2026-03-30"
    sla.set_time(at("2026-03-17"))
    later = Complaint(sla, "KOLUT-2026-000002")
    later.registered(at("2026-03-17", "09:00"))
    later.shows(verification="running")
    assert due(later, "verification") == "2026-03-23", "with cuti bersama it would be 2026-03-27"


def test_a_day_taken_back_moves_the_reminders_and_the_limit_is_still_passed_in_its_time(
    sla: Service, complaint: Complaint
) -> None:
    """Half of the fourteen days was used up on the morning of 2 April; with Good Friday a working day, on the 3rd."""
    activate(sla, propose(sla, Change(remove=(date(2026, 4, 3),))))
    assert due(complaint, "settlement") == "2026-04-13"
    sla.set_time(at("2026-04-02", "12:00"))
    eventually(lambda: [said for said in complaint.told("clock.breached") if said["clock"] == "follow_up"])
    assert [said for said in complaint.told("clock.due_soon") if said["clock"] == "settlement"] == []

    sla.set_time(at("2026-04-03", "12:00"))
    eventually(lambda: [said for said in complaint.told("clock.due_soon") if said["clock"] == "settlement"])
    sla.set_time(at("2026-04-14", "00:00:01"))
    eventually(lambda: [said for said in complaint.told("clock.breached") if said["clock"] == "settlement"])


def test_a_limit_that_falls_due_while_its_case_waits_to_be_computed_anew_is_not_taken_for_late(
    sla: Service, complaint: Complaint
) -> None:
    number = propose(sla, Change(add=(off("2026-03-30"),)))
    sla.kill_worker()
    sla.set_time(at("2026-03-30", "23:59:50"))
    with sla.store.begin() as tx:
        activate_calendar.activate(tx, officer("inspektorat"), number)
    sla.set_time(at("2026-03-31", "00:00:10"))
    sla.start_worker()
    eventually(lambda: not _unfinished(sla), seconds=30)

    assert due(complaint, "follow_up") == "2026-03-31"
    assert complaint.told("clock.breached") == []
    sla.set_time(at("2026-04-01", "00:00:01"))
    eventually(lambda: [said["clock"] for said in complaint.told("clock.breached")] == ["follow_up"])


def test_days_of_a_regency_and_of_a_province_count_there(sla: Service, complaint: Complaint) -> None:
    activate(sla, propose(sla, Change(add=(off("2026-03-25", "Hari jadi Kolaka Utara", "local"),)), HOME))
    activate(sla, propose(sla, Change(add=(off("2026-03-27", "Hari jadi Sulawesi Tenggara", "local"),)), "74"))

    assert due(complaint, "follow_up") == "2026-04-01"
    with sla.store.read() as session:
        calendar = book(session).calendar(HOME)
        assert calendar.why_off(date(2026, 3, 25)) == "Hari jadi Kolaka Utara"
        other = almanacs.composed(almanacs.versions(session), [], [_Region("73.71", "Asia/Makassar")])["73.71"].newest()
        assert other.is_working_day(date(2026, 3, 25)) and other.is_working_day(date(2026, 3, 27))


class _Region:
    def __init__(self, code: str, zone: str) -> None:
        self.code, self.zone = code, zone


def test_an_office_that_works_on_saturdays_and_through_cuti_bersama_counts_its_own_days(
    sla: Service, complaint: Complaint
) -> None:
    with sla.store.begin() as tx:
        number = propose_office(
            tx,
            officer("sekda"),
            "rsud-djafar-harun",
            "SK Direktur",
            "SK 1/2026",
            saturdays=True,
            through_joint_leave=True,
            zone=None,
            valid_from=date(2026, 1, 1),
            valid_to=None,
        )
    assert activate(sla, number).seen == 0, "no open case of that office"
    sla.set_time(at("2026-03-16", "12:00"))
    complaint.dispatched(at("2026-03-16", "11:30"), "rsud-djafar-harun", 2)
    complaint.shows(follow_up_2="running")

    assert str(complaint.clocks()["follow_up", 2]["due_date"]) == "2026-03-24"
    assert due(complaint, "settlement") == "2026-04-13"
    answer = sla.ask(
        "due_date",
        as_="intake",
        start=date(2026, 3, 16),
        days=5,
        unit="working_days",
        region=HOME,
        agency_id="rsud-djafar-harun",
    )
    assert str(answer["due_date"]) == "2026-03-24"
    assert [str(day["date"]) for day in answer["skipped"]] == ["2026-03-19", "2026-03-21", "2026-03-22"]


def test_whoever_proposed_it_cannot_put_it_into_force_and_nothing_is_decided_twice(sla: Service) -> None:
    number = propose(sla, Change(add=(off("2026-05-04"),)))
    with pytest.raises(Forbidden, match="second_person"):
        activate(sla, number, "sekda")
    activate(sla, number)
    with pytest.raises(Conflict, match="already_decided"):
        activate(sla, number)
    with pytest.raises(NotFound), sla.store.begin() as tx:
        reject(tx, officer("sekda"), 999)

    with sla.store.read() as session:
        newest = versions.newest(session, NATION)
        assert newest is not None
        assert (newest.number, newest.recorded_by, newest.confirmed_by) == (2, "sekda", "inspektorat")


def test_the_database_itself_wants_two_people_for_a_decree(sla: Service) -> None:
    number = propose(sla, Change(add=(off("2026-05-04"),)))
    t = tables.calendar_proposals
    for alone in ({"decider": officer("sekda").officer_id}, {"decider": None}):
        activated = {"decision": "activated", "decided_by": "orang lain", "decided_at": sla.now(), **alone}
        with pytest.raises(IntegrityError, match="four_eyes"), sla.store.begin() as tx:
            tx.session.execute(update(t).where(t.c.id == number).values(activated))


def test_two_supervisors_of_the_same_name_are_two_people(sla: Service) -> None:
    number = propose(sla, Change(add=(off("2026-05-04"),)))
    with sla.store.begin() as tx:
        assert activate_calendar.activate(tx, replace(officer("inspektorat"), name="sekda"), number)


def test_what_was_proposed_for_an_older_calendar_must_be_proposed_anew(sla: Service) -> None:
    first, second = (propose(sla, Change(add=(off(day),))) for day in ("2026-05-04", "2026-05-05"))
    activate(sla, first)
    with pytest.raises(Conflict, match="calendar_changed"):
        activate(sla, second)


@pytest.mark.parametrize(("scope", "kind"), [(NATION, "joint_leave"), ("74", "local")])
def test_of_two_decrees_in_the_same_second_the_second_is_told_to_begin_anew(
    quiet_sla: Service, scope: str, kind: str
) -> None:
    first, second = (propose(quiet_sla, Change(add=(off(f"2026-06-0{day}", kind=kind),)), scope) for day in (8, 9))

    def decide() -> str:
        with pytest.raises(Conflict) as refused, quiet_sla.store.begin() as tx:
            activate_calendar.activate(tx, officer("inspektorat"), second)
        return refused.value.slug

    with ThreadPoolExecutor() as other:
        with quiet_sla.store.begin() as tx:
            activate_calendar.activate(tx, officer("inspektorat"), first)
            told = other.submit(decide)
            time.sleep(0.5)  # the other one waits for this one's end
        assert told.result(timeout=10) == "calendar_changed"


@pytest.mark.parametrize(
    ("change", "scope", "words"),
    [
        (Change(), NATION, "Tidak ada hari"),
        (Change(remove=(date(2026, 3, 17),)), NATION, "bukan hari libur"),
        (Change(add=(off("2026-03-19"),)), NATION, "sudah menjadi hari libur"),
        (Change(add=(off("1900-01-01"),)), NATION, "di luar tahun"),
        (Change(add=(off("2100-01-01"),)), NATION, "di luar tahun"),
        (joint_decree("2029", "02-01"), NATION, "berlubang"),
        (Change(add=(off("2028-01-03"),)), NATION, "tanpa hari libur nasional tahun itu: 2028-01-01"),
        (Change(add=joint_decree("2028", "01-03").add[1:]), NATION, "2028-01-01 belum ada"),
        (Change(add=(off("2026-05-04", kind="local"),)), NATION, "Jenis hari"),
        (Change(add=(off("2026-05-04"),)), HOME, "Jenis hari"),
        (Change(add=(off("2026-05-04"), off("2026-05-04"))), NATION, "dua kali"),
        (Change(add=(off("2026-05-04", kind="local"),)), "99", "tidak dikenal"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_a_sentence(
    quiet_sla: Service, change: Change, scope: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        propose(quiet_sla, change, scope)
    assert words in refused.value.detail_id


@pytest.fixture(scope="module")
def quiet_sla(service: Callable[..., Service]) -> Service:
    return service("sla", worker=False)


def test_the_year_whose_cuti_bersama_becomes_known_is_covered_from_then_on(quiet_sla: Service) -> None:
    with quiet_sla.store.begin() as tx:
        number = propose_days(tx, officer("sekda"), NATION, "SKB 2028", "SKB", joint_decree("2028", "01-03"))
        activate_calendar.activate(tx, officer("inspektorat"), number)
    with quiet_sla.store.read() as session:
        calendar = book(session).calendar(HOME)
        assert calendar.covered_until == date(2028, 12, 31)
        assert session.execute(select(recomputations.t.c.regions)).scalar() is None


def test_a_newer_calendar_of_the_program_is_put_upon_the_decrees_entered_meanwhile(
    quiet_sla: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with quiet_sla.store.begin() as tx:
        number = propose_days(tx, officer("sekda"), NATION, "SKB 2026", "SKB", Change(add=(off("2026-09-03"),)))
        activate_calendar.activate(tx, officer("inspektorat"), number)
    read = loading._read

    def newer(name: str) -> dict[str, Any]:
        file = read(name)
        if name != "holidays.json":
            return file
        kept = [day for day in file["days"] if day["date"] != "2026-12-24"]
        added = {"date": "2026-12-28", "name": "Cuti bersama", "kind": "joint_leave", "estimated": False}
        return {**file, "version": "2027-01", "days": [*kept, added]}

    monkeypatch.setattr(loading, "_read", newer)
    with quiet_sla.store.begin() as tx:
        loading.load(tx)
    with quiet_sla.store.begin() as tx:
        loading.load(tx)

    with quiet_sla.store.read() as session:
        calendar = book(session).calendar(HOME)
        assert [calendar.is_working_day(date(2026, *day)) for day in ((9, 3), (12, 24), (12, 28))] == [
            False,
            True,
            False,
        ]
        assert recomputations.newest(session)[0].cause_en == "Calendar 2027-01 came with the program."
