"""Mails, numbers and personal data as libraries read them for us."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from services.intake.adapters.contacts import normal_email, normal_phone
from services.intake.adapters.mails import newest_words, read, with_envelope
from services.intake.adapters.personal import unnamed, without_identity
from services.intake.domain.blanking import BLANK, blanked
from services.intake.domain.draft import Identity
from services.intake.domain.wording import Unreadable


@pytest.mark.parametrize(
    "written", ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "6281234567890", "(0812) 34567890"]
)
def test_a_number_has_one_form(written: str) -> None:
    assert normal_phone(written) == "+6281234567890"


def test_a_number_of_another_country_keeps_it() -> None:
    assert normal_phone("+60 12-345 6789") == "+60123456789"


@pytest.mark.parametrize("written", ["", "TELKOMSEL", "1708", "12", "+99912345", "0812 3456", "x" * 500])
def test_what_is_no_number(written: str) -> None:
    assert normal_phone(written) is None


def test_a_mail_address_has_one_form() -> None:
    assert normal_email(" Siti@Contoh.ID ") == "siti@contoh.id"
    assert normal_email("siti@") is None
    assert normal_email(f"{'s' * 300}@contoh.id") is None


@pytest.mark.parametrize(
    "quoted",
    [
        "Pada Sen, 16 Mar 2026 pukul 09.12 Aduan <lapor@kolutkab.example> menulis:\n\n> Laporan Anda kami terima.",
        "Pada tanggal Sen, 16 Mar 2026 09:12, Aduan <lapor@kolutkab.example>\nmenulis:\n\n> Laporan Anda kami terima.",
        "On Mon, 16 Mar 2026 at 09:12, Aduan <lapor@kolutkab.example> wrote:\n\n> Laporan Anda kami terima.",
        "Dari: Aduan <lapor@kolutkab.example>\nDikirim: Senin, 16 Maret 2026 09.12\nKepada: Siti\n"
        "Subjek: Laporan Anda\n\nLaporan Anda kami terima.",
        "________________________________\nFrom: Aduan <lapor@kolutkab.example>\nSent: Monday\nTo: Siti\n\nA",
    ],
)
def test_what_is_quoted_below_a_reply_is_left_out(quoted: str) -> None:
    assert newest_words(f"Lampunya juga mati.\n\n{quoted}") == "Lampunya juga mati."


def test_a_list_in_a_reply_is_kept() -> None:
    words = "Yang rusak:\n- jalan\n- lampu\n- jembatan"
    assert newest_words(words) == words


def test_the_last_line_of_a_telephone_is_left_out() -> None:
    assert newest_words("Sudah beres.\n\nDikirim dari iPhone saya") == "Sudah beres."


def test_the_envelope_stands_in_front() -> None:
    message = EmailMessage()
    message["From"], message["Return-Path"] = "Siti <siti@contoh.id>", "<palsu@contoh.id>"
    message.set_content("Halo")
    mail = read(with_envelope(message.as_bytes(), "", "lapor@kolutkab.example"))
    assert (mail.envelope_sender, mail.delivered_to) == ("", "lapor@kolutkab.example")
    assert (mail.letter.sender, mail.letter.sender_name, mail.letter.text) == ("siti@contoh.id", "Siti", "Halo")


def test_a_mail_of_endless_parts_is_unreadable() -> None:
    parts = b"".join(b"--x\r\nContent-Type: image/png\r\n\r\nx\r\n" for _ in range(200))
    with pytest.raises(Unreadable):
        read(b"From: a@b.id\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--\r\n")


SITI = Identity(name="Siti Nur Rahmawati", phone="+6281234567890", email="siti@contoh.id", address="Jalan Mawar 3")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Saya Siti Nur Rahmawati dari Lasusua", f"Saya {BLANK} dari Lasusua"),
        ("ibu rahmawati datang", f"ibu {BLANK} datang"),
        ("telp 0812 3456 7890 atau +62-812-3456-7890.", f"telp {BLANK} atau {BLANK}."),
        ("Rumah saya di jalan mawar 3", f"Rumah saya di {BLANK}"),
        ("Nurul melihat situs itu, nomor 081299998888", "Nurul melihat situs itu, nomor 081299998888"),
    ],
)
def test_a_reporters_identity_leaves_her_words(text: str, left: str) -> None:
    assert blanked(text, SITI) == left


@pytest.mark.parametrize(
    ("who", "text", "left"),
    [
        (
            Identity(name="La Ali"),
            "pak ali dan La  Ali; kepala alih fungsi",
            f"pak {BLANK} dan {BLANK}; kepala alih fungsi",
        ),
        (Identity(name="Hj. Siti Rahmawati, S.Pd."), "Hj Siti Rahmawati S.Pd hadir", f"{BLANK} hadir"),
        (Identity(name="Hj. Siti Rahmawati, S.Pd."), "rumah Rahmawatinya", f"rumah {BLANK}nya"),
        (Identity(name="Siti Rahmawati"), "KTP_Siti_Rahmawati.jpg, sitirahmawati85", f"KTP_{BLANK}.jpg, {BLANK}85"),
        (Identity(name="M.Yusuf"), "Yusuf, M. Yusuf, m yusuf", f"{BLANK}, {BLANK}, {BLANK}"),
        (Identity(name="Nur'aini"), "Nuraini, Nur Aini, nur’aini", f"{BLANK}, {BLANK}, {BLANK}"),
        (Identity(name="Ani"), "Ani, seorang petani", f"{BLANK}, seorang petani"),
        (Identity(phone="+6281234567890"), "0812–3456–7890, 0812/3456/7890", f"{BLANK}, {BLANK}"),
        (Identity(phone="+6281234567890"), "0812_3456_7890, wa.me/6281234567890", f"{BLANK}, wa.me/{BLANK}"),
        (Identity(phone="+62812345678"), "812345678, RT 5: 812345678", f"{BLANK}, RT {BLANK}"),
        (Identity(email="bu.wati@contoh.id"), "bu.wati (at) contoh.id", f"{BLANK} (at) contoh.id"),
        (Identity(address="Jl. Mawar No. 3"), "di Jl Mawar\nNo 3, Jl. Mawar No. 31", f"di {BLANK}, Jl. Mawar No. 31"),
        (
            Identity(address="Jl. Mawar No. 3, Desa Pitulua"),
            "Jalan Mawar 3 di Pitulua, jl mawar nomor 3; Jalan Mawar rusak",
            f"{BLANK} di Pitulua, {BLANK}; Jalan Mawar rusak",
        ),
        (Identity(name="王小明"), "我叫王小明,住在这里。", f"我叫{BLANK},住在这里。"),
        (Identity(name="สมชาย ใจดี"), "นายสมชายครับ", f"นาย{BLANK}ครับ"),
        (Identity(name="ꦱꦶꦠꦶ ꦲꦩꦶꦤꦃ"), "ꦲꦩꦶꦤꦃ lan ꦱꦶꦠꦶ", f"{BLANK} lan {BLANK}"),
        (Identity(name="محمد علي"), "قال مُحَمَّد ذلك", f"قال {BLANK} ذلك"),
        (Identity(name="José Ramos"), "Jose, JOSÉ dan Ｒａｍｏｓ", f"{BLANK}, {BLANK} dan {BLANK}"),
        (Identity(name="Siti Nuraini"), "S i t i, N.u.r.a.i.n.i, Nur'aini, Nur Aini", ", ".join([BLANK] * 4)),
        (Identity(name="Sidi"), "Sidi melihat si di pasar", f"{BLANK} melihat si di pasar"),
        (Identity(name="Li Wu"), "bu li dan Pak Wu di li", f"bu {BLANK} dan Pak {BLANK} di li"),
        (Identity(name="Hasnawati"), "Bu Hasna, bu wati.\nHasna", f"Bu {BLANK}, bu {BLANK}.\n{BLANK}"),
        (Identity(name="Hasnawati", email="hasna.ngai@x.id"), "kata Hasna, pasar", f"kata {BLANK}, pasar"),
        (Identity(birth="Wawo, 1-2-1988"), "lahir di Wawo 1/2/1988", f"lahir di {BLANK}"),
    ],
)
def test_an_identity_leaves_words_also_where_it_is_written_otherwise(who: Identity, text: str, left: str) -> None:
    assert blanked(text, who) == left


def test_words_that_leave_without_consent_lose_other_peoples_numbers_too() -> None:
    text = without_identity("NIK 7408010101900001, hubungi 0813-9999-8888. Jalan Poros No 3 rusak.", Identity())
    assert "7408010101900001" not in text
    assert "9999" not in text
    assert "Jalan Poros No 3 rusak." in text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Jalan rusak. Hormat saya,\nHasnawati\nDesa Tolala", f"Jalan rusak. Hormat saya,\n{BLANK}\nDesa Tolala"),
        ("jembatan putus. trims, hasnawati rt 3", f"jembatan putus. trims, {BLANK}"),
        ("Terima kasih. Hasnawati Ngai", f"Terima kasih. {BLANK}"),
        ("Jalan rusak. Dari: hasnawati, Pitulua", f"Jalan rusak. Dari: {BLANK}, Pitulua"),
        ("saya hasnawati, warga Pitulua", f"saya {BLANK}, warga Pitulua"),
        ("Terima kasih atas bantuannya", "Terima kasih atas bantuannya"),
        ("Terima kasih, jalan kami sudah rusak parah.", "Terima kasih, jalan kami sudah rusak parah."),
        ("saya hanya warga biasa dari Lasusua", "saya hanya warga biasa dari Lasusua"),
    ],
)
def test_who_signed_a_text_message_is_left_out_though_nobody_knows_her_name(text: str, left: str) -> None:
    assert without_identity(text, Identity(phone="+6281234567890")) == left
    assert unnamed(text, Identity(phone="+6281234567890")) == left


def test_an_officer_does_not_get_an_anonymous_reporters_other_number_but_reads_whom_it_is_about() -> None:
    text = unnamed("Pak Camat Jufri minta uang. Hubungi 0813-9999-8888, NIK 7408010101900001.", Identity())
    assert "Jufri" in text
    assert "9999" not in text
    assert "7408" not in text


@pytest.mark.parametrize("text", ["bu " * 3300, "\n" * 10_000, "salam" + "-" * 9000, "dari: " * 1600, "s i " * 2500])
def test_words_without_end_are_blanked_in_a_moment(text: str) -> None:
    who = Identity(name="Hasnawati Ngai", phone="+6281234567890", email="hasna@contoh.id", address="Jl. Mawar 3")
    began = time.process_time()
    without_identity(text, who)
    assert time.process_time() - began < 3


def test_a_name_is_found_wherever_a_long_text_is_cut_for_looking() -> None:
    for before in range(250, 550, 3):
        assert "Rahmawati" not in without_identity(
            f"{'x ' * (before // 2)}Ibu Rahmawati datang.{' y' * 300}", Identity()
        )


_WATI = b"From: Wati <wati@contoh.example>\r\nMessage-ID: <a@b>\r\nSubject: Jalan\r\n"


@pytest.mark.parametrize(
    "mail",
    [
        _WATI + b"X-Other: " + b"\r\n ".join([b"a b c d e f g h"] * 20_000) + b"\r\n\r\nJalan rusak.",
        _WATI + b"To: " + b",\r\n ".join(b"a%d@b.c" % n for n in range(20_000)) + b"\r\n\r\nJalan rusak.",
        _WATI + b"References: " + b"\r\n ".join(b"<a%d@b>" % n for n in range(20_000)) + b"\r\n\r\nJalan rusak.",
        _WATI
        + b"Content-Type: text/plain; "
        + b";\r\n ".join(b"a%d=b" % n for n in range(20_000))
        + b"\r\n\r\nJalan rusak.",
        _WATI + b"".join(b"X-%d: b\r\n" % n for n in range(100_000)) + b"\r\nJalan rusak.",
    ],
    ids=["one endless header", "endless recipients", "endless references", "endless parameters", "endless headers"],
)
def test_headers_without_end_are_read_in_a_moment(mail: bytes) -> None:
    began = time.monotonic()
    letter = read(with_envelope(mail, "wati@contoh.example", "lapor@kolutkab.example")).letter
    assert (letter.sender, letter.text) == ("wati@contoh.example", "Jalan rusak.")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "zlib", "no-such-charset"])
def test_an_encoding_nobody_writes_in_is_read_as_utf_8(charset: str) -> None:
    mail = (
        _WATI + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + b"Jalan rusak-" + b"zzzz9a" * 50_000
    )
    began = time.monotonic()
    assert read(with_envelope(mail, "a@b", "c@d")).letter.text.startswith("Jalan rusak-zzzz9a")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("line", ["Pada " + "a " * 100_000, "On " * 70_000, ("Pada " + "a " * 90 + "\n") * 1_000])
def test_words_that_nearly_quote_something_are_read_in_a_moment(line: str) -> None:
    began = time.monotonic()
    newest_words(line)
    assert time.monotonic() - began < 10


def test_a_long_paragraph_in_a_reply_is_kept_whole() -> None:
    paragraph = "Jalan di depan rumah saya rusak. " * 40
    quoted = "Pada Sen, 16 Mar 2026 pukul 09.12 Aduan <lapor@kolutkab.example> menulis:\n\n> Laporan Anda."
    assert newest_words(f"{paragraph}\n\nLampunya juga.\n\n{quoted}") == f"{paragraph.strip()}\n\nLampunya juga."
