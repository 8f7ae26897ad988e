"""The second net: what looks like a person is taken out of others' words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ombudsman.domain.blanking import BLANK, blank


@pytest.mark.parametrize(
    ("words", "blanked"),
    [
        ("Yth. Ibu Siti Aminah, terima kasih", f"Yth. Ibu {BLANK}, terima kasih"),
        ("Yth. Sdr. Muh. Jufri di Tolala", f"Yth. Sdr. {BLANK} di Tolala"),
        ("sudah bertemu Pak Jufri kemarin", f"sudah bertemu Pak {BLANK} kemarin"),
        ("surat atas nama Nur'aini binti Ali", f"surat atas nama {BLANK} binti Ali"),
        ("hubungi 0812-3456-7890 ya", f"hubungi {BLANK} ya"),
        ("hubungi +62 812 3456 7890.", f"hubungi {BLANK}."),
        ("WA 6281234567890", f"WA {BLANK}"),
        ("kantor (0405) 2330123", f"kantor {BLANK}"),
        ("surel siti.aminah@mail.example, terima kasih", f"surel {BLANK}, terima kasih"),
        ("NIK 7408 1550 0190 0002", f"NIK {BLANK}"),
    ],
)
def test_names_numbers_and_addresses_are_taken_out(words: str, blanked: str) -> None:
    assert blank(words) == blanked


@pytest.mark.parametrize(
    "words",
    [
        "Laporan KOLUT-2026-000017 diteruskan pada 08-03-2026 10.15",
        "Ibu Kota Lasusua dan Bapak Bupati",
        "Anggaran Rp 1.250.000.000 untuk 40 meter jalan",
        "UU 25/2009 Pasal 50 ayat (1), 14 hari kerja",
        "Jalan poros Tolala km 4",
    ],
)
def test_what_is_nobodys_name_or_number_stays(words: str) -> None:
    assert blank(words) == words


@given(st.text())
def test_blanking_twice_changes_nothing_more(words: str) -> None:
    assert blank(blank(words)) == blank(words)
