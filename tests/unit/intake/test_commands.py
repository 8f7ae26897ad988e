"""The grammar of text messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.commands import Command, codes_in, parse, resembles_code, split_keyword
from services.intake.handlers.codes import read_code
from shared.ids import spaced, tracking_code

KEYWORDS = ["KOLUT", "KAB KOLUT", "KAB. KOLAKA UTARA", "LAPOR", "LAPOR KOLUT"]
CODE = "K7Q2M9XF4WC"


def read(text: str) -> Command:
    return parse(text, KEYWORDS, read_code)


@pytest.mark.parametrize(
    "text",
    [
        "KOLUT Jalan rusak",
        "kolut jalan rusak",
        "Kolut, jalan rusak",
        "KOLUT. jalan rusak",
        "KAB KOLUT jalan rusak",
        "kab.kolut jalan rusak",
        "Kab. Kolaka  Utara jalan rusak",
        "KAB.KOLAKAUTARA: jalan rusak",
        "LAPOR jalan rusak",
        "LAPOR KOLUT jalan rusak",
        "KOLUT\njalan rusak",
    ],
)
def test_a_keyword_opens_a_complaint_however_it_is_written(text: str) -> None:
    command = read(text)
    assert command.what == "register"
    assert command.words.lower() == "jalan rusak"


@pytest.mark.parametrize(
    "text", ["LAPORAN saya mana", "KOLUTA jalan", "KOLU jalan rusak", "jalan rusak KOLUT", "PANGAN x"]
)
def test_a_word_that_only_begins_like_a_keyword_is_none(text: str) -> None:
    assert read(text).what == "text"


def test_a_keyword_alone_registers_nothing_but_is_one() -> None:
    assert read("KOLUT") == Command("register", words="", keyword="KOLUT")


@pytest.mark.parametrize(
    "written", [CODE, CODE.lower(), spaced(CODE), f"{CODE[:4]} {CODE[4:8]} {CODE[8:]}", f"#{CODE}."]
)
def test_a_code_is_read_however_it_is_grouped(written: str) -> None:
    assert read(f"STATUS {written}") == Command("status", codes=(CODE,))
    assert read(f"TAMBAH {written} lampu juga mati") == Command("add", "lampu juga mati", (CODE,))


def test_misread_letters_are_forgiven() -> None:
    code = next(c for c in iter(tracking_code, "") if "0" in c and "1" in c)
    assert read("STATUS " + code.replace("0", "O").replace("1", "l")).codes == (code,)


def test_a_mistyped_code_is_noticed() -> None:
    wrong = ("2" if CODE[0] != "2" else "3") + CODE[1:]
    assert read(f"STATUS {wrong}") == Command("status", mistyped=True)
    assert read(f"TAMBAH {wrong} lampu mati").mistyped
    assert read(f"PUAS {wrong}").mistyped


def test_status_without_a_code_leaves_it_open() -> None:
    assert read("Status") == Command("status")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"TIDAK {CODE} belum diperbaiki", "belum diperbaiki"),
        (f"TIDAK PUAS {CODE} belum diperbaiki", "belum diperbaiki"),
        ("Tidak puas, belum diperbaiki", "belum diperbaiki"),
        ("TIDAK PUAS", "TIDAK PUAS"),
        ("tidak", "tidak"),
    ],
)
def test_an_objection_keeps_its_reason(text: str, words: str) -> None:
    command = read(text)
    assert (command.what, command.words) == ("object", words)


@pytest.mark.parametrize(
    ("text", "rating", "codes"),
    [
        ("PUAS", None, ()),
        ("puas!", None, ()),
        ("PUAS 5", 5, ()),
        (f"PUAS {CODE} 4", 4, (CODE,)),
        (f"PUAS 4 {CODE}", 4, (CODE,)),
        (f"PUAS {CODE}", None, (CODE,)),
        (f"PUAS {CODE} 5 terima kasih", 5, (CODE,)),
    ],
)
def test_acceptance_with_and_without_rating_and_code(text: str, rating: int | None, codes: tuple[str, ...]) -> None:
    command = read(text)
    assert (command.what, command.rating, command.codes) == ("accept", rating, codes)


@pytest.mark.parametrize(
    "text",
    [
        "Tidak ada petugas yang datang",
        "Puas sekali kalian membiarkan jalan ini rusak",
        "Ombudsman harus tahu soal ini",
        "Info dari desa: air mati",
        "PUAS 9",
    ],
)
def test_the_beginning_of_a_sentence_is_no_command(text: str) -> None:
    assert read(text).what == "text"


@pytest.mark.parametrize(("word", "given"), [("YA", True), ("ya", True), ("TIDAK", False)])
def test_consent_for_the_ombudsman(word: str, given: bool) -> None:
    assert read(f"OMBUDSMAN {word} {CODE}") == Command("consent", codes=(CODE,), given=given)
    assert read(f"OMBUDSMAN {word}") == Command("consent", given=given)


def test_help_is_the_word_alone() -> None:
    assert read("bantuan").what == "help"
    assert read("BANTUAN sosial kami belum turun").what == "text"


def test_the_habit_of_1708_works_keyword_before_command() -> None:
    assert read(f"KOLUT STATUS {CODE}") == Command("status", codes=(CODE,))
    assert read("KOLUT BANTUAN").what == "help"
    assert read("KOLUT BANTUAN sosial kami belum turun").what == "register"
    assert read("KOLUT Tidak puas dengan pelayanan puskesmas").what == "register"


def test_a_code_inside_plain_words_is_found() -> None:
    command = read(f"Ini soal laporan {spaced(CODE)}, lampunya masih mati")
    assert command.what == "text"
    assert CODE in command.codes


@pytest.mark.parametrize(
    ("word", "is_like"), [("K7Q2-M9XF-4T", True), ("KEBERSAMAAN", False), ("081234567890", True), ("2026", False)]
)
def test_what_resembles_a_code(word: str, is_like: bool) -> None:
    assert resembles_code(word) is is_like


@given(st.text(max_size=300))
def test_every_text_has_some_meaning(text: str) -> None:
    assert read(text).what in {"register", "status", "add", "object", "accept", "consent", "help", "text"}


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=100))
def test_words_after_a_keyword_are_kept(words: str) -> None:
    assert split_keyword("LAPOR: " + words, ["LAPOR"]) == ("LAPOR", words)


def test_codes_are_found_in_order() -> None:
    first, second = tracking_code(), tracking_code()
    found = list(codes_in(f"{first} dan {spaced(second)}", read_code))
    assert found[0] == first
    assert second in found


def test_of_two_keywords_the_longer_one_wins() -> None:
    assert split_keyword("LAPOR KOLUT jalan rusak", KEYWORDS) == ("LAPOR KOLUT", "jalan rusak")
    assert split_keyword("Kab. Kolut jalan rusak", KEYWORDS)[0] == "KAB KOLUT"


@pytest.mark.parametrize(
    "text",
    [
        f"OMBUDSMAN YA {CODE}",
        f"ombudsman ya {CODE.lower()}",
        f"Ombudsman {CODE} ya",
        f"YA OMBUDSMAN {CODE}",
        f"{CODE} ombudsman, ya.",
        f"OMBUDSMANYA {spaced(CODE)}",
        f"OMBUDSMAN  iya  {CODE[:4]} {CODE[4:8]} {CODE[8:]}",
        f"KOLUT OMBUDSMAN YA {CODE}",
    ],
)
def test_consent_is_read_in_any_order_case_and_spacing(text: str) -> None:
    assert read(text) == Command("consent", codes=(CODE,), given=True)


def test_consent_is_taken_back_and_the_ombudsman_is_wished_for_in_the_same_way() -> None:
    assert read(f"TIDAK OMBUDSMAN {CODE}") == Command("consent", codes=(CODE,), given=False)
    assert read("ombudsman sekarang") == Command("refer")
    assert read(f"Ombudsman {CODE} teruskan") == Command("refer", codes=(CODE,))
    assert read("OMBUDSMAN YA K7Q2M9XF4W9").mistyped


@pytest.mark.parametrize(
    "text",
    [
        "Ombudsman tidak pernah datang ke desa kami",
        "OMBUDSMAN YA TIDAK",
        "ombudsman",
        "Data status jalan di desa kami salah",
        "data",
    ],
)
def test_a_sentence_about_the_ombudsman_or_about_data_is_no_command(text: str) -> None:
    assert read(text).what == "text"


def test_particulars_for_the_ombudsman_keep_their_words() -> None:
    assert read(f"DATA {CODE} LAHIR Lasusua 1980, KERJA petani") == Command(
        "particulars", "LAHIR Lasusua 1980, KERJA petani", (CODE,)
    )
    assert read("data lahir Lasusua 1980 kerja petani").what == "particulars"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("KOLUT OMBUDSMAN TIDAK", "consent"),
        ("Kolut ombudsman ya", "consent"),
        ("KOLUT OMBUDSMAN SEKARANG", "refer"),
        ("KOLUT DATA NAMA Siti, LAHIR Lasusua 1980", "particulars"),
        ("KOLUT Data alamat saya salah di KK", "register"),
        ("KOLUT Ombudsman harus tahu soal ini", "register"),
    ],
)
def test_what_concerns_the_ombudsman_opens_no_complaint_though_it_begins_with_the_keyword(text: str, what: str) -> None:
    assert read(text).what == what
