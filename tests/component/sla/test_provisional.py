"""A last day counted over a year nobody has decreed yet says so wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.component.sla.desk import Complaint, at
from tests.component.sla.test_pages_and_api import agencies, page, session
from tests.harness import Service


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    """At the end of February 2028, whose cuti bersama is not known."""
    started = service("sla", worker=False)
    started.set_time(at("2028-02-28", "11:00"))
    started.start_worker()
    started.peer("routing", {"session": session, "agencies": agencies})
    yield started


@pytest.fixture(scope="module")
def complaint(sla: Service) -> Complaint:
    """Registered on Monday: three working days end on Thursday, fourteen calendar days are certain."""
    made = Complaint(sla)
    made.registered(at("2028-02-28"))
    made.shows(verification="running", receipt="running")
    return made


def test_in_the_answers_to_other_services(sla: Service, complaint: Complaint) -> None:
    clocks = {name: clock for (name, _), clock in complaint.clocks().items()}
    [due] = sla.ask("next_due", as_="routing", complaint_ids=[complaint.id])["due"]
    limits = {one["clock"]: one for one in sla.ask("limits", as_="notify", complaint_ids=[complaint.id])["clocks"]}

    assert (due["clock"], due["due_date"].isoformat(), due["provisional"]) == ("verification", "2028-03-02", True)
    for told in (clocks, limits):
        assert (told["verification"]["provisional"], told["receipt"]["provisional"]) == (True, False)
    assert clocks["verification"]["sentence_id"] == (
        "Admin koordinator memeriksa laporan Anda paling lambat 2 Maret 2028 (perkiraan: libur 2028 belum ditetapkan)."
    )


def test_on_the_deadline_board(sla: Service, complaint: Complaint) -> None:
    web = sla.web().test_client()
    shown = page(web, "/tenggat/?instansi=koordinator", "koordinator").get_data(as_text=True)
    english = page(web, "/tenggat/?instansi=koordinator", "koordinator", "en").get_data(as_text=True)

    assert f"/meja/laporan/{complaint.id}" in shown
    assert shown.count("(perkiraan)") == 1, "the coordinator's one limit in working days"
    assert english.count("(provisional)") == 1
