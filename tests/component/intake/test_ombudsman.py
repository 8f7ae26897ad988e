"""What a reporter decides about the Ombudsman, by every channel, and what is asked of her."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake import handlers
from services.intake.adapters.personal import without_identity
from services.intake.domain.draft import Identity
from services.intake.domain.particulars import missing
from services.intake.store import queries
from shared.errors import Conflict
from shared.ids import new_id
from tests.component.intake.people import API, Filed, file, row, token
from tests.harness import Service, eventually

PARTICULARS = {
    "birth": "Lasusua, 17-8-1980",
    "marital_status": "kawin",
    "occupation": "petani",
    "address": "Desa Pitulua RT 2",
}


def sms(intake: Service, asker: Any, words: str, phone: str = "081234567890") -> None:
    """A text message from the reporter's own telephone, as Kannel hands it over."""
    sent = {"from": phone, "to": "1708", "id": str(new_id()), "text": words, "secret": "sms-secret-for-tests"}
    answer = asker.post("/sms/kannel", data=sent)
    assert answer.status_code == 200, answer.text


def due_soon(intake: Service, filed: Filed, fraction: float, clock: str = "legal") -> None:
    at = datetime.now(UTC)
    intake.says(
        "sla",
        "clock.due_soon",
        filed.complaint_id,
        {
            "complaint_id": filed.complaint_id,
            "clock_id": new_id(),
            "clock": clock,
            "agency_id": None,
            "fraction": fraction,
            "due_at": at,
            "due_date": at.date(),
        },
    )


def test_her_consent_is_asked_again_by_her_channel_when_four_fifths_of_the_legal_time_are_over(
    intake: Service,
) -> None:
    filed = file(intake, phone="081234567890")
    due_soon(intake, filed, 0.5)
    due_soon(intake, filed, 0.8, "settlement")
    due_soon(intake, filed, 0.8)

    asked = intake.said("complaint.ombudsman_asked", filed.complaint_id)
    assert (asked["consent_wanted"], asked["particulars_wanted"]) == (True, False)
    assert len(intake.all_said("complaint.ombudsman_asked", filed.complaint_id)) == 1


def forwarded(intake: Service, filed: Filed, *, with_identity: bool) -> None:
    data = {
        "complaint_id": filed.complaint_id,
        "referral_id": new_id(),
        "number": "OMB-KOLUT-2026-0001",
        "with_identity": with_identity,
        "forwarded_at": datetime.now(UTC),
    }
    intake.says("ombudsman", "referral.forwarded", filed.complaint_id, data)


def test_whom_an_outage_kept_from_being_asked_is_asked_when_her_file_has_gone_without_what_article_24_wants(
    intake: Service,
) -> None:
    """After twelve days or more nobody reminds of the sixtieth day any more. A notice asks for consent by itself."""
    consented = file(intake, name="Siti Rahmawati", ombudsman_consent=True)
    silent = file(intake, name="Siti Rahmawati")
    forwarded(intake, silent, with_identity=False)
    forwarded(intake, consented, with_identity=True)

    asked = intake.said("complaint.ombudsman_asked", consented.complaint_id)
    assert (asked["consent_wanted"], asked["particulars_wanted"]) == (False, True)
    assert intake.all_said("complaint.ombudsman_asked", silent.complaint_id) == []


def test_who_consents_is_asked_for_what_article_24_wants_and_nobody_knows(intake: Service, asker: Any) -> None:
    filed = file(intake, name="Siti Rahmawati")
    answer = asker.post(f"{API}/complaint/consent", json={"given": True}, headers=token(asker, filed.code))
    assert answer.status_code == 204

    asked = intake.said("complaint.ombudsman_asked", filed.complaint_id)
    assert (asked["consent_wanted"], asked["particulars_wanted"]) == (False, True)


def test_particulars_given_by_api_reach_the_ombudsman_alone_and_only_with_consent(intake: Service, asker: Any) -> None:
    filed = file(intake, name="Siti Rahmawati", ombudsman_consent=True)
    answer = asker.post(f"{API}/complaint/particulars", json=PARTICULARS, headers=token(asker, filed.code))
    assert answer.status_code == 204, answer.text

    assert intake.said("complaint.particulars_given", filed.complaint_id)["complete"] is True
    told = intake.ask("dossier", as_="ombudsman", complaint_id=filed.complaint_id)["identity"]
    assert {name: told[name] for name in PARTICULARS} == PARTICULARS
    desk = intake.ask("text", as_="routing", complaint_id=filed.complaint_id, reader="officer-1", role="coordinator")
    assert "petani" not in str(desk)


def test_a_text_message_gives_particulars_wishes_and_consents_in_any_order_of_words(
    intake: Service, asker: Any
) -> None:
    filed = file(intake, phone="081234567890")
    sms(intake, asker, f"data {filed.code} kerja petani, LAHIR Lasusua 1980")
    sms(intake, asker, f"{filed.code} ombudsman ya")
    sms(intake, asker, f"Ombudsman sekarang {filed.code}")

    assert intake.said("complaint.particulars_given", filed.complaint_id)["complete"] is False
    assert intake.said("complaint.consented", filed.complaint_id)["given"] is True
    assert intake.said("complaint.referral_wished", filed.complaint_id)["channel"] == "sms"


def test_a_name_given_for_the_ombudsman_is_for_no_officer(intake: Service, asker: Any) -> None:
    filed = file(intake, phone="081234567890", ombudsman_consent=True, body="Jalan rusak, kata Bu Aminah juga begitu.")
    sms(intake, asker, f"DATA {filed.code} NAMA Siti Aminah, KERJA petani")
    assert intake.said("complaint.particulars_given", filed.complaint_id)

    desk = intake.ask("text", as_="routing", complaint_id=filed.complaint_id, reader="officer-1", role="officer")
    assert desk["reporter_name"] is None
    told = intake.ask("dossier", as_="ombudsman", complaint_id=filed.complaint_id)
    assert told["identity"]["name"] == "Siti Aminah"
    texts = intake.ask("without_identity", as_="ombudsman", complaint_id=filed.complaint_id, texts=["kata aminah"])
    assert texts["texts"] == ["kata [disamarkan]"]
    with intake.store.read() as session:
        assert "name" not in missing(queries.identity(session, filed.complaint_id))


def test_what_she_says_to_the_ombudsman_never_becomes_a_message_or_a_complaint_for_officers(
    intake: Service, asker: Any
) -> None:
    phone = "081234567899"
    filed = file(intake, phone=phone, ombudsman_consent=True)
    sms(intake, asker, "DATA NAMA Siti Aminah", phone)
    assert intake.said("complaint.particulars_given", filed.complaint_id)
    sms(intake, asker, "KOLUT OMBUDSMAN TIDAK", phone)
    assert intake.said("complaint.consented", filed.complaint_id)["given"] is False

    sms(intake, asker, "Data alamat saya di KK salah", phone)  # who is not asked for it says something else by it
    assert intake.said("complaint.message_received", filed.complaint_id)
    assert len(intake.all_said("complaint.message_received", filed.complaint_id)) == 1
    assert row(intake, filed.complaint_id).ombudsman_consent is False


def test_the_wish_is_said_once_however_often_and_at_once_it_comes(intake: Service) -> None:
    filed = file(intake)

    def wish(_: int) -> bool:
        try:
            with intake.store.begin() as tx:
                handlers.wish_referral(tx, filed.complaint_id, channel="web")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as together:
        assert sorted(together.map(wish, range(4))) == [False, False, False, True]
    assert len(eventually(lambda: intake.all_said("complaint.referral_wished", filed.complaint_id))) == 1


def test_two_consents_at_once_are_one_change_of_mind(intake: Service) -> None:
    filed = file(intake, name="Siti Rahmawati")

    def give(_: int) -> None:
        with intake.store.begin() as tx:
            handlers.consent(tx, filed.complaint_id, True, channel="web")

    with ThreadPoolExecutor(4) as together:
        list(together.map(give, range(4)))
    assert len(eventually(lambda: intake.all_said("complaint.consented", filed.complaint_id))) == 1
    assert row(intake, filed.complaint_id).ombudsman_consent is True


def test_what_an_agency_wrote_is_blanked_by_the_one_who_knows_her(intake: Service) -> None:
    filed = file(intake, name="Siti Rahmawati", phone="081234567890", address="Jalan Mawar 3")
    texts = ["RAHMAWATI datang ke kantor", "Jalan mawar 3 sudah disurvei", "Kami telepon 0812 3456 7890."]

    told = intake.ask("without_identity", as_="ombudsman", complaint_id=filed.complaint_id, texts=texts)["texts"]

    assert told == ["[disamarkan] datang ke kantor", "[disamarkan] sudah disurvei", "Kami telepon [disamarkan]."]


_NAMES = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=10), min_size=1, max_size=3)


@given(
    _NAMES, st.from_regex(r"8\d{9}", fullmatch=True), st.text(max_size=40), st.sampled_from([str, str.upper, str.title])
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_part_of_her_name_number_or_address_is_left_wherever_it_stands(
    names: list[str], number: str, around: str, case: Any
) -> None:
    who = Identity(
        name=" ".join(names).title(),
        phone=f"+62{number}",
        email=f"{names[0]}@contoh.example",
        address=f"Gang {names[0]} 7",
    )
    written = [*names, f"0{number[:3]}-{number[3:6]}-{number[6:]}", f"+62 {number}", who.email or "", who.address or ""]
    for secret in written:
        left = without_identity(f"{around} {case(secret)} {around}", who).lower()
        assert secret.lower() not in left.replace(around.lower(), "")


def test_the_tracking_page_asks_only_for_what_is_missing_and_never_shows_what_is_known(
    intake: Service, asker: Any
) -> None:
    filed = file(intake, name="Siti Rahmawati", address="Jalan Mawar 3")
    told = asker.get(f"{API}/complaint", headers=token(asker, filed.code)).json
    assert told["particulars_missing"] == ["birth", "marital_status", "occupation"]
    assert {"refer", "consent"} <= set(told["actions"])
    with intake.store.read() as session:
        assert queries.identity(session, filed.complaint_id).birth is None
