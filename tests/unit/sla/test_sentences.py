"""What a clock says of itself."""

from __future__ import annotations

import pytest
from smpplib import gsm

from services.sla.domain.clocks import Clock
from services.sla.domain.sentences import Sentence, sentence
from tests.unit.sla.stories import CALENDAR, at, clock, fact, told

REGISTERED = fact("2026-03-13", "registered")
BEGUN = (
    REGISTERED,
    fact("2026-03-16", "verified", class_="supervisory"),
    fact("2026-03-16", "dispatched", agency_id="pupr"),
)
ANSWERED = (*BEGUN, fact("2026-05-14", "answered", agency_id="pupr", substantive=True))
INCOMPLETE = (*BEGUN, fact("2026-03-26", "completeness_requested"))
STORIES = {
    "registered": (REGISTERED,),
    "begun": BEGUN,
    "late": (REGISTERED, fact("2026-09-01", "verified", class_="information")),
    "returned": (*BEGUN, fact("2026-03-17", "returned", agency_id="pupr")),
    "incomplete": INCOMPLETE,
    "completed": (*INCOMPLETE, fact("2026-04-06", "completed")),
    "answered": ANSWERED,
    "answered late": (*BEGUN, fact("2026-09-14", "answered", agency_id="pupr", substantive=True)),
    "objected": (*ANSWERED, fact("2026-05-18", "objected")),
    "closed": (*ANSWERED, fact("2026-05-18", "closed", how="confirmed")),
    "closed late": (*BEGUN, fact("2026-09-18", "closed", how="coordinator")),
    "silent": (*ANSWERED, fact("2026-06-10", "closed", how="silence")),
    "archived": (REGISTERED, fact("2026-03-16", "archived")),
    "withdrawn": (*BEGUN, fact("2026-03-16", "withdrawn", clock="11:00", how="reporter")),
    "never completed": (REGISTERED, fact("2026-03-16", "completeness_requested"), fact("2026-04-16", "withdrawn")),
}
MOMENTS = ("2026-03-16", "2026-04-20", "2026-06-20", "2026-12-01")
"""Early, in between, and after every limit."""


def all_sentences() -> list[tuple[str, Clock, Sentence]]:
    return [
        (f"{name} {found.clock} on {day}", found, sentence(found, CALENDAR, at(day)))
        for name, facts in STORIES.items()
        for found in told(*facts).clocks
        for day in MOMENTS
    ]


def test_every_clock_of_every_story_has_a_sentence_in_both_languages_that_fits_one_text_message() -> None:
    for where, _, said in all_sentences():
        for text in (said.id, said.en):
            parts, _, _ = gsm.make_parts(text)
            assert len(parts) == 1 and len(text) <= 160, f"{where}: {text}"
            assert all(character in gsm.GSM_CHARACTER_TABLE for character in text), f"{where}: {text}"
            assert "{" not in text and text.endswith(".")


def test_what_runs_names_its_last_day_in_words() -> None:
    for where, found, said in all_sentences():
        if found.outcome_at(at(where[-10:])) in ("running", "breached"):
            day = f"{found.due_date.day} "
            assert day in said.id and day in said.en and str(found.due_date.year) in said.id, where


@pytest.mark.parametrize(
    ("story", "name", "day", "expected_id", "expected_en"),
    [
        (
            "registered",
            "verification",
            "2026-03-16",
            "Admin koordinator memeriksa laporan Anda paling lambat 25 Maret 2026.",
            "The coordinator examines your report by 25 March 2026.",
        ),
        (
            "begun",
            "settlement",
            "2026-03-16",
            "Instansi menyelesaikan laporan Anda paling lambat 25 Juni 2026 (60 hari kerja).",
            "The agency settles your report by 25 June 2026 (60 working days).",
        ),
        (
            "returned",
            "follow_up",
            "2026-03-17",
            "Admin koordinator memberi tanggapan pertama paling lambat 30 Maret 2026.",
            "The coordinator gives a first reply by 30 March 2026.",
        ),
        (
            "incomplete",
            "follow_up",
            "2026-04-20",
            "Menunggu Anda melengkapi laporan; waktu instansi berhenti sejak 26 Maret 2026.",
            "Waiting for you to complete your report; the time of the agency has stood still since 26 March 2026.",
        ),
        (
            "answered",
            "legal",
            "2026-06-20",
            "Jawaban sudah diberikan pada 14 Mei 2026. "
            "Batas undang-undang 15 Mei 2026 berlaku lagi bila Anda berkeberatan.",
            "An answer was given on 14 May 2026. The legal limit of 15 May 2026 applies again if you object.",
        ),
        (
            "withdrawn",
            "legal",
            "2026-06-20",
            "Keputusan menurut undang-undang tidak diperlukan lagi.",
            "The decision required by law is no longer needed.",
        ),
    ],
)
def test_a_sentence_says_what_runs_who_must_act_until_when_and_why_it_stands_still(
    story: str, name: str, day: str, expected_id: str, expected_en: str
) -> None:
    assert sentence(clock(told(*STORIES[story]), name), CALENDAR, at(day)) == Sentence(expected_id, expected_en)


def test_a_day_counted_over_days_that_nobody_has_decreed_yet_is_called_provisional() -> None:
    begun = (
        fact("2027-12-20", "registered"),
        fact("2027-12-20", "verified", clock="11:00", class_="supervisory"),
        fact("2027-12-20", "dispatched", clock="11:00", agency_id="pupr"),
    )
    said = {c.clock: sentence(c, CALENDAR, at("2027-12-20", "12:00")) for c in told(*begun).clocks}

    assert said["settlement"].id.endswith("Tanggal sementara: hari libur 2028 belum ditetapkan.")
    assert said["settlement"].en.endswith("Provisional: the days off of 2028 are not decreed yet.")
    for name in ("settlement", "follow_up", "legal"):
        assert len(said[name].id) <= 160 and len(said[name].en) <= 160
    assert "sementara" not in said["legal"].id, "calendar days need no decree"
    assert "sementara" not in said["follow_up"].id, "it ends in 2027"
