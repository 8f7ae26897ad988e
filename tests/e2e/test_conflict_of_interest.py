"""A villager complains about her camat: from then on his office meets nothing of it, on no face of the whole system."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest

from demo.people import Official, Reporter, photo
from demo.world import World, eventually
from tests.e2e.browsing import Browser

pytestmark = pytest.mark.e2e

ACCUSED = "kec-tolala"
OFFICE = [f"{name}@kolutkab.example" for name in (ACCUSED, f"kepala-{ACCUSED}")]
EXAMINERS = [f"{name}@kolutkab.example" for name in ("penghubung-inspektorat", "kepala-inspektorat")]
TITLE = "Camat meminta uang untuk surat pindah"


class Desk(Official):
    """Somebody at the desk who also reads boards."""

    def get(self, path: str) -> Any:
        return self.world.call("GET", path, token=self._token)

    def do(self, complaint_id: str, what: str, **body: Any) -> Any:
        return self._do(complaint_id, what, json=body)


def clock(case: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in case["clocks"] if c["clock"] == name and c["stopped_at"] is None)
    return found


def pages_of(browser: Browser) -> dict[str, str]:
    """Every face of the desk and of the deadlines that an officer can open."""
    paths = [f"/meja/?tab={tab}" for tab in ("new", "running", "late", "answered", "done", "returned")]
    paths += ["/tenggat/", "/tenggat/berkala", "/tenggat/rekomendasi", "/meja/instansi"]
    paths += ["/tenggat/laporan", "/tenggat/laporan.csv?dari=2026-01-01&sampai=2030-12-30"]
    return {path: browser.get(path).text for path in paths}


def on_the_board(browser: Browser, number: str) -> bool:
    """On one of its pages."""
    page = browser.get("/tenggat/").text
    while number not in page and (following := re.search(r'rel="next" href="([^"]+)"', page)):
        page = browser.get(html.unescape(following[1])).text
    return number in page


def letters_to(world: World, addresses: list[str], number: str, after: int) -> list[dict[str, Any]]:
    """The letters that name the case, and those about it whatever they say."""
    return [m for address in addresses for m in world.messages(address, after) if number in m["text"] + m["subject"]]


def test_whoever_is_complained_about_meets_nothing_of_it_and_the_inspektorat_examines_it(
    world: World, phone: Reporter
) -> None:
    world.until_work()  # at night no office gets a letter
    coordinator, examiner = Desk(world, "koordinator"), Desk(world, "penghubung-inspektorat")
    camat = Browser(world).sign_in("/meja", f"kepala-{ACCUSED}")
    phone.sms(f"KOLUT {TITLE}, dua ratus ribu rupiah")
    complaint = phone.complaint_id()
    coordinator.may("verify", complaint)
    coordinator.verify(complaint, "non_supervisory", "kependudukan", ACCUSED)
    case = coordinator.may("reclassify", complaint)
    number = case["case_number"]
    eventually("the letter to the accused", lambda: letters_to(world, OFFICE[:1], number, 0), seconds=40)
    before = eventually("its clocks", lambda: (c := coordinator.case(complaint))["clocks"] and c)
    while not on_the_board(camat, number):  # which shows a week; over holidays five working days take longer
        assert world.pass_days(1) < datetime.fromisoformat(clock(before, "settlement")["due_at"])
    assert clock(before, "settlement")["days"] == 14

    newest = world.newest()
    coordinator.do(complaint, "reclassification", **{"class": "supervisory"}, words="Camat sendiri yang dilaporkan.")
    after = eventually(
        "the limit of the Inspektorat",
        lambda: (c := examiner.case(complaint)) and clock(c, "settlement")["agency_id"] == "inspektorat" and c,
    )
    started = clock(before, "settlement")["started_at"]
    assert (clock(after, "settlement")["days"], clock(after, "settlement")["started_at"]) == (60, started)
    assert clock(after, "legal")["due_date"] == clock(before, "legal")["due_date"], "no clock begins anew or rests"
    assert "tidak dapat melihat laporan" in world.message(phone.address, "reporter.locked", seconds=40)["text"]
    eventually("the letter to the Inspektorat", lambda: letters_to(world, EXAMINERS[:1], number, newest), seconds=40)

    for _ in range(3):  # reminders, a breach of the first reply and its levels fall into these days
        world.pass_days(4)
        world.until_work()
    eventually("the reminders", lambda: letters_to(world, EXAMINERS[1:], number, newest), seconds=60)
    assert letters_to(world, OFFICE, number, newest) == []
    assert [m for m in world.messages(after=newest) if m["complaint_id"] == complaint and m["to"] in OFFICE] == []
    for path, page in pages_of(camat).items():
        assert number not in page, path
        assert TITLE not in page, path
    assert camat.get(f"/meja/laporan/{complaint}").status_code == 404
    assert "Tidak ada laporan di sini." in camat.get(f"/meja/?nomor={number}").text
    assert camat.get(f"/api/sla/v1/clocks?complaint_id={complaint}").status_code in (401, 404)

    examiner.answer(complaint, "Camat sudah diperiksa; uangnya dikembalikan.", photo("Berita acara"))
    assert "uangnya dikembalikan" in str(phone.until_she_may("rate"))
    history = coordinator.case(complaint)["timeline"]
    assert [entry["what"] for entry in history].count("attempted") == 1
