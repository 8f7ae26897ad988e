"""The data files: complete, consistent with each other, and with what the reporters' form offers."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DATA = ROOT / "services" / "routing" / "data"


def read(name: str) -> dict:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


AGENCIES = read("agencies")["agencies"]
IDS = [a["id"] for a in AGENCIES]


def test_there_are_37_units_15_kecamatan_and_4_puskesmas() -> None:
    kinds = [a["kind"] for a in AGENCIES]
    assert kinds.count("agency") + kinds.count("hospital") == 37
    assert kinds.count("hospital") == 1
    assert kinds.count("district") == 15
    assert kinds.count("health_centre") == 4
    assert any("43" in doubt for doubt in read("agencies")["doubts"]), "the number 43 is spoken of"


def test_every_agency_says_where_it_is_known_from_and_who_heads_it() -> None:
    assert len(set(IDS)) == len(IDS)
    for agency in AGENCIES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", agency["id"])
        assert agency["source"]
        assert agency["head_title"]
        assert {"valid_from", "valid_to", "predecessor", "successor"} <= set(agency)


def test_the_titles_of_heads_are_those_of_the_field() -> None:
    titles = {a["id"]: a["head_title"] for a in AGENCIES}
    assert titles["dinkes"] == "Kepala Dinas Kesehatan"
    assert titles["kec-tolala"] == "Camat Tolala"
    assert titles["rsud-djafar-harun"].startswith("Direktur")
    assert titles["inspektorat"] == "Inspektur Daerah"


def test_every_suggestion_names_an_agency_and_a_category_there_is() -> None:
    rules = read("suggestions")["rules"]
    codes = {c["code"] for c in read("categories")["categories"]}
    assert {r["agency"] for r in rules} <= set(IDS)
    assert {r["value"] for r in rules if r["kind"] == "category"} <= codes
    assert {r["kind"] for r in rules} == {"class", "word", "category"}
    assert len({(r["kind"], r["value"]) for r in rules}) == len(rules)
    for rule in rules:
        if rule["kind"] == "word":
            assert rule["value"] == " ".join(re.findall(r"\w+", rule["value"].casefold())), "found as it is said"


def test_categories_come_after_their_topic() -> None:
    seen: set[str] = set()
    for category in read("categories")["categories"]:
        assert category["parent"] is None or category["parent"] in seen
        seen.add(category["code"])


def test_the_desk_knows_every_category_the_form_offers() -> None:
    form = json.loads((ROOT / "services" / "intake" / "data" / "categories.json").read_text(encoding="utf-8"))
    known = {c["code"] for c in read("categories")["categories"]}
    assert {c["code"] for c in form["categories"]} <= known
