"""What people read: every template, in every language, on every channel."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.notify.domain.channels import Person
from services.notify.domain.occasions import OCCASIONS
from services.notify.domain.templates import PLACEHOLDERS, BadTemplate, Template, check, needed
from services.notify.gateways import Letter
from services.notify.gateways.segments import is_gsm, parts
from services.notify.handlers.compose import compose
from services.notify.handlers.values import ClockUnknown, Values
from shared.contracts.vocabulary import LANGUAGES, STATES
from tests.unit.notify import examples

MOST_PARTS = 3
ROOT = Path(__file__).parents[3]
CHANNELS = ("sms", "email", "page")
TOLD = {
    (each.template, each.audience): examples.facts(source, name, data)
    for source, name, data in examples.events()
    for each in OCCASIONS[source, name](data)
}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADUAN_PUBLIC_URL", "https://aduan.kolakautara.example")


def letter(template: str, audience: str, channel: str, language: str = "id", answers: Any = None, **who: Any) -> Letter:
    person = examples.person("email" if channel == "email" else "sms", language, **who)
    return write(template, audience, channel, person, answers or examples.Answers())


def write(template: str, audience: str, channel: str, person: Person, answers: Any, *, attempt: int = 1) -> Letter:
    planned = examples.planned(template, audience, TOLD[template, audience])
    chosen = examples.all_templates()[template, person.language]
    phrases = examples.phrases(person.language)
    values = Values(answers, planned, person, chosen, phrases, attempt=attempt)
    return compose(planned, person, channel, chosen, values, MOST_PARTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("template", "audience"), TOLD)
def test_no_placeholder_is_ever_left(template: str, audience: str, language: str) -> None:
    for channel in CHANNELS:
        if channel == "sms" and template.startswith(("desk.", "office.")):
            continue
        if channel == "page" and not template.startswith("reporter."):
            continue
        made = letter(template, audience, channel, language)
        for text in (made.subject, made.text):
            assert not re.search(r"[{}]|None|  ", text.replace("\n", " \n").replace(" \n", "\n")), text
            assert text.strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted({t for t, _ in TOLD if not t.startswith(("desk.", "office."))}))
def test_a_text_message_is_gsm_and_at_most_three_parts(template: str, language: str, record_property: Any) -> None:
    """With the longest name of an agency and three lines of words. The number of parts is in the test's report."""
    words = "Jalan sudah kami tambal hari ini; mohon kabari bila masih berlubang. " * 20
    made = letter(template, "reporter", "sms", language, examples.Answers(words=words, state="answered"))
    record_property("parts", made.parts)
    assert is_gsm(made.text), made.text
    assert parts(made.text) == made.parts <= MOST_PARTS, made.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_that_quote_nobody_cost_at_most_two_parts(language: str) -> None:
    long = {
        template: letter(template, "reporter", "sms", language).parts
        for template, audience in TOLD
        if audience == "reporter" and "{words}" not in (examples.all_templates()[template, language].sms or "")
    }
    assert {template: n for template, n in long.items() if (n or 9) > 2} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.parametrize("how", ["silence", "coordinator"])
def test_who_did_not_agree_to_a_closing_is_told_how_to_open_it_again_and_how_long(
    how: str, channel: str, language: str
) -> None:
    """The days are intake's: it opens the door (its `limits.json`)."""
    intakes = json.loads((ROOT / "services" / "intake" / "data" / "limits.json").read_text())["limits"]
    (days,) = {one["value"] for one in intakes if one["name"] == "objection_days"}
    text = letter(f"reporter.closed_{how}", "reporter", channel, language).text

    assert "TIDAK K7Q2-M9XF-4TC" in text and "137" in text
    assert f"{days} {'hari' if language == 'id' else 'days'}" in text


def test_every_placeholder_has_a_value() -> None:
    for name in PLACEHOLDERS:
        assert hasattr(Values, name), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_the_status_says_where_the_case_stands(state: str, language: str) -> None:
    made = letter("inquiry.status", "reporter", "sms", language, examples.Answers(state=state))
    assert made.text.startswith(("Laporan K7Q2-M9XF-4TC: ", "Report K7Q2-M9XF-4TC: "))
    assert (made.parts or 9) <= 2


def test_the_receipt_names_the_code_the_date_and_the_next_step() -> None:
    made = letter("reporter.receipt", "reporter", "sms")
    assert made.text == (
        "Laporan Anda kami terima. Kode: K7Q2-M9XF-4TC, simpan dan rahasiakan. "
        "Diperiksa paling lambat 25 Maret 2026. Tanya kabar: balas STATUS K7Q2-M9XF-4TC"
    )


def test_a_long_answer_is_cut_at_a_word_and_says_where_the_rest_is() -> None:
    words = "Perbaikan jalan dianggarkan pada perubahan APBD tahun ini. " * 30
    made = letter("reporter.answer", "reporter", "sms", answers=examples.Answers(words=words))
    assert made.parts == 3
    assert "... (selengkapnya: https://aduan.kolakautara.example/lacak) Setuju: balas PUAS K7Q2-M9XF-4TC." in made.text
    assert (
        letter("reporter.answer", "reporter", "email", answers=examples.Answers(words=words)).text.count("APBD") == 30
    )


def test_a_short_answer_is_told_whole() -> None:
    made = letter("reporter.answer", "reporter", "sms", answers=examples.Answers(words="Lampu sudah menyala."))
    assert "Lampu sudah menyala. Setuju:" in made.text
    assert "selengkapnya" not in made.text


def test_typographic_words_do_not_double_the_price() -> None:
    words = "Kami sudah “memperbaiki” jalan – terima kasih…\n\nSalam • PUPR"
    made = letter("reporter.answer", "reporter", "sms", answers=examples.Answers(words=words))
    assert is_gsm(made.text)
    assert '"memperbaiki" jalan - terima kasih... Salam - PUPR. Setuju' in made.text


def test_one_rare_sign_does_not_cost_all_the_words() -> None:
    words = "Curah hujan ≤ 20 mm membuat jalan ini tergenang setiap pekan. " * 20
    made = letter("reporter.answer", "reporter", "sms", answers=examples.Answers(words=words))
    assert "Curah hujan ? 20 mm membuat jalan ini tergenang" in made.text
    assert made.parts == 3


def test_words_in_another_script_are_kept_whole_or_read_elsewhere() -> None:
    whole = letter("reporter.interim", "reporter", "sms", answers=examples.Answers(words="已完成"))
    assert "已完成" in whole.text
    cut = letter("reporter.answer", "reporter", "sms", answers=examples.Answers(words="道路已经修好了 " * 40))
    assert "?" not in cut.text.replace("Keberatan?", "")
    assert "selengkapnya" in cut.text


def test_words_in_braces_are_words() -> None:
    made = letter("reporter.answer", "reporter", "sms", answers=examples.Answers(words="Isi {code} dan {0.__class__}"))
    assert "Isi {code} dan {0.__class__}" in made.text


def test_the_page_shows_no_code() -> None:
    for template, audience in TOLD:
        if template.startswith("reporter."):
            assert "K7Q2" not in letter(template, audience, "page").text


def test_officers_never_see_the_tracking_code() -> None:
    for (name, _), template in examples.all_templates().items():
        if name.startswith("desk."):
            assert "code" not in needed(template.subject, template.email)


def test_a_letter_joins_the_reporters_thread() -> None:
    made = letter("reporter.answer", "reporter", "email", thread="<abc@mail>", subject="  Jalan\n rusak ")
    assert made.subject == "Re: Jalan rusak"
    assert made.thread == "<abc@mail>"


def test_a_limit_not_known_yet_is_waited_for_and_then_left_out() -> None:
    answers = examples.Answers(due=False)
    person = examples.person()
    with pytest.raises(ClockUnknown):
        write("reporter.receipt", "reporter", "sms", person, answers)
    made = write("reporter.receipt", "reporter", "sms", person, answers, attempt=4)
    assert "Diperiksa secepatnya." in made.text


def test_a_limit_that_is_over_is_waited_for_once() -> None:
    answers, person = examples.Answers(over=True), examples.person()
    with pytest.raises(ClockUnknown):
        write("reporter.receipt", "reporter", "sms", person, answers)
    assert "Diperiksa secepatnya." in write("reporter.receipt", "reporter", "sms", person, answers, attempt=2).text


BASE = {"name": "reporter.x", "language": "id", "subject": "s", "page": "p", "email": "e", "sms": "m"}


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"page": "Halo {nama}"}, "unknown placeholder nama"),
        ({"page": "Halo {code!r}"}, "not a plain placeholder"),
        ({"page": "Halo {code.__class__}"}, "not a plain placeholder"),
        ({"page": "Halo {}"}, "not a plain placeholder"),
        ({"page": "Halo {code"}, "expected '}'"),
        ({"sms": None}, "page and sms too"),
        ({"sms": "   "}, "empty"),
        ({"clock": "soon"}, "is no clock"),
        ({"subject": "a\nb"}, "one line"),
        ({"name": "inquiry.x", "sms": None}, "by sms too"),
    ],
)
def test_a_template_nobody_can_fill_is_refused(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadTemplate, match=complaint):
        check(Template(**{**BASE, **changed}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_goes_with_its_letter_unless_it_is_too_big_and_the_letter_says_which(language: str) -> None:
    small = letter("office.report", "supervisor", "email", language)
    big = letter("office.report", "supervisor", "email", language, examples.Answers(too_big=True))
    assert small.attachment and small.attachment.name == "laporan.pdf"
    assert big.attachment is None
    assert small.text != big.text
    for made in (small, big):
        assert f"https://aduan.kolakautara.example/tenggat/berkala/{examples.REPORT}" in made.text
