"""The API: complaints are accepted once, with a receipt; a code opens one complaint and everything to do with it."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from services.intake.handlers import limit
from services.intake.handlers.attach import file_store
from services.intake.handlers.tell import tell_text
from services.intake.store import queries
from services.intake.store import tables as t
from shared import clock
from tests.component.intake.people import API, by_code, client, desk, file, photo, row, token
from tests.harness import Service, eventually

# -- handing in ------------------------------------------------------------------------------------


def test_a_complaint_is_accepted_with_a_receipt_and_told_to_the_others(intake: Service, asker: Any) -> None:
    answer = asker.post(
        f"{API}/complaints",
        json={
            "title": "Jalan rusak",
            "body": "Jalan di depan pasar Lasusua rusak parah.",
            "event_date": "2026-01-05",
            "village_code": "74.08.01.2002",
            "category": "pekerjaan-umum-dan-penataan-ruang.jalan-berlubang",
            "agency_id": "pupr",
            "ombudsman_consent": True,
            "name": "Siti Rahma",
            "phone": "0812 3456 7890",
        },
    )
    assert answer.status_code == 201
    assert set(answer.json) == {"tracking_code", "received_at", "remarks", "next"}
    assert len(answer.json["next"]) == 4
    complaint_id = by_code(intake, answer.json["tracking_code"])
    said = intake.said("complaint.registered", complaint_id)
    assert (said["channel"], said["region"], said["district_code"]) == ("api", "74.08", "74.08.01")
    assert (said["agency_id"], said["ombudsman_consent"], said["attachments"]) == ("pupr", True, 0)


def test_no_event_carries_a_name_number_text_or_code(intake: Service, asker: Any) -> None:
    filed = file(
        intake, asker, title="Judul ajaib", body="Isi yang ajaib sekali", name="Siti Rahma", phone="081234567890"
    )
    said = str(intake.said("complaint.registered", filed.complaint_id))
    for secret in ("ajaib", "Siti", "81234567890", filed.code, filed.code.replace("-", "")):
        assert secret not in said


def test_identity_and_code_lie_sealed(intake: Service, asker: Any) -> None:
    filed = file(intake, asker, name="Siti Rahma", phone="081234567890", email="siti@contoh.id")
    with intake.store.read() as session:
        kept = b"".join(
            bytes(value)
            for table in (t.complaints, t.identities)
            for found in session.execute(select(table).where(table.c.complaint_id == filed.complaint_id))
            for value in found
            if isinstance(value, bytes | memoryview)
        )
        who = queries.identity(session, filed.complaint_id)
    assert b"Siti" not in kept
    assert b"81234567890" not in kept
    assert filed.code.replace("-", "").encode() not in kept
    assert (who.name, who.phone, who.email) == ("Siti Rahma", "+6281234567890", "siti@contoh.id")


def test_the_same_key_with_the_same_complaint_gives_the_same_answer(intake: Service, asker: Any) -> None:
    sent = {"headers": {"Idempotency-Key": "kunci-1"}, "json": {"body": "Air tidak mengalir sejak Senin"}}
    first, second = asker.post(f"{API}/complaints", **sent), asker.post(f"{API}/complaints", **sent)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json


def test_the_same_key_with_another_complaint_is_refused(intake: Service, asker: Any) -> None:
    key = {"Idempotency-Key": "kunci-2"}
    asker.post(f"{API}/complaints", headers=key, json={"body": "Air tidak mengalir sejak Senin"})
    answer = asker.post(f"{API}/complaints", headers=key, json={"body": "Lampu jalan mati sejak Senin"})
    assert (answer.status_code, answer.json["slug"]) == (409, "key_reused")


def test_a_complaint_is_accepted_while_the_worker_is_away(intake: Service, asker: Any) -> None:
    intake.stop_worker()
    try:
        filed = file(intake, asker)
    finally:
        intake.start_worker()
    assert intake.said("complaint.registered", filed.complaint_id)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": "pendek"}, "body"),
        ({}, "body"),
        ({"body": "x" * 10_001}, "body"),
        ({"body": 12345678901234}, "body"),
        ({"body": "Jalan rusak parah", "title": "x" * 151}, "title"),
        ({"body": "Jalan rusak parah", "event_date": "2099-01-01"}, "event_date"),
        ({"body": "Jalan rusak parah", "event_date": "kemarin"}, "event_date"),
        ({"body": "Jalan rusak parah", "district_code": "99.99.99"}, "district_code"),
        ({"body": "Jalan rusak parah", "village_code": "74.08.01"}, "village_code"),
        ({"body": "Jalan rusak parah", "district_code": "74.08.02", "village_code": "74.08.01.2002"}, "village_code"),
        ({"body": "Jalan rusak parah", "category": "tidak-ada"}, "category"),
        ({"body": "Jalan rusak parah", "agency_id": "'; drop table complaints; --"}, "agency_id"),
        ({"body": "Jalan rusak parah", "phone": "12"}, "phone"),
        ({"body": "Jalan rusak parah", "email": "bukan e-mail"}, "email"),
        ({"body": "Jalan rusak parah", "language": "xx"}, "language"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(intake: Service, asker: Any, sent: Any, field: str) -> None:
    before = count(intake, t.complaints)
    answer = asker.post(f"{API}/complaints", json=sent)
    assert answer.status_code == 422, answer.text
    assert list(answer.json["errors"]) == [field]
    assert answer.mimetype == "application/problem+json"
    assert count(intake, t.complaints) == before


def test_problems_are_told_in_the_language_asked_for(asker: Any) -> None:
    sent = {"json": {"body": "Jalan rusak parah", "phone": "12"}}
    indonesian = asker.post(f"{API}/complaints", **sent).json
    english = asker.post(f"{API}/complaints", headers={"Accept-Language": "en"}, **sent).json
    assert indonesian["errors"]["phone"] == ["Nomor telepon ini tidak benar. Contoh: 0812 3456 7890."]
    assert english["errors"]["phone"] == ["This is not a telephone number. Example: 0812 3456 7890."]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[1, 2]", "application/json", 422),
        (b'{"body": "\xff\xfe rusak"}', "application/json", 400),
        (b'{"body": "rusak parah \\u0000 sekali"}', "application/json", 400),
        (b'{"body": "rusak parah \\ud83d sekali"}', "application/json", 400),
        (b'{"body": "' + b"x" * (3 * 1024 * 1024) + b'"}', "application/json", 413),
    ],
)
def test_bodies_that_are_no_complaint_are_refused(asker: Any, body: bytes, kind: str, status: int) -> None:
    answer = asker.post(f"{API}/complaints", data=body, content_type=kind)
    assert answer.status_code == status, answer.text
    assert answer.json["detail"]


def test_hostile_words_are_kept_as_words(intake: Service, asker: Any) -> None:
    words = "<script>alert(1)</script> Robert'); DROP TABLE complaints; -- {{ 7*7 }} \u202eterbalik"
    filed = file(intake, asker, body=words)
    assert row(intake, filed.complaint_id).body == words.replace("\u202e", "")


def test_a_code_in_somebodys_words_is_masked_before_officers_read_them(intake: Service, asker: Any) -> None:
    first = file(intake, asker)
    spaced = first.code.replace("-", " ").lower()
    second = file(intake, asker, title=f"Lanjutan {first.code}", body=f"Laporan {spaced}, 08123456789, belum dijawab")
    complaint = row(intake, second.complaint_id)
    assert complaint.title == "Lanjutan [kode laporan]"
    assert complaint.body == "Laporan [kode laporan] 08123456789, belum dijawab"


def test_an_old_event_is_accepted_with_a_remark(intake: Service, asker: Any) -> None:
    answer = asker.post(f"{API}/complaints", json={"body": "Jalan rusak parah", "event_date": "1999-05-01"})
    assert answer.status_code == 201
    assert "2 tahun" in answer.json["remarks"][0]


# -- files -----------------------------------------------------------------------------------------


def upload(*files: tuple[bytes, str]) -> dict[str, Any]:
    return {
        "data": {"body": "Jalan rusak, lihat foto", "files": [(io.BytesIO(content), name) for content, name in files]},
        "content_type": "multipart/form-data",
    }


def test_photos_are_kept_without_their_place_and_telephone(intake: Service, asker: Any) -> None:
    answer = asker.post(f"{API}/complaints", **upload((photo(), "IMG_001.jpg"), (b"%PDF-1.4 x", "surat.pdf")))
    assert answer.status_code == 201, answer.text
    complaint_id = by_code(intake, answer.json["tracking_code"])
    assert intake.said("complaint.registered", complaint_id)["attachments"] == 2
    with intake.store.read() as session:
        first, second = queries.attachments(session, complaint_id)
    assert (first.name, second.name) == ("IMG_001.jpg", "surat.pdf")
    with file_store().open(first.sha256) as kept, Image.open(kept) as picture:
        assert not picture.getexif()


@pytest.mark.parametrize(
    ("name", "kept"), [("../../etc/passwd.txt", "passwd.txt"), ("/home/siti/foto\u202egpj.txt", "fotogpj.txt")]
)
def test_file_names_lose_their_folders_and_tricks(intake: Service, asker: Any, name: str, kept: str) -> None:
    answer = asker.post(f"{API}/complaints", **upload((b"catatan", name)))
    assert answer.status_code == 201, answer.text
    with intake.store.read() as session:
        (attachment,) = queries.attachments(session, by_code(intake, answer.json["tracking_code"]))
    assert attachment.name == kept


def test_a_file_called_after_its_anonymous_sender_is_not_sent_out_under_her_name(intake: Service, asker: Any) -> None:
    form = upload((b"catatan", "KTP Siti Rahma.txt"))
    form["data"] |= {"name": "Siti Rahma", "anonymous": "true"}
    complaint_id = by_code(intake, asker.post(f"{API}/complaints", **form).json["tracking_code"])
    with intake.store.begin() as tx:
        (told,) = tell_text(tx, complaint_id, "an officer", "officer")["attachments"]
    sent = asker.get(told["url"])
    assert (sent.status_code, sent.data) == (200, b"catatan")
    assert "Siti" not in str(told) + str(sent.headers)


def test_files_without_end_from_one_address_are_refused_before_they_are_kept(intake: Service) -> None:
    asker = client(intake, "198.51.100.77")
    with intake.store.begin() as tx:
        limits = queries.limits(tx.session, tx.now.date())
        for _ in range(limits.uploads_per_window):
            limit.count(tx, "upload", "198.51.100.77", limits.window_minutes)
    answer = asker.post(f"{API}/complaints", **upload((b"one file too many", "a.txt")))
    assert (answer.status_code, answer.json["slug"]) == (429, "too_many_uploads")
    assert not file_store().exists(hashlib.sha256(b"one file too many").hexdigest())
    file(intake, asker)  # without a file she is heard


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"MZ\x90\x00\x03" + b"\x00" * 200, "foto.jpg", 422),  # a program that calls itself a photo
        (b"PK\x03\x04" + b"\x00" * 200, "bom.zip", 422),
        (b"\xff\xd8\xff\xe0 not a picture", "foto.jpg", 422),
        (b"", "kosong.txt", 422),
        (b"x" * (5 * 1024 * 1024 + 1), "besar.txt", 413),
    ],
)
def test_a_file_that_is_not_taken_is_named(intake: Service, asker: Any, content: bytes, name: str, status: int) -> None:
    before = count(intake, t.complaints)
    answer = asker.post(f"{API}/complaints", **upload((content, name)))
    assert answer.status_code == status, answer.text
    assert name in answer.json["errors"]["files"][0]
    assert count(intake, t.complaints) == before


def test_a_picture_that_would_fill_the_memory_is_refused(asker: Any) -> None:
    drawn = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(drawn, "PNG")
    assert len(drawn.getvalue()) < 100_000
    answer = asker.post(f"{API}/complaints", **upload((drawn.getvalue(), "bom.png")))
    assert answer.status_code == 413


def test_six_files_are_one_too_many(asker: Any) -> None:
    answer = asker.post(f"{API}/complaints", **upload(*((f"catatan {n}".encode(), f"{n}.txt") for n in range(6))))
    assert (answer.status_code, answer.json["slug"]) == (422, "too_many_files")


def test_messages_without_end_to_one_complaint_are_refused(intake: Service, asker: Any) -> None:
    opened = token(asker, file(intake, asker).code)
    with intake.store.read() as session:
        most = queries.limits(session, clock.now().date()).messages_per_window
    statuses = [
        asker.post(f"{API}/complaint/messages", json={"words": f"Pesan {n}"}, headers=opened).status_code
        for n in range(most + 2)
    ]
    assert statuses == [201] * most + [429] * 2


# -- the code --------------------------------------------------------------------------------------


def test_a_code_opens_its_complaint(intake: Service, asker: Any) -> None:
    filed = file(intake, asker, title="Lampu mati")
    answer = asker.get(f"{API}/complaint", headers=token(asker, filed.code.lower().replace("-", " ")))
    assert answer.status_code == 200, answer.text
    assert (answer.json["title"], answer.json["state"]) == ("Lampu mati", "unverified")
    assert answer.json["actions"] == ["add", "consent", "refer", "withdraw"]
    assert answer.json["missing"] == ["timeline", "clocks", "notices"]  # nobody answers in this test
    assert filed.code not in answer.text


def test_a_mistyped_code_is_told_so_and_an_unknown_one_is_not_found(asker: Any) -> None:
    mistyped = asker.post(f"{API}/tracking", json={"code": "K7Q2-M9XF-4WD"})
    unknown = asker.post(f"{API}/tracking", json={"code": "K7Q2-M9XF-4WC"})
    assert (mistyped.status_code, mistyped.json["slug"]) == (422, "code_mistyped")
    assert "Ada huruf yang keliru" in mistyped.json["detail"]
    assert (unknown.status_code, unknown.json["slug"]) == (404, "code_unknown")


def test_guessing_codes_ends_in_429_for_right_codes_too(intake: Service) -> None:
    guesser = client(intake, "203.0.113.9")
    filed = file(intake)
    for _ in range(30):
        assert guesser.post(f"{API}/tracking", json={"code": "K7Q2-M9XF-4WC"}).status_code == 404
    assert guesser.post(f"{API}/tracking", json={"code": filed.code}).status_code == 429
    assert client(intake, "203.0.113.10").post(f"{API}/tracking", json={"code": filed.code}).status_code == 200


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic abc"}])
def test_nothing_opens_without_a_token(asker: Any, header: dict[str, str]) -> None:
    assert asker.get(f"{API}/complaint", headers=header).status_code == 401
    assert asker.post(f"{API}/complaint/withdrawal", headers=header).status_code == 401


# -- what a reporter may do ------------------------------------------------------------------------


def test_an_addition_is_told_and_kept(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    key = token(asker, filed.code)
    answer = asker.post(f"{API}/complaint/messages", headers=key, json={"words": "Lampunya juga mati"})
    assert answer.status_code == 201, answer.text
    assert intake.said("complaint.message_received", filed.complaint_id)["kind"] == "addition"
    assert asker.get(f"{API}/complaint", headers=key).json["messages"][0]["words"] == "Lampunya juga mati"


def test_an_addition_with_a_key_is_kept_once(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    key = token(asker, filed.code) | {"Idempotency-Key": "tambahan-1"}
    sent = [asker.post(f"{API}/complaint/messages", headers=key, json={"words": "Sekali saja"}) for _ in range(2)]
    assert sent[0].json == sent[1].json
    with intake.store.read() as session:
        assert len(queries.messages(session, filed.complaint_id)) == 1


def test_what_was_asked_for_completes_the_complaint(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    desk(intake, "case.completeness_requested", filed.complaint_id)
    answer = asker.post(
        f"{API}/complaint/messages", headers=token(asker, filed.code), json={"words": "Tempatnya di Pitulua"}
    )
    assert answer.status_code == 201
    completed = intake.said("complaint.completed", filed.complaint_id)
    assert str(completed["message_id"]) == answer.json["message_id"]
    assert intake.said("complaint.message_received", filed.complaint_id)["kind"] == "reply"
    assert row(intake, filed.complaint_id).state == "unverified"


def test_an_answer_can_be_objected_to_once_it_is_there(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    key = token(asker, filed.code)
    early = asker.post(f"{API}/complaint/objection", headers=key, json={"words": "Tidak benar"})
    assert (early.status_code, early.json["slug"]) == (409, "not_possible_now")
    desk(intake, "case.answered", filed.complaint_id)
    assert asker.post(f"{API}/complaint/objection", headers=key, json={"words": "Tidak benar"}).status_code == 201
    assert intake.said("complaint.objected", filed.complaint_id)["channel"] == "api"
    again = asker.post(f"{API}/complaint/objection", headers=key, json={"words": "Tidak benar"})
    assert again.status_code == 409


def test_an_answer_is_accepted_and_rated_once(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    key = token(asker, filed.code)
    assert asker.post(f"{API}/complaint/rating", headers=key, json={"rating": 5}).status_code == 409
    desk(intake, "case.answered", filed.complaint_id)
    assert asker.post(f"{API}/complaint/rating", headers=key, json={"rating": 6}).status_code == 422
    assert asker.post(f"{API}/complaint/rating", headers=key, json={"satisfied": False}).status_code == 422
    assert asker.post(f"{API}/complaint/rating", headers=key, json={"rating": 4}).status_code == 204
    rated = intake.said("complaint.rated", filed.complaint_id)
    assert (rated["satisfied"], rated["rating"]) == (True, 4)
    assert asker.post(f"{API}/complaint/rating", headers=key, json={"rating": 1}).status_code == 409


def test_consent_is_told_once_for_each_change_of_mind(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    key = token(asker, filed.code)
    for given in (True, True, False):
        assert asker.post(f"{API}/complaint/consent", headers=key, json={"given": given}).status_code == 204
    wanted = [True, False]
    eventually(lambda: [e["given"] for e in intake.all_said("complaint.consented", filed.complaint_id)] == wanted)


def test_a_withdrawn_complaint_takes_nothing_more(intake: Service, asker: Any) -> None:
    filed = file(intake, asker)
    key = token(asker, filed.code)
    assert asker.post(f"{API}/complaint/withdrawal", headers=key).status_code == 204
    assert intake.said("complaint.withdrawn", filed.complaint_id)["reason"] == "reporter"
    assert asker.post(f"{API}/complaint/messages", headers=key, json={"words": "Masih ada"}).status_code == 409
    assert asker.get(f"{API}/complaint", headers=key).json["actions"] == []


def test_an_empty_message_is_refused(intake: Service, asker: Any) -> None:
    key = token(asker, file(intake, asker).code)
    answer = asker.post(f"{API}/complaint/messages", headers=key, json={"words": "  "})
    assert (answer.status_code, answer.json["slug"]) == (422, "empty")


def test_a_file_link_opens_the_file_and_a_forged_one_does_not(intake: Service, asker: Any) -> None:
    answer = asker.post(f"{API}/complaints", **upload((b"catatan penting", "catatan.txt")))
    (kept,) = asker.get(f"{API}/complaint", headers=token(asker, answer.json["tracking_code"])).json["files"]
    opened = asker.get(kept["url"])
    assert (opened.status_code, opened.data) == (200, b"catatan penting")
    assert "attachment" in opened.headers["Content-Disposition"]
    assert asker.get(kept["url"][:-2] + "xx").status_code == 404


# -- lists and document ----------------------------------------------------------------------------


def test_areas_and_categories_can_be_chosen_from(asker: Any) -> None:
    areas = asker.get(f"{API}/areas").json
    assert (len(areas), sum(len(d["villages"]) for d in areas)) == (15, 133)
    categories = asker.get(f"{API}/categories", headers={"Accept-Language": "en"}).json
    assert next(c for c in categories if c["code"] == "kesehatan")["name"] == "Health"
    assert asker.get(f"{API}/agencies").status_code == 503  # routing is away in this test


def test_the_document_is_valid_openapi(asker: Any) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    OpenAPIV31SpecValidator(asker.get(f"{API}/openapi.json").json).validate()
    assert asker.get(f"{API}/").status_code == 200


def count(intake: Service, table: Any) -> int:
    with intake.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
