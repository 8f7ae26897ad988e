"""E-mail: a real SMTP conversation, complaints and replies out of mails, and everything no person wrote."""

from __future__ import annotations

import contextlib
import itertools
import smtplib
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from services.intake.domain.draft import Identity
from services.intake.handlers.codes import read_code
from services.intake.store import queries, vault
from services.intake.store import tables as t
from shared.ids import new_id
from tests.component.intake.people import desk, photo, row
from tests.component.intake.post import MAILBOX, Post, mail, running_post
from tests.harness import Service, eventually

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def post(intake: Service) -> Iterator[Post]:
    with running_post(intake) as post:
        yield post


@pytest.fixture
def siti() -> str:
    """A mail address nobody used before."""
    return f"Siti Rahma <siti{next(_numbers)}@contoh.example>"


def address(sender: str) -> str:
    return sender.partition("<")[2].rstrip(">")


def ours(complaint_id: object) -> str:
    """The Message-ID of a letter of notify about a complaint."""
    return f"<{new_id()}.{complaint_id}@aduan>"


def contact(intake: Service, complaint_id: object) -> Any:
    return intake.ask("contacts", as_="notify", complaint_ids=[complaint_id])["contacts"][0]


def owed(intake: Service, sender: str) -> list[str]:
    kinds = []
    for event in intake.all_said("inquiry.received"):
        inquiry = intake.ask("inquiry", as_="notify", inquiry_id=event["inquiry_id"])
        if inquiry["email"] == address(sender):
            kinds.append(inquiry["kind"])
    return kinds


def mine(intake: Service, sender: str) -> list[Any]:
    with intake.store.read() as session:
        return queries.complaints_from(session, Identity(email=address(sender)), only_open=False)


def messages(intake: Service, complaint_id: Any) -> list[str]:
    with intake.store.read() as session:
        return [message.body for message in queries.messages(session, complaint_id)]


# -- the conversation ------------------------------------------------------------------------------


def test_a_mail_is_kept_before_the_sender_hears_250(intake: Service, post: Post, siti: str) -> None:
    intake.stop_worker()
    try:
        before = post.ids()
        code, _ = post.hand_over(mail(siti).as_bytes(), address(siti))
        assert code == 250
        assert len(post.ids() - before) == 1
    finally:
        intake.start_worker()
    eventually(lambda: mine(intake, siti))


def test_mails_lie_sealed(intake: Service, post: Post, siti: str) -> None:
    kept = post.send(mail(siti, text="Kata ajaib di dalam surat ini"))
    assert b"ajaib" not in bytes(kept.sealed)
    assert b"Kata ajaib" in vault.open_mail(kept.sealed, kept.mail_id)


@pytest.mark.parametrize("recipient", ["lapor@kolutkab.example", "LAPOR@lain.example", "lapor+K7Q2@kolutkab.example"])
def test_our_mailbox_takes_mail_with_anything_after_a_plus(post: Post, recipient: str) -> None:
    with post.conversation() as line:
        line.ehlo()
        line.mail("siti@contoh.example")
        assert line.rcpt(recipient)[0] == 250


@pytest.mark.parametrize("recipient", ["bupati@kolutkab.example", "laporan@kolutkab.example", "siti@contoh.example"])
def test_other_mailboxes_are_refused(post: Post, recipient: str) -> None:
    with post.conversation() as line:
        line.ehlo()
        line.mail("siti@contoh.example")
        assert line.rcpt(recipient)[0] == 550


def test_a_mail_over_the_limit_is_refused_whether_announced_or_not(post: Post, siti: str) -> None:
    before = post.ids()
    with post.conversation() as line:
        line.ehlo()
        assert line.mail(address(siti), ["SIZE=15728641"])[0] == 552
    with post.conversation() as line:
        line.helo()
        line.mail(address(siti))
        line.rcpt(MAILBOX)
        assert line.data((b"x" * 900 + b"\r\n") * 18_000)[0] == 552
    assert post.ids() == before


def test_while_the_store_is_away_the_sender_is_asked_to_come_again(intake: Service, siti: str) -> None:
    name = intake.store.engine.url.database
    server = create_engine(intake.store.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with running_post(intake) as post, server.connect() as connection:
        connection.exec_driver_sql(f'alter database "{name}" with allow_connections false')
        connection.exec_driver_sql(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
        try:
            assert post.hand_over(mail(siti).as_bytes(), address(siti))[0] == 451
        finally:
            connection.exec_driver_sql(f'alter database "{name}" with allow_connections true')
        assert post.hand_over(mail(siti).as_bytes(), address(siti))[0] == 250
    server.dispose()


@pytest.mark.parametrize(
    "noise", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00" * 50 + b"\r\n", b"A" * 5000 + b"\r\n"]
)
def test_noise_on_the_line_is_answered_with_an_error(post: Post, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", post.port), timeout=10) as line:
        assert line.recv(200).startswith(b"220")
        line.sendall(noise)
        assert line.recv(500)[:1] in (b"5", b"")
    with post.conversation() as line:
        assert line.noop()[0] == 250


def test_only_so_many_conversations_at_once(post: Post) -> None:
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", post.port), timeout=10)) for _ in range(51)]
        greetings = [line.recv(100)[:3] for line in lines]
    assert greetings == [b"220"] * 50 + [b"421"]
    eventually(lambda: post.conversation().noop()[0] == 250)


# -- a new complaint -------------------------------------------------------------------------------


def test_a_mail_becomes_a_complaint(intake: Service, post: Post, siti: str) -> None:
    sent = mail(siti, "Obat di puskesmas Latowu kosong", "Sudah dua minggu obat batuk anak tidak ada.\n\nSiti")
    read = post.send(sent)
    assert read.outcome == "registered"
    complaint = row(intake, read.complaint_id)
    assert (complaint.channel, complaint.title) == ("email", "Obat di puskesmas Latowu kosong")
    assert complaint.body.startswith("Sudah dua minggu obat batuk anak tidak ada.")
    assert intake.said("complaint.registered", read.complaint_id)["channel"] == "email"
    told = contact(intake, read.complaint_id)
    assert (told["email"], told["thread"]) == (address(siti), sent["Message-ID"])
    assert told["subject"] == "Obat di puskesmas Latowu kosong"
    with intake.store.read() as session:
        assert queries.identity(session, read.complaint_id).name == "Siti Rahma"


def test_photos_come_along_and_what_is_not_taken_is_named(intake: Service, post: Post, siti: str) -> None:
    read = post.send(
        mail(
            siti,
            files=(
                ("jalan.jpg", "image/jpeg", photo()),
                ("virus.exe", "application/octet-stream", b"MZ\x90\x00" + b"\x00" * 100),
                ("../../bom.zip", "application/zip", b"PK\x03\x04" + b"\x00" * 100),
                ("besar.txt", "text/plain", b"x" * (5 * 1024 * 1024 + 1)),
            ),
        )
    )
    with intake.store.read() as session:
        assert [f.name for f in queries.attachments(session, read.complaint_id)] == ["jalan.jpg"]
    body = row(intake, read.complaint_id).body
    assert "Lampiran yang tidak dapat kami terima:" in body
    assert "virus.exe" in body
    assert "- bom.zip (" in body
    assert "besar.txt (Berkas terlalu besar" in body


def test_of_seven_files_five_are_kept(intake: Service, post: Post, siti: str) -> None:
    files = tuple((f"{n}.txt", "text/plain", f"catatan {n}".encode()) for n in range(7))
    read = post.send(mail(siti, files=files))
    with intake.store.read() as session:
        assert len(queries.attachments(session, read.complaint_id)) == 5
    assert "6.txt (lebih dari 5 berkas)" in row(intake, read.complaint_id).body


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("ANONIM pungutan di sekolah", "Kepala sekolah meminta uang seragam."),
        ("Pungutan di sekolah (anonim)", "Kepala sekolah meminta uang seragam."),
        ("Pungutan di sekolah", "ANONIM\nKepala sekolah meminta uang seragam."),
        ("Pungutan di sekolah", "Anonim. Kepala sekolah meminta uang seragam."),
    ],
)
def test_the_word_anonim_hides_the_sender_from_officers(
    intake: Service, post: Post, siti: str, subject: str, text: str
) -> None:
    read = post.send(mail(siti, subject, text + "\n\nSiti Rahma\n" + address(siti)))
    complaint = row(intake, read.complaint_id)
    assert complaint.anonymous
    assert "anonim" not in (complaint.title + complaint.body).lower()
    told = intake.ask("text", as_="routing", complaint_id=read.complaint_id, reader="x", role="officer")
    assert told["reporter_name"] is None
    assert "Rahma" not in told["body"]
    assert address(siti) not in told["body"]
    assert contact(intake, read.complaint_id)["email"] == address(siti)  # she is told all the same


def test_a_page_becomes_text(intake: Service, post: Post, siti: str) -> None:
    page = (
        "<html><style>p {color: red}</style><script>alert(1)</script>"
        "<p>Air <b>tidak</b> mengalir</p><ul><li>Senin</li></ul>"
    )
    body = row(intake, post.send(mail(siti, text=None, page=page)).complaint_id).body
    assert "Air tidak mengalir" in body
    assert "Senin" in body
    assert "<" not in body
    assert "alert" not in body


def test_a_complaint_written_into_the_subject_alone_counts(intake: Service, post: Post, siti: str) -> None:
    read = post.send(mail(siti, "Lampu jalan di Desa Pitulua mati semua", ""))
    assert row(intake, read.complaint_id).body == "Lampu jalan di Desa Pitulua mati semua"


def test_words_in_an_old_encoding_are_read(intake: Service, post: Post, siti: str) -> None:
    raw = (
        f"From: {siti}\r\nTo: {MAILBOX}\r\nSubject: =?iso-8859-1?Q?Caf=E9_liar?=\r\nMessage-ID: <lama-1@contoh>\r\n"
        "Content-Type: text/plain; charset=windows-1252\r\n\r\n"
    ).encode() + b"Warung \x93caf\xe9\x94 menutup jalan umum.\r\n"
    assert post.hand_over(raw, address(siti))[0] == 250
    (complaint_id,) = eventually(lambda: mine(intake, siti))
    complaint = row(intake, complaint_id)
    assert (complaint.title, complaint.body) == ("Café liar", "Warung “café” menutup jalan umum.")


def test_the_same_mail_twice_is_one_complaint(intake: Service, post: Post, siti: str) -> None:
    sent = mail(siti)
    assert post.send(sent).outcome == "registered"
    assert post.send(sent).outcome == "duplicate"
    assert len(mine(intake, siti)) == 1


# -- replies ---------------------------------------------------------------------------------------


def test_a_reply_to_our_letter_joins_its_complaint_without_what_it_quotes(
    intake: Service, post: Post, siti: str
) -> None:
    filed = post.send(mail(siti)).complaint_id
    reply = mail(
        siti,
        "Re: Laporan Anda kami terima",
        "Lampunya juga mati.\n\nPada Sen, 16 Mar 2026 pukul 09.12 Aduan <lapor@kolutkab.example> menulis:\n\n"
        "> Laporan Anda kami terima.\n> Kode: rahasia\n",
        In_Reply_To=ours(filed),
    )
    read = post.send(reply)
    assert (read.outcome, read.complaint_id) == ("added", filed)
    assert messages(intake, filed) == ["Lampunya juga mati."]
    assert contact(intake, filed)["thread"] == reply["Message-ID"]


def test_a_code_in_the_mail_leads_to_its_complaint(intake: Service, post: Post, siti: str) -> None:
    filed = post.send(mail(siti)).complaint_id
    code = contact(intake, filed)["tracking_code"]
    tetangga = "Tetangga <tetangga@contoh.example>"
    read = post.send(mail(tetangga, f"Tentang laporan {code[:4]}-{code[4:8]}-{code[8:]}", "Saya juga melihatnya."))
    assert (read.outcome, read.complaint_id) == ("added", filed)
    assert post.send(mail(tetangga, "Halo", f"TAMBAH {code} Lampunya\njuga mati")).complaint_id == filed
    assert messages(intake, filed) == ["Saya juga melihatnya.", "Lampunya\njuga mati"]
    assert contact(intake, filed)["email"] == address(siti)  # letters still go to her alone


def test_a_stranger_in_the_thread_is_told_that_it_is_not_hers(intake: Service, post: Post, siti: str) -> None:
    filed = post.send(mail(siti)).complaint_id
    stranger = f"Orang Lain <lain{next(_numbers)}@contoh.example>"
    read = post.send(mail(stranger, "Re: Laporan Anda", "Apa kabar?", In_Reply_To=ours(filed)))
    assert (read.outcome, read.complaint_id) == ("inquiry not_yours", None)
    assert messages(intake, filed) == []
    eventually(lambda: owed(intake, stranger) == ["not_yours"])
    with intake.store.read() as session:
        assert session.execute(select(t.inquiries).where(t.inquiries.c.complaint_id == filed)).all() == []


@pytest.mark.parametrize(
    ("first_line", "event"),
    [("PUAS 5", "complaint.rated"), ("TIDAK PUAS", "complaint.objected")],
)
def test_a_command_in_the_first_line_of_a_reply_is_done(
    intake: Service, post: Post, siti: str, first_line: str, event: str
) -> None:
    filed = post.send(mail(siti)).complaint_id
    desk(intake, "case.answered", filed)
    post.send(mail(siti, "Re: Laporan Anda", f"{first_line}\n\nSemoga cepat.", In_Reply_To=ours(filed)))
    assert intake.said(event, filed)["channel"] == "email"


def test_below_a_greeting_she_says_who_she_is_to_the_ombudsman_and_to_no_officer(
    intake: Service, post: Post, siti: str
) -> None:
    filed = post.send(mail(siti)).complaint_id
    words = "Selamat pagi Pak Admin,\n\nDATA NAMA Siti Aminah, LAHIR Wawo 1-2-1988,\nALAMAT Desa Pitulua\n\nSalam, Siti"
    assert post.send(mail(siti, "Re: Data", words, In_Reply_To=ours(filed))).outcome == "particulars"
    assert messages(intake, filed) == []
    with intake.store.read() as session:
        who = queries.identity(session, filed)
    assert (who.full_name, who.birth, who.address) == ("Siti Aminah", "Wawo 1-2-1988", "Desa Pitulua")

    words = "Lampu itu masih mati sampai hari ini, tolong segera.\n\nDATA KERJA petani, STATUS kawin"
    assert post.send(mail(siti, "Re: Data", words, In_Reply_To=ours(filed))).outcome == "particulars"
    assert messages(intake, filed) == ["Lampu itu masih mati sampai hari ini, tolong segera."]


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Baik Pak,\nOMBUDSMAN YA", "consented"),
        ("Saya pikir lagi, saya takut kepada kepala desa kami.\nOMBUDSMAN TIDAK", "consented"),
        ("Tidak, saya takut.\nBolehkah identitas Anda disertakan bila diteruskan ke Ombudsman?\nOMBUDSMAN YA", "added"),
        ("Data apa?\nContoh balasan, dalam satu baris:\nDATA K7Q2-M9XF-4WC NAMA ..., LAHIR ..., STATUS ...", "added"),
    ],
)
def test_a_consent_counts_at_the_top_of_a_mail_and_is_taken_back_anywhere(
    intake: Service, post: Post, siti: str, words: str, outcome: str
) -> None:
    filed = post.send(mail(siti)).complaint_id
    if "TIDAK" in words:
        post.send(mail(siti, "Re: Izin", "OMBUDSMAN YA", In_Reply_To=ours(filed)))
    assert post.send(mail(siti, "Re: Izin", words, In_Reply_To=ours(filed))).outcome == outcome
    with intake.store.read() as session:
        assert queries.complaint(session, filed).ombudsman_consent is ("YA" in words and outcome == "consented")


def test_a_reply_completes_what_was_asked_for(intake: Service, post: Post, siti: str) -> None:
    filed = post.send(mail(siti)).complaint_id
    desk(intake, "case.completeness_requested", filed)
    reply = mail(
        siti, "Re: Mohon lengkapi", "Di Pitulua.", files=(("a.jpg", "image/jpeg", photo()),), In_Reply_To=ours(filed)
    )
    assert post.send(reply).outcome == "added"
    assert intake.said("complaint.completed", filed)
    assert intake.said("complaint.message_received", filed)["attachments"] == 1


# -- machines, mistakes, malice --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "envelope", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, None, "auto_submitted"),
        ({"Precedence": "bulk"}, None, "precedence"),
        ({"Precedence": "list"}, None, "precedence"),
        ({"List_Id": "<berita.contoh.example>"}, None, "list_or_responder"),
        ({}, "", "null_return_path"),
        ({}, "MAILER-DAEMON@contoh.example", "robot"),
        ({}, MAILBOX, "ourselves"),
    ],
)
def test_what_a_machine_sent_is_kept_and_never_answered(
    intake: Service, post: Post, siti: str, headers: dict[str, str], envelope: str | None, reason: str
) -> None:
    read = post.send(mail(siti, **headers), envelope=envelope)
    assert (read.outcome, read.complaint_id) == (f"automatic {reason}", None)
    assert mine(intake, siti) == []
    assert owed(intake, siti) == []


def test_a_forged_return_path_does_not_hide_the_true_one(post: Post, siti: str) -> None:
    read = post.send(mail(siti, Return_Path="<siti@contoh.example>"), envelope="")
    assert read.outcome == "automatic null_return_path"


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("", "", "empty"),
        ("Halo", "", "empty"),
        ("", "...\n\n!!!", "empty"),
        ("Panjang", "Jalan rusak. " * 1000, "too_long"),
        ("Tentang K7Q2-M9XF-4WC", "Bagaimana kabarnya?", "unknown_code"),
    ],
)
def test_what_cannot_be_used_is_answered_and_changes_nothing(
    intake: Service, post: Post, siti: str, subject: str, text: str, kind: str
) -> None:
    assert post.send(mail(siti, subject, text)).outcome == f"inquiry {kind}"
    eventually(lambda: owed(intake, siti) == [kind])
    assert mine(intake, siti) == []


def test_a_photo_without_a_word_is_asked_back(intake: Service, post: Post, siti: str) -> None:
    read = post.send(mail(siti, "", "", files=(("a.jpg", "image/jpeg", photo()),)))
    assert read.outcome == "inquiry empty"


def test_a_flood_is_told_once_and_then_met_with_silence(intake: Service, post: Post, siti: str) -> None:
    outcomes = [post.send(mail(siti, "Halo", "")).outcome for _ in range(22)]
    assert outcomes == ["inquiry empty"] * 20 + ["inquiry too_many", "too many"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n\r\n",
        b"this is no mail at all",
        b"From: \xff\xfe\r\nSubject: =?utf-8?B?////?=\r\n\r\n\xff\xff",
        b"From: siti@contoh.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n",
        b"From: a@b.example, c@d.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\nRusak parah sekali\r\n",
        b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!####\r\n",
        b"From: <script>@x\r\nSubject: x\r\n\r\nRusak parah sekali\r\n",
    ],
)
def test_a_broken_mail_is_kept_and_read_as_far_as_it_goes(intake: Service, post: Post, raw: bytes) -> None:
    before = post.ids()
    assert post.hand_over(raw, "siti@contoh.example")[0] == 250
    (new,) = post.ids() - before
    assert eventually(lambda: post.row(new)).outcome


def test_a_mail_nobody_can_follow_is_parked_with_everything_in_it(intake: Service, post: Post, siti: str) -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(150))
    before = post.ids()
    assert post.hand_over(f"From: {siti}\r\n".encode() + nested, address(siti))[0] == 250
    (new,) = post.ids() - before
    timers = intake.store.definition.kit.timers

    def tried() -> Any:
        with intake.store.read() as session:
            return session.execute(
                select(timers).where(timers.c.key == str(new), timers.c.attempts > 0, timers.c.error.is_not(None))
            ).first()

    assert eventually(tried).error == "Unreadable"
    # Others are read meanwhile.
    assert post.send(mail(f"Budi <budi{next(_numbers)}@contoh.example>")).outcome == "registered"


def test_no_address_and_no_word_of_a_sender_is_logged(intake: Service, post: Post, siti: str) -> None:
    post.send(mail(siti, "Kata-yang-tidak-boleh-dicatat"))
    assert address(siti) not in intake.log()
    assert "Kata-yang-tidak-boleh-dicatat" not in intake.log()
    assert read_code("K7Q2-M9XF-4WC")


def test_the_process_ends_in_order_while_a_sender_dawdles(intake: Service) -> None:
    with running_post(intake) as post:
        line = smtplib.SMTP("127.0.0.1", post.port, timeout=20)
        line.ehlo()
    line.close()


def test_every_mail_has_an_outcome(intake: Service, post: Post) -> None:
    with intake.store.read() as session:
        waiting = session.execute(select(t.inbound_mails.c.mail_id).where(t.inbound_mails.c.outcome.is_(None))).all()
    assert len(waiting) <= 1  # the one that was parked
