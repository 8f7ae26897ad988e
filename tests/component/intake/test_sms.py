"""Text messages, as Kannel brings them: complaints, commands, mistakes, and everything that is no message."""

from __future__ import annotations

import itertools
import threading
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import delete, select

from services.intake.domain.draft import Identity
from services.intake.handlers import process_sms, receive_sms
from services.intake.handlers.obey import MOST_CODES
from services.intake.store import queries
from services.intake.store import tables as t
from shared.ids import tracking_code
from shared.store import Timer
from tests.component.intake.people import Filed, client, desk, file, row
from tests.harness import Service, eventually

SECRET = "sms-secret-for-tests"
_numbers = itertools.count(1)


@pytest.fixture
def gateway(intake: Service) -> Any:
    return client(intake, "127.0.0.1")


@pytest.fixture
def phone() -> str:
    """A telephone nobody used before."""
    return f"+62812340{next(_numbers):05}"


def send(intake: Service, gateway: Any, phone: str, text: str | bytes, **more: Any) -> Any:
    """One text message through the entrance, read by the worker; returns its row."""
    gateway_id = more.pop("id", None) or f"id-{next(_numbers)}"
    raw = text.encode() if isinstance(text, str) else text
    query = urlencode({"secret": SECRET, "id": gateway_id, "from": phone, "to": "1708", **more})
    answer = gateway.get(f"/sms/kannel?{query}&text={quote(raw)}")
    assert (answer.status_code, answer.data) == (200, b"")
    return eventually(lambda: outcome(intake, gateway_id), what=f"{text!r} was not read")


def outcome(intake: Service, gateway_id: str) -> Any:
    with intake.store.read() as session:
        found = session.execute(select(t.inbound_sms).where(t.inbound_sms.c.gateway_id == gateway_id)).first()
    return found if found and found.outcome else None


def by_sms(intake: Service, gateway: Any, phone: str, text: str = "KOLUT Jalan di depan pasar rusak parah") -> Filed:
    """A complaint by text message, with the code its receipt would tell."""
    sms = send(intake, gateway, phone, text)
    assert sms.outcome == "registered"
    contacts = intake.ask("contacts", as_="notify", complaint_ids=[sms.complaint_id])
    return Filed(sms.complaint_id, contacts["contacts"][0]["tracking_code"])


def owed(intake: Service, phone: str) -> list[str]:
    """The kinds of answers a telephone is owed, oldest first."""
    kinds = []
    for event in intake.all_said("inquiry.received"):
        inquiry = intake.ask("inquiry", as_="notify", inquiry_id=event["inquiry_id"])
        if inquiry["phone"] == phone:
            kinds.append(inquiry["kind"])
    return kinds


def test_one_message_cannot_try_codes_without_end(intake: Service, gateway: Any, phone: str) -> None:
    true = file(intake).code
    guesses = [tracking_code() for _ in range(MOST_CODES)]
    assert send(intake, gateway, phone, f"STATUS {' '.join(guesses)} {true}").outcome == "inquiry unknown_code"
    assert send(intake, gateway, phone, f"STATUS {' '.join(guesses[1:])} {true}").outcome == "inquiry status"


# -- a new complaint -------------------------------------------------------------------------------


def test_a_keyword_opens_a_complaint_of_that_telephone(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone, "kab. kolaka utara Jalan di Tolala rusak, motor tidak bisa lewat")
    said = intake.said("complaint.registered", filed.complaint_id)
    assert (said["channel"], said["language"], said["region"]) == ("sms", "id", "74.08")
    assert row(intake, filed.complaint_id).body == "Jalan di Tolala rusak, motor tidak bisa lewat"
    contact = intake.ask("contacts", as_="notify", complaint_ids=[filed.complaint_id])["contacts"][0]
    assert contact["phone"] == phone


def test_a_long_message_of_many_parts_is_one_complaint(intake: Service, gateway: Any, phone: str) -> None:
    words = "Sejak Mei air PDAM tidak mengalir. " * 60
    filed = by_sms(intake, gateway, phone, "KOLUT " + words)
    assert row(intake, filed.complaint_id).body == words.strip()


def test_anonim_after_the_keyword_hides_the_sender(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone, "KOLUT ANONIM Kepala sekolah memungut uang seragam")
    complaint = row(intake, filed.complaint_id)
    assert complaint.anonymous
    assert complaint.body == "Kepala sekolah memungut uang seragam"


def test_messages_lie_sealed(intake: Service, gateway: Any, phone: str) -> None:
    sms = send(intake, gateway, phone, "KOLUT Kata ajaib di dalam pesan ini")
    assert b"ajaib" not in bytes(sms.sealed)
    assert phone[1:].encode() not in bytes(sms.sealed)


def test_the_gateway_may_bring_a_message_twice(intake: Service, gateway: Any, phone: str) -> None:
    first = send(intake, gateway, phone, "KOLUT Lampu jalan mati semua", id="sama-1")
    second = send(intake, gateway, phone, "KOLUT Lampu jalan mati semua", id="sama-1")
    assert first.sms_id == second.sms_id
    with intake.store.read() as session:
        assert len(queries.complaints_from(session, Identity(phone=phone), only_open=False)) == 1


def test_ucs2_is_read_as_the_gateway_names_it(intake: Service, gateway: Any, phone: str) -> None:
    words = "KOLUT Jalan rusak – “parah” sekali"
    sms = send(intake, gateway, phone, words.encode("utf-16-be"), charset="UTF-16BE", coding="2")
    assert row(intake, sms.complaint_id).body == "Jalan rusak – “parah” sekali"
    unnamed = send(intake, gateway, phone, words.encode("utf-16-be"), coding="2")
    assert unnamed.outcome == "registered"


def test_kannels_own_post_is_understood(intake: Service, gateway: Any, phone: str) -> None:
    answer = gateway.post(
        f"/sms/kannel?secret={SECRET}&id=post-1",
        data=b"KOLUT Puskesmas tutup jam sepuluh pagi",
        content_type="text/plain",
        headers={"X-Kannel-From": phone, "X-Kannel-To": "1708", "X-Kannel-Charset": "UTF-8"},
    )
    assert (answer.status_code, answer.data) == (200, b"")
    sms = eventually(lambda: outcome(intake, "post-1"))
    assert row(intake, sms.complaint_id).body == "Puskesmas tutup jam sepuluh pagi"


def test_a_form_post_is_understood(intake: Service, gateway: Any, phone: str) -> None:
    fields = {"secret": SECRET, "id": "form-1", "from": phone, "text": "KOLUT Sampah tidak diangkut sebulan"}
    assert gateway.post("/sms/kannel", data=fields).status_code == 200
    assert eventually(lambda: outcome(intake, "form-1")).outcome == "registered"


# -- words to a complaint --------------------------------------------------------------------------


def test_status_needs_no_code_from_the_telephone_of_one_complaint(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone)
    sms = send(intake, gateway, phone, "STATUS")
    assert (sms.outcome, sms.complaint_id) == ("inquiry status", filed.complaint_id)
    inquiry = eventually(
        lambda: next((e for e in intake.all_said("inquiry.received") if e["complaint_id"] == filed.complaint_id), None)
    )
    told = intake.ask("inquiry", as_="notify", inquiry_id=inquiry["inquiry_id"])
    assert (told["phone"], told["tracking_code"]) == (phone, filed.code)


def test_plain_words_go_to_the_only_open_complaint(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone)
    assert send(intake, gateway, phone, "Lampunya juga mati").outcome == "added"
    assert intake.said("complaint.message_received", filed.complaint_id)["channel"] == "sms"


def test_with_two_open_complaints_the_code_is_asked_for_and_then_heeded(
    intake: Service, gateway: Any, phone: str
) -> None:
    first = by_sms(intake, gateway, phone)
    second = by_sms(intake, gateway, phone, "KOLUT Air tidak mengalir sejak Senin")
    assert send(intake, gateway, phone, "Masih belum ada yang datang").outcome == "inquiry unknown_code"
    eventually(lambda: owed(intake, phone) == ["unknown_code"])
    sms = send(intake, gateway, phone, f"TAMBAH {first.code} masih rusak")
    assert (sms.outcome, sms.complaint_id) == ("added", first.complaint_id)
    sms = send(intake, gateway, phone, f"Soal {second.code[:4]}-{second.code[4:8]}-{second.code[8:]}: tetap kering")
    assert (sms.outcome, sms.complaint_id) == ("added", second.complaint_id)
    with intake.store.read() as session:
        (message,) = queries.messages(session, second.complaint_id)
    assert message.body == "Soal [kode laporan] tetap kering"  # officers read this; the code is her secret


def test_the_code_counts_from_any_telephone(intake: Service, gateway: Any, phone: str) -> None:
    filed = file(intake)
    sms = send(intake, gateway, phone, f"STATUS {filed.code}")
    assert (sms.outcome, sms.complaint_id) == ("inquiry status", filed.complaint_id)
    assert send(intake, gateway, phone, f"TAMBAH {filed.code} dari HP tetangga").outcome == "added"


def test_an_answer_is_objected_to_and_the_next_one_accepted(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone)
    assert send(intake, gateway, phone, "TIDAK PUAS").outcome == "inquiry not_possible"
    desk(intake, "case.answered", filed.complaint_id)
    assert send(intake, gateway, phone, "TIDAK PUAS jalannya masih rusak").outcome == "objected"
    assert intake.said("complaint.objected", filed.complaint_id)["channel"] == "sms"
    desk(intake, "case.reopened", filed.complaint_id)
    desk(intake, "case.answered", filed.complaint_id)
    assert send(intake, gateway, phone, f"PUAS {filed.code} 5").outcome == "accepted"
    assert intake.said("complaint.rated", filed.complaint_id)["rating"] == 5
    assert send(intake, gateway, phone, "PUAS 1").outcome == "inquiry not_possible"


def test_the_beginning_of_a_sentence_neither_closes_nor_objects(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone)
    desk(intake, "case.answered", filed.complaint_id)
    assert send(intake, gateway, phone, "Puas sekali kalian membiarkan kami begini").outcome == "added"
    assert send(intake, gateway, phone, "Tidak ada petugas yang datang").outcome == "added"
    assert row(intake, filed.complaint_id).state == "answered"


def test_consent_for_the_ombudsman_comes_by_sms(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone)
    assert send(intake, gateway, phone, "OMBUDSMAN YA").outcome == "consented"
    assert intake.said("complaint.consented", filed.complaint_id)["given"] is True


def test_a_reply_completes_what_was_asked_for(intake: Service, gateway: Any, phone: str) -> None:
    filed = by_sms(intake, gateway, phone)
    desk(intake, "case.completeness_requested", filed.complaint_id)
    assert send(intake, gateway, phone, "Di Desa Pitulua, dekat jembatan").outcome == "added"
    assert intake.said("complaint.completed", filed.complaint_id)


def kept_unread(intake: Service, phone: str, *texts: str) -> list[Timer]:
    """Messages that were taken in but not read yet, as timers that would have them read."""
    with intake.store.begin() as tx:
        for text in texts:
            receive_sms(tx, gateway_id=f"id-{next(_numbers)}", sender=phone, raw=text.encode(), charset=None)
        rows = tx.session.execute(select(t.inbound_sms).order_by(t.inbound_sms.c.sms_id.desc()).limit(len(texts))).all()
        timers = tx.kit.timers
        tx.session.execute(delete(timers).where(timers.c.key.in_([str(row.sms_id) for row in rows])))
    return [
        Timer(0, "sms.process", str(row.sms_id), None, row.received_at, {"sms_id": str(row.sms_id)}, 0)
        for row in reversed(rows)
    ]


def test_a_message_never_overtakes_an_earlier_one_of_the_same_telephone(intake: Service, phone: str) -> None:
    timers = kept_unread(intake, phone, "KOLUT Jalan rusak di desa kami", "tambahan satu", "tambahan dua")
    with intake.store.begin() as tx:
        process_sms(tx, timers[2])  # the last one's timer comes first
    with intake.store.read() as session:
        (complaint_id,) = queries.complaints_from(session, Identity(phone=phone), only_open=True)
        assert [m.body for m in queries.messages(session, complaint_id)] == ["tambahan satu", "tambahan dua"]
    with intake.store.begin() as tx:
        process_sms(tx, timers[0])  # has nothing left to do
    with intake.store.read() as session:
        assert len(queries.complaints_from(session, Identity(phone=phone), only_open=True)) == 1


def test_two_workers_do_not_read_one_telephone_at_the_same_time(intake: Service, phone: str) -> None:
    first, second = kept_unread(intake, phone, "KOLUT Jalan rusak di desa kami", "tambahan satu")

    def read_second() -> None:
        with intake.store.begin() as tx:
            process_sms(tx, second)

    other = threading.Thread(target=read_second)
    with intake.store.begin() as tx:
        process_sms(tx, first)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=10)
    with intake.store.read() as session:
        (complaint_id,) = queries.complaints_from(session, Identity(phone=phone), only_open=True)
        assert [m.body for m in queries.messages(session, complaint_id)] == ["tambahan satu"]


# -- mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("BANTUAN", "help"),
        ("PANGAN beras mahal", "unknown_keyword"),
        ("halo", "unknown_keyword"),
        ("", "empty"),
        ("  \n ... ", "empty"),
        ("KOLUT", "empty"),
        ("KOLUT rusak", "empty"),
        ("STATUS", "unknown_code"),
        ("STATUS K7Q2-M9XF-4WC", "unknown_code"),
        ("STATUS K7Q2-M9XF-4WD", "unknown_code"),
        ("TAMBAH K7Q2-M9XF-4WC lampu mati", "unknown_code"),
        ("KOLUT " + "x" * 10_001, "too_long"),
        (b"KOLUT \xff\xfe\xfa\xfb", "unreadable"),
    ],
)
def test_what_cannot_be_used_is_answered_and_changes_nothing(
    intake: Service, gateway: Any, phone: str, text: str | bytes, kind: str
) -> None:
    sms = send(intake, gateway, phone, text)
    assert (sms.outcome, sms.complaint_id) == (f"inquiry {kind}", None)
    eventually(lambda: owed(intake, phone) == [kind])
    with intake.store.read() as session:
        assert queries.complaints_from(session, Identity(phone=phone), only_open=False) == []


def test_hostile_words_are_kept_as_words(intake: Service, gateway: Any, phone: str) -> None:
    words = "<b>rusak</b>'); DROP TABLE inbound_sms; -- \x1b[2J\x00"
    filed = by_sms(intake, gateway, phone, "KOLUT " + words)
    assert row(intake, filed.complaint_id).body == "<b>rusak</b>'); DROP TABLE inbound_sms; -- [2J"


def test_a_flood_is_told_once_and_then_met_with_silence(intake: Service, gateway: Any, phone: str) -> None:
    outcomes = [send(intake, gateway, phone, "BANTUAN").outcome for _ in range(23)]
    assert outcomes == ["inquiry help"] * 20 + ["inquiry too_many"] + ["too many"] * 2


@pytest.mark.parametrize("name", ["TELKOMSEL", "88", "<script>", "+99912345678901234"])
def test_a_sender_that_is_no_telephone_is_never_answered(intake: Service, gateway: Any, name: str) -> None:
    before = len(intake.all_said("inquiry.received"))
    assert send(intake, gateway, name, "KOLUT Menangkan pulsa gratis sekarang").outcome == "not a telephone"
    assert len(intake.all_said("inquiry.received")) == before


# -- the entrance itself ---------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["", "falsch", SECRET + "x", "é"])
def test_without_the_secret_nothing_is_kept(intake: Service, gateway: Any, phone: str, secret: str) -> None:
    query = urlencode({"secret": secret, "id": "tak-kenal", "from": phone, "text": "KOLUT Jalan rusak parah"})
    assert gateway.get(f"/sms/kannel?{query}").status_code == 403
    with intake.store.read() as session:
        assert not session.execute(select(t.inbound_sms).where(t.inbound_sms.c.gateway_id == "tak-kenal")).first()


def test_a_message_without_its_id_shows_a_wrong_setting_at_once(gateway: Any, phone: str) -> None:
    answer = gateway.get(f"/sms/kannel?secret={SECRET}&from={quote(phone)}&text=KOLUT")
    assert (answer.status_code, answer.json["slug"]) == (422, "sms_incomplete")


def test_an_enormous_message_is_refused(gateway: Any, phone: str) -> None:
    fields = {"secret": SECRET, "id": "besar", "from": phone, "text": "x" * 100_000}
    assert gateway.post("/sms/kannel", data=fields).status_code == 413


def test_the_gateway_is_asked_to_come_again_while_the_store_is_away(
    intake: Service, phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADUAN_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    answer = client(intake).get(f"/sms/kannel?secret={SECRET}&id=nanti&from={quote(phone)}&text=KOLUT")
    assert answer.status_code == 503


def test_no_number_and_no_word_of_a_sender_is_logged(intake: Service, gateway: Any, phone: str) -> None:
    send(intake, gateway, phone, "KOLUT Kata-yang-tidak-boleh-dicatat di sini")
    assert phone.lstrip("+") not in intake.log()
    assert "Kata-yang-tidak-boleh-dicatat" not in intake.log()
