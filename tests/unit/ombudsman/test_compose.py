"""What goes into a file, with the reporter's consent and without."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from random import Random

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from services.ombudsman.domain.canonical import opened
from services.ombudsman.domain.compose import compose
from tests.unit.ombudsman import dossiers

VALIDATOR = Draft202012Validator(
    json.loads(Path("services/ombudsman/data/referral-file.schema.json").read_text()), format_checker=FormatChecker()
)


@pytest.mark.parametrize("consent", [True, False])
def test_a_file_is_what_its_schema_says(consent: bool) -> None:
    file = compose(dossiers.parts(consent), consent)

    VALIDATOR.validate(json.loads(file.json))


def test_an_empty_story_is_a_valid_file_too() -> None:
    bare = {
        **dossiers.routing(),
        "entries": [],
        "agency_id": None,
        "agency_name": None,
        "class_": None,
        "category": None,
    }
    silent = dossiers.parts(routing=bare, sla={"clocks": [], "escalations": []}, notify={"notifications": []})

    VALIDATOR.validate(json.loads(compose(silent, True).json))


def test_without_consent_nothing_in_the_file_names_the_reporter() -> None:
    file = compose(dossiers.parts(consent=False), False)

    written = file.json.decode().lower()
    assert [secret for secret in dossiers.SECRETS if secret.lower() in written] == []
    assert file.content["parties"]["reporter"]["identity"] is None
    assert [a["name"] for a in file.content["attachments"]] == [f"lampiran-{n}" for n in (1, 2, 3, 4)]


def test_consent_taken_back_after_the_dossier_came_leaves_her_out_all_the_same() -> None:
    file = compose(dossiers.parts(consent=True), False)

    assert file.content["parties"]["reporter"] == {
        "anonymous": False,
        "confidential": True,
        "consented": False,
        "identity": None,
    }


def test_with_consent_the_file_has_her_identity_and_everyones_words_as_they_were() -> None:
    content = compose(dossiers.parts(), True).content

    assert content["parties"]["reporter"]["identity"]["name"] == "Siti Aminah"
    assert content["answers"][0]["words"].startswith("Yth. Ibu Siti Aminah (0812-3456-7890)")
    assert content["attachments"][1]["name"] == "surat-kepala-desa-siti-aminah.pdf"


def test_the_same_dossiers_give_the_same_bytes_in_whatever_order_they_came() -> None:
    first = compose(dossiers.parts(), True)
    shuffled = deepcopy(dossiers.parts())
    lists = (
        ("intake", "messages"),
        ("routing", "entries"),
        ("sla", "clocks"),
        ("sla", "escalations"),
        ("notify", "notifications"),
    )
    for rows in (getattr(shuffled, part)[name] for part, name in lists):
        Random(7).shuffle(rows)

    assert compose(dossiers.parts(), True).json == first.json
    assert compose(shuffled, True).json == first.json


def test_the_hash_is_of_the_bytes_and_the_bytes_read_back_as_the_file() -> None:
    file = compose(dossiers.parts(), True)

    assert file.sha256 == hashlib.sha256(file.json).hexdigest()
    assert opened(file.json) == file
    assert file.json.endswith(b"}\n")


def test_the_chronology_tells_each_thing_once_oldest_first() -> None:
    entries = compose(dossiers.parts(), True).content["chronology"]

    assert [e["at"] for e in entries] == sorted(e["at"] for e in entries)
    assert [(e["what"], e["who"], e["detail"]) for e in entries][:6] == [
        ("received", "reporter", "web"),
        ("told", "reporter", "sms"),
        ("verified", None, None),
        ("dispatched", "Kecamatan Tolala", None),
        ("told", "reporter", "sms"),
        ("returned", "Kecamatan Tolala", None),
    ]
    assert sum(e["what"] in ("received", "registered") for e in entries) == 1
    assert [e["detail"] for e in entries if e["what"] == "limit_passed"] == ["follow_up", "settlement", "legal"]


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_a_letter_that_never_left_is_no_telling(state: str) -> None:
    notify = dossiers.notify()
    notify["notifications"][1]["state"] = state
    entries = compose(dossiers.parts(notify=notify), True).content["chronology"]

    told = sum(e["what"] == "told" for e in compose(dossiers.parts(), True).content["chronology"])
    assert sum(e["what"] == "told" for e in entries) == told - 1


def test_every_clock_shows_its_limit_its_source_and_the_days_it_is_late() -> None:
    clocks = {c["clock"]: c for c in compose(dossiers.parts(), True).content["clocks"]}

    assert clocks["verification"]["days_late"] == 0
    assert clocks["follow_up"]["days_late"] == 10  # due 19 January, answered 29 January
    assert clocks["settlement"]["days_late"] == 41  # due 27 January, still running on 9 March
    assert clocks["legal"]["days_late"] == 1
    assert clocks["legal"]["source"] == "UU 25/2009 Pasal 50 ayat (1)"
    assert clocks["follow_up"]["agency"] == "Dinas Pekerjaan Umum dan Penataan Ruang"


def test_article_24_names_what_is_here_and_what_must_be_asked() -> None:
    state = {r["key"]: r["state"] for r in compose(dossiers.parts(), True).content["article_24"]}

    assert state == {
        "full_name": "present",
        "birth": "missing",
        "marital_status": "missing",
        "occupation": "missing",
        "address": "present",
        "description": "present",
        "prior_complaint": "present",
        "within_years": "present",
    }


def test_without_consent_article_24_says_withheld_and_not_missing() -> None:
    checks = compose(dossiers.parts(consent=False), False).content["article_24"]

    assert {c["state"] for c in checks if c["article"].endswith("huruf a")} == {"withheld"}


@pytest.mark.parametrize(
    ("event", "state"), [(date(2024, 3, 10), "present"), (date(2024, 3, 9), "exceeded"), (None, "missing")]
)
def test_an_event_is_too_old_from_the_day_two_years_are_full(event: date | None, state: str) -> None:
    told = {**dossiers.intake(), "event_date": event}

    checks = compose(dossiers.parts(intake=told), True).content["article_24"]

    assert next(c["state"] for c in checks if c["key"] == "within_years") == state


def test_places_are_named_and_an_unknown_code_is_shown_as_it_is() -> None:
    told = {**dossiers.intake(), "village_code": "74.08.15.9999"}

    complaint = compose(dossiers.parts(intake=told), True).content["complaint"]

    assert complaint["district"] == "Kecamatan Tolala"
    assert complaint["village"] == "74.08.15.9999"


def test_only_messages_to_the_reporter_are_listed_without_their_words() -> None:
    content = compose(dossiers.parts(), True).content

    assert [n["template"] for n in content["notices"]] == [
        "reporter.receipt",
        "reporter.dispatched",
        "reporter.returned",
        "reporter.interim",
    ]
    assert all(set(n) == {"at", "channel", "template", "state"} for n in content["notices"])
