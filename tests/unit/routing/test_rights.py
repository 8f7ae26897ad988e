"""Who may do what, and who sees what: the whole policy, asked for every role and relation."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from services.routing.domain import life
from services.routing.domain.case import Case, Officer
from services.routing.domain.refused import Refused
from services.routing.domain.rights import ALL, NOTHING, NUMBER, RIGHTS, may, require, sight
from shared.contracts.vocabulary import ROLES
from shared.ids import new_id

NOW = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
CASE = Case(
    complaint_id=new_id(),
    case_number="KOLUT-2026-000001",
    region="74.08",
    state="dispatched",
    class_="non_supervisory",
    category="kesehatan",
    agency_id="pupr",
    wished_category=None,
    wished_agency_id=None,
    district_code=None,
    channel="web",
    anonymous=False,
    confidential=False,
    consented=False,
    received_at=NOW,
    opened_at=NOW,
    dispatches=2,
    returns=1,
    answered_at=None,
    closed_at=None,
    news_at=None,
    objected=False,
    lead_id=None,
    under_ombudsman=False,
    escalation=None,
    version=3,
    returned_by=frozenset({"dinkes"}),
    inspectorate="inspektorat",
    locked=frozenset(),
)
CONFIDENTIAL = replace(CASE, confidential=True)
DEEDS = sorted({deed for deed, _, _ in RIGHTS})


def somebody(role: str, agency_id: str | None = None) -> Officer:
    return Officer(new_id(), "Ibu Sari", role, agency_id)


@pytest.mark.parametrize("case", [CASE, CONFIDENTIAL], ids=["open", "confidential"])
def test_the_coordinator_and_the_agency_that_has_it_read_it_all(case: Case) -> None:
    assert sight(somebody("coordinator"), case) == ALL
    assert sight(somebody("officer", "pupr"), case) == ALL
    assert sight(somebody("head", "pupr"), case) == ALL


def test_another_agency_sees_nothing_and_one_that_returned_it_the_number_only() -> None:
    assert sight(somebody("officer", "dukcapil"), CASE) == NOTHING
    assert sight(somebody("head", "dukcapil"), CASE) == NOTHING
    assert sight(somebody("officer", "dinkes"), CASE) == NUMBER


def test_a_supervisor_reads_everything_but_of_a_confidential_case_only_the_number() -> None:
    assert sight(somebody("supervisor"), CASE) == ALL
    assert sight(somebody("supervisor"), CONFIDENTIAL) == NUMBER


@pytest.mark.parametrize("role", ["operator", "ombudsman"])
def test_those_who_run_the_machine_read_nothing(role: str) -> None:
    assert sight(somebody(role), CASE) == NOTHING
    assert sight(somebody(role, "pupr"), CASE) == NOTHING


def test_a_coordinator_who_belongs_to_an_agency_is_none() -> None:
    assert sight(somebody("coordinator", "kominfo"), CASE) == NOTHING


@pytest.mark.parametrize(
    ("deed", "role", "agency_id"), list(product(DEEDS, ROLES, [None, "pupr", "dinkes", "dukcapil"]))
)
def test_every_deed_is_for_the_coordinator_or_for_the_agency_that_has_the_case(
    deed: str, role: str, agency_id: str | None
) -> None:
    allowed = may(somebody(role, agency_id), deed, CASE)
    if deed in ("return", "reply", "promise", "answer"):
        assert allowed == (role in ("officer", "head") and agency_id == "pupr")
    elif deed in ("note", "explain"):
        assert allowed == (
            (role in ("officer", "head") and agency_id == "pupr") or (role == "coordinator" and agency_id is None)
        )
    elif deed == "lift":  # whom `domain.lock` takes for the second person is asked besides
        assert allowed == ((role == "head" and agency_id == "pupr") or (role == "coordinator" and agency_id is None))
    else:
        assert allowed == (role == "coordinator" and agency_id is None)


def test_every_deed_somebody_does_at_the_desk_is_in_the_table_of_rights() -> None:
    done_elsewhere = {"complete", "object", "confirm", "withdraw", "expire"}
    done_elsewhere |= {"answer_with_lead", "leave_lead", "take_away"}
    in_any_state = {"note", "explain", "accuse", "propose_lifting", "lift"}
    assert set(DEEDS) - in_any_state == set(life.DEEDS) - done_elsewhere


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (somebody("officer", "dukcapil"), "unknown_case"),
        (somebody("officer", "dinkes"), "unknown_case"),
        (somebody("supervisor"), "not_yours"),
        (somebody("officer", "pupr"), "not_yours"),
    ],
)
def test_who_may_not_read_a_case_is_not_told_that_it_is_there(who: Officer, name: str) -> None:
    with pytest.raises(Refused) as refused:
        require(who, "archive", CASE)
    assert refused.value.name == name
