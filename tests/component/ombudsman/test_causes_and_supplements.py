"""Why a complaint is referred, and everything that follows the first file: never a second referral."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.ombudsman.delivery.bundling import bundle
from services.ombudsman.delivery.signing import public_pem, signing_key
from services.ombudsman.handlers import acknowledge, ask_more, close, note_report, recommend
from services.ombudsman.store import queries
from services.ombudsman.store.tables import files, recommendations, referrals, signin, supplements
from services.ombudsman.verify import verify
from shared.errors import Conflict
from tests.component.ombudsman.conftest import Others, Story
from tests.harness import Service, eventually
from tests.unit.ombudsman import dossiers


def _referral(ombudsman: Service, complaint_id: UUID) -> Any:
    with ombudsman.store.read() as session:
        return session.execute(select(referrals).where(referrals.c.complaint_id == complaint_id)).one()


def _newest(ombudsman: Service, complaint_id: UUID) -> queries.Stored:
    row = _referral(ombudsman, complaint_id)
    with ombudsman.store.read() as session:
        found = queries.file_of(session, row.referral_id, row.revision)
    assert found is not None
    return found


def _unpacked(bundled: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundled)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _bundle(found: queries.Stored) -> bytes:
    return bundle(found.file, found.pdf, found.composed_at, found.stamping)


def _account(ombudsman: Service) -> UUID:
    with ombudsman.store.read() as session:
        account: UUID = session.execute(
            select(signin.accounts.c.account_id).where(signin.accounts.c.name == "ombudsman")
        ).scalar_one()
    return account


def _acknowledged(ombudsman: Service, story: Story, *, consent: bool = True) -> dict[str, Any]:
    forwarded = story.forwarded(consent=consent)
    with ombudsman.store.begin() as tx:
        acknowledge(tx, forwarded["number"], _account(ombudsman), None)
    return forwarded


def test_her_wish_brings_it_to_the_ombudsman_at_any_time_and_names_no_limit(ombudsman: Service, story: Story) -> None:
    complaint_id = story.registered()
    story.wished(complaint_id)

    ombudsman.said("referral.forwarded", complaint_id)

    because = _newest(ombudsman, complaint_id).file.content["referral"]["because"]
    assert because == {"cause": "wish", "clock": None, "due_at": None, "due_date": None}


def test_a_receipt_nobody_gave_is_the_cause_when_she_then_wishes_it_and_nothing_by_itself(
    ombudsman: Service, story: Story
) -> None:
    complaint_id = story.registered()
    story.receipt_missed(complaint_id)
    story.forwarded()  # the service heard it, and went on
    with ombudsman.store.read() as session:
        assert session.execute(select(referrals).where(referrals.c.complaint_id == complaint_id)).first() is None

    story.wished(complaint_id)

    ombudsman.said("referral.forwarded", complaint_id)
    because = _newest(ombudsman, complaint_id).file.content["referral"]["because"]
    assert (because["cause"], because["clock"], because["due_date"]) == ("receipt", "receipt", "2026-01-19")


def test_wish_receipt_and_sixtieth_day_together_are_one_referral(ombudsman: Service, story: Story) -> None:
    complaint_id = story.registered()
    story.receipt_missed(complaint_id)
    story.due(complaint_id)
    story.wished(complaint_id)
    story.due(complaint_id)

    ombudsman.said("referral.forwarded", complaint_id)
    story.forwarded()
    assert len(ombudsman.all_said("referral.forwarded", complaint_id)) == 1


def test_consent_after_a_notice_sends_a_full_file_as_a_supplement_of_the_same_referral(
    ombudsman: Service, story: Story
) -> None:
    forwarded = story.forwarded(consent=False)
    complaint_id = forwarded["complaint_id"]
    notice = _newest(ombudsman, complaint_id)

    story.consented(complaint_id, True)

    told = ombudsman.said("referral.supplemented", complaint_id)
    supplement = _newest(ombudsman, complaint_id)
    assert (told["number"], told["why"], told["with_identity"]) == (forwarded["number"], "consent", True)
    assert notice.file.content["file"]["kind"] == "notice"
    assert supplement.file.content["file"] | {"made_at": None} == {
        "kind": "supplement",
        "revision": 2,
        "made_at": None,
        "why": "consent",
    }
    assert supplement.file.content["parties"]["reporter"]["identity"]["name"] == "Siti Aminah"
    assert len(ombudsman.all_said("referral.forwarded", complaint_id)) == 1
    with ombudsman.store.read() as session:  # what went out first stays as it went out
        kept = session.execute(select(files.c.sha256).where(files.c.referral_id == forwarded["referral_id"])).scalars()
        assert {notice.file.sha256, supplement.file.sha256} == set(kept)


def test_consent_taken_back_after_her_identity_went_is_told_to_her_and_to_the_ombudsman(
    ombudsman: Service, story: Story
) -> None:
    forwarded = story.forwarded()
    complaint_id = forwarded["complaint_id"]

    story.consented(complaint_id, False)

    assert ombudsman.said("referral.consent_too_late", complaint_id)["number"] == forwarded["number"]
    assert ombudsman.said("referral.supplemented", complaint_id)["with_identity"] is False
    assert _newest(ombudsman, complaint_id).file.content["parties"]["reporter"]["identity"] is None


def test_two_consents_at_once_give_one_supplement(ombudsman: Service, story: Story) -> None:
    complaint_id = story.forwarded(consent=False)["complaint_id"]
    story.consented(complaint_id, True)
    story.consented(complaint_id, True)

    ombudsman.said("referral.supplemented", complaint_id)
    story.forwarded()
    assert len(ombudsman.all_said("referral.supplemented", complaint_id)) == 1


def test_what_article_24_asks_is_named_as_missing_and_follows_when_she_gives_it(
    ombudsman: Service, story: Story
) -> None:
    complaint_id = story.forwarded()["complaint_id"]
    first = {c["key"]: c["state"] for c in _newest(ombudsman, complaint_id).file.content["article_24"]}
    assert (first["birth"], first["marital_status"], first["occupation"]) == ("missing",) * 3

    story.gave_particulars(complaint_id, birth="Lasusua, 17-8-1980", occupation="petani")

    assert ombudsman.said("referral.supplemented", complaint_id)["why"] == "particulars"
    content = _newest(ombudsman, complaint_id).file.content
    now = {c["key"]: c["state"] for c in content["article_24"]}
    assert (now["birth"], now["marital_status"], now["occupation"]) == ("present", "missing", "present")
    assert content["parties"]["reporter"]["identity"]["birth"] == "Lasusua, 17-8-1980"


def test_what_was_given_of_particulars_stays_out_of_a_notice(ombudsman: Service, story: Story, others: Others) -> None:
    complaint_id = story.registered(consent=False)
    story.gave_particulars(complaint_id, birth="Lasusua, 17-8-1980")
    story.due(complaint_id)

    ombudsman.said("referral.forwarded", complaint_id)
    assert "1980" not in _newest(ombudsman, complaint_id).file.json.decode()


def test_nothing_in_the_bundle_of_a_notice_says_who_she_is_and_only_pictures_go_along(
    ombudsman: Service, story: Story, tmp_path: Path
) -> None:
    complaint_id = story.forwarded(consent=False)["complaint_id"]
    found = _newest(ombudsman, complaint_id)

    parts = _unpacked(_bundle(found))

    (tmp_path / "berkas.pdf").write_bytes(parts["berkas.pdf"])
    paper = subprocess.run(["pdftotext", tmp_path / "berkas.pdf", "-"], capture_output=True, check=True).stdout
    facts = subprocess.run(["pdfinfo", tmp_path / "berkas.pdf"], capture_output=True, check=True).stdout
    written = [parts["berkas.json"], parts["SHA256SUMS"], paper, facts, *(name.encode() for name in parts)]
    for text in written:
        assert [s for s in dossiers.SECRETS if s.lower() in text.decode().lower()] == []
    listed = found.file.content["attachments"]
    pictures = {a["enclosed"] for a in listed if a["media_type"].startswith("image/")}
    assert pictures == {name for name in parts if name.startswith("lampiran/")} != set()
    assert {a["left_out"] for a in listed if not a["media_type"].startswith("image/")} == {"identity"}


def test_the_bundle_holds_every_attachment_and_is_the_same_whenever_it_is_built(
    ombudsman: Service, story: Story, tmp_path: Path
) -> None:
    complaint_id = story.forwarded()["complaint_id"]
    found = _newest(ombudsman, complaint_id)
    bundled = _bundle(found)

    parts = _unpacked(bundled)

    assert _bundle(found) == bundled
    for attachment in found.file.content["attachments"]:
        assert parts[attachment["enclosed"]].startswith(b"isi lampiran")
    assert json.loads(parts["berkas.json"])["schema"] == json.loads(parts["skema.json"])["$id"]
    (tmp_path / "b.zip").write_bytes(bundled)
    (tmp_path / "k.pem").write_bytes(public_pem(signing_key()))
    assert verify(tmp_path / "b.zip", tmp_path / "k.pem").startswith("genuine: ")


def test_a_question_to_the_reporter_is_told_and_her_answer_goes_as_a_supplement(
    ombudsman: Service, story: Story
) -> None:
    forwarded = _acknowledged(ombudsman, story)
    complaint_id, who = forwarded["complaint_id"], _account(ombudsman)
    with ombudsman.store.begin() as tx:
        ask_more(tx, forwarded["number"], who, "reporter", "Kapan jembatan itu putus?")
    assert ombudsman.said("referral.more_requested", complaint_id)["of"] == "reporter"
    assert ombudsman.ask("referral", as_="notify", complaint_id=complaint_id)["request"] == "Kapan jembatan itu putus?"
    with pytest.raises(Conflict), ombudsman.store.begin() as tx:
        ask_more(tx, forwarded["number"], who, "agency", "Dan mengapa belum diperbaiki?")

    story.answered(complaint_id, substantive=False)  # not the one who was asked
    story.wrote(complaint_id)

    assert ombudsman.said("referral.supplemented", complaint_id)["why"] == "answer"
    assert ombudsman.ask("referral", as_="notify", complaint_id=complaint_id)["request"] is None
    assert len(ombudsman.all_said("referral.supplemented", complaint_id)) == 1


def test_a_recommendation_is_reminded_of_then_marked_overdue_on_the_day_after_its_sixtieth(
    ombudsman: Service, story: Story
) -> None:
    forwarded = _acknowledged(ombudsman, story)
    complaint_id = forwarded["complaint_id"]
    with ombudsman.store.begin() as tx:
        recommend(tx, forwarded["number"], _account(ombudsman), "Perbaiki jembatan itu dalam tiga bulan.")
    with ombudsman.store.read() as session:
        due = session.execute(
            select(recommendations.c.due_date).where(recommendations.c.referral_id == forwarded["referral_id"])
        ).scalar_one()
    ombudsman.shift(days=31)
    assert ombudsman.said("referral.recommendation_due_soon", complaint_id)["due_date"] == due
    assert ombudsman.all_said("referral.recommendation_overdue", complaint_id) == []

    ombudsman.shift(days=31)

    overdue = ombudsman.said("referral.recommendation_overdue", complaint_id)
    assert overdue["due_date"] == due
    assert overdue["overdue_at"].astimezone(dossiers.WITA).date() == due + timedelta(days=1)


def test_an_agency_that_reported_is_neither_reminded_nor_overdue(ombudsman: Service, story: Story) -> None:
    forwarded = _acknowledged(ombudsman, story)
    complaint_id = forwarded["complaint_id"]
    with ombudsman.store.begin() as tx:
        recommend(tx, forwarded["number"], _account(ombudsman), "Perbaiki jembatan itu dalam tiga bulan.")
    story.answered(complaint_id)
    assert ombudsman.said("referral.supplemented", complaint_id)["why"] == "answer"

    ombudsman.shift(days=70)
    story.forwarded()  # the service looked at what is due

    assert ombudsman.all_said("referral.recommendation_due_soon", complaint_id) == []
    assert ombudsman.all_said("referral.recommendation_overdue", complaint_id) == []


def test_what_the_agency_explains_answers_the_question_and_goes_as_a_supplement_each_time(
    ombudsman: Service, story: Story
) -> None:
    forwarded, who = _acknowledged(ombudsman, story), _account(ombudsman)
    complaint_id = forwarded["complaint_id"]
    with ombudsman.store.begin() as tx:
        ask_more(tx, forwarded["number"], who, "agency", "Mengapa belum diperbaiki?")

    story.explained(complaint_id, "question")

    assert ombudsman.said("referral.supplemented", complaint_id)["why"] == "answer"
    assert ombudsman.ask("referral", as_="notify", complaint_id=complaint_id)["request"] is None
    story.explained(complaint_id, "question")  # unasked
    eventually(lambda: len(ombudsman.all_said("referral.supplemented", complaint_id)) == 2)


@pytest.mark.parametrize("closed", [False, True], ids=["examined", "closed"])
def test_a_report_by_explanation_ends_the_reminders_also_after_closing_and_one_on_a_question_does_not(
    ombudsman: Service, story: Story, closed: bool
) -> None:
    forwarded, who = _acknowledged(ombudsman, story), _account(ombudsman)
    complaint_id = forwarded["complaint_id"]
    with ombudsman.store.begin() as tx:
        recommend(tx, forwarded["number"], who, "Perbaiki jembatan itu dalam tiga bulan.")
        if closed:
            close(tx, forwarded["number"], who, "Pemeriksaan selesai dengan rekomendasi.")
    story.explained(complaint_id, "question")
    ombudsman.said("referral.supplemented", complaint_id)
    assert _reported_at(ombudsman, forwarded) is None

    story.explained(complaint_id, "recommendation")

    eventually(lambda: _reported_at(ombudsman, forwarded))
    eventually(lambda: len(ombudsman.all_said("referral.supplemented", complaint_id)) == 2)
    ombudsman.shift(days=70)
    story.forwarded()  # the service looked at what is due
    assert ombudsman.all_said("referral.recommendation_overdue", complaint_id) == []


def _reported_at(ombudsman: Service, forwarded: Mapping[str, Any]) -> Any:
    mine = recommendations.c.referral_id == forwarded["referral_id"]
    with ombudsman.store.read() as session:
        return session.execute(select(recommendations.c.reported_at).where(mine)).scalar_one()


def test_closing_ends_no_duty_to_report_on_the_recommendation(ombudsman: Service, story: Story) -> None:
    forwarded = _acknowledged(ombudsman, story)
    with ombudsman.store.begin() as tx:
        recommend(tx, forwarded["number"], _account(ombudsman), "Perbaiki jembatan itu dalam tiga bulan.")
        close(tx, forwarded["number"], _account(ombudsman), "Pemeriksaan selesai dengan rekomendasi.")

    ombudsman.shift(days=62)

    assert ombudsman.said("referral.recommendation_overdue", forwarded["complaint_id"])


def test_a_report_that_came_to_the_ombudsman_by_letter_is_noted_once_and_ends_the_reminders(
    ombudsman: Service, story: Story
) -> None:
    forwarded, who = _acknowledged(ombudsman, story), _account(ombudsman)
    complaint_id, number = forwarded["complaint_id"], forwarded["number"]
    with pytest.raises(Conflict, match="no_report_owed"), ombudsman.store.begin() as tx:
        note_report(tx, number, who, "Surat Bupati 12/2026.")
    with ombudsman.store.begin() as tx:
        recommend(tx, number, who, "Perbaiki jembatan itu dalam tiga bulan.")
        close(tx, number, who, "Pemeriksaan selesai dengan rekomendasi.")
    with ombudsman.store.begin() as tx:
        note_report(tx, number, who, "Surat Bupati 12/2026.")
    with pytest.raises(Conflict, match="no_report_owed"), ombudsman.store.begin() as tx:
        note_report(tx, number, who, "Surat Bupati 12/2026.")

    ombudsman.shift(days=70)
    story.forwarded()  # the service looked at what is due

    assert ombudsman.all_said("referral.recommendation_due_soon", complaint_id) == []
    assert ombudsman.all_said("referral.recommendation_overdue", complaint_id) == []


def test_two_of_the_ombudsmans_people_closing_at_once_close_it_once(ombudsman: Service, story: Story) -> None:
    forwarded = _acknowledged(ombudsman, story)
    who = _account(ombudsman)

    def once(_: int) -> bool:
        try:
            with ombudsman.store.begin() as tx:
                close(tx, forwarded["number"], who, "Sudah diselesaikan oleh instansi.")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(once, range(2))) == [False, True]
    assert len(eventually(lambda: ombudsman.all_said("referral.closed", forwarded["complaint_id"]))) == 1
    with ombudsman.store.read() as session:
        assert (
            session.execute(select(supplements).where(supplements.c.referral_id == forwarded["referral_id"])).all()
            == []
        )
