"""What a clock says of itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.notify.gateways.segments import is_gsm, parts
from services.sla.domain.clocks import Clock
from services.sla.domain.sentences import Beside, Sentence, open_legal, sentence
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


STATUS = "Laporan K7Q2 M9XF 4WCP: sedang dikerjakan {agency}. {explained}"
"""What a telephone that asks STATUS gets, with the longest state that has a limit (notify's templates and phrases)."""

AGENCY = "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"
MOST_PARTS = 3
"""Of one message, as notify's limits have it."""

PROMISED = date(2026, 9, 30)
BESIDES = {
    "alone": {},
    "promised": {"promised_for": PROMISED},
    "forwarded": {"forwarded_on": date(2026, 9, 30)},
    "promised and forwarded": {"promised_for": PROMISED, "forwarded_on": date(2026, 9, 30)},
}


def all_sentences(**more: Any) -> list[tuple[str, Clock, Sentence]]:
    return [
        (f"{name} {found.clock} on {day}", found, sentence(found, CALENDAR, at(day), beside(derived, **more)))
        for name, facts in STORIES.items()
        for derived in (told(*facts).clocks,)
        for found in derived
        for day in MOMENTS
    ]


def beside(clocks: list[Clock], **more: Any) -> Beside:
    completing = [one.due_date for one in clocks if one.clock == "completeness" and not one.stopped_at]
    return Beside(legal=open_legal(clocks), completing=completing[-1] if completing else None, **more)


@pytest.mark.parametrize("more", BESIDES.values(), ids=BESIDES)
def test_every_clock_of_every_story_has_a_sentence_that_fits_the_answer_to_a_telephone(more: dict[str, Any]) -> None:
    for where, _, said in all_sentences(**more):
        for text in (said.id, said.en):
            assert is_gsm(text), f"{where}: {text}"
            assert answered(text) <= (2 if more == {} else MOST_PARTS), f"{where}: {text}"
            assert "{" not in text and text.endswith(".") and not text.endswith(".."), f"{where}: {text}"


def answered(sentence_: str) -> int:
    """The text messages that an answer with this sentence takes."""
    return parts(STATUS.format(agency=AGENCY, explained=sentence_))


def test_what_runs_names_its_last_day_in_words() -> None:
    for where, found, said in all_sentences():
        if found.clock == "settlement" and "5 Mei 2026" in said.id:
            continue  # the limit by law comes first, and is named first
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
            "Instansi menyelesaikan laporan Anda paling lambat 15 Mei 2026 (60 hari kalender, UU); "
            "batas lainnya 25 Juni 2026 (60 hari kerja).",
            "The agency settles your report by 15 May 2026 (60 calendar days, by law); "
            "the other limit is 25 June 2026 (60 working days).",
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
            "Menunggu Anda melengkapi laporan sampai 25 April 2026; waktu instansi berhenti sejak 26 Maret 2026.",
            "Waiting for you to complete your report by 25 April 2026; "
            "the time of the agency has stood still since 26 March 2026.",
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
    clocks = told(*STORIES[story])
    said = sentence(clock(clocks, name), CALENDAR, at(day), beside(clocks.clocks))
    assert said == Sentence(expected_id, expected_en)


@pytest.mark.parametrize(
    ("day", "more", "expected_id"),
    [
        (
            "2026-03-20",
            {"promised_for": date(2027, 1, 31)},
            "Instansi berjanji menyelesaikan laporan Anda pada 31 Januari 2027; "
            "batasnya tetap 13 April 2026 (14 hari kerja); "
            "batas lainnya 15 Mei 2026 (60 hari kalender, UU).",
        ),
        (
            "2026-04-09",
            {"promised_for": date(2026, 4, 8)},
            "Janji instansi menyelesaikan laporan Anda pada 8 April 2026 tidak ditepati; "
            "batasnya tetap 13 April 2026 (14 hari kerja); "
            "batas lainnya 15 Mei 2026 (60 hari kalender, UU).",
        ),
        (
            "2026-04-14",
            {"promised_for": date(2027, 1, 31)},
            "Terlambat, batasnya 13 April 2026 (14 hari kerja): "
            "instansi berjanji menyelesaikan laporan Anda pada 31 Januari 2027; "
            "batas lainnya 15 Mei 2026 (60 hari kalender, UU).",
        ),
        (
            "2026-05-20",
            {"forwarded_on": date(2026, 5, 18)},
            "Terlambat: instansi seharusnya menyelesaikan laporan Anda paling lambat 13 April 2026 (14 hari kerja); "
            "laporan sudah diteruskan ke Ombudsman pada 18 Mei 2026.",
        ),
        (
            "2026-04-01",
            {"forwarded_on": date(2026, 3, 18)},
            "Instansi menyelesaikan laporan Anda paling lambat 13 April 2026 (14 hari kerja); "
            "laporan sudah diteruskan ke Ombudsman pada 18 Maret 2026.",
        ),
    ],
)
def test_a_dated_promise_and_the_ombudsman_stand_in_the_sentence_of_the_settlement(
    day: str, more: dict[str, Any], expected_id: str
) -> None:
    clocks = told(
        REGISTERED,
        fact("2026-03-16", "verified", class_="non_supervisory"),
        fact("2026-03-16", "dispatched", agency_id="pupr"),
    )
    assert sentence(clock(clocks, "settlement"), CALENDAR, at(day), beside(clocks.clocks, **more)).id == expected_id


def test_the_earlier_of_working_and_calendar_days_is_the_one_that_is_late() -> None:
    """Sixty days by law end on 15 May, sixty working days on 25 June."""
    clocks = told(*BEGUN)
    said = sentence(clock(clocks, "settlement"), CALENDAR, at("2026-05-16"), beside(clocks.clocks))

    assert clock(clocks, "settlement").outcome_at(at("2026-05-16")) == "running"
    assert said.id == (
        "Terlambat: instansi seharusnya menyelesaikan laporan Anda paling lambat "
        "15 Mei 2026 (60 hari kalender, UU); batas lainnya 25 Juni 2026 (60 hari kerja)."
    )


def test_after_the_forwarding_the_limit_by_law_names_the_day_of_it() -> None:
    clocks = told(*BEGUN)
    wished = beside(clocks.clocks, forwarded_on=date(2026, 3, 18))
    late = beside(clocks.clocks, forwarded_on=date(2026, 5, 18))

    assert sentence(clock(clocks, "legal"), CALENDAR, at("2026-04-01"), wished).id == (
        "Laporan Anda diteruskan ke Ombudsman pada 18 Maret 2026; keputusan tetap harus ada paling lambat 15 Mei 2026."
    )
    assert sentence(clock(clocks, "legal"), CALENDAR, at("2026-05-20"), late).id == (
        "Batas undang-undang 15 Mei 2026 lewat tanpa keputusan; laporan Anda diteruskan ke Ombudsman pada 18 Mei 2026."
    )


def test_a_day_counted_over_days_that_nobody_has_decreed_yet_is_called_provisional() -> None:
    begun = (
        fact("2027-12-20", "registered"),
        fact("2027-12-20", "verified", clock="11:00", class_="supervisory"),
        fact("2027-12-20", "dispatched", clock="11:00", agency_id="pupr"),
    )
    clocks = told(*begun).clocks
    said = {c.clock: sentence(c, CALENDAR, at("2027-12-20", "12:00"), beside(clocks)) for c in clocks}

    mark_id, mark_en = "perkiraan: libur 2028 belum ditetapkan", "provisional: days off of 2028 not decreed yet"
    assert f"14 Maret 2028 (60 hari kerja, {mark_id})" in said["settlement"].id
    assert f"14 March 2028 (60 working days, {mark_en})" in said["settlement"].en
    for name, one in said.items():
        assert answered(one.id) <= MOST_PARTS and answered(one.en) <= MOST_PARTS, name
    assert "perkiraan" not in said["legal"].id, "calendar days need no decree"
    assert "perkiraan" not in said["follow_up"].id, "it ends in 2027"


def test_the_year_that_is_not_known_is_the_first_one_the_days_were_counted_over() -> None:
    over_two_years = date(2027, 12, 20), date(2029, 1, 10)
    assert CALENDAR.unknown_year(*over_two_years, "working_days") == 2028
    assert CALENDAR.unknown_year(*over_two_years, "calendar_days") is None
    assert CALENDAR.unknown_year(date(2026, 1, 5), date(2027, 12, 31), "working_days") is None


def test_what_was_done_in_time_names_the_day_it_was_done() -> None:
    said = sentence(clock(told(*BEGUN), "verification"), CALENDAR, at("2026-03-20"))

    assert said.id == "Laporan Anda sudah diperiksa pada 16 Maret 2026, sebelum batas 25 Maret 2026 lewat."
    assert said.en == "Your report was examined on 16 March 2026, before the limit of 25 March 2026 had passed."


def test_a_provisional_day_is_called_so_as_long_as_the_clock_runs() -> None:
    registered = fact("2027-12-30", "registered")
    running = clock(told(registered), "verification")
    met = clock(told(registered, fact("2027-12-31", "verified", class_="information")), "verification")

    assert sentence(running, CALENDAR, at("2027-12-31")).id == (
        "Admin koordinator memeriksa laporan Anda paling lambat 4 Januari 2028 "
        "(perkiraan: libur 2028 belum ditetapkan)."
    )
    assert sentence(met, CALENDAR, at("2027-12-31", "11:00")).id == (
        "Laporan Anda sudah diperiksa pada 31 Desember 2027, sebelum batas 4 Januari 2028 lewat."
    )


def test_the_forwarding_stands_in_every_sentence_of_what_an_office_must_do_and_in_none_of_the_reporters_own_time() -> (
    None
):
    forwarded = Beside(forwarded_on=date(2026, 3, 18))
    follow_up, objection = clock(told(*BEGUN), "follow_up"), clock(told(*ANSWERED), "objection")

    assert sentence(follow_up, CALENDAR, at("2026-03-20"), forwarded) == Sentence(
        "Instansi memberi tanggapan pertama paling lambat 30 Maret 2026; "
        "laporan sudah diteruskan ke Ombudsman pada 18 Maret 2026.",
        "The agency gives a first reply by 30 March 2026; the report was forwarded to the Ombudsman on 18 March 2026.",
    )
    assert sentence(objection, CALENDAR, at("2026-05-18"), forwarded) == sentence(objection, CALENDAR, at("2026-05-18"))


def test_a_promise_is_broken_from_the_day_after_the_one_it_was_made_for() -> None:
    settlement = clock(told(*BEGUN), "settlement")
    promised = Beside(promised_for=date(2026, 3, 20))

    assert sentence(settlement, CALENDAR, at("2026-03-20", "23:59:59"), promised).id == (
        "Instansi berjanji menyelesaikan laporan Anda pada 20 Maret 2026; batasnya tetap 25 Juni 2026 (60 hari kerja)."
    )
    assert sentence(settlement, CALENDAR, at("2026-03-21", "00:00"), promised).id == (
        "Janji instansi menyelesaikan laporan Anda pada 20 Maret 2026 tidak ditepati; "
        "batasnya tetap 25 Juni 2026 (60 hari kerja)."
    )


def test_what_stands_still_without_a_last_day_to_complete_it_names_none() -> None:
    said = sentence(clock(told(*INCOMPLETE), "follow_up"), CALENDAR, at("2026-04-20"))

    assert said.id == "Menunggu Anda melengkapi laporan; waktu instansi berhenti sejak 26 Maret 2026."
