"""One letter for many cases: what it says, what it leaves out, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notify.domain.digest import Entry, Line, late_first, latest
from services.notify.domain.templates import DIGEST
from services.notify.gateways import Letter
from services.notify.handlers.compose_digest import Contents, compose_digest
from services.notify.handlers.people import Nobody
from services.notify.store.queries import Planned
from tests.unit.notify import examples

FIRST, SECOND, THIRD = (UUID(f"019ab000-0000-7000-8000-0000000000{n}") for n in (11, 12, 13))
TEMPLATES = {name: template for (name, language), template in examples.all_templates().items() if language == "id"}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADUAN_PUBLIC_URL", "https://aduan.kolakautara.example")


class Cases(examples.Answers):
    """The others' answers about three cases, each with a number of its own."""

    asked = 0
    locks: Mapping[UUID, str] = {}

    def _routing_locks(self, complaint_ids: list[UUID]) -> dict[str, Any]:
        wanted = [id for id in complaint_ids if id in self.locks]
        return {"locks": [{"complaint_id": id, "agency_id": self.locks[id]} for id in wanted]}

    def _routing_cases(self, complaint_ids: list[UUID]) -> dict[str, Any]:  # type: ignore[override]
        self.asked += 1
        case = super()._routing_cases(FIRST)[0]
        return {
            "cases": [
                {**case, "complaint_id": id, "case_number": f"KOLUT-2026-0000{str(id)[-2:]}"} for id in complaint_ids
            ]
        }

    def _sla_limits(self, complaint_ids: list[UUID]) -> dict[str, Any]:  # type: ignore[override]
        limits = super()._sla_limits(FIRST)
        due = {FIRST: date(2026, 3, 27), SECOND: date(2026, 3, 12), THIRD: date(2026, 3, 25)}
        return {"clocks": [{**one, "complaint_id": id, "due_date": due[id]} for id in complaint_ids for one in limits]}


def line(complaint_id: UUID, template: str = "desk.new_case", minutes: int = 0, **facts: Any) -> Line:
    event_id = UUID(int=complaint_id.int + minutes)
    return Line(event_id, template, complaint_id, facts, examples.NOW + timedelta(minutes=minutes))


def letter(lines: list[Line], beyond: Sequence[UUID] = (), language: str = "id", **more: Any) -> Letter:
    made = written(lines, beyond, language, **more)
    assert made is not None
    return made


def written(
    lines: list[Line], beyond: Sequence[UUID] = (), language: str = "id", answers: Any = None, agency: str | None = None
) -> Letter | None:
    templates = {
        name: {lang: examples.all_templates()[name, lang] for lang in ("id", "en")}
        for name in {DIGEST, *(line.template for line in lines)}
    }
    contents = Contents(lines, beyond, templates, date(2026, 3, 13))
    audience = "officer" if agency else "coordinator"
    planned = Planned(examples.MESSAGE, DIGEST, audience, examples.ITEM, agency, None, {}, "planned")
    person = examples.person("email", language, phone=None, code=None)
    return compose_digest(
        answers or Cases(state="unverified"), planned, person, contents, examples.phrases(language), 1
    )


def test_a_digest_names_each_case_and_its_day_what_is_late_first() -> None:
    made = letter([line(FIRST), line(SECOND), line(THIRD)])
    assert made.subject == "Laporan yang perlu perhatian Anda: 3"
    assert made.text.startswith(
        "Terlambat:\n"
        "- KOLUT-2026-000012: laporan baru, mohon diperiksa paling lambat 12 Maret 2026\n\n"
        "Berikutnya:\n"
        "- KOLUT-2026-000013: laporan baru, mohon diperiksa paling lambat 25 Maret 2026\n"
        "- KOLUT-2026-000011: laporan baru, mohon diperiksa paling lambat 27 Maret 2026\n\n"
        "Buka meja: https://aduan.kolakautara.example/meja\n"
    )
    assert (made.complaint_id, made.for_reporter, made.channel) == (None, False, "email")


def test_what_does_not_fit_is_counted_and_not_listed() -> None:
    made = letter([line(FIRST), line(THIRD)], [SECOND] * 498, language="en")
    assert made.subject == "Reports that need your attention: 500"
    assert "... and 498 more; all of them are at the desk." in made.text


def test_all_cases_of_a_digest_are_asked_for_in_one_go() -> None:
    answers = Cases(state="unverified")
    letter([line(FIRST), line(SECOND), line(THIRD)], answers=answers)
    assert answers.asked == 1


def test_an_agency_hears_nothing_of_a_case_about_itself_neither_as_a_line_nor_in_the_count() -> None:
    answers = Cases(state="unverified")
    answers.locks = {SECOND: "pupr", THIRD: "dinkes"}
    lines = [line(FIRST), line(SECOND), line(THIRD)]
    made = letter(lines, [SECOND, SECOND, FIRST], answers=answers, agency="pupr")
    assert made.subject == "Laporan yang perlu perhatian Anda: 3"
    assert "KOLUT-2026-000012" not in made.text
    assert "KOLUT-2026-000013" in made.text, "locked to another agency"
    assert "1 lagi" in made.text
    assert written([line(SECOND)], answers=answers, agency="pupr") is None
    assert "KOLUT-2026-000012" in letter(lines, answers=answers).text, "the coordinator hears of every case"


def test_who_has_no_address_gets_no_digest() -> None:
    templates = {DIGEST: {"id": TEMPLATES[DIGEST]}}
    nobody = replace(examples.person("email"), email=None)
    planned = Planned(examples.MESSAGE, DIGEST, "coordinator", examples.ITEM, None, None, {}, "planned")
    with pytest.raises(Nobody):
        compose_digest(
            Cases(), planned, nobody, Contents([], [], templates, date(2026, 3, 13)), examples.phrases("id"), 1
        )


def test_of_one_limit_only_the_newest_word_is_told() -> None:
    new, half, late = (
        line(FIRST),
        line(FIRST, "desk.due_soon", 1, clock="verification"),
        line(FIRST, "desk.breached", 2, clock="verification"),
    )
    other = line(FIRST, "desk.due_soon", 1, clock="legal")
    assert latest([late, other, new, half], TEMPLATES) == [late, other]
    assert latest([line(SECOND), new], TEMPLATES) == [new, line(SECOND)]


def test_a_case_without_a_day_comes_last() -> None:
    never, soon, late = (
        Entry("1", "", None, False),
        Entry("3", "", date(2026, 4, 1), False),
        Entry("2", "", date(2026, 3, 1), True),
    )
    assert late_first([never, soon, late]) == [late, soon, never]


def test_a_case_that_has_moved_is_left_out_and_a_digest_without_a_case_is_not_sent() -> None:
    class Moved(Cases):
        def _routing_cases(self, complaint_ids: list[UUID]) -> dict[str, Any]:  # type: ignore[override]
            cases = super()._routing_cases(complaint_ids)["cases"]
            return {"cases": [{**c, "state": "dispatched"} if c["complaint_id"] == FIRST else c for c in cases]}

    moved = Moved(state="unverified")
    made = letter([line(FIRST), line(SECOND)], answers=moved)
    assert ("000011" in made.text, "000012" in made.text) == (False, True)
    assert written([line(FIRST)], answers=moved) is None
