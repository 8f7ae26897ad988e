"""A morning at the desk: from one case to the next, and limits told to whoever works, not to the reporter."""

from __future__ import annotations

from datetime import date, timedelta

from shared.ids import new_id
from tests.component.routing.conftest import CATEGORY, Desk

AGENCY = "satpol-pp"


def test_the_next_case_is_one_link_away_from_each_and_the_queue_from_the_last(desk: Desk) -> None:
    officer = desk.browser(AGENCY)
    first, second = desk.dispatched(AGENCY), desk.dispatched(AGENCY)
    for case, days in ((first, 1), (second, 2)):
        desk.clocks.due[case] = desk.service.now() + timedelta(days=days)
    assert f'href="/meja/laporan/{first}/berikutnya"' in officer.case(first).text
    assert officer.get(f"/meja/laporan/{first}/berikutnya").location == f"/meja/laporan/{second}"
    assert officer.get(f"/meja/laporan/{second}/berikutnya").location == "/meja/"
    officer.do(first, "answer", words="Pedagang sudah ditertibkan.", why_no_evidence="Tidak ada foto.")
    assert officer.get(f"/meja/laporan/{first}/berikutnya").location == f"/meja/laporan/{second}"


def test_verifying_and_sending_on_in_one_form_is_told_as_both(desk: Desk) -> None:
    coordinator = desk.browser("koordinator")
    for agency, said in ((AGENCY, "diverifikasi dan diteruskan."), ("", "Laporan sudah diverifikasi.")):
        complaint = desk.complaint()
        coordinator.do(complaint, "verify", class_="non_supervisory", category=CATEGORY, agency_id=agency)
        assert said in coordinator.case(complaint).text


def test_limits_are_told_to_the_officer_and_not_in_the_words_meant_for_the_reporter(desk: Desk) -> None:
    complaint = desk.dispatched(AGENCY)
    desk.clocks.running[complaint] = [
        desk.clock(complaint)
        | {
            "outcome": "running",
            "due_date": date(2026, 3, 25),
            "started_at": desk.service.now(),
            "stopped_at": None,
            "paused_at": None,
            "days": 5,
            "unit": "working_days",
            "source": "x",
            "rule_set": "x",
            "sentence_id": "Laporan Anda diselesaikan paling lambat 25 Maret 2026.",
            "sentence_en": "Your report is settled by 25 March 2026.",
            "complaint_id": complaint,
            "clock_id": new_id(),
        }
    ]
    page = desk.browser(AGENCY).case(complaint).text
    assert "Laporan Anda" not in page
    assert "paling lambat 25 Maret 2026" in page and "(perkiraan)" not in page
    desk.clocks.running[complaint][0]["provisional"] = True
    assert "paling lambat 25 Maret 2026 (perkiraan)" in desk.browser(AGENCY).case(complaint).text


def test_the_queue_says_which_last_days_are_provisional(desk: Desk) -> None:
    certain, provisional = desk.dispatched("dlh"), desk.dispatched("dlh")
    for case in (certain, provisional):
        desk.clocks.due[case] = desk.service.now() + timedelta(days=1)
    desk.clocks.provisional.add(provisional)
    assert desk.browser("dlh").get("/meja/").text.count("(perkiraan)") == 1
