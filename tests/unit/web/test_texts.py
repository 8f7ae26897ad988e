"""Sentences, dates and sizes in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shared import texts
from shared.contracts.vocabulary import SERVICES
from shared.texts import KIT_TEXTS, Catalogue, missing_translations, speaking

ROOT = Path(__file__).parents[3]
SAMPLE = Path(__file__).parent / "sample" / "texts"


@pytest.mark.parametrize("service", [None, *SERVICES])
def test_every_indonesian_sentence_has_an_english_one(service: str | None) -> None:
    if service and not (ROOT / "services" / service / "web").exists():
        pytest.skip(f"{service} has no pages")
    missing = missing_translations(service)
    assert not missing, f"{len(missing)} without English in en.po:\n" + "\n".join(missing)


def test_an_unknown_sentence_stays_indonesian() -> None:
    assert Catalogue().gettext("Belum ada.", "en") == "Belum ada."


def test_a_service_adds_to_the_sentences_of_the_kit() -> None:
    both = Catalogue(KIT_TEXTS, SAMPLE)
    with speaking(both, "en"):
        assert texts.gettext("Wajib diisi.") == "Please fill this in."
        assert texts.gettext("Terima kasih, %(name)s.", name="Siti") == "Thank you, Siti."
    with speaking(both, "id"):
        assert texts.gettext("Terima kasih, %(name)s.", name="Siti") == "Terima kasih, Siti."


def test_english_has_two_forms_for_a_number_and_indonesian_one() -> None:
    sentence = "%(num)s laporan"
    with speaking(Catalogue(SAMPLE), "en"):
        assert [texts.ngettext(sentence, sentence, n) for n in (1, 2)] == ["1 report", "2 reports"]
    with speaking(Catalogue(SAMPLE), "id"):
        assert [texts.ngettext(sentence, sentence, n) for n in (1, 2)] == ["1 laporan", "2 laporan"]


def test_a_sentence_with_a_per_cent_sign_and_no_variables_is_left_alone() -> None:
    assert texts.gettext("Selesai 100% dan %s") == "Selesai 100% dan %s"


def test_a_translation_that_lost_a_placeholder_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "en.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Halo %(name)s"\nmsgstr "Hello"\n')
    assert not Catalogue(tmp_path).knows("Halo %(name)s")


def test_moments_are_told_in_the_time_zone_of_the_region() -> None:
    late = datetime(2026, 3, 24, 22, 5, tzinfo=UTC)  # 06.05 on the 25th in Kolaka Utara
    with speaking(Catalogue(), "id"):
        assert texts.moment(late) == "25 Maret 2026 06.05 WITA"
        assert texts.day(late) == "25 Maret 2026"
        assert texts.day(date(2026, 3, 5)) == "5 Maret 2026"
    with speaking(Catalogue(), "en"):
        assert texts.moment(late) == "25 March 2026 06:05 WITA"
    assert texts.moment(None) == texts.day(None) == ""


@pytest.mark.parametrize(
    ("octets", "indonesian", "english"),
    [(0, "0 B", "0 B"), (1023, "1.023 B", "1,023 B"), (1024, "1 KB", "1 KB"), (1_500_000, "1,4 MB", "1.4 MB")],
)
def test_sizes_are_told_with_the_readers_decimal_mark(octets: int, indonesian: str, english: str) -> None:
    with speaking(Catalogue(), "id"):
        assert texts.size(octets) == indonesian
    with speaking(Catalogue(), "en"):
        assert texts.size(octets) == english
