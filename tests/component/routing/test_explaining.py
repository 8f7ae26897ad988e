"""Who has the case answers the Ombudsman, whatever became of it meanwhile (UU 37/2008 art 33 and 38)."""

from __future__ import annotations

from tests.component.routing.conftest import Desk, photo, visible

WORDS = "Jembatan diperbaiki 3 Maret; berita acaranya terlampir."


def test_an_answered_case_is_explained_and_nothing_of_it_moves(desk: Desk) -> None:
    complaint = desk.answered("pupr")
    desk.forwarded(complaint)
    before = desk.where(complaint)

    done = desk.program("pupr").explain(complaint, words=WORDS, answers="question", files=[photo()])

    assert done.status_code == 201, done.text
    told = desk.service.said("case.explained", complaint)
    assert (told["agency_id"], told["answers"], told["evidence"]) == ("pupr", "question", 1)
    assert desk.where(complaint) == before


def test_its_words_and_files_are_for_the_ombudsman_and_the_reporter_learns_that_they_were_given(desk: Desk) -> None:
    complaint = desk.answered("pupr")
    desk.forwarded(complaint)
    desk.program("pupr").explain(complaint, words=WORDS, answers="recommendation", files=[photo()])

    for_her = desk.entries(complaint)[-1]
    assert (for_her["what"], for_her["words"], for_her["evidence"]) == ("explained", None, [])
    for_him = desk.service.ask("dossier", as_="ombudsman", complaint_id=complaint)["entries"][-1]
    assert (for_him["what"], for_him["words"], len(for_him["evidence"])) == ("explained", WORDS, 1)
    page = visible(desk.browser("pupr").case(complaint))
    assert "Pelaksanaan rekomendasi dilaporkan kepada Ombudsman" in page
    assert "untuk Ombudsman, tidak dibaca pelapor" in page


def test_the_form_is_there_once_it_went_to_the_ombudsman_and_gives_back_what_was_typed(desk: Desk) -> None:
    complaint = desk.answered("pupr")
    officer = desk.browser("pupr")
    assert "Jelaskan kepada Ombudsman" not in visible(officer.case(complaint))
    desk.forwarded(complaint)
    assert "Jelaskan kepada Ombudsman" in visible(officer.case(complaint))

    refused = officer.do(complaint, "explain", words=WORDS, answers="pertanyaan")
    assert refused.status_code == 422
    assert WORDS in refused.text and "Pilih apa yang dijawab." in visible(refused)
    done = officer.do(complaint, "explain", words=WORDS, answers="question")
    assert done.status_code == 303
    assert WORDS in visible(officer.case(complaint))


def test_it_is_for_the_agency_that_has_the_case_or_the_coordinator_and_only_of_what_was_forwarded(desk: Desk) -> None:
    complaint = desk.answered("pupr")
    early = desk.program("pupr").explain(complaint, words=WORDS, answers="question")
    assert (early.status_code, early.json["slug"]) == (409, "not_with_ombudsman")
    desk.forwarded(complaint)
    assert desk.program("dinsos").explain(complaint, words=WORDS, answers="question").status_code == 404
    assert desk.program("koordinator").explain(complaint, words=WORDS, answers="question").status_code == 201
    assert desk.service.said("case.explained", complaint)["agency_id"] is None


def test_sent_twice_with_its_key_it_is_one(desk: Desk) -> None:
    complaint = desk.answered("pupr")
    desk.forwarded(complaint)
    for _ in range(2):
        done = desk.program("pupr").explain(complaint, key="satu-kali", words=WORDS, answers="question")
        assert done.status_code == 201
    desk.service.said("case.explained", complaint)
    assert len(desk.service.all_said("case.explained", complaint)) == 1
