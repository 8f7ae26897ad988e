"""What a decree may change in a calendar, and what it leaves behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import NATION, Change, DecreeError, between, decreed_years

REGENCY = "74.08"


def off(day: str, name: str = "Cuti bersama", kind: str = "joint_leave") -> DayOff:
    return DayOff(date.fromisoformat(day), name, kind)


def days(*off_: DayOff) -> dict[date, DayOff]:
    return {one.date: one for one in off_}


EVERY_YEAR = [off(f"2026-{day}", "Libur", "national") for day in ("01-01", "05-01", "06-01", "08-17", "12-25")]
NYEPI = off("2026-03-19", "Nyepi", "national")
KNOWN = days(*EVERY_YEAR, NYEPI)


def test_a_decree_adds_and_takes_back_and_a_day_moved_is_both() -> None:
    moved = Change(add=(off("2026-03-18", "Nyepi", "national"),), remove=(NYEPI.date,))
    leave = off("2026-03-20")

    assert between(KNOWN, moved.applied(KNOWN, NATION)) == moved
    after = Change(add=(leave,)).applied(KNOWN, NATION)
    assert after == KNOWN | {leave.date: leave}
    assert list(after) == sorted(after), "in the order of the days"
    assert Change(remove=(NYEPI.date,)).applied(KNOWN, NATION) == days(*EVERY_YEAR)


def test_the_same_day_taken_back_and_added_has_another_name() -> None:
    renamed = Change(add=(off("2026-03-19", "Hari Suci Nyepi", "national"),), remove=(NYEPI.date,))

    assert renamed.applied(KNOWN, NATION)[NYEPI.date].name == "Hari Suci Nyepi"


def test_what_changed_between_two_calendars_is_told_day_by_day() -> None:
    before = days(off("2026-03-20"), NYEPI, off("2026-01-02"))
    after = days(off("2026-03-23"), off("2026-03-19", "Hari Suci Nyepi", "national"), off("2026-01-02"))

    assert between(before, after) == Change(
        add=(off("2026-03-19", "Hari Suci Nyepi", "national"), off("2026-03-23")),
        remove=(date(2026, 3, 19), date(2026, 3, 20)),
    )
    assert between(before, before) == Change()


@pytest.mark.parametrize(
    ("change", "scope", "id_", "en"),
    [
        (Change(), NATION, "Tidak ada hari yang berubah.", "No day changes."),
        (
            Change(remove=(date(2026, 3, 20),)),
            NATION,
            "2026-03-20 bukan hari libur dalam kalender ini, jadi tidak dapat dihapus.",
            "2026-03-20 is no day off in this calendar, so it cannot be taken back.",
        ),
        (
            Change(add=(off("2026-03-19"),)),
            NATION,
            "2026-03-19 sudah menjadi hari libur: Nyepi.",
            "2026-03-19 is a day off already: Nyepi.",
        ),
        (
            Change(add=(off("2027-02-08"),)),
            NATION,
            "Cuti bersama 2027 tidak dapat dicatat tanpa hari libur nasional tahun itu: 2027-01-01 belum ada.",
            "Cuti bersama of 2027 cannot be recorded without its national holidays: 2027-01-01 is missing.",
        ),
        (
            Change(add=(off("2026-03-20"),), remove=(date(2026, 12, 25),)),
            NATION,
            "Cuti bersama 2026 tidak dapat dicatat tanpa hari libur nasional tahun itu: 2026-12-25 belum ada.",
            "Cuti bersama of 2026 cannot be recorded without its national holidays: 2026-12-25 is missing.",
        ),
        (
            Change(add=(off("1999-12-31"),)),
            NATION,
            "Tanggal 1999-12-31 di luar tahun 2000 sampai 2099.",
            "The date 1999-12-31 lies outside the years 2000 to 2099.",
        ),
        (
            Change(remove=(date(2100, 1, 1),)),
            NATION,
            "Tanggal 2100-01-01 di luar tahun 2000 sampai 2099.",
            "The date 2100-01-01 lies outside the years 2000 to 2099.",
        ),
        (
            Change(add=(off("2026-05-04", kind="local"),)),
            NATION,
            "Jenis hari 2026-05-04 tidak sesuai dengan cakupan kalender.",
            "The kind of 2026-05-04 does not fit the scope of the calendar.",
        ),
        (
            Change(add=(off("2026-05-04"),)),
            REGENCY,
            "Jenis hari 2026-05-04 tidak sesuai dengan cakupan kalender.",
            "The kind of 2026-05-04 does not fit the scope of the calendar.",
        ),
        (
            Change(add=(off("2026-05-04", ""),)),
            NATION,
            "Nama hari 2026-05-04 harus 1 sampai 200 huruf.",
            "The name of 2026-05-04 needs 1 to 200 letters.",
        ),
        (
            Change(add=(off("2026-05-04", "x" * 201),)),
            NATION,
            "Nama hari 2026-05-04 harus 1 sampai 200 huruf.",
            "The name of 2026-05-04 needs 1 to 200 letters.",
        ),
        (
            Change(add=(off("2026-05-04"), off("2026-05-04"))),
            NATION,
            "Satu tanggal disebut dua kali.",
            "One date is named twice.",
        ),
        (
            Change(remove=(NYEPI.date, NYEPI.date)),
            NATION,
            "Satu tanggal disebut dua kali.",
            "One date is named twice.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_in_both_languages(
    change: Change, scope: str, id_: str, en: str
) -> None:
    with pytest.raises(DecreeError) as refused:
        change.applied(KNOWN, scope)

    assert (refused.value.id, refused.value.en, str(refused.value)) == (id_, en, en)


def test_a_regency_gives_days_of_its_own_kind_with_names_of_one_to_two_hundred_letters() -> None:
    short, long = off("2026-03-25", "H", "local"), off("2026-03-26", "x" * 200, "local")

    assert Change(add=(short, long)).applied({}, REGENCY) == days(short, long)


def test_the_first_and_the_last_day_that_can_be_named_can_be_named() -> None:
    first, last = off("2000-01-01", "Awal", "national"), off("2099-12-31", "Akhir", "national")

    assert Change(add=(first, last)).applied({}, NATION) == days(first, last)


def test_no_more_than_366_days_change_at_once() -> None:
    many = [off(str(date(2026, 1, 1) + timedelta(days=n)), kind="local") for n in range(367)]

    assert len(Change(add=tuple(many[:366])).applied({}, REGENCY)) == 366
    with pytest.raises(DecreeError) as refused:
        Change(add=tuple(many[:366]), remove=(many[366].date,)).applied({}, REGENCY)
    assert refused.value.id == "Paling banyak 366 hari sekali ubah; ini 367."
    assert refused.value.en == "At most 366 days change at once; these are 367."


def test_each_year_has_the_decree_that_first_gave_its_cuti_bersama() -> None:
    known = {"2026": "SKB 2026"}
    both = Change(add=(off("2028-03-20"), off("2027-02-08"), off("2026-12-28")))

    assert decreed_years(known, both, "SKB 2027") == {"2026": "SKB 2026", "2027": "SKB 2027", "2028": "SKB 2027"}
    assert known == {"2026": "SKB 2026"}, "what was known stays as it was"
    assert decreed_years(known, Change(add=(off("2030-01-02", kind="national"),)), "SKB") == known
    assert decreed_years({}, Change(add=(off("2027-02-08"),)), "SKB 2027") == {"2027": "SKB 2027"}
    before = Change(add=(off("2024-02-09"), off("2025-01-28")))
    assert decreed_years(known, before, "SKB") == {"2026": "SKB 2026", "2024": "SKB", "2025": "SKB"}, "before the first"


def test_a_hole_that_was_there_before_keeps_no_other_year_away() -> None:
    known = {"2020": "SKB 2020", "2026": "SKB 2026"}

    assert decreed_years(known, Change(add=(off("2027-02-08"),)), "SKB 2027") == known | {"2027": "SKB 2027"}


@pytest.mark.parametrize(
    ("known", "days_", "year", "hole"),
    [
        (("2025", "2026"), ("2028-03-20",), 2028, 2027),
        (("2025", "2026"), ("2027-02-08", "2029-02-12"), 2029, 2028),
        (("2025", "2026"), ("2023-01-23",), 2023, 2024),
        (("2025", "2026"), ("2021-01-23",), 2021, 2022),
        (("2025", "2026"), ("2030-01-23",), 2030, 2027),
        ((), ("2026-03-20", "2028-03-20"), 2028, 2027),
    ],
)
def test_no_year_is_left_out_neither_after_nor_before_the_known_ones(
    known: tuple[str, ...], days_: tuple[str, ...], year: int, hole: int
) -> None:
    """Of a year before a hole nothing after it would count as known."""
    with pytest.raises(DecreeError) as refused:
        decreed_years(dict.fromkeys(known, "SKB"), Change(add=tuple(off(day) for day in days_)), "SKB baru")

    assert refused.value.id == f"Cuti bersama {year} tidak dapat dicatat sebelum {hole}: kalender akan berlubang."
    assert refused.value.en == (
        f"Cuti bersama of {year} cannot be recorded before {hole}: the calendar would have a hole."
    )
