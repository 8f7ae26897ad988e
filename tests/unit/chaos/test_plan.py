"""The same seed says the same, and what was asked for is in it."""

from __future__ import annotations

from chaos.plan import HAND, SERVICES, make_plan

ALL = ("lines", "disk")


def test_the_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    assert make_plan(7, 200, 30, means=ALL) == make_plan(7, 200, 30, means=ALL)
    assert make_plan(7, 200, 30, means=ALL) != make_plan(8, 200, 30, means=ALL)


def test_as_many_kills_and_complaints_as_asked_for_through_every_entrance_and_to_everybody() -> None:
    plan = make_plan(7, 5000, 100, means=ALL)
    kills = [blow for blow in (*plan.blows, *plan.late_blows) if blow.what == "kill"]
    assert (len(plan.complaints), len(kills)) == (5000, 100)
    assert {c.entrance for c in plan.complaints} == {"api", "web", "sms", "smtp"}
    targets = {blow.target for blow in kills}
    assert {"rabbitmq", "postgres", "gateway", "intake-smtp"} <= targets
    assert {f"{service}-worker" for service in SERVICES} <= targets
    assert {f"{service}-web" for service in SERVICES} <= targets
    assert {blow.what for blow in plan.blows} == {"kill", "freeze", "cut", "slow", "alarm", "full"}
    assert len(HAND) == 9


def test_only_what_the_system_can_be_hit_with_is_planned() -> None:
    everything, nothing = make_plan(7, 100, 40, means=ALL), make_plan(7, 100, 40)
    assert {blow.what for blow in nothing.blows} == {"kill", "freeze", "alarm"}
    assert nothing.blows == tuple(blow for blow in everything.blows if blow.what not in ("cut", "slow", "full"))
    assert nothing.complaints == everything.complaints


def test_however_small_a_storm_the_sixtieth_day_comes_for_an_unread_and_for_an_unanswered_one() -> None:
    plan = make_plan(7, 2, 1)
    assert [c.fate for c in plan.complaints] == ["leave", "dispatch"]
    assert sum(jump.days for jump in plan.jumps) > 61
