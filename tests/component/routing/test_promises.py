"""An agency that cannot settle it yet promises a day, to the reporter and before everybody."""

from __future__ import annotations

from datetime import timedelta

from shared.texts import day as in_words
from shared.texts import zone
from tests.component.routing.conftest import Desk, visible


def test_a_promise_is_told_with_its_day_and_words_and_moves_nothing(desk: Desk) -> None:
    complaint = desk.dispatched("pupr")
    day = (desk.service.now().astimezone(zone()) + timedelta(days=120)).date()
    words = "Menunggu anggaran perubahan; jembatan darurat dipasang bulan ini."
    done = desk.program("pupr").post(f"/cases/{complaint}/promises", promised_for=day.isoformat(), words=words)
    assert done.status_code == 201
    promised = desk.service.said("case.promised", complaint)
    assert (promised["agency_id"], promised["promised_for"]) == ("pupr", day)
    assert desk.state(complaint) == "dispatched"
    said = desk.service.ask("said", as_="notify", item_id=promised["item_id"])
    assert (said["what"], said["words"]) == ("promised", words)
    entries = desk.service.ask("timeline", as_="intake", complaint_id=complaint)["entries"]
    assert entries[-1]["what"] == "promised"
    assert entries[-1]["words"] == f"{words}\n\n(Dijanjikan untuk {in_words(day)})"  # so the Ombudsman reads it too
    page = visible(desk.browser("pupr").case(complaint))
    assert f"berjanji menyelesaikan paling lambat {day.day}" in page and words in page


def test_a_day_that_is_no_promise_is_refused_with_a_reason(desk: Desk) -> None:
    complaint = desk.dispatched("pupr")
    today = desk.service.now().astimezone(zone()).date()
    program = desk.program("pupr")
    for day in (today, today - timedelta(days=1), today.replace(year=today.year + 2, day=1)):
        refused = program.post(f"/cases/{complaint}/promises", promised_for=day.isoformat(), words="Nanti kami urus.")
        assert refused.status_code == 422
        assert "promised_for" in refused.json["errors"]
    typed = desk.browser("pupr").do(complaint, "promise", promised_for="besok", words="Besok kami kerjakan semuanya.")
    assert typed.status_code == 422
    assert "Isi tanggal, misalnya 2027-03-31." in visible(typed)


def test_only_who_holds_the_case_may_promise(desk: Desk) -> None:
    complaint = desk.dispatched("pupr")
    day = (desk.service.now() + timedelta(days=30)).date().isoformat()
    for name in ("koordinator", "dinsos"):
        refused = desk.program(name).post(f"/cases/{complaint}/promises", promised_for=day, words="Kami janjikan.")
        assert refused.status_code in (403, 404)
