"""The lock against a conflict of interest, as rules: who sees a guarded case, where it may go, who opens it again."""

from dataclasses import replace

import pytest

from services.routing.domain.case import Case, Officer
from services.routing.domain.lock import check_receiver, examiner, presumed, second
from services.routing.domain.refused import Refused
from services.routing.domain.rights import ALL, NOTHING, NUMBER, RIGHTS, may, require, sight
from shared.ids import new_id
from tests.unit.routing.test_rights import CASE, somebody

SUPERVISORY = replace(CASE, class_="supervisory", agency_id=None, state="in_progress")
LOCKED = replace(CASE, agency_id="inspektorat", locked=frozenset({"pupr", "dinkes"}))


@pytest.mark.parametrize("holder", ["pupr", "inspektorat", None])
def test_a_locked_agency_sees_nothing_and_may_nothing_even_of_a_case_it_has_or_returned(holder: str | None) -> None:
    case = replace(LOCKED, agency_id=holder)
    for agency_id in case.locked:
        for role in ("officer", "head"):
            who = somebody(role, agency_id)
            assert sight(who, case) == NOTHING
            assert not [deed for deed, _, _ in RIGHTS if may(who, deed, case)]
            with pytest.raises(Refused, match="unknown_case"):
                require(who, "answer", case)


@pytest.mark.parametrize("case", [SUPERVISORY, LOCKED], ids=["supervisory", "locked"])
def test_a_guarded_case_is_read_by_the_coordinator_and_the_inspektorat_and_is_a_number_to_supervisors(
    case: Case,
) -> None:
    assert sight(somebody("coordinator"), case) == ALL
    assert sight(somebody("officer", "inspektorat"), case) == ALL
    assert sight(somebody("head", "inspektorat"), case) == ALL
    assert sight(somebody("supervisor"), case) == NUMBER
    assert sight(somebody("officer", "dukcapil"), case) == NOTHING
    assert sight(somebody("operator", "inspektorat"), case) == NOTHING


def test_an_agency_that_returned_a_case_loses_its_number_when_it_is_guarded() -> None:
    returned = replace(CASE, returned_by=frozenset({"disdag"}))
    assert sight(somebody("officer", "disdag"), returned) == NUMBER
    assert sight(somebody("officer", "disdag"), replace(returned, class_="supervisory")) == NOTHING


def test_the_inspektorat_sees_an_ordinary_case_of_another_agency_no_more_than_anybody() -> None:
    assert sight(somebody("head", "inspektorat"), CASE) == NOTHING


def test_a_locked_inspektorat_sees_nothing_either() -> None:
    accused = replace(SUPERVISORY, locked=frozenset({"inspektorat"}))
    assert sight(somebody("head", "inspektorat"), accused) == NOTHING
    assert examiner(accused) is None


def test_whoever_has_it_and_whomever_she_named_is_taken_for_accused_but_never_the_inspektorat() -> None:
    assert presumed(replace(CASE, agency_id="pupr", wished_agency_id="dinkes")) == {"pupr", "dinkes"}
    assert presumed(replace(CASE, agency_id=None, wished_agency_id="inspektorat")) == frozenset()


@pytest.mark.parametrize(
    ("case", "agency_id", "refused"),
    [
        (SUPERVISORY, "inspektorat", None),
        (SUPERVISORY, "bkpsdm", "inspectorate_only"),
        (replace(SUPERVISORY, locked=frozenset({"inspektorat"})), "setda", None),
        (replace(SUPERVISORY, locked=frozenset({"inspektorat"})), "inspektorat", "agency_locked"),
        (LOCKED, "pupr", "agency_locked"),
        (LOCKED, "bkpsdm", None),
        (CASE, "bkpsdm", None),
    ],
)
def test_a_case_is_sent_to_no_agency_it_is_about_and_supervisory_ones_to_the_inspektorat_only(
    case: Case, agency_id: str, refused: str | None
) -> None:
    if refused is None:
        check_receiver(case, agency_id)
        return
    with pytest.raises(Refused) as raised:
        check_receiver(case, agency_id)
    assert raised.value.name == refused


def test_only_the_head_of_the_inspektorat_is_the_second_person() -> None:
    proposer = new_id()
    assert second(somebody("head", "inspektorat"), LOCKED, proposer)
    for who in (
        somebody("officer", "inspektorat"),
        somebody("head", "pupr"),
        somebody("coordinator"),
        somebody("supervisor"),
    ):
        assert not second(who, LOCKED, proposer)
    assert not second(somebody("head", "inspektorat"), LOCKED, None), "nobody proposed it"


def test_while_the_inspektorat_is_locked_another_coordinator_is_the_second_person_never_the_same() -> None:
    case = replace(LOCKED, agency_id=None, locked=frozenset({"inspektorat"}))
    proposer = somebody("coordinator")
    assert second(somebody("coordinator"), case, proposer.officer_id)
    assert not second(proposer, case, proposer.officer_id)
    assert not second(somebody("head", "inspektorat"), case, proposer.officer_id)


def test_no_role_alone_proposes_and_lifts() -> None:
    alone: list[Officer] = [
        somebody(role, agency) for role in ("coordinator", "head") for agency in (None, "inspektorat")
    ]
    for who in alone:
        assert not (may(who, "propose_lifting", LOCKED) and second(who, LOCKED, who.officer_id))
