"""Mails, numbers and personal data as libraries read them for us."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from services.intake.adapters.contacts import normal_email, normal_phone
from services.intake.adapters.mails import newest_words, read, with_envelope
from services.intake.adapters.personal import without_identity
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


def test_words_that_leave_without_consent_lose_other_peoples_numbers_too() -> None:
    text = without_identity("NIK 7408010101900001, hubungi 0813-9999-8888. Jalan Poros No 3 rusak.", Identity())
    assert "7408010101900001" not in text
    assert "9999" not in text
    assert "Jalan Poros No 3 rusak." in text
