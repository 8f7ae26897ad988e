"""What is kept is what the history gives; what monitoring sees; what happens while a case is being changed."""

from __future__ import annotations

import time

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import insert, select, text

from services.sla.domain.derive import derive
from services.sla.handlers.recompute import recompute
from services.sla.store import STORE, gauges, histories, tables
from services.sla.store.book import book
from services.sla.store.loading import BadDataError
from tests.component.sla.desk import Complaint, at
from tests.harness import Service, eventually


def everything_is_known(sla: Service, complaint: Complaint, facts: int) -> bool:
    """Whether so many facts are in the history, and all that follows was handed to the broker."""
    with sla.store.read() as session:
        waiting = session.execute(select(STORE.kit.outbox.c.id).limit(1)).first()
        return len(histories.histories_of(session, [complaint.id])[complaint.id]) == facts and waiting is None


def test_the_clocks_kept_are_those_the_history_gives_and_recomputing_them_says_nothing(
    sla: Service, complaint: Complaint
) -> None:
    complaint.answered(at("2026-03-16", "10:10"))
    complaint.objected(at("2026-03-16", "10:20"))
    complaint.asked(at("2026-03-16", "10:30"))
    complaint.completed(at("2026-03-16", "10:40"))
    complaint.reclassified(at("2026-03-16", "10:50"), "supervisory", "non_supervisory")
    eventually(lambda: everything_is_known(sla, complaint, facts=8))
    time.sleep(1)
    said = len(sla.all_said(subject=complaint.id))

    with sla.store.begin() as tx:
        case = histories.lock_case(tx.session, complaint.id)
        assert case is not None
        rules = book(tx.session)
        facts = histories.histories_of(tx.session, [complaint.id])[complaint.id]
        derived = derive(complaint.id, facts, rules.rules, rules.almanac("74.08"), "74.08").clocks
        kept = [one.clock for one in histories.clocks_of(tx.session, [complaint.id])[complaint.id].values()]
        assert {clock.clock_id: clock for clock in derived} == {clock.clock_id: clock for clock in kept}
        recompute(tx, [case])

    time.sleep(0.5)
    assert len(sla.all_said(subject=complaint.id)) == said


def test_every_open_clock_has_one_timer_and_every_other_none(sla: Service, complaint: Complaint) -> None:
    complaint.answered(at("2026-03-16", "10:10"))
    complaint.shows(objection="running")

    with sla.store.read() as session:
        timers = STORE.kit.timers
        pending = session.execute(
            select(timers.c.kind, timers.c.key).where(timers.c.subject == complaint.id, timers.c.state == "pending")
        ).all()

    objection = complaint.clocks()["objection", 1]["clock_id"]
    assert [(kind, key) for kind, key in pending] == [("clock.due", f"{objection}:0:due")]


def test_a_step_waits_while_the_case_is_being_changed(sla: Service, complaint: Complaint) -> None:
    with sla.store.begin() as tx:
        assert histories.lock_case(tx.session, complaint.id) is not None
        sla.set_time(at("2026-03-31", "00:00:01"))
        time.sleep(1.5)
        assert complaint.told("clock.due_soon") == [] and complaint.told("clock.breached") == []

    eventually(lambda: complaint.told("clock.breached"))


def test_monitoring_sees_what_is_over_its_limit_and_how_far_the_calendar_reaches(
    sla: Service, complaint: Complaint
) -> None:
    with sla.store.read() as session:
        gauges.show(session, at("2026-03-30", "23:59:59"))
        before = REGISTRY.get_sample_value("lapor_sla_overdue", {"clock": "follow_up"})
        gauges.show(session, at("2026-03-31", "00:00"))
        after = REGISTRY.get_sample_value("lapor_sla_overdue", {"clock": "follow_up"})

    assert before is not None and after is not None and after >= before + 1
    covered = REGISTRY.get_sample_value("lapor_calendar_covered_until_timestamp_seconds")
    assert covered == at("2027-12-31", "23:59:59").timestamp()


def test_a_complaint_of_an_unknown_region_is_set_aside_and_changes_nothing(sla: Service) -> None:
    stranger = Complaint(sla)
    stranger.registered(at("2026-03-13"), region="99.99")

    def aside() -> bool:
        with sla.store.read() as session:
            held = STORE.kit.held
            return bool(session.execute(select(held.c.id).where(held.c.subject == stranger.id)).first())

    eventually(aside)
    assert stranger.clocks() == {}


def test_loading_again_changes_nothing_and_a_changed_calendar_needs_a_new_version(
    sla: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.sla.store import loading

    with sla.store.begin() as tx:
        STORE.load(tx)
    with sla.store.read() as session:
        counts = [
            session.execute(text(f"select count(*) from {name}")).scalar()
            for name in ("calendars", "rule_sets", "rules", "districts")
        ]
    assert counts == [1, 6, 12, 15]

    read = loading._read
    monkeypatch.setattr(
        loading, "_read", lambda name: read(name) | ({"source": "lain"} if name == "holidays.json" else {})
    )
    with pytest.raises(BadDataError, match="new version"), sla.store.begin() as tx:
        STORE.load(tx)


def test_a_newer_calendar_is_the_one_that_counts(sla: Service) -> None:
    with sla.store.begin() as tx:
        row = tx.session.execute(select(tables.calendars)).one()
        newer = {**row._mapping, "version": "percobaan", "number": 2, "fingerprint": "x", "loaded_at": at("2030-01-01")}
        tx.session.execute(insert(tables.calendars).values(newer))
        tx.session.execute(
            insert(tables.holidays).values(
                version="percobaan", date=at("2026-03-16").date(), name="Libur daerah", kind="national", estimated=False
            )
        )
    try:
        answer = sla.ask(
            "due_date", as_="intake", start=at("2026-03-13").date(), days=1, unit="working_days", region="74.08"
        )
        assert answer["due_date"].isoformat() == "2026-03-17"
    finally:
        with sla.store.begin() as tx:
            for table in (tables.holidays, tables.calendars):
                tx.session.execute(table.delete().where(table.c.version == "percobaan"))
