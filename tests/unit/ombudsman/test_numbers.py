"""Referral numbers count per region and local year."""

from __future__ import annotations

from datetime import UTC, datetime

from services.ombudsman.domain.numbers import referral_number, year_of


def test_a_number_has_region_year_and_four_figures_or_more() -> None:
    assert referral_number("KOLUT", 2026, 1) == "OMB-KOLUT-2026-0001"
    assert referral_number("KOLUT", 2026, 12345) == "OMB-KOLUT-2026-12345"


def test_the_year_is_the_regions_own() -> None:
    in_utc_still_2026 = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    assert year_of(in_utc_still_2026, "Asia/Makassar") == 2027
    assert year_of(in_utc_still_2026, "Asia/Jakarta") == 2026
