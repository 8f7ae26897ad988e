"""From the sixtieth day to the Ombudsman's desk: one complaint, one referral, one file that holds what she allowed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.ombudsman.domain.compose import compose
from services.ombudsman.store.tables import deliveries, files, referrals
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from tests.component.ombudsman.conftest import Others, Story
from tests.harness import Service, eventually
from tests.unit.ombudsman import dossiers


def _referral(ombudsman: Service, complaint_id: Any) -> Any:
    with ombudsman.store.read() as session:
        return session.execute(select(referrals).where(referrals.c.complaint_id == complaint_id)).first()


def _file(ombudsman: Service, complaint_id: Any) -> Any:
    with ombudsman.store.read() as session:
        return session.execute(
            select(files)
            .join(referrals, referrals.c.referral_id == files.c.referral_id)
            .where(referrals.c.complaint_id == complaint_id)
        ).one()


def _in_state(ombudsman: Service, complaint_id: Any, state: str) -> Any:
    def check() -> Any:
        row = _referral(ombudsman, complaint_id)
        return row if row is not None and row.state == state else None

    return eventually(check, what=f"not {state}: {_referral(ombudsman, complaint_id)}")


def _prepared_in_vain(ombudsman: Service, complaint_id: Any, revision: int = 1) -> None:
    """Wait until composing the file of a revision was tried and put off."""
    timers = ombudsman.store.definition.kit.timers

    def error() -> str | None:
        row = _referral(ombudsman, complaint_id)
        with ombudsman.store.read() as session:
            key = f"{row.referral_id}:{revision}" if row else ""
            return session.execute(
                select(timers.c.error).where(timers.c.kind == "referral.prepare", timers.c.key == key)
            ).scalar()

    eventually(error)
    assert _referral(ombudsman, complaint_id).state == "preparing"


def test_the_sixtieth_day_brings_the_file_to_the_ombudsman(ombudsman: Service, story: Story) -> None:
    complaint_id = story.registered()
    story.due(complaint_id)

    forwarded = ombudsman.said("referral.forwarded", complaint_id)

    assert forwarded["with_identity"] is True
    told = ombudsman.ask("referral", as_="intake", complaint_id=complaint_id)
    assert told["state"] == "forwarded"
    assert told["number"] == forwarded["number"]
    assert told["forwarded_at"] == forwarded["forwarded_at"]
    with ombudsman.store.read() as session:
        proof = session.execute(select(deliveries).where(deliveries.c.referral_id == forwarded["referral_id"])).one()
    assert (proof.way, proof.delivered) == ("desk", True)
    assert proof.sha256 == _file(ombudsman, complaint_id).sha256


def test_the_sixtieth_day_told_twice_gives_one_referral(ombudsman: Service, story: Story) -> None:
    complaint_id = story.registered()
    story.due(complaint_id)
    story.due(complaint_id)
    ombudsman.said("referral.forwarded", complaint_id)
    ombudsman.shift(minutes=10)
    last = story.forwarded()

    assert len(ombudsman.all_said("referral.forwarded", complaint_id)) == 1
    with ombudsman.store.read() as session:
        numbers = session.execute(select(referrals.c.number).where(referrals.c.complaint_id == complaint_id)).all()
        parked = session.execute(select(func.count()).select_from(ombudsman.store.definition.kit.held)).scalar_one()
    assert len(numbers) == 1
    assert parked == 0
    assert int(last["number"][-4:]) == int(numbers[0].number[-4:]) + 1  # and no number was spent on the repetition


def test_the_sixtieth_day_heard_before_the_complaint_waits_for_it(ombudsman: Service, story: Story) -> None:
    complaint_id = new_id()
    story.due(complaint_id)
    story.forwarded()  # the same queue works on meanwhile
    assert _referral(ombudsman, complaint_id) is None

    story.registered(complaint_id=complaint_id)

    ombudsman.said("referral.forwarded", complaint_id, seconds=30)


def test_without_consent_neither_json_nor_paper_names_the_reporter(
    ombudsman: Service, story: Story, tmp_path: Path
) -> None:
    forwarded = story.forwarded(consent=False)

    file = _file(ombudsman, forwarded["complaint_id"])
    (tmp_path / "file.pdf").write_bytes(file.pdf)
    paper = subprocess.run(["pdftotext", "-layout", tmp_path / "file.pdf", "-"], capture_output=True, check=True)
    assert forwarded["with_identity"] is False
    for words in (file.json.decode(), paper.stdout.decode()):
        assert [secret for secret in dossiers.SECRETS if secret.lower() in words.lower()] == []
    assert "Identitas pelapor dirahasiakan" in paper.stdout.decode()


def test_the_file_that_is_kept_is_what_the_dossiers_give(ombudsman: Service, story: Story) -> None:
    forwarded = story.forwarded()
    complaint_id = forwarded["complaint_id"]
    row = _referral(ombudsman, complaint_id)

    told = {**dossiers.intake(), "complaint_id": complaint_id}
    head = dossiers.head(
        referral_id=row.referral_id,
        complaint_id=complaint_id,
        number=row.number,
        created_at=row.created_at,
        due_at=row.due_at,
    )
    expected = compose(dossiers.parts(head=head, intake=told), True)

    assert _file(ombudsman, complaint_id).json == expected.json


def test_while_another_service_is_away_nothing_is_sent_and_nothing_is_lost(
    ombudsman: Service, story: Story, others: Others
) -> None:
    others.away = True
    complaint_id = story.registered()
    story.due(complaint_id)
    _prepared_in_vain(ombudsman, complaint_id)

    others.away = False
    ombudsman.shift(minutes=2)

    ombudsman.said("referral.forwarded", complaint_id)


def test_a_complaint_withdrawn_before_sending_is_cancelled_and_no_referral_for_anybody(
    ombudsman: Service, story: Story, others: Others
) -> None:
    others.away = True
    complaint_id = story.registered()
    story.due(complaint_id)
    _prepared_in_vain(ombudsman, complaint_id)
    story.withdrawn(complaint_id)
    _in_state(ombudsman, complaint_id, "cancelled")

    others.away = False
    ombudsman.shift(minutes=2)
    story.forwarded()  # the service works on

    assert ombudsman.all_said("referral.forwarded", complaint_id) == []
    with pytest.raises(NotFound):
        ombudsman.ask("referral", as_="notify", complaint_id=complaint_id)


def test_a_complaint_withdrawn_before_the_sixtieth_day_gets_no_referral(ombudsman: Service, story: Story) -> None:
    complaint_id = story.registered()
    story.withdrawn(complaint_id)
    story.forwarded()
    story.due(complaint_id)
    story.forwarded()

    assert _referral(ombudsman, complaint_id) is None


@pytest.mark.parametrize("given", [True, False])
def test_consent_changed_before_sending_decides_what_is_sent(
    ombudsman: Service, story: Story, others: Others, given: bool
) -> None:
    others.away = True
    complaint_id = story.registered(consent=not given)
    story.due(complaint_id)
    _prepared_in_vain(ombudsman, complaint_id)
    story.consented(complaint_id, given)
    _prepared_in_vain(ombudsman, complaint_id, revision=2)

    others.away = False
    ombudsman.shift(minutes=2)

    assert ombudsman.said("referral.forwarded", complaint_id)["with_identity"] is given


def test_only_services_of_the_contract_may_ask_for_a_referral(ombudsman: Service, story: Story) -> None:
    forwarded = story.forwarded()

    with pytest.raises(Forbidden):
        ombudsman.ask("referral", as_="sla", complaint_id=forwarded["complaint_id"])
    with pytest.raises(NotFound):
        ombudsman.ask("referral", as_="intake", complaint_id=new_id())
