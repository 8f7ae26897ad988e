"""The file on paper: complete, blanked where it must be, and whole however much people write."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from services.ombudsman.document import fonts, letters, render
from services.ombudsman.domain.canonical import File
from services.ombudsman.domain.compose import compose
from tests.unit.ombudsman import dossiers

Reader = Callable[[File], str]


@pytest.fixture
def text_of(tmp_path: Path) -> Reader:
    """The words of a printed file, as pdftotext reads them."""

    def read(file: File) -> str:
        (tmp_path / "file.pdf").write_bytes(render(file))
        done = subprocess.run(["pdftotext", "-layout", tmp_path / "file.pdf", "-"], capture_output=True, check=True)
        return done.stdout.decode()

    return read


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_paper_says_who_what_when_and_how_late(text_of: Reader) -> None:
    text = _plain(text_of(compose(dossiers.parts(), True)))

    for said in (
        "Nomor OMB-KOLUT-2026-0001",
        "Tanggal 9 Maret 2026",
        "Batas 60 hari kalender (UU 25/2009 Pasal 50 ayat (1)) untuk memutuskannya lewat pada 8 Maret 2026",
        "Nama Siti Aminah",
        "Kategori Pekerjaan umum dan penataan ruang: infrastruktur jalan",
        "Kepala Dinas Pekerjaan Umum dan Penataan Ruang",
        "12 Januari 2026 14.30 Dikembalikan oleh Kecamatan Tolala",
        "Semua waktu dalam WITA",
        "Tempat dan tanggal lahir belum ada, dapat diminta dari pelapor",
    ):
        assert said in text


def test_every_page_has_its_number_and_the_hash_of_the_json_file(text_of: Reader) -> None:
    file = compose(dossiers.parts(), True)
    text = text_of(file)

    pages = text.rstrip("\f").split("\f")
    for number, page in enumerate(pages, start=1):
        assert f"halaman {number} dari {len(pages)}" in page
        assert file.sha256 in page


def test_without_consent_the_paper_names_nobody(text_of: Reader) -> None:
    text = text_of(compose(dossiers.parts(consent=False), False)).lower()

    assert [secret for secret in dossiers.SECRETS if secret.lower() in text] == []
    assert "[disamarkan]" in text


def test_answers_and_messages_are_printed_in_full_over_many_pages(text_of: Reader) -> None:
    told = dossiers.intake()
    told["messages"][0]["body"] = "\n".join(
        f"Baris {n}: jalan masih putus dan kami masih menunggu." for n in range(350)
    )
    told["body"] = "Panjang. " * 1200 + "TAMAT"

    text = text_of(compose(dossiers.parts(intake=told), True))

    assert all(f"Baris {n}:" in text for n in range(350))
    assert "TAMAT" in text


def test_a_word_without_blanks_and_letters_the_paper_lacks_break_nothing(text_of: Reader) -> None:
    told = {**dossiers.intake(), "title": "x" * 200, "body": "y" * 9000 + " 🚧🚧 ﷽ Ē − → “kutip” é\u200b\u0007"}

    text = text_of(compose(dossiers.parts(intake=told), True))

    assert text.count("y") >= 9000
    assert "Ē - -> “kutip” é" in _plain(text)
    assert re.search(r"\b\d+ aksara tidak tersedia dalam huruf dokumen ini", text)


NAMES = {
    "jawa": "ꦱꦶꦠꦶ",
    "bugis": "ᨕᨘᨁᨗ",
    "arab": "سيتي",
    "tionghoa": "林美玲",
    "vietnam": "Nguyễn Thị Ánh",
    "wajah": "😀",
}


def test_names_in_other_scripts_are_drawn_in_embedded_subsets_and_the_file_stays_small(
    text_of: Reader, tmp_path: Path
) -> None:
    told = {**dossiers.intake(), "body": "Nama kami: " + ", ".join(NAMES.values())}
    file = compose(dossiers.parts(intake=told), True)

    text = text_of(file)

    for script, name in NAMES.items():
        # A reader of text may put a vowel sign on the other side of its letter; no letter is missing.
        assert set(name) <= set(text), script
    assert "aksara tidak tersedia" not in text
    pdf = tmp_path / "file.pdf"
    listed = subprocess.run(["pdffonts", pdf], capture_output=True, check=True, text=True).stdout
    for font in ("DejaVuSans", "NotoSansJavanese", "NotoSansBuginese", "DroidSansFallback"):
        assert re.search(rf"\+{font}\S* +CID TrueType +Identity-H +yes yes", listed), listed
    assert pdf.stat().st_size < len(render(compose(dossiers.parts(), True))) + 60_000
    assert render(file) == render(file), "the same file gives the same paper"


def test_a_document_in_plain_letters_embeds_no_font(text_of: Reader, tmp_path: Path) -> None:
    text_of(compose(dossiers.parts(), True))
    listed = subprocess.run(["pdffonts", tmp_path / "file.pdf"], capture_output=True, check=True, text=True).stdout
    assert "TrueType" not in listed


def test_without_the_fonts_a_question_mark_stands_for_each_letter_and_they_are_counted(
    text_of: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "faces", lambda: ())
    told = {**dossiers.intake(), "body": "Toko 林美玲 tutup, kata سيتي."}
    text = text_of(compose(dossiers.parts(intake=told), True))
    assert "Toko ??? tutup, kata ????." in _plain(text)
    assert "aksara tidak tersedia dalam huruf dokumen ini" in text


def test_signs_that_turn_the_direction_of_words_are_left_out() -> None:
    assert letters.printable("nama \u202egnp.exe \u2066x") == ("nama gnp.exe x", 0)


def test_the_same_file_gives_the_same_paper() -> None:
    file = compose(dossiers.parts(), True)

    assert render(file) == render(file)


def test_a_case_nobody_ever_answered_says_so(text_of: Reader) -> None:
    silent = {**dossiers.routing(), "entries": [e for e in dossiers.routing()["entries"] if e["what"] != "interim"]}

    text = text_of(compose(dossiers.parts(routing=silent), True))

    assert "Terlapor tidak memberi tanggapan apa pun" in _plain(text)
